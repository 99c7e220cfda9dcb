"""Parts in a fixed order: a switch's bills, groups, lists, optional parts, and the rest of the content."""

import pytest

from offline_collect.wire.errors import ContentError, DecodeError, EncodeError
from offline_collect.wire.layouts.parts import CONTENT_MAX
from tests.wire.layouts.partner_layouts import compiled, partner

HEAD = b"535012345678" + b"202" + b"B2026-10-000777".ljust(32) + b"BUDI SANTOSO".ljust(25) + b"R1  "
OCTOBER = b"2026102026102000000061000000003000"
NOVEMBER = b"2026112026112000000062500000000000"
TWO = HEAD + b"000006000" + OCTOBER + NOVEMBER
PARTS = {
    "subscriber": "535012345678",
    "count": "2",
    "open": "02",
    "reference": "B2026-10-000777",
    "name": "BUDI SANTOSO",
    "tariff": "R1",
    "fee": "000006000",
    "bills": [
        {"period": "202610", "due": "20261020", "amount": "00000061000", "penalty": "000003000"},
        {"period": "202611", "due": "20261120", "amount": "00000062500", "penalty": "000000000"},
    ],
}
NOTES = {"fixed": [{"id": "n4"}, {"note": "text..20"}, {"mark": {"is": "an2", "optional": True}}]}


def test_a_switchs_bills_are_read_and_written_byte_for_byte():
    bills = partner("bills")
    assert bills.read(TWO) == PARTS
    assert bills.write(PARTS) == TWO


def test_the_layout_of_a_payment_holds_the_bills_as_a_group():
    paying = partner("paying")
    assert paying.read(b"2" + TWO) == {"pay": "2", "bills": PARTS}
    assert paying.write({"pay": "2", "bills": PARTS}) == b"2" + TWO


def test_a_layout_of_one_part_is_read_and_written():
    assert partner("subscriber").read(b"535012345678") == {"subscriber": "535012345678"}
    assert partner("subscriber").write({"subscriber": "12345"}) == b"000000012345"


def test_an_original_names_its_parts_by_elements():
    content = b"0200" + b"000124" + b"1128140040" + b"00000000014" + b"00000000000"
    original = partner("original")
    parts = {"mti": "0200", "11": "000124", "7": "1128140040", "32": "00000000014", "33": "00000000000"}
    assert original.read(content) == parts
    assert original.write(parts) == content


def test_what_follows_is_kept():
    kind = partner("kind")
    assert kind.read(b"22000001003") == {"type": "22", "batch": "000001", "network": "003"}
    parts = {"type": "22", "batch": "000001", "network": "003", "rest": "600"}
    assert kind.read(b"22000001003600") == parts
    assert kind.write(parts) == b"22000001003600"
    assert kind.write({**parts, "rest": None}) == b"22000001003"


def test_what_follows_may_be_bytes_and_is_checked():
    bytes_behind = compiled({"fixed": [{"id": "n2"}], "rest": "b"})
    assert bytes_behind.read(b"01\x00\xff") == {"id": "01", "rest": "00FF"}
    assert bytes_behind.write({"id": "01", "rest": "00ff"}) == b"01\x00\xff"
    with pytest.raises(DecodeError, match="DE 61: rest control character"):
        partner("kind").read(b"22000001003\x00", "DE 61")
    with pytest.raises(EncodeError, match="kind: rest control character"):
        partner("kind").write({"type": "1", "batch": "1", "network": "1", "rest": "\x00"})


def test_nothing_follows_where_the_layout_does_not_say_so():
    assert compiled({"fixed": [{"id": "n2"}], "rest": False}).size_most == 2
    with pytest.raises(DecodeError, match="DE 48: bytes left over"):
        compiled({"fixed": [{"id": "n2"}]}).read(b"123", "DE 48")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"1" + TWO[:-1], "bills.bills[1].penalty cut short"),
        (b"1" + TWO.replace(b"62500", b"625 0"), "bills.bills[1].amount digits only"),
        (b"1" + TWO.replace(b"BUDI", b"BUD\x00"), "bills.name printable ASCII only"),
        (b"1" + TWO + b" ", "bytes left over"),
        (b"1", "bills.subscriber cut short"),
        (b"", "pay cut short"),
        (b"x" + TWO, "pay digits only"),
    ],
)
def test_the_part_that_is_wrong_is_named_without_its_content(content, reason):
    with pytest.raises(DecodeError) as caught:
        partner("paying").read(content, "DE 48")
    assert str(caught.value) == f"DE 48: {reason}"
    assert caught.value.element == "DE 48"
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fee": None}, "fee missing"),
        ({"fee": ""}, "fee empty"),
        ({"fee": 6000}, "fee must be text"),
        ({"fee": "6 000"}, "fee digits only"),
        ({"fee": "1234567890"}, "fee too long"),
        ({"name": "王小明"}, "name printable ASCII only"),
        ({"name": "x" * 26}, "name too long"),
        ({"name": "x" * 26, "tariff": "R1"}, "name too long"),
        ({"count": "3"}, "count not the number of bills"),
        ({"count": "x"}, "count not the number of bills"),
        ({"count": 2}, "count not the number of bills"),
        ({"bills": None}, "bills missing"),
        ({"bills": "none"}, "bills must be a list of records"),
        ({"bills": ["none"]}, "bills[0] must be parts by name"),
        ({"bills": PARTS["bills"] * 5}, "bills more than 9 records"),
        ({"bills": [PARTS["bills"][0], {}]}, "bills[1].period missing"),
        ({"total": "1"}, "total not in this layout"),
    ],
)
def test_parts_that_do_not_fit_are_refused_by_their_names(changes, reason):
    parts = {**PARTS, "count": None, **changes}
    with pytest.raises(EncodeError) as caught:
        partner("bills").write(parts, "DE 48")
    assert str(caught.value) == f"DE 48: {reason}"
    assert caught.value.__context__ is None


