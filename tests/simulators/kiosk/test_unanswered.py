"""A payment without an answer: the payer is told the truth, and the kiosk finds out what became of it."""

import itertools
import threading

import pytest

from offline_collect.domain.commands import Tender
from offline_collect_terminal.kiosk.paying import Order, pay
from offline_collect_terminal.kiosk.settling import FIRST_PAUSE_S, LONGEST_PAUSE_S
from offline_collect_terminal.teller.journal.entries import State
from offline_collect_terminal.teller.journal.journal import UNRESOLVED_MAX
from offline_collect_terminal.teller.link.answers import Listed, Owed
from offline_collect_terminal.teller.link.requests import Feature, PaidBill
from offline_collect_terminal.teller.tasks.settle_alone import settle_once
from tests.simulators.kiosk.browsing import SILENT, AtKiosk
from tests.simulators.peer import answer
from tests.simulators.teller_playing import declined, pds


def states(at_kiosk):
    return [entry.state for entry in at_kiosk.journal.entries.values()]


def in_progress(request):
    return answer(request, "09")


def never(request):
    return answer(request, "25")


@pytest.fixture
def unanswered(at_kiosk):
    """A kiosk where a payment of the only bill has no answer."""
    at_kiosk.platform.say("payment", SILENT)
    at_kiosk.pay()
    return at_kiosk


def test_the_payer_reads_that_it_is_not_known_and_not_to_pay_again(unanswered):
    assert "请勿重复付款" in unanswered.text
    assert "目前不明" in unanswered.text
    assert "KIOSK001" not in unanswered.text
    assert "TERM0001" in unanswered.text
    assert "缴费成功" not in unanswered.text
    assert "再缴一笔" not in unanswered.text


def test_its_page_loads_itself_again_with_and_without_javascript(unanswered):
    assert 'data-reload="3"' in unanswered.page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in unanswered.page


def test_while_it_is_on_its_way_the_page_says_so(at_kiosk):
    at_kiosk.look_up()
    at_kiosk.press("/bills", bill="0")
    gate, deliver = threading.Event(), at_kiosk.platform.deliver
    at_kiosk.platform.deliver = lambda request: deliver(request) if gate.wait(30) else None
    text = at_kiosk.press("/pay", tender="CARD")
    assert "正在付款 请稍候" in text
    assert 'data-reload="2"' in at_kiosk.page
    assert at_kiosk.open("/") == text
    gate.set()
    assert "缴费成功" in at_kiosk.wait()


def test_the_status_brings_the_receipt(unanswered):
    unanswered.clock.advance(FIRST_PAUSE_S)
    assert unanswered.settle() is None
    unanswered.clock.advance(FIRST_PAUSE_S)
    assert unanswered.settle().state is State.APPROVED
    assert "缴费成功" in unanswered.open("/payment")
    assert len(unanswered.platform.of("payment")) == 1


def settled_after_all(kiosk):
    kiosk.settle()
    kiosk.clock.advance(FIRST_PAUSE_S)
    return kiosk.settle()


def test_a_payment_that_never_arrived_was_not_paid(unanswered):
    unanswered.platform.say("status", never)
    assert settled_after_all(unanswered).state is State.NEVER
    assert "没有付款" in unanswered.open("/payment")


def test_as_long_as_it_is_not_known_it_is_asked_with_longer_pauses(unanswered):
    unanswered.platform.say("status", *[in_progress] * 12)
    asked, unresolved = [], settled_after_all(unanswered)
    assert unresolved.state is State.SENT
    for second in range(400):
        unanswered.clock.advance(1)
        if unanswered.settle() is not None:
            asked.append(second)
    pauses = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert pauses[:5] == [4, 8, 16, 32, LONGEST_PAUSE_S]
    assert set(pauses[5:]) == {LONGEST_PAUSE_S}
    assert "目前不明" in unanswered.open("/payment")


def test_nothing_else_is_offered_until_it_is_known(unanswered):
    for path in ("/", "/m/SCHOOL01", "/bills", "/pay"):
        unanswered.open(path)
        assert unanswered.path == "/payment"


