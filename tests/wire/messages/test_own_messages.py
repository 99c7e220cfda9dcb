"""A dialect's own messages: layouts, places and `when`, on a small dialect."""

import copy

import pytest

from offline_collect.domain.answers import Answer, Record, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Lookup, Payment, ReversalReason
from offline_collect.wire.errors import EncodeError, SchemaError
from offline_collect.wire.messages.answers.writer import ResponseWriter
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.fitting import places
from offline_collect.wire.messages.message_set.routing import Router
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from tests.messages.golden import changed, messages
from tests.messages.own import DAY, JAKARTA, NOW, compiled, small_values

LOOKUP, PAYMENT, REVERSAL = range(3)
SMALL = compiled(small_values())
SENDER = {7: "1128070040", 11: "000007", 32: "00000000014", 41: "TERM0001", 42: "M1             "}
BILL, PAYER = "B1        ", "PAYER   "
KIND = "01000012"
PAYING = {3: "500000", 4: "000000000123", 13: "1128", 48: BILL + PAYER, 49: "156", 60: KIND}


def request(mti, elements, **more):
    values = SENDER | elements | {int(name[1:]): value for name, value in more.items()}
    return Message(mti, dict(sorted((n, value) for n, value in values.items() if value is not None)))


def read(message, dialect=SMALL, institutions=("14",)):
    terms = LinkTerms("fep-1", 10_000, JAKARTA, frozenset(institutions))
    return RequestReader(messages(), dialect, terms).read(message, NOW)


def write(message, answer, dialect=SMALL):
    return ResponseWriter(messages(), dialect).write(message, answer, DAY).elements


def dialect(path, value):
    return compiled(changed(small_values(), path, value))


def lookup(**more):
    return request("0100", {3: "380000", 48: BILL + PAYER, 60: KIND}, **more)


def payment(mti="0200", **more):
    return request(mti, PAYING, **more)


def test_parts_stand_wherever_a_place_is_named():
    paid = read(payment())
    assert isinstance(paid, Payment)
    assert (paid.bill_no, paid.fingerprint) == ("B1", "000000000123|B1")
    assert paid.key == "P|14|TERM0001|000007|000012"
    back = read(request("0400", PAYING))
    assert (back.original_key, back.reason) == (paid.key, ReversalReason.ERROR)


@pytest.mark.parametrize("code", ["380000", "389999", "381234"])
def test_a_dot_is_any_digit(code):
    assert isinstance(read(lookup(e3=code)), Lookup)


@pytest.mark.parametrize(
    ("more", "code", "brief"),
    [
        ({"e3": "390000"}, ResponseCode.UNSUPPORTED, "DE 3: not supported"),
        ({"e3": None}, ResponseCode.FORMAT_ERROR, "DE 3: missing"),
        ({"e60": "02000012"}, ResponseCode.UNSUPPORTED, "DE 60: type not supported"),
        ({"e60": None}, ResponseCode.FORMAT_ERROR, "DE 60: type missing"),
        ({"e60": "0100001"}, ResponseCode.FORMAT_ERROR, "DE 60: batch cut short"),
        ({"e48": BILL}, ResponseCode.FORMAT_ERROR, "DE 48: payer cut short"),
    ],
)
def test_what_no_type_takes_is_refused_with_its_place(more, code, brief):
    answer = read(lookup(**more))
    assert (answer.code, answer.brief) == (code, brief)


def test_a_part_that_must_be_there_is_missed():
    assert read(payment(e48=" " * 10 + PAYER)).brief == "DE 48: bill missing"
    assert read(payment(e48=None)).brief == "DE 48: bill missing"


def test_a_type_that_is_chosen_again_is_remembered():
    router = Router(messages(), SMALL)
    assert router.find(payment()) is router.find(payment(e4="000000000999"))
    assert router.response_mti("0201") == "0210"


def test_no_more_choices_are_remembered_than_a_bound(monkeypatch):
    monkeypatch.setattr("offline_collect.wire.messages.message_set.choices.KEPT_MAX", 1)
    values = small_values()
    values["messages"][PAYMENT]["when"] = {3: "5....."}
    router = Router(messages(), compiled(values))
    found = [router.find(payment(e3=code)).name for code in ("500000", "510000", "500000")]
    assert found == ["payment"] * 3


def test_a_message_of_another_mti_is_not_supported():
    assert read(request("0100", PAYING, e3="380000", e60="99000012")).code is ResponseCode.UNSUPPORTED
    assert read(request("0500", {})).brief == "MTI not supported"


def test_only_a_link_of_one_institution_says_who_sent_a_message():
    assert read(lookup(e32=None)).institution == "14"
    with pytest.raises(SchemaError, match="link fep-1: institutions: must be one"):
        read(lookup(e32=None), institutions=("14", "15"))


