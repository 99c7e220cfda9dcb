import pytest
import yaml

from offline_collect.domain.codes import ResponseCode
from offline_collect_terminal.cli.run import SCENARIOS
from offline_collect_terminal.errors import ScenarioError
from offline_collect_terminal.scenario.model import Reconnect, Silence, Step, Wait
from offline_collect_terminal.scenario.reader import load_scenario, load_templates, read_scenario

SHIPPED = sorted(SCENARIOS.rglob("*.yaml"))
ECHO = "{send: echo, expect: {code: APPROVED}}"


def refusal(text, templates):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(yaml.safe_load(text), "bad.yaml", templates)
    return str(caught.value)


def with_step(step):
    return f"{{scenario: title, steps: [{ECHO}, {step}]}}"


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_scenario_can_be_read_and_says_what_data_it_uses(file, templates):
    scenario = load_scenario(file, templates)
    assert scenario.steps
    assert scenario.data or "merchant" not in scenario.variables


def test_the_shipped_scenarios_have_an_order_of_their_own(templates):
    orders = [load_scenario(file, templates).order for file in SCENARIOS.glob("*.yaml")]
    assert len(set(orders)) == len(orders)


@pytest.mark.parametrize(
    ("step", "place", "reason"),
    [
        ("{send: echo, expect: {code: APPROVED}, colour: red}", "steps[1].colour", "unknown key"),
        ("{send: echo, expect: {cod: APPROVED}}", "steps[1].expect.cod", "unknown key"),
        ("{send: echo}", "steps[1].expect", "missing"),
        ("{send: ecko, expect: nothing}", "steps[1].send", "must be one of"),
        ("{send: echo, again: other, expect: nothing}", "steps[1]", "exactly one of"),
        ("{expect: nothing}", "steps[1]", "exactly one of"),
        ("{send: echo, expect: silence}", "steps[1].expect", "nothing, closed"),
        ("{send: echo, expect: {code: '00'}}", "steps[1].expect.code", "must be one of"),
        ("{send: echo, elements: {4: 12345}, expect: nothing}", "steps[1].elements.4", "quoted string"),
        ("{send: echo, elements: {1: x}, expect: nothing}", "steps[1].elements.1", "2 to 128"),
        ("{send: echo, elements: {four: x}, expect: nothing}", "steps[1].elements.four", "2 to 128"),
        ("{send: echo, elements: [4], expect: nothing}", "steps[1].elements", "mapping"),
        ("{send: echo, elements: {48: {30: x}}, expect: nothing}", "steps[1].elements.48.30", "PDS tag"),
        ("{send: echo, elements: {48: {'0030': 1}}, expect: nothing}", "steps[1].elements.48.0030", "quoted"),
        ("{send: echo, corrupt: {11: {'0030': x}}, expect: nothing}", "steps[1].corrupt.11", "quoted string"),
        ("{send: echo, expect: {elements: {4: null}}}", "steps[1].expect.elements", "absent"),
        ("{prepare: echo}", "steps[1].as", "missing"),
        ("{wait_ms: 60001}", "steps[1].wait_ms", "1 to 60000"),
        ("{wait_ms: 5, send: echo}", "steps[1].send", "unknown key"),
        ("{send: echo, times: 0, expect: nothing}", "steps[1].times", "1 to"),
        ("{pipeline: []}", "steps[1].pipeline", "1 to"),
        (
            f"{{pipeline: [{ECHO}, {{send: echo, bad: 1, expect: nothing}}]}}",
            "steps[1].pipeline[1].bad",
            "unknown",
        ),
        ("{find: {merchant: S, among: []}}", "steps[1].find.among", "1 to 200 customers"),
        ("{find: {merchant: S, among: [1]}}", "steps[1].find.among[0]", "quoted string"),
        (
            "{find: {merchant: S, among: [[a, b, c, d, e, f]]}}",
            "steps[1].find.among[0]",
            "one for each input",
        ),
        ("{find: {merchant: S, among: ['{001..999}']}}", "steps[1].find.among[0]", "1 to 200 customers"),
        ("{find: {merchant: S, among: [a], bills: 7}}", "steps[1].find.bills", "1 to 6"),
        ("{find: {merchant: S, among: [a], colour: red}}", "steps[1].find.colour", "unknown key"),
        ("{frame: {txt: x}, expect: nothing}", "steps[1].frame.text", "missing"),
        ("{frame: {text: x, hex: '00'}, expect: nothing}", "steps[1].frame.text", "unknown key"),
    ],
)
def test_what_a_step_may_not_say_is_refused_with_file_and_place(step, place, reason, templates):
    said = refusal(with_step(step), templates)
    assert said.startswith(f"bad.yaml: {place}: ")
    assert reason in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "bad.yaml: must be a mapping"),
        ("{steps: []}", "bad.yaml: scenario: missing"),
        ("{scenario: x}", "bad.yaml: steps: missing"),
        ("{scenario: x, steps: [], more: 1}", "bad.yaml: more: unknown key"),
        ("{scenario: x, steps: [], data: [1]}", "bad.yaml: data[0]: must be a string"),
        ("{scenario: x, steps: [], variables: {a: 1}}", "bad.yaml: variables.a: must be a string"),
        ("{scenario: x, steps: [], order: 0}", "bad.yaml: order: must be a whole number"),
    ],
)
def test_what_a_scenario_may_not_say_is_refused(text, said, templates):
    assert refusal(text, templates).startswith(said)