def test_a_group_must_be_parts():
    with pytest.raises(EncodeError, match="paying: bills missing"):
        partner("paying").write({"pay": "1"})
    with pytest.raises(EncodeError, match="paying: bills must be parts by name"):
        partner("paying").write({"pay": "1", "bills": "1"})
    with pytest.raises(EncodeError, match=r"paying: bills\.fee missing"):
        partner("paying").write({"pay": "1", "bills": {**PARTS, "fee": None}})


def test_the_count_is_that_of_the_records_unless_somebody_gives_it():
    bills = partner("bills")
    assert bills.write({**PARTS, "count": None}) == TWO
    one = {**PARTS, "bills": PARTS["bills"][:1]}
    assert bills.read(bills.write({**one, "count": "1"})) == {**one, "count": "1"}


def test_a_list_may_be_empty():
    bills = partner("bills")
    none = {**PARTS, "count": "0", "bills": []}
    assert bills.read(bills.write(none)) == none


def test_an_empty_character_part_is_filler_alone():
    bills = partner("bills")
    blank = {**PARTS, "tariff": "", "name": ""}
    assert bills.read(bills.write(blank)) == blank


def test_no_more_records_than_the_layout_allows():
    few = compiled(
        {"fixed": [{"count": "n2"}, {"times": "count", "most": 4, "rows": [{"id": "n1"}]}]}, name="ids"
    )
    assert few.read(b"041234")["ids"] == [{"id": digit} for digit in "1234"]
    with pytest.raises(DecodeError, match="ids: ids more than 4 records"):
        few.read(b"0512345")
    with pytest.raises(EncodeError, match="ids: ids more than 4 records"):
        few.write({"ids": [{"id": "1"}] * 5})


def test_a_list_may_have_a_number_of_records_that_never_changes():
    three = compiled({"fixed": [{"name": "ids", "times": 3, "rows": [{"id": "n1"}]}]})
    assert (three.size_least, three.size_most) == (3, 3)
    assert three.read(b"123") == {"ids": [{"id": "1"}, {"id": "2"}, {"id": "3"}]}
    assert three.write(three.read(b"123")) == b"123"
    with pytest.raises(EncodeError, match="ids fewer than 3 records"):
        three.write({"ids": [{"id": "1"}]})
    with pytest.raises(DecodeError, match=r"ids\[2\]\.id cut short"):
        three.read(b"12")


def test_a_list_may_go_on_to_the_end():
    open_end = compiled({"fixed": [{"id": "n1"}, {"name": "ids", "times": "rest", "rows": [{"id": "n2"}]}]})
    parts = {"id": "1", "ids": [{"id": "23"}, {"id": "45"}]}
    assert open_end.read(b"12345") == parts
    assert open_end.write(parts) == b"12345"
    assert open_end.read(b"1") == {"id": "1", "ids": []}
    with pytest.raises(DecodeError, match=r"ids\[1\]\.id cut short"):
        open_end.read(b"1234")


def test_the_last_parts_may_be_missing():
    notes = compiled(NOTES)
    assert notes.read(b"000102ok") == {"id": "0001", "note": "ok"}
    assert notes.read(b"000102okx ") == {"id": "0001", "note": "ok", "mark": "x"}
    assert notes.write({"id": "1", "note": "ok"}) == b"000102ok"
    assert notes.write({"id": "1", "note": "ok", "mark": "x"}) == b"000102okx "
    with pytest.raises(DecodeError, match="mark cut short"):
        notes.read(b"000102okx")


def test_nothing_stands_behind_a_part_that_is_missing():
    optional = {"is": "n1", "optional": True}
    layout = compiled({"fixed": [{"a": optional}, {"b": optional}, {"c": optional}], "rest": True})
    assert layout.write({}) == b""
    assert layout.write({"a": "1", "b": "2"}) == b"12"
    with pytest.raises(EncodeError, match="private: a missing"):
        layout.write({"c": "1"})
    with pytest.raises(EncodeError, match="private: b missing"):
        layout.write({"a": "1", "rest": "x"})


