"""Forms: their tokens, two sendings, a stale page, confirmation before money moves, and bounds."""

import pytest

from offline_collect.console.errors import StaleFormError
from offline_collect.console.forms import ONCE, PROOF, SEEN, TOKEN, Form, document_text, new_once, token_of
from offline_collect.console.page import Page, Redirect, Shown
from offline_collect.console.site import build
from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.ports import UnavailableError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.errors import RolesError
from tests.console.browser import Browser, hidden_fields, text_of
from tests.console.town import PASSWORD, office_of

TITLE = Phrase("Today")


class Counter:
    """A page whose form counts, or is refused."""

    def __init__(self):
        self.done = []
        self.error = None

    def show(self, visit):
        return Shown("typed_before.html", {"to": "/count", "kept": visit.form.typed, "lost": ()})

    def count(self, visit):
        if self.error is not None:
            raise self.error
        self.done.append(visit.form.get("note"))
        return Redirect(f"/?done={len(self.done)}", Phrase("you have signed out"))

    def pages(self, **more):
        return (
            Page(path="/count", title=TITLE, handler=self.show),
            Page(path="/count", title=TITLE, handler=self.count, method="POST", again=self.show, **more),
        )


@pytest.fixture
def counter():
    return Counter()


@pytest.fixture
def sent(office, counter):
    """A browser of olga at the counter."""
    with Browser(build(office, counter.pages()), office) as browser:
        browser.sign_in("olga")
        yield browser


@pytest.fixture
def guarded(office, counter):
    """The same, where the counter moves money."""
    with Browser(build(office, counter.pages(confirms=True)), office) as browser:
        browser.sign_in("olga")
        yield browser


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_form_without_its_sessions_token_is_refused(sent, counter, token):
    response = sent.post("/count", {"note": "x"}, token=token)
    assert response.status_code == 403
    assert counter.done == []


def test_the_token_of_another_session_is_refused(sent, as_user, counter):
    other = as_user("max")
    assert sent.post("/count", token=token_of(other.key)).status_code == 403
    assert counter.done == []


def test_a_form_that_another_site_sends_is_refused_even_with_its_token(sent, counter):
    response = sent.post("/count", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert counter.done == []


def test_a_form_without_the_token_of_its_sending_is_refused(sent, counter):
    assert sent.post("/count", once="not one").status_code == 403
    assert counter.done == []


def test_a_form_that_is_sent_twice_makes_one_change(sent, counter):
    once = new_once()
    first, second = (sent.post("/count", {"note": "a"}, once=once) for _ in range(2))
    assert counter.done == ["a"]
    assert first.headers["location"] == second.headers["location"] == "/?done=1"


def test_a_form_that_was_refused_can_be_corrected_and_sent_again(sent, counter):
    once = new_once()
    counter.error = RolesError("two roles exclude each other")
    response = sent.post("/count", {"note": "typed"}, once=once)
    assert response.status_code == 422
    assert "two roles exclude each other" in text_of(response)
    assert hidden_fields(response)["note"] == "typed"
    counter.error = None
    assert sent.post("/count", {"note": "typed"}, once=once).status_code == 303
    assert counter.done == ["typed"]


def test_what_was_done_is_said_once(sent):
    sent.post("/count")
    assert "you have signed out" in text_of(sent.get("/count"))
    assert "you have signed out" not in text_of(sent.get("/count"))


def test_a_stale_page_is_refused_with_what_has_changed(sent, counter):
    counter.error = StaleFormError([("fee", "10", "20")])
    response = sent.post("/count", {"note": "typed"})
    assert response.status_code == 409
    assert "Fee 10 20" in text_of(response)


def test_what_a_form_was_opened_on_is_compared_with_what_is_there():
    form = Form(((SEEN, document_text({"fee": 10, "name": "a"})),))
    form.refuse_stale({"name": "a", "fee": 10})
    with pytest.raises(StaleFormError) as raised:
        form.refuse_stale({"name": "a", "fee": 20, "more": [1]})
    assert raised.value.changes == (("fee", "10", "20"), ("more", "–", "[1]"))


@pytest.mark.parametrize("seen", ["", "no JSON", "[]"])
def test_a_form_that_does_not_say_what_it_was_opened_on_is_stale(seen):
    with pytest.raises(StaleFormError):
        Form(((SEEN, seen),)).refuse_stale({"fee": 10})


def test_within_five_minutes_of_the_password_money_moves_at_once(guarded, counter, clock):
    clock.advance(299)
    assert guarded.post("/count").status_code == 303
    assert counter.done == [""]


def test_later_the_password_is_asked_for_and_what_was_typed_goes_on(guarded, counter, clock):
    clock.advance(300)
    asked = guarded.post("/count", {"note": "typed", SEEN: "{}"})
    assert (asked.status_code, counter.done) == (403, [])
    fields = hidden_fields(asked)
    assert (fields["note"], fields[SEEN]) == ("typed", "{}")
    wrong = guarded.post("/count", {"note": "typed", PROOF: "wrong horse battery"})
    assert (wrong.status_code, counter.done) == (422, [])
    assert "wrong horse" not in wrong.text
    right = guarded.post("/count", {"note": hidden_fields(wrong)["note"], PROOF: PASSWORD})
    assert (right.status_code, counter.done) == (303, ["typed"])


def test_while_the_store_is_away_the_page_says_so_and_comes_back_by_itself(sent, counter):
    counter.error = UnavailableError("the database is away")
    response = sent.post("/count", {"note": "typed"})
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert hidden_fields(response)["note"] == "typed"
    assert "the database is away" not in response.text


def test_while_the_store_is_away_a_file_is_asked_for_again(sent, counter):
    counter.error = UnavailableError("the database is away")
    page = sent.post("/count", {"note": "typed"}, files={"list": ("list.csv", b"1,2")}).text
    assert 'enctype="multipart/form-data"' in page
    assert 'name="list" type="file" required' in page
    assert 'type="file"' not in sent.post("/count", {"note": "typed"}).text


def test_a_fault_shows_nothing_of_itself(sent, counter, caplog):
    counter.error = KeyError("secret of the program")
    response = sent.post("/count")
    assert response.status_code == 500
    assert "secret of the program" not in response.text
    assert "a fault in the page /count" in caplog.text


def test_a_refusal_of_permission_is_its_own_page(sent, counter):
    counter.error = NotPermittedError("olga", Permission.APPROVE)
    response = sent.post("/count")
    assert response.status_code == 403
    assert "olga may not" in text_of(response)


def test_a_form_is_bounded(store, clock, counter):
    office = office_of(store, clock, body_max=2_000)
    with Browser(build(office, counter.pages()), office) as browser:
        browser.sign_in("olga")
        response = browser.post("/count", {"note": "x" * 3_000})
        assert response.status_code == 413
        assert browser.post("/count", {"note": "x" * 1_000}).status_code == 303


def test_a_form_of_too_many_fields_is_refused(sent, counter):
    assert sent.post("/count", {f"f{n}": "x" for n in range(600)}).status_code == 403
    assert counter.done == []


def test_a_form_carries_its_own_tokens(sent):
    fields = hidden_fields(sent.get("/count"))
    assert fields[TOKEN] == token_of(sent.key)
    assert len(fields[ONCE]) == 32