def test_a_file_that_is_not_there_or_not_yaml_is_refused(tmp_path, templates):
    bad = tmp_path / "bad.yaml"
    bad.write_text("scenario: [", encoding="utf-8")
    for file, reason in ((tmp_path / "none.yaml", "cannot be read"), (bad, "is not YAML")):
        with pytest.raises(ScenarioError, match=reason):
            load_scenario(file, templates)


def test_a_file_too_large_for_a_scenario_is_refused(tmp_path, templates):
    large = tmp_path / "large.yaml"
    large.write_text("#" * 1_000_001, encoding="utf-8")
    with pytest.raises(ScenarioError, match="over 1000000 bytes"):
        load_scenario(large, templates)


def test_templates_that_are_wrong_name_their_place(tmp_path):
    file = tmp_path / "requests.yaml"
    file.write_text('echo: {mti: "0800", elements: {7: 1}}', encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"requests\.yaml: echo\.elements\.7"):
        load_templates(file)


def test_steps_are_read_as_they_are_written(scenario):
    made = scenario(
        """
        - {wait_ms: 20}
        - {reconnect: second}
        - {stream: {hex: "00"}, expect: closed, over: second, note: bytes}
        - send: payment
          as: first
          times: 3
          of: other
          with: {bill: B1}
          elements: {49: null, 48: {"0030": null}}
          expect: {mti: "0210", code: ALREADY_PAID, elements: {38: absent}, capture: {serial: "48.0070"}}
        """,
        keep=["first"],
    )
    wait, reconnect, stream, payment = made.steps
    assert isinstance(wait, Wait)
    assert wait.wait_ms == 20
    assert isinstance(reconnect, Reconnect)
    assert reconnect.connection == "second"
    assert isinstance(stream, Step)
    assert stream.exchanges[0].expected is Silence.CLOSED
    assert stream.exchanges[0].connection == "second"
    assert isinstance(payment, Step)
    assert payment.times == 3
    (exchange,) = payment.exchanges
    assert exchange.outgoing.local == {"bill": "B1", "of": "other"}
    assert exchange.outgoing.elements == {49: None, 48: {"0030": None}}
    assert exchange.expected.code is ResponseCode.ALREADY_PAID
    assert exchange.expected.capture == {"serial": "48.0070"}
    assert made.keep == ("first",)
