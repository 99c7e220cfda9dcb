"""Masking: everything that is not known to be safe is hidden."""

import pytest

from offline_collect.domain.texts.cards import MASK, mask_cards, mask_pan
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.masking import mask_element, mask_tag, mask_tail, masked_line
from offline_collect.wire.messages.message import Message
from offline_collect.wire.pretty import pretty, pretty_message
from tests.messages.golden import golden, older, shipped

PAN = "6225880100001234"
CARD = "4111111111111111"


def test_a_card_number_shows_six_and_four():
    assert mask_pan(PAN) == "622588******1234"
    assert mask_pan("6225880100001234567") == "622588*********4567"
    assert mask_pan("6225880001234") == "622588***1234"


def test_a_number_too_short_for_a_card_is_hidden_whole():
    assert mask_pan("622588123412") == MASK


def test_accounts_show_their_end_only():
    assert mask_tail("6222000000000001") == "***0001"
    assert mask_tail("12345678") == MASK


@pytest.mark.parametrize("number", [2, 14, 35, 43, 44, 48, 52, 55, 60, 63, 64, 102, 103, 120, 127, 128])
def test_an_element_that_is_not_known_to_be_safe_shows_nothing_of_its_content(number):
    assert "secret" not in mask_element(number, "a secret")


def test_reasons_are_shown_in_the_platform_s_own_answers_only():
    assert mask_element(63, "already paid", answer=True) == "already paid"
    assert mask_element(63, "already paid") == MASK
    assert mask_element(63, f"card {CARD} is", answer=True) == "card 411111******1111 is"


@pytest.mark.parametrize("tag", ["0021", "0025", "0058", "0072", "0090", "0091", "0099", "9999"])
def test_a_tag_that_is_not_known_to_be_safe_is_hidden(tag):
    assert mask_tag(tag, "secret") == MASK


def test_people_are_masked():
    assert mask_tag("0031", "2026030117") == "***0117"
    assert mask_tag("0032", "王小明") == "王*明"


def test_a_card_number_in_a_safe_place_is_masked_all_the_same():
    assert mask_tag("0030", CARD) == "411111******1111"
    assert mask_tag("0030", "4111 1111 1111 1111") == "4111 11** **** 1111"
    assert mask_element(42, "4222-2222-22222") == "4222-22**-*2222"
    assert mask_tag("0030", "W202611000042") == "W202611000042"
    assert mask_cards("1234567890123") == "1234567890123"
    assert mask_cards("20261122000000000001") == "20261122000000000001"


def test_a_line_shows_the_message_masked():
    message, _ = golden("payment_advice")
    assert masked_line(message.mti, message.elements, "utf-8") == (
        "0220 2=622588******1234 3=500000 4=000000012345 7=1122093011 11=000009 12=093011 13=1122"
        " 32=12345678 37=632609300009 41=TERM0001 42=SCHOOL01       "
        " 48=[0030=S2026-11-0002 0061=CARD 0062=KIOSK] 49=156"
    )


def test_a_line_takes_tags_that_are_parsed_already():
    message, _ = golden("payment")
    tags = parse_pds(message.elements[48], "utf-8")
    whole = masked_line(message.mti, message.elements, "utf-8")
    assert masked_line(message.mti, message.elements, "utf-8", tags) == whole


def test_private_data_that_cannot_be_read_is_hidden_whole():
    assert masked_line("0200", {48: "0030999x"}, "utf-8") == "0200 48=[***]"
    assert masked_line("0200", {48: "0030001x"}) == "0200 48=***"


def test_records_are_masked_tag_by_tag():
    assert masked_line("0110", {120: "0030001x0058003a=b"}, "utf-8") == "0110 120=[0030=x 0058=***]"


def test_a_message_s_repr_is_masked():
    message, _ = golden("payment_advice")
    assert PAN not in repr(message)
    assert "48=***" in repr(message)


def test_the_pretty_form_has_names_and_tags_and_lines_up():
    message, _ = golden("lookup_answer")
    lines = pretty_message(message, shipped()).splitlines()
    assert lines[0] == "0110"
    assert "DE 3    Processing code             380000" in lines
    assert "DE 48   Private data" in lines
    assert "  0031  Customer number             ***0117" in lines
    assert "  0032  Customer name               王*明" in lines
    assert "  0050  Description                 十一月餐费" in lines


def test_the_pretty_form_of_a_form_names_its_inputs():
    record = "0001010student_no0002006学号0004007NUMERIC000600210"
    assert pretty_message(Message("0110", {120: record}), shipped()).splitlines() == [
        "0110",
        "DE 120  Record 1",
        "  0001  Key              student_no",
        "  0002  Label            学号",
        "  0004  Type             NUMERIC",
        "  0006  Greatest length  10",
    ]


def test_the_pretty_form_hides_what_it_cannot_read():
    text = pretty_message(Message("0200", {2: PAN, 48: "0030999x", 99: "1", 120: "9999001x"}), older())
    assert PAN not in text
    assert "Private data            ***" in text
    assert "DE 99   not of this dialect     ***" in text
    assert "9999  unknown" in text


def test_a_message_without_elements_is_its_mti():
    assert pretty_message(Message("0800"), shipped()) == "0800"


def test_a_merchant_s_id_is_shown_unless_it_could_be_a_card_s_number():
    assert mask_element(42, "SCHOOL01       ") == "SCHOOL01       "
    assert mask_element(42, "378282246310005") == "378282*****0005"
    assert "42=378282*****0005" in masked_line("0200", {42: "378282246310005"})


def test_the_pretty_form_may_have_words_and_no_masks():
    said = {(0, "", "0200"): "(payment)", (39, "", "00"): "fine", (48, "0081", "00"): "well"}
    elements = {2: PAN, 39: "00", 48: "00320041234008100200", 102: "12345678"}
    shown = pretty("0200", elements, shipped(), lambda *place: said.get(place, ""), unmask=True)
    cells = [line.split("  ")[-1].strip() for line in shown.splitlines()]
    assert cells[0] == "0200 (payment)"
    assert cells[1] == mask_element(2, PAN)
    assert cells[2:] == ["00 (fine)", "Private data", "1234", "00 (well)", "12345678"]
    assert "1234 " not in pretty("0200", elements, shipped())