def test_lengths_that_vary_are_refused_where_they_lie():
    notes = compiled(NOTES)
    with pytest.raises(DecodeError, match="note digits only"):
        notes.read(b"0001+1x")
    with pytest.raises(DecodeError, match="note too long"):
        notes.read(b"000121" + b"x" * 21)
    with pytest.raises(DecodeError, match="note cut short"):
        notes.read(b"000105ok")
    with pytest.raises(DecodeError, match="note cut short"):
        notes.read(b"00010")
    with pytest.raises(EncodeError, match="note too long"):
        notes.write({"id": "1", "note": "王" * 7})


def test_no_content_is_longer_than_an_element_can_be():
    with pytest.raises(DecodeError, match="private: longer than 999999 bytes"):
        compiled(NOTES).read(bytes(CONTENT_MAX + 1))
    endless = compiled({"fixed": [{"id": "n1"}], "rest": True})
    with pytest.raises(EncodeError, match="private: longer than 999999 bytes"):
        endless.write({"id": "1", "rest": "x" * CONTENT_MAX})


def test_sizes_are_known_before_anything_is_read():
    assert (partner("subscriber").size_least, partner("subscriber").size_most) == (12, 12)
    assert (partner("bills").size_least, partner("bills").size_most) == (85, 85 + 9 * 34)
    assert (compiled(NOTES).size_least, compiled(NOTES).size_most) == (6, 28)


def test_what_must_be_given_is_known_before_anything_is_written():
    rows = [{"period": "n6"}, {"mark": {"is": "an1", "send": "N"}}]
    layout = compiled(
        {
            "fixed": [
                {"count": "n1"},
                {"head": [{"id": "n1"}, {"kind": {"is": "an1", "must": "K"}}]},
                {"times": "count", "name": "bills", "rows": rows},
                {"note": {"is": "ans..9", "optional": True}},
            ],
            "rest": True,
        },
    )
    assert layout.needs == {("head",), ("head", "id"), ("bills",), ("bills", "period")}
    assert layout.place("bills.period").names in layout.needs
    assert layout.write({"head": {"id": "1"}, "bills": [{"period": "1"}]}) == b"11K000001N"
    assert partner("statement").needs == {("subscriber",), ("name",)}
    assert partner("pds").needs == partner("columns").needs == partner("postilion").needs == frozenset()


def test_a_part_is_addressed_by_its_way():
    paying = partner("paying")
    parts = paying.read(b"2" + TWO)
    assert paying.place("pay").value(parts) == "2"
    assert paying.place("bills.fee").value(parts) == "000006000"
    assert paying.place("bills.bills.amount").values(parts) == ["00000061000", "00000062500"]
    assert paying.place("bills.fee").notation.length == 9
    assert paying.place("bills.fee").is_value
    assert repr(paying) == "<Layout paying>"
    assert repr(paying.place("pay")) == "<Place pay>"


def test_a_list_without_a_name_is_addressed_by_what_it_stands_in():
    paying, bills = partner("paying"), partner("bills")
    parts = paying.read(b"2" + TWO)
    assert paying.place("bills.amount").values(parts) == ["00000061000", "00000062500"]
    assert paying.place("bills").records(parts) == PARTS["bills"]
    assert paying.place("bills").is_list
    assert bills.place("bills").records(PARTS) == PARTS["bills"]
    assert bills.place("bills.amount").repeated
    assert bills.place("amount").values(PARTS) == ["00000061000", "00000062500"]


def test_a_group_without_a_list_is_a_place_of_its_own():
    layout = compiled({"fixed": [{"head": [{"id": "n1"}]}]})
    place = layout.place("head")
    assert (place.is_value, place.is_list, place.repeated) == (False, False, False)
    assert layout.place("head.id").value({"head": {"id": "1"}}) == "1"


@pytest.mark.parametrize(
    "path", ["", "amount", "pay.x", "bills.x", "bills.bills.x", "bills.fee.x", "bills.bills.amount.x"]
)
def test_a_place_that_is_not_in_the_layout_is_refused(path):
    with pytest.raises(ContentError, match="layout paying has no part"):
        partner("paying").place(path)


def test_a_place_without_a_value_has_none():
    paying, bills = partner("paying"), partner("bills")
    assert paying.place("bills.fee").value({}) is None
    assert paying.place("bills.fee").value({"bills": "x"}) is None
    assert paying.place("bills.tariff").value({"bills": {"tariff": ""}}) is None
    assert paying.place("bills.amount").values({"bills": {}}) == []
    assert bills.place("bills.amount").value(PARTS) is None
    assert bills.place("bills.amount").value({"bills": PARTS["bills"][:1]}) == "00000061000"


def test_a_place_is_set_and_groups_come_into_being():
    paying = partner("paying")
    parts = {}
    paying.place("pay").put(parts, "1")
    paying.place("bills.fee").put(parts, "0")
    paying.place("bills").put(parts, PARTS["bills"][:1])
    for name in ("subscriber", "open", "reference", "name", "tariff"):
        paying.place(f"bills.{name}").put(parts, PARTS[name])
    assert paying.write(parts) == b"1" + HEAD.replace(b"202B", b"102B") + b"000000000" + OCTOBER
