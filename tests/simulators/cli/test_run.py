"""The whole command ``run`` against a stub of the platform."""

import json
import re
import subprocess
import sys

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect_terminal.cli.run import SCENARIOS
from offline_collect_terminal.errors import ScenarioError
from offline_collect_terminal.scenario.model import Expected, Step
from offline_collect_terminal.scenario.reader import load_scenario
from offline_collect_terminal.wire.dialects import load_codec
from tests.simulators.peer import answer, serving
from tests.support.tree import ROOT

ECHO = "{scenario: alive, steps: [{send: echo, as: kept, expect: {code: APPROVED}}], keep: [kept]}"
CANNOT_BE_CAUSED = {
    ResponseCode.TOO_LATE: "needs a platform that is too busy for a whole request_timeout_ms",
    ResponseCode.UNAVAILABLE: "needs a store that cannot be reached",
    ResponseCode.MALFUNCTION: "needs a fault of the platform's own",
    ResponseCode.IN_BATCH: "needs a batch debit, which the bank starts and no terminal can",
    ResponseCode.WITHDRAWN: "needs an import that withdraws bills, which the merchant makes",
    ResponseCode.SETTLED: "needs a settled day, which the bank makes",
}


@pytest.fixture
def echo(tmp_path):
    file = tmp_path / "echo.yaml"
    file.write_text(ECHO, encoding="utf-8")
    return file


def test_all_as_expected_exits_0(codec, echo, run):
    with serving(codec) as peer:
        ended = run("run", echo, "--port", peer.port, "--transcript", "--seed", "41")
    assert ended.returncode == 0
    assert ended.stderr == ""
    lines = ended.stdout.splitlines()
    assert lines[1:] == [
        "alive",
        "→ 0800 echo test",
        "← 0810 00 approved",
        "✓ alive: 1 sent, 1 answered",
        "1 scenario: 1 message sent, 1 answered, all as expected",
    ]
    assert peer.requests[0].elements[11] == "000042"


def test_a_failed_expectation_exits_1_and_the_other_scenarios_still_run(codec, echo, tmp_path, run):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        "{scenario: not so, steps: [{send: form, with: {merchant: S}, expect: {code: APPROVED}}]}"
    )

    def script(_, request):
        return answer(request, "03" if request.mti == "0100" else "00")

    with serving(codec, script) as peer:
        ended = run("run", wrong, echo, "--port", peer.port)
    assert ended.returncode == 1
    assert re.search(r"≠ +DE 39 +Response code +00 APPROVED +03", ended.stdout)
    assert "✓ alive" in ended.stdout
    assert "2 scenarios: 2 messages sent, 2 answered, 1 failed" in ended.stdout


def test_a_platform_that_is_not_there_exits_1(codec, echo, run):
    with serving(codec) as peer:
        pass
    ended = run("run", echo, "--port", peer.port)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Error: 127.0.0.1:{peer.port}: Connection refused")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no_such_scenario"], "no such file, nor a shipped scenario"),
        (["link", "--dialect", "klingon"], "no such dialect; choose from ascii, base24, bcd"),
        (["paymnt"], "Did you mean payment?"),
        (["link", "--dialect", "asci"], "Did you mean ascii?"),
        (["link", "--dialect", "none.yaml"], "none.yaml: cannot be read"),
        (["link", "--var", "day"], "write a variable like day=1122"),
        (["link", "--timezone", "Mars/Olympus"], "is not a time zone"),
        (["link", "--port", "0"], "--port"),
        (["link", "--colour", "red"], "--colour"),
    ],
)
def test_wrong_usage_exits_2_before_anything_is_sent(words, said, run):
    ended = run("run", *words)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_scenario_that_is_wrong_exits_2_with_file_and_place(tmp_path, run):
    file = tmp_path / "bad.yaml"
    file.write_text("{scenario: x, steps: [{send: echo, expect: nothing, colour: red}]}", encoding="utf-8")
    ended = run("run", file)
    assert ended.returncode == 2
    assert f"{file}:1: steps[0].colour: unknown key" in ended.stderr.replace("\n", "")


def test_the_shipped_scenarios_are_listed_and_nothing_is_sent(run):
    listed = run("run", "--list").stdout
    assert re.search(r"^  payment +A payment, its repeats", listed, re.MULTILINE)
    assert (
        listed.index("Played by default:")
        < listed.index("Played by name:")
        < listed.index("any_dialect/echo")
    )
    rows = json.loads(run("run", "--list", "--json").stdout)
    assert {row["name"] for row in rows} == {
        path.relative_to(SCENARIOS).with_suffix("").as_posix() for path in SCENARIOS.rglob("*.yaml")
    }
    assert all(row["data"] for row in rows if row["name"] == "payment")
    assert run("run", "--json").returncode == 2


