"""Masked parts: a part that no rule names is hidden, in every kind of layout."""

import pytest

from offline_collect.domain.texts.cards import mask_cards
from offline_collect.wire.errors import ContentError
from offline_collect.wire.layouts.masking import masked_line
from offline_collect.wire.masking import mask_tail
from tests.wire.layouts.kinds.test_fixed import PARTS, TWO
from tests.wire.layouts.partner_layouts import LAYOUTS, compiled, partner

CARD = "4111111111111111"


def test_parts_without_a_rule_are_hidden():
    line = partner("paying").masker({})(
        {"pay": "2", "bills": {"fee": "1", "bills": [{"amount": "2"}, {"amount": "3"}]}}
    )
    assert line == "pay=*** bills.fee=*** bills.bills[0].amount=*** bills.bills[1].amount=***"


def test_a_rule_says_what_is_shown():
    masker = partner("bills").masker(
        {"subscriber": mask_tail, "count": mask_cards, "bills.amount": mask_cards}
    )
    parts = {"subscriber": "535012345678", "count": "1", "name": "BUDI", "bills": PARTS["bills"][:1]}
    assert masker(parts) == (
        "subscriber=***5678 count=1 name=*** "
        "bills[0].period=*** bills[0].due=*** bills[0].amount=00000061000 bills[0].penalty=***"
    )


def test_a_part_is_not_shown_by_the_rule_of_another_of_its_name():
    layout = compiled({"fixed": [{"id": "n1"}, {"inner": [{"id": "n1"}]}]})
    assert layout.masker({"id": str})({"id": "1", "inner": {"id": "2"}}) == "id=1 inner.id=***"


def test_a_rule_for_no_part_is_refused():
    with pytest.raises(ContentError, match="layout bills has no part amuont"):
        partner("bills").masker({"amuont": mask_cards})


def test_a_key_that_the_sender_chose_is_hidden_with_its_value():
    masker = partner("columns").masker({"class": mask_cards})
    assert masker({"class": "3-2", CARD: CARD}) == "class=3-2 ***=***"


def test_tags_are_shown_and_their_values_are_not():
    masker = partner("pds").masker({"0030": mask_cards})
    assert masker({"0030": CARD, "0031": "x"}) == "0030=411111******1111 0031=***"


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_hides_a_card_that_nobody_has_named(name):
    assert partner(name).masker({})({"x": CARD, "y": [{"z": CARD}]}).count(CARD) == 0


def test_values_with_their_bytes_are_masked_as_on_the_line():
    layout, content = partner("paying"), b"2" + TWO
    mask = layout.span_masker({"pay": str, "bills.amount": str})
    shown = [mask(span) for span in layout.spans(content)]
    line = " ".join(f"{span.path}={span.value}" for span in shown)
    assert line == layout.masker({"pay": str, "bills.amount": str})(layout.read(content))
    assert [layout.shape(span) for span in layout.spans(content)][:2] == ["n1", "n12"]


def test_a_name_that_the_sender_chose_is_one_name_and_hidden():
    layout = partner("columns")
    mask = layout.span_masker({"a": str})
    assert [mask(span)[::3] for span in layout.spans(b"a=1|a[0]=2|a.b=3")] == [
        ("a", "1"),
        ("***", "***"),
        ("***", "***"),
    ]
    assert [layout.shape(span) for span in layout.spans(b"zz=1")] == [""]


def test_what_no_layout_reads_is_hidden_whatever_the_rules_say():
    assert masked_line({"count": 5}, {("count",): str}, free_names=False) == "count=***"