def test_the_journal_shows_only_what_the_file_lists():
    shown = read(payment(e63="a note")).journal
    assert "48=[bill=*** payer=***]" in shown
    assert "60=[type=*** batch=000012]" in shown
    assert "63=a note" in shown
    assert "48=[bill=***567890 " not in shown


def test_private_data_that_cannot_be_read_is_refused_although_nothing_in_it_is_needed():
    values = small_values()
    values |= {"identity": [32, 41, 11, 7], "original": {"same": [41, 11]}}
    values["messages"][REVERSAL]["must"] = [4, 7, 11, 32, 41, 42]
    assert read(request("0400", PAYING, e60="1"), compiled(values)).brief == "DE 60: type cut short"


REFUSAL = decline(ResponseCode.NOT_FOUND, "not found at all")
RECORDS = tuple(
    Record({"bill_no": f"B{nth}", "total_payable": 100 * nth}, None, 100 * nth) for nth in range(1, 6)
)
PAGE = Answer(ResponseCode.APPROVED, DAY, values={"customer_no": "C1"}, records=RECORDS)


def test_records_go_into_a_list_as_many_as_it_may_have():
    elements = write(lookup(), PAGE)
    assert elements[48] == "C1      " + " " * 6 + "".join(f"B{n}        00000{n}00" for n in (1, 2, 3))
    assert elements[4] == "000000000600"


def test_a_customer_number_in_chinese_has_question_marks_in_a_layout():
    page = Answer(ResponseCode.APPROVED, DAY, values={"customer_no": "12号铺"}, records=RECORDS)
    assert write(lookup(), page)[48].startswith("12??    ")


def test_fewer_go_where_the_frame_holds_no_more():
    small = dialect(["frame", "length_max"], 140)
    elements = write(lookup(), PAGE, small)
    assert elements[48] == "C1      " + " " * 6 + "B1        00000100"
    with pytest.raises(EncodeError):
        write(lookup(), PAGE, dialect(["frame", "length_max"], 100))


def test_a_page_without_records_has_an_empty_list():
    assert write(lookup(), Answer(ResponseCode.APPROVED, DAY, values={"customer_no": "C1"}))[
        48
    ] == "C1".ljust(14)


def test_a_page_names_where_it_goes_on():
    paged = dialect(["messages", LOOKUP, "answer", "put", "48.note"], {"value": "page_cursor", "most": 6})
    records = tuple(Record(each.values, f"at{n}", 1) for n, each in enumerate(RECORDS))
    assert write(
        lookup(), Answer(ResponseCode.APPROVED, DAY, values={"customer_no": "C"}, records=records), paged
    )[48].startswith("C       at3   ")


def test_what_nothing_is_put_in_is_repeated_from_the_request():
    answer = Answer(
        ResponseCode.APPROVED, DAY, values={"approval_code": "A1", "receipt": "王小明 and others"}
    )
    elements = write(payment(), answer)
    assert (elements[38], elements[48]) == ("A1", "B1        ??? and".ljust(18))
    nothing = write(payment(), Answer(ResponseCode.APPROVED, DAY))
    assert nothing[48] == BILL + PAYER


def test_an_answer_may_have_private_data_of_its_own_and_texts_of_any_length():
    values = small_values()
    values["layouts"]["note"] = {"fixed": [{"code": "n2"}], "rest": True}
    values["layouts"]["tags"] = {"tagged": {"tag": "n2", "length": "n3"}}
    values["messages"][PAYMENT]["layout"] = {
        "request": {48: "bill", 60: "kind"},
        "answer": {62: "note", 61: "tags"},
    }
    put = {"62.code": {"is": "7"}, "62.rest": "receipt", "61.09": "receipt"}
    values["messages"][PAYMENT]["answer"] = {"put": put}
    values["decline"] = {"62.rest": "reason", "61.09": "reason"}
    answer = Answer(ResponseCode.APPROVED, DAY, values={"receipt": "谢谢"})
    elements = write(payment(), answer, compiled(values))
    assert (elements[62], elements[61]) == ("07谢谢", "09006谢谢")
    refused = write(payment(), REFUSAL, compiled(values))
    assert (62 in refused, refused[61]) == (False, "09016not found at all")


def test_values_that_an_answer_lacks_are_left_to_the_layout():
    values = changed(
        small_values(), ["layouts", "bills", "fixed", 2, "rows", 1], {"amount": {"is": "n8", "send": "1"}}
    )
    records = (Record({"bill_no": "B1"}),)
    answer = Answer(ResponseCode.APPROVED, DAY, values={"customer_no": "C1"}, records=records)
    assert write(lookup(), answer, compiled(values))[48].endswith("B1        00000001")


def test_private_data_that_cannot_be_read_is_not_repeated():
    assert (
        write(payment(e48="X"), Answer(ResponseCode.APPROVED, DAY, values={"receipt": "Y"}), unneeding())[48]
        == " " * 10 + "Y       "
    )