def test_what_a_scenario_keeps_can_be_named_in_a_later_run(codec, echo, tmp_path, run):
    state = tmp_path / "var" / "state.json"
    later = tmp_path / "later.yaml"
    later.write_text('{scenario: later, steps: [{again: kept, mti: "0800", expect: {}}]}', encoding="utf-8")
    with serving(codec) as peer:
        assert run("run", echo, "--port", peer.port, "--state", state).returncode == 0
        assert run("run", later, "--port", peer.port, "--state", state).returncode == 0
        alone = run("run", later, "--port", peer.port)
    assert peer.requests[1] == peer.requests[0]
    assert list(json.loads(state.read_text(encoding="utf-8"))) == ["kept"]
    assert state.stat().st_mode & 0o077 == 0
    assert alone.returncode == 2
    assert "no message before this one is named kept" in alone.stderr


@pytest.mark.parametrize("content", ["[]", "{", '{"kept": {}}', '{"kept": {"request": {"mti": "0800"}}}'])
def test_kept_state_that_is_wrong_exits_2(content, echo, tmp_path, run):
    state = tmp_path / "state.json"
    state.write_text(content, encoding="utf-8")
    ended = run("run", echo, "--state", state)
    assert ended.returncode == 2
    assert f"{state}: " in ended.stderr.replace("\n", "")


def test_a_scenario_for_another_dialect_is_not_run(tmp_path, run):
    codec = load_codec("bcd")
    with serving(codec) as peer:
        ended = run("run", "bad_input", "form", "--port", peer.port, "--dialect", "bcd")
        alone = run("run", "bad_input", "--port", peer.port, "--dialect", "bcd")
    assert "bad_input.yaml: not run, it is written for dialect ascii" in ended.stdout.replace("\n", "")
    assert peer.requests[0].elements[3] == "390000"
    assert (alone.returncode, "nothing was run" in alone.stdout) == (1, True)


def test_a_dialect_may_be_like_one_beside_it(tmp_path):
    (tmp_path / "ours.yaml").write_text(
        "name: ours\nlike: ascii\nframe: {length: binary2}\n", encoding="utf-8"
    )
    file = tmp_path / "theirs.yaml"
    file.write_text("name: theirs\nlike: ours\n", encoding="utf-8")
    assert load_codec(str(file)).dialect.frame.length == "binary2"
    file.write_text("name: theirs\nlike: nobodys\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=rf"no dialect nobodys in {tmp_path}, and of the shipped ones"):
        load_codec(str(file))


def test_the_version_and_the_short_help_are_those_of_the_platforms_command(run):
    assert run("--version").stdout.startswith("offline-collect-terminal ")
    for words in (["-h"], ["run", "-h"]):
        assert "Usage:" in run(*words).stdout


def test_the_program_names_both_commands():
    command = [sys.executable, "-m", "offline_collect_terminal.cli.main", "--help"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)
    assert ended.returncode == 0
    assert "run" in ended.stdout
    assert "load" in ended.stdout


def test_every_response_code_is_caused_by_a_scenario_or_cannot_be_caused_from_outside(templates):
    expected = {
        exchange.expected.code
        for file in SCENARIOS.rglob("*.yaml")
        for step in load_scenario(file, templates).steps
        if isinstance(step, Step)
        for exchange in step.exchanges
        if isinstance(exchange.expected, Expected) and exchange.expected.code
    }
    assert expected.isdisjoint(CANNOT_BE_CAUSED)
    assert expected | CANNOT_BE_CAUSED.keys() == set(ResponseCode)


def test_every_message_of_the_message_set_is_sent_by_a_scenario(templates):
    sent = set()
    for file in SCENARIOS.rglob("*.yaml"):
        for step in load_scenario(file, templates).steps:
            for exchange in step.exchanges if isinstance(step, Step) else ():
                outgoing = exchange.outgoing
                if outgoing.template is not None:
                    sent.add((outgoing.mti or outgoing.template.mti, outgoing.template.elements.get(3)))
                elif outgoing.mti is not None:
                    sent.add((outgoing.mti, None))
    assert {mti for mti, _ in sent} >= {
        "0100", "0200", "0201", "0220", "0221", "0400", "0401", "0420", "0421", "0500", "0520", "0800",
    }  # fmt: skip
    codes = load_codec("ascii").dialect.processing_codes
    assert {code for _, code in sent} >= {f"{{processing.{name}}}" for name in codes}
