"""Templates of merchants: their life, and which of them count."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.messages import ApprovedText
from offline_collect.domain.notices.templates import (
    LIFE,
    Template,
    TemplateEvent,
    TemplateState,
    advertising,
    approved_text,
    is_own,
    moved,
    text_problems,
    unused_words,
    words_in_force,
)
from tests.fakes.bank import NOON

FILE, APP = NoticeChannel.FILE, NoticeChannel.WEBHOOK
DRAFT = Template(
    template_id=1,
    merchant_id="SCHOOL01",
    kind=NoticeKind.PAID,
    channel=FILE,
    language="zh",
    notice_class=NoticeClass.SERVICE,
    text="已缴{amount}元",
    state=TemplateState.DRAFT,
    made_by="anna",
    made_at=NOON,
)
APPROVED = replace(DRAFT, state=TemplateState.APPROVED, decided_by="carl", decided_at=NOON)


def in_force(*found, language="zh", with_url=False):
    return {
        key[1:]: each.last.template_id
        for key, each in words_in_force(found, language, with_url=with_url).items()
    }


@pytest.mark.parametrize("event", TemplateEvent)
@pytest.mark.parametrize("state", TemplateState)
def test_a_template_moves_by_its_table_only(event, state):
    template = replace(DRAFT, state=state)
    if state in LIFE[event].sources:
        assert moved(template, event, reason="x") == replace(template, state=LIFE[event].target, reason="x")
    else:
        with pytest.raises(AssertionError, match=f"{event.value} cannot happen in {state.value}"):
            moved(template, event)


def test_nothing_leaves_rejected():
    assert not [event for event, step in LIFE.items() if TemplateState.REJECTED in step.sources]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{amonut}", "{amonut} is no placeholder"),
        ("{payer_url}", "{payer_url} needs the bank's setting notify.payer_url"),
        ("【学校】已缴", "it has 【 or 】"),
    ],
)
def test_a_text_that_payers_cannot_read_is_refused(text, problem):
    (found,) = text_problems(text, NoticeKind.PAID, with_url=False)
    assert problem in found


def numbered(number, notice_class=NoticeClass.SERVICE, **changes):
    at = NOON + dt.timedelta(seconds=number)
    return replace(APPROVED, template_id=number, notice_class=notice_class, decided_at=at, **changes)


def test_the_kinds_with_words_that_advertise_on_a_channel_are_known():
    plain, praise = numbered(1), numbered(2, NoticeClass.COMMERCIAL, channel=APP)
    assert advertising(words_in_force([plain], "zh", with_url=False)) == frozenset()
    found = advertising(words_in_force([plain, praise], "zh", with_url=False))
    assert found == {(DRAFT.merchant_id, DRAFT.kind)}
    again = words_in_force([plain, praise, numbered(3, channel=APP)], "zh", with_url=False)
    assert advertising(again) == frozenset()


@pytest.mark.parametrize(
    ("approved", "advertised", "others"),
    [
        ([numbered(1)], 1, 1),
        ([numbered(1, NoticeClass.COMMERCIAL)], 1, None),
        ([numbered(1), numbered(2, NoticeClass.COMMERCIAL)], 2, 1),
        ([numbered(1, NoticeClass.COMMERCIAL), numbered(2)], 2, 2),
        (
            [
                numbered(1),
                numbered(3, NoticeClass.COMMERCIAL),
                numbered(2),
                numbered(4, NoticeClass.COMMERCIAL),
            ],
            4,
            2,
        ),
    ],
)
def test_who_may_not_be_advertised_to_gets_plain_words(approved, advertised, others):
    (words,) = words_in_force(approved, "zh", with_url=False).values()
    found = [words.for_payer(advertised=each) for each in (True, False)]
    assert [each and each.template_id for each in found] == [advertised, others]


def test_who_wrote_or_submitted_a_template_is_not_the_second_person():
    submitted = replace(DRAFT, submitted_by="bob")
    assert [is_own(submitted, who) for who in ("anna", "bob", "carl")] == [True, True, False]


def test_the_template_that_was_approved_last_counts_whatever_its_number():
    later = replace(APPROVED, template_id=2, decided_at=NOON + dt.timedelta(seconds=1))
    assert in_force(APPROVED, later) == in_force(later, APPROVED) == {(NoticeKind.PAID, FILE): 2}
    assert in_force(replace(APPROVED, template_id=9), later) == {(NoticeKind.PAID, FILE): 2}
    assert in_force(
        replace(APPROVED, decided_at=None), replace(APPROVED, template_id=3, decided_at=None)
    ) == {(NoticeKind.PAID, FILE): 3}


def test_each_kind_and_channel_has_its_own_words():
    others = (
        replace(APPROVED, template_id=2, channel=APP),
        replace(APPROVED, template_id=3, kind=NoticeKind.REVERSED),
    )
    assert in_force(APPROVED, *others) == {
        (NoticeKind.PAID, FILE): 1,
        (NoticeKind.PAID, APP): 2,
        (NoticeKind.REVERSED, FILE): 3,
    }


def test_only_approved_templates_of_the_language_that_can_still_be_told_count():
    assert in_force(DRAFT) == {}
    assert in_force(replace(APPROVED, language="en")) == {}
    linked = replace(APPROVED, text="{payer_url}")
    assert in_force(linked) == {}
    assert in_force(linked, with_url=True) == {(NoticeKind.PAID, FILE): 1}


def test_a_text_that_a_gateway_does_not_know_is_not_in_force():
    without = replace(APPROVED, channel=NoticeChannel.GATEWAY)
    assert in_force(without) == {}
    known = replace(without, gateway_id="SMS_117", template_id=2, decided_at=NOON - dt.timedelta(days=1))
    assert in_force(without, known) == {(NoticeKind.PAID, NoticeChannel.GATEWAY): 2}


@pytest.mark.parametrize(
    ("own", "channel", "why"),
    [
        ("zh", FILE, None),
        ("en", FILE, "they are en, and notify.language is zh"),
        ("zh", APP, "they are for webhook, which notify.channels does not name"),
    ],
)
def test_a_template_in_which_no_notice_goes_out_is_told_to_be_unused(own, channel, why):
    found = unused_words(own, channel, language="zh", channels=[FILE])
    assert found == (why and f"no notice goes out in these words: {why}")


def test_a_gateway_is_told_the_id_and_the_placeholders_of_a_merchant_s_text():
    assert approved_text(None) is None
    assert approved_text(APPROVED) is None
    known = replace(APPROVED, gateway_id="SMS_117", text="{bill} {amount} {bill}")
    assert approved_text(known) == ApprovedText("SMS_117", ["bill", "amount"])
