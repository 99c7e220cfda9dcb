"""Templates of merchants on a real store."""

from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.messages import ApprovedText
from offline_collect.domain.notices.templates import TemplateFilter, TemplateState
from offline_collect.notify.templates import (
    Acting,
    NewTemplate,
    approve_template,
    reject_template,
    submit_template,
    view_template,
    view_templates,
    write_template,
)
from offline_collect.store import NotFoundError
from tests.notify.conftest import FILE, TERMS
from tests.support.actors import person, user

ANNA, BOB, CARL = person("anna", Role.OPERATOR), person("bob", Role.CHECKER), person("carl")


def acting(desk, actor=ANNA, with_url=False):
    return Acting(actor, desk.now(), with_url)


def written(desk, text="收到{amount}元，谢谢！", actor=ANNA, **changes):
    values = {"merchant_id": "SCHOOL01", "kind": NoticeKind.PAID, "channel": FILE, "language": "zh"} | changes
    return write_template(desk.store, NewTemplate(text=text, **values), acting(desk, actor)).template_id


def approved(desk, *arguments, **changes):
    number = written(desk, *arguments, **changes)
    submit_template(desk.store, number, acting(desk))
    approve_template(desk.store, number, None, acting(desk, BOB))
    return number


def last_text(desk, bill_no):
    """Pay a bill; return what its payer reads."""
    desk.teller.pay(bill_no)
    desk.wait()
    desk.sender().round()
    return desk.channel.texts[-1]


def test_notices_go_out_in_a_merchant_s_words_once_another_user_has_approved_them(desk):
    number = written(desk)
    assert last_text(desk, "S1") == "【阳光小学】账单*1已缴123.45元。"
    submit_template(desk.store, number, acting(desk))
    assert last_text(desk, "S2") == "【阳光小学】账单*2已缴123.45元。"
    approve_template(desk.store, number, "SMS_117", acting(desk, BOB))
    assert last_text(desk, "S3") == "【阳光小学】收到123.45元，谢谢！"
    reject_template(desk.store, number, "the school has  another name", acting(desk, BOB))
    assert last_text(desk, "S4") == "【阳光小学】账单*4已缴123.45元。"
    shown = view_template(desk.store, BOB, number)
    assert (shown["state"], shown["gateway_id"], shown["reason"], shown["decided_by"]) == (
        "REJECTED",
        "SMS_117",
        "the school has another name",
        "bob",
    )


def test_a_better_template_replaces_the_former_and_counts_for_its_merchant_alone(desk):
    approved(desk)
    desk.wait(1)
    second = approved(desk, "又收到{amount}元！")
    approved(desk, "水费{amount}元！", merchant_id="WATER001")
    assert last_text(desk, "S1") == "【阳光小学】又收到123.45元！"
    reject_template(desk.store, second, "typed wrongly", acting(desk, BOB))
    assert last_text(desk, "S2") == "【阳光小学】收到123.45元，谢谢！"


def test_nobody_approves_his_own_template(desk):
    number = written(desk, actor=CARL)
    submit_template(desk.store, number, acting(desk, CARL))
    with pytest.raises(NoticeError, match="template 1 is carl's own: another user must approve it"):
        approve_template(desk.store, number, None, acting(desk, CARL))
    approve_template(desk.store, number, None, acting(desk, BOB))
    second = written(desk, actor=user("carl"))
    submit_template(desk.store, second, acting(desk, user("carl")))
    approve_template(desk.store, second, None, acting(desk, user("carl")))
    assert view_template(desk.store, CARL, second)["state"] == "APPROVED"


def test_roles_write_and_approve_separately(desk):
    with pytest.raises(NotPermittedError):
        written(desk, actor=BOB)
    number = written(desk)
    for step in (
        lambda: submit_template(desk.store, number, acting(desk, BOB)),
        lambda: approve_template(desk.store, number, None, acting(desk)),
        lambda: reject_template(desk.store, number, "x", acting(desk)),
    ):
        with pytest.raises(NotPermittedError):
            step()


def test_words_that_cannot_be_told_are_not_stored(desk):
    with pytest.raises(NoticeError, match=r"\{amonut\} is no placeholder"):
        written(desk, "收到{amonut}")
    with pytest.raises(NoticeError, match=r"\{payer_url\} needs the bank's setting"):
        written(desk, "{payer_url}")
    with pytest.raises(NotFoundError):
        written(desk, merchant_id="NOBODY")


