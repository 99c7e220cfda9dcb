import pytest

from offline_collect.wire.layouts.pds import parse_pds
from offline_collect_terminal.errors import ScenarioError
from offline_collect_terminal.scenario.compose import Composer, dialect_variables
from offline_collect_terminal.scenario.variables import Variables

STAMP = {
    "institution": "12345678",
    "terminal": "TERM0001",
    "stan": "000008",
    "rrn": "632609000008",
    "transmission_time": "1122093011",
    "local_time": "173011",
    "local_date": "1122",
}


@pytest.fixture
def composer(either_codec):
    values = {
        **dialect_variables(either_codec.dialect),
        "merchant": "SCHOOL01",
        "bill": "S1",
        "amount": "100",
    }
    return Composer(either_codec, Variables("utf-8", 2026, values), "test.yaml")


@pytest.fixture
def compose(composer, scenario):
    def make(step, stamp=STAMP):
        (made,) = scenario(f"[{step}]").steps
        return composer.compose(made.exchanges[0], stamp)

    return make


def read(composed, codec):
    frame_format = codec.dialect.frame
    return codec.decode(composed.stream[frame_format.message_at :])


def test_a_request_is_its_template_filled_in(compose, either_codec):
    message = read(compose("{send: payment, expect: {}}"), either_codec)
    assert message.mti == "0200"
    assert message.elements[4] == "000000000100"
    assert message.elements[3] == "500000"
    assert parse_pds(message.elements[48], "utf-8") == {
        "0030": "S1", "0060": "T001", "0061": "CASH", "0062": "TELLER",
    }  # fmt: skip


def test_a_step_puts_its_own_elements_and_tags_over_the_templates(compose, either_codec):
    step = """{send: payment, mti: "0220", elements: {49: null, 102: "acc", 48: {"0060": null, "0061": CARD}},
               with: {bill: S2}, expect: {}}"""
    message = read(compose(step), either_codec)
    assert message.mti == "0220"
    assert 49 not in message.elements
    assert message.elements[102] == "acc"
    assert parse_pds(message.elements[48], "utf-8") == {"0030": "S2", "0061": "CARD", "0062": "TELLER"}


def test_private_data_may_be_written_by_hand_or_taken_away_whole(compose, either_codec):
    by_hand = read(compose('{send: payment, elements: {48: "0030"}, expect: {}}'), either_codec)
    assert by_hand.elements[48] == "0030"
    nothing = read(compose('{send: lookup, elements: {48: {"0021": null}}, expect: {}}'), either_codec)
    assert 48 not in nothing.elements


def test_a_message_goes_out_again_as_it_was(compose, either_codec):
    first = compose("{send: payment, as: first, expect: {}}")
    later = {**STAMP, "stan": "000009"}
    again = compose("{again: first, expect: {}}", later)
    assert again.stream == first.stream
    changed = read(
        compose('{again: first, mti: "0201", elements: {4: "7"}, expect: {}}', later), either_codec
    )
    assert changed.mti == "0201"
    assert changed.elements == {**read(first, either_codec).elements, 4: "000000000007"}


def test_a_reversal_names_its_original(compose, either_codec):
    compose("{prepare: payment, as: first}")
    reversal = read(
        compose("{send: write_off, of: first, expect: {}}", {**STAMP, "stan": "000009"}), either_codec
    )
    assert reversal.elements[90] == "0200000008" + "1122093011" + "00012345678" + "0" * 11
    assert reversal.elements[39] == "17"
    assert reversal.elements[4] == "000000000100"


def test_bytes_go_out_as_they_are_framed_or_not(compose, either_codec):
    assert compose('{stream: {hex: "00ff"}, expect: nothing}').stream == b"\x00\xff"
    framed = compose('{frame: {text: "{stan}"}, expect: nothing}')
    assert framed.stream.endswith(b"000008")
    assert len(framed.stream) > 6
    assert framed.message is None


def test_an_encoded_element_may_be_damaged(compose, either_codec):
    whole = compose("{send: echo, expect: {}}").stream
    size = 3 if either_codec.dialect.encoding.numeric == "bcd" else 6
    damaged = compose(f'{{send: echo, corrupt: {{11: "{"?" * size}"}}, expect: {{}}}}')
    assert damaged.broken
    assert b"?" * size in damaged.stream
    assert len(damaged.stream) == len(whole)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ('{send: echo, elements: {11: "{nothing}"}, expect: {}}', "nothing has set a variable nothing"),
        ("{again: nobody, expect: {}}", "no message before this one is named nobody"),
        ('{send: echo, elements: {11: "12A456"}, expect: {}}', "DE 11"),
        ('{send: echo, corrupt: {11: "too long for it"}, expect: {}}', "corrupt: DE 11 has"),
        ('{send: echo, corrupt: {4: "1"}, expect: {}}', "corrupt: DE 4 has 0 bytes"),
        ('{stream: {hex: "0g"}, expect: nothing}', "pairs of hex digits"),
        ('{send: payment, elements: {48: {"0030": "' + "9" * 1000 + '"}}, expect: {}}', "DE 48"),
    ],
)
def test_what_cannot_be_composed_is_refused_with_its_place(step, reason, compose):
    with pytest.raises(ScenarioError, match=reason) as caught:
        compose(step)
    assert str(caught.value).startswith("test.yaml: steps[0]: ")