def test_another_payer_cannot_pay_the_bill_meanwhile(unanswered):
    unanswered.browser = unanswered.another_browser()
    text = unanswered.pay()
    assert unanswered.path == "/pay"
    assert "请勿重复付款；我们正在向银行查询" in text
    assert len(unanswered.platform.of("payment")) == 1


def test_when_the_payer_has_gone_it_is_found_out_all_the_same(unanswered):
    unanswered.kiosk.visits.end(unanswered.browser.cookies["kiosk"])
    assert settled_after_all(unanswered).state is State.APPROVED


def test_after_a_restart_it_is_found_out(unanswered, tmp_path):
    unanswered.close()
    again = AtKiosk(tmp_path / "journal")
    assert settled_after_all(again).state is State.APPROVED
    assert again.journal.unresolved == []
    again.close()


def test_the_payments_of_another_platform_are_left_alone(unanswered):
    for session in unanswered.terminal._sessions.values():
        object.__setattr__(session.terminal, "platform", "127.0.0.1:9")
    assert settled_after_all(unanswered) is None
    assert unanswered.platform.of("status") == []


def test_too_many_without_an_answer_stop_the_terminal(at_kiosk):
    session = at_kiosk.terminal.session(at_kiosk.kiosk.visits.begin()[1].language)
    at_kiosk.platform.say("payment", *[SILENT] * UNRESOLVED_MAX)
    for nth in range(UNRESOLVED_MAX + 1):
        result = at_kiosk.terminal.start(
            session.words.language, lambda s, n=nth: pay(s, order(n), lambda _: None)
        )
        last = result.result()
    assert last.value is None
    assert last.lines[-1].text == "尚无应答的付款过多，查清之前本终端暂停收款。"
    assert states(at_kiosk) == [State.SENT] * UNRESOLVED_MAX


def order(nth):
    owed = Owed(f"X{nth}", "", "", "", 100, 0, 100, None, 1, "OPEN")
    return Order(Listed("SCHOOL01", "阳光小学", ""), (owed,), (PaidBill(owed.bill_no, 100),), Tender.CARD)


def played(at_kiosk, entry):
    return at_kiosk.terminal.start(
        at_kiosk.kiosk.visits.begin()[1].language, lambda s: settle_once(s, entry)
    ).result()


def test_a_dialect_without_a_status_repeats_the_payment(unanswered):
    for session in unanswered.terminal._sessions.values():
        session.requests.features = frozenset(Feature) - {Feature.STATUS}
    (entry,) = unanswered.journal.unresolved
    assert played(unanswered, entry).value.state is State.APPROVED
    assert [request.mti for request in unanswered.platform.of("payment")] == ["0200", "0201"]


def test_a_reversal_or_an_advice_of_the_shell_is_sent_again(unanswered):
    (entry,) = unanswered.journal.unresolved
    session = unanswered.terminal.session(unanswered.kiosk.visits.begin()[1].language)
    reversal = session.requests.reversal(entry.request, next(iter(session.requests._reasons)))
    begun = type(entry)(**{name: getattr(entry, name) for name in entry.__slots__} | {
        "state": State.REVERSING, "reversal": reversal, "before_reversal": State.SENT})  # fmt: skip
    assert played(unanswered, begun).value.state is State.REVERSED
    advice = type(entry)(**{name: getattr(entry, name) for name in entry.__slots__} | {
        "request": session.requests.completing(entry.request)})  # fmt: skip
    unanswered.platform.say("payment", lambda request: answer(request, de48=pds({"0080": "APPROVED"})))
    assert played(unanswered, advice).value.state is State.APPROVED


def test_what_is_known_is_not_asked_again(at_kiosk):
    at_kiosk.platform.say("payment", declined("U1"))
    at_kiosk.pay()
    (entry,) = at_kiosk.journal.entries.values()
    assert played(at_kiosk, entry).value is entry
    assert at_kiosk.platform.of("status") == []