def test_neither_is_what_is_not_there():
    answer = Answer(ResponseCode.APPROVED, DAY, values={"receipt": "Y"})
    assert write(payment(e48=None), answer, unneeding())[48] == " " * 10 + "Y       "


def unneeding():
    values = changed(small_values(), ["layouts", "bill", "fixed", 0], {"bill": {"is": "ans10", "send": ""}})
    return compiled(values)


def test_a_constant_is_put_in_elements_and_parts():
    values = small_values()
    values["messages"][PAYMENT]["answer"] = {"put": {25: {"is": "7"}, "48.payer": {"is": "SAME"}}}
    elements = write(payment(), Answer(ResponseCode.APPROVED, DAY), compiled(values))
    assert (elements[25], elements[48]) == ("07", BILL + "SAME    ")


def test_codes_and_columns_are_converted():
    values = small_values()
    put = {
        "48.payer": {"value": "original_state", "as": "response_code"},
        "48.bill": {"value": "receipt", "column": "a"},
    }
    values["messages"][PAYMENT]["answer"] = {"put": put}
    answer = Answer(ResponseCode.APPROVED, DAY, values={"original_state": "NOT_FOUND", "receipt": "b=2|a=1"})
    assert write(payment(), answer, compiled(values))[48] == "1".ljust(10) + "25".ljust(8)
    other = Answer(ResponseCode.APPROVED, DAY, values={"receipt": "b=2"})
    assert write(payment(), other, compiled(values))[48] == BILL + PAYER


def test_a_decline_says_its_reason_in_a_part():
    values = changed(small_values(), ["decline"], {"48.payer": "brief", 44: "brief"})
    elements = write(payment(), REFUSAL, compiled(values))
    assert (elements[44], elements[48]) == ("not found at all", BILL + "not foun")


def test_a_decline_whose_parts_cannot_be_filled_goes_without_them():
    elements = write(lookup(), REFUSAL)
    assert (elements[39], 48 in elements) == ("25", False)


def test_a_decline_without_such_a_part_repeats_what_the_dialect_echoes():
    values = changed(small_values(), ["decline"], {44: "brief"})
    values["echo"] = [11, 48]
    assert write(payment(e48="X"), REFUSAL, compiled(values))[48] == "X"


def test_every_answer_has_what_always_says_of_parts():
    values = changed(small_values(), ["always"], {39: "response_code", "48.payer": "response_code"})
    del values["messages"][PAYMENT]["answer"]["put"]["48.payer"]
    assert write(payment(), Answer(ResponseCode.APPROVED, DAY), compiled(values))[48] == BILL + "00      "
    del values["messages"][PAYMENT]["answer"]
    assert write(payment(), REFUSAL, compiled(values))[48] == BILL + "25      "


def test_b_elements_and_packed_digits_have_layouts_too():
    values = small_values()
    values["elements"] = {48: "b...99 Bytes", 60: {"is": "n...17 Kind", "encoding": "bcd"}}
    found = read(payment(e48=(BILL + PAYER).encode().hex()), compiled(values))
    assert found.bill_no == "B1"
    answer = Answer(ResponseCode.APPROVED, DAY, values={"receipt": "X"})
    written = write(payment(e48=(BILL + PAYER).encode().hex()), answer, compiled(values))
    assert bytes.fromhex(written[48]).decode() == BILL + "X       "


def test_names_and_tags_may_choose_a_type_beside_when():
    values = small_values()
    values["messages"].append(
        copy.deepcopy(values["messages"][LOOKUP])
        | {"name": "directory", "command": "Directory", "fields": {"cursor": {"tag": "0040", "as": "cursor"}}}
        | {"processing": "MERCHANT_DIRECTORY", "must": [7, 11], "answer": {}, "layout": {}}
    )
    del values["messages"][-1]["when"]
    found = read(request("0100", {3: "391000", 48: "0040003abc"}), compiled(values))
    assert found.cursor == "abc"


def test_types_that_one_message_could_be_are_refused():
    values = small_values()
    values["messages"].append({"name": "other", "like": "payment", "when": {3: "50....", "60.type": "02"}})
    with pytest.raises(SchemaError) as caught:
        Router(messages(), compiled(values))
    assert str(caught.value) == "small.yaml: messages[3]: a message can be both payment and other"


def test_types_that_differ_at_one_place_are_not():
    values = small_values()
    values["messages"][PAYMENT]["when"]["60.type"] = "01"
    values["messages"].append({"name": "other", "like": "payment", "when": {3: "50....", "60.type": "02"}})
    router = Router(messages(), compiled(values))
    assert (router.find(payment()).name, router.find(payment(e60="02000012")).name) == ("payment", "other")


def test_the_messages_say_where_things_are():
    assert places(7, SMALL) == (7,)
    assert places(90, SMALL) == (90,)