def test_a_link_that_the_bank_takes_away_before_the_approval_is_refused_then(desk):
    new = NewTemplate("SCHOOL01", NoticeKind.PAID, FILE, "zh", "{payer_url}")
    number = write_template(desk.store, new, acting(desk, with_url=True)).template_id
    submit_template(desk.store, number, acting(desk, with_url=True))
    with pytest.raises(NoticeError, match=r"cannot be published: \{payer_url\} needs"):
        approve_template(desk.store, number, None, acting(desk, BOB))


def test_a_step_that_the_state_does_not_allow_is_refused(desk):
    number = written(desk)
    with pytest.raises(NoticeError, match="template 1 is DRAFT: only one that is SUBMITTED can be approved"):
        approve_template(desk.store, number, None, acting(desk, BOB))
    with pytest.raises(NoticeError, match="only one that is APPROVED or SUBMITTED can be rejected"):
        reject_template(desk.store, number, "x", acting(desk, BOB))
    with pytest.raises(NoticeError, match="there is no template 9"):
        submit_template(desk.store, 9, acting(desk))


@pytest.mark.parametrize("gateway_id", ["", " x", "x" * 65, "模板"])
def test_a_gateway_s_id_is_a_code(desk, gateway_id):
    with pytest.raises(NoticeError, match="a gateway's id has 1 to 64 printable ASCII characters"):
        approve_template(desk.store, 1, gateway_id, acting(desk, BOB))


def test_a_rejection_has_a_reason(desk):
    number = approved(desk)
    with pytest.raises(NoticeError, match="a reason has 1 to 200 characters"):
        reject_template(desk.store, number, " ", acting(desk, BOB))


def test_templates_are_listed_by_merchant_state_and_page(desk):
    approved(desk)
    written(desk, "二{amount}")
    written(desk, "三{amount}", merchant_id="WATER001")

    def texts(merchant, state, page):
        found = view_templates(desk.store, BOB, TemplateFilter(merchant, state), page)
        return [each["text"] for each in found.documents]

    assert texts(None, None, (0, 9)) == ["收到{amount}元，谢谢！", "二{amount}", "三{amount}"]
    assert texts("SCHOOL01", TemplateState.DRAFT, (0, 9)) == ["二{amount}"]
    page = view_templates(desk.store, BOB, TemplateFilter(), (0, 2))
    assert (len(page.documents), page.following) == (2, 2)
    assert texts(None, None, (2, 2)) == ["三{amount}"]
    with pytest.raises(NotFoundError):
        texts("NOBODY", None, (0, 9))


def test_a_template_for_a_gateway_is_approved_with_its_id_alone_and_goes_out_by_it(desk):
    number = written(desk, channel=NoticeChannel.GATEWAY)
    submit_template(desk.store, number, acting(desk))
    with pytest.raises(NoticeError, match=r"template 1 is for an SMS gateway.*\(--gateway-id\)"):
        approve_template(desk.store, number, None, acting(desk, BOB))
    assert view_template(desk.store, BOB, number)["state"] == "SUBMITTED"
    approve_template(desk.store, number, "SMS_117", acting(desk, BOB))
    terms = replace(TERMS, channels={NoticeChannel.GATEWAY: TERMS.channels[FILE]})
    desk.teller.pay("S1")
    desk.wait()
    desk.sender(terms=terms).round()
    (message,) = desk.channel.messages
    assert (message.approved, message.words["amount"]) == (ApprovedText("SMS_117", ["amount"]), "123.45")


def test_several_notices_in_one_message_go_out_by_the_bank_s_template(desk):
    number = written(desk, channel=NoticeChannel.GATEWAY)
    submit_template(desk.store, number, acting(desk))
    approve_template(desk.store, number, "SMS_117", acting(desk, BOB))
    terms = replace(TERMS, channels={NoticeChannel.GATEWAY: TERMS.channels[FILE]})
    desk.teller.pay("S1")
    desk.teller.pay("S2")
    desk.wait()
    desk.sender(terms=terms).round()
    (message,) = desk.channel.messages
    assert (len(message.told), message.approved) == (2, None)
