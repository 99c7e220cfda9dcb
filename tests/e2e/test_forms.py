"""A form from its YAML to the wire: each set of inputs finds the customer, and older versions still work."""

import datetime as dt
import itertools

import pytest
import yaml
from typer.testing import CliRunner

from offline_collect.app.cli.main import app
from offline_collect.wire.layouts.pds import build_pds, parse_pds
from offline_collect.wire.messages.message import Message
from tests.e2e.serving import serving, write_config
from tests.support.tree import ROOT

METER = {
    "key": "meter_no",
    "label": "表号",
    "prompt": "请输入11位表号",
    "type": "NUMERIC",
    "least": 11,
    "most": 11,
    "check": "LUHN",
    "normalise": ["trim", "half_width"],
}
OWNER = {"key": "name", "label": "姓名", "prompt": "请输入户主姓名", "group": "owner"}
MOBILE = {
    "key": "mobile",
    "label": "手机",
    "prompt": "请输入手机号码",
    "pattern": "1[0-9]{10}",
    "group": "owner",
}
FIRST = {"title": "水费缴纳", "inputs": [METER]}
SECOND = {"title": "水费缴纳", "inputs": [OWNER, MOBILE, {**METER, "group": "meter"}]}
THIRD = {**SECOND, "title": "自来水费"}
CUSTOMERS = """客户编号,姓名,表号,手机
C1,王小明,79927398713,13800000001
C2,李雷,,13800000002
C3,王小明,,13800000003
"""
BILLS = """账单编号,表号,姓名,手机,金额,缴费截止日
W2611-07,79927398713,,,10.00,2099-12-31
W2611-19,,李雷,13800000002,20.00,2099-12-31
W2611-31,,王小明,13800000003,30.00,2099-12-31
"""


@pytest.fixture
def config(tmp_path, sqlite_url):
    """A server's configuration, and a water works in its store that has published its second form."""
    config = write_config(tmp_path, sqlite_url)
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "bills.csv").write_text(BILLS, encoding="utf-8")
    steps = [
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", str(ROOT / "samples" / "water" / "merchant.yaml")),
        publishing(tmp_path, FIRST),
        publishing(tmp_path, SECOND),
        ("customers", "import", "WATER001", str(tmp_path / "customers.csv")),
        ("bills", "import", "WATER001", str(tmp_path / "bills.csv")),
    ]
    for step in steps:
        run(config, *step)
    return config


def run(config, *step):
    """Run a command of the back office, which must succeed."""
    done = CliRunner().invoke(app, ["--config", str(config), *step])
    assert done.exit_code == 0, done.output


def publishing(folder, form):
    path = folder / f"form-{len(list(folder.glob('form-*')))}.yaml"
    path.write_text(yaml.safe_dump(form, allow_unicode=True), encoding="utf-8")
    return ("form", "publish", "WATER001", str(path))


class Terminal:
    """A kiosk for the water works only."""

    def __init__(self, front_end):
        self._front_end = front_end
        self._numbers = itertools.count(1)

    def ask(self, mti, processing, tags=(), **elements):
        now = dt.datetime.now(dt.UTC)
        sent = {3: processing, 7: f"{now:%m%d%H%M%S}", 11: f"{next(self._numbers):06d}", 32: "12345678"}
        sent |= {
            41: "KIOSK001",
            42: f"{'WATER001':<15}",
            **{int(name[3:]): text for name, text in elements.items()},
        }
        if tags:
            sent[48] = build_pds(sorted(dict(tags).items()), "utf-8")
        (answer,) = self._front_end.ask(Message(mti, dict(sorted(sent.items()))))
        return answer.elements

    def form(self):
        """Download the form; return its heading and its inputs."""
        answer = self.ask("0100", "390000")
        inputs = [parse_pds(answer[at], "utf-8") for at in range(120, 125) if at in answer]
        return parse_pds(answer[48], "utf-8"), inputs

    def look_up(self, inputs, version=None):
        """Return the response code, the customer or otherwise the reason, and the bills' numbers."""
        tags = {f"{21 + at:04d}": text for at, text in enumerate(inputs) if text}
        answer = self.ask("0100", "380000", tags | ({"0001": version} if version else {}))
        if answer[39] != "00":
            return answer[39], answer[63]
        bills = [parse_pds(answer[at], "utf-8")["0030"] for at in range(120, 126) if at in answer]
        return answer[39], parse_pds(answer[48], "utf-8")["0031"], *bills

    def pay(self, bill, amount, version):
        tags = {"0001": version, "0030": bill, "0061": "CASH", "0062": "KIOSK"}
        now = dt.datetime.now(dt.UTC)
        times = {"de_12": f"{now:%H%M%S}", "de_13": f"{now:%m%d}"}
        return self.ask(
            "0200", "500000", tags, de_4=f"{amount:012d}", de_37="R00000000001", de_49="156", **times
        )[39]


@pytest.fixture
def terminal(config):
    with serving(config) as server, server.connect() as front_end:
        yield Terminal(front_end)


def test_either_set_of_inputs_finds_the_customer(terminal):
    heading, inputs = terminal.form()
    assert (heading["0001"], heading["0004"]) == ("2", "3")
    assert [(each["0001"], each["0011"]) for each in inputs] == [
        ("name", "owner"),
        ("mobile", "owner"),
        ("meter_no", "meter"),
    ]
    assert terminal.look_up(["", "", " ７9927398713"], "2") == ("00", "C1", "W2611-07")
    assert terminal.look_up(["王小明", "13800000001"], "2") == ("00", "C1", "W2611-07")
    assert terminal.look_up(["李雷", "13800000002"]) == ("00", "C2", "W2611-19")
    assert terminal.look_up(["王小明", "13800000003"]) == ("00", "C3", "W2611-31")
    assert terminal.look_up(["王小明"]) == ("14", "手机 is missing")
    assert terminal.look_up(["李雷", "13800000001"])[0] == "14"


def test_a_wrong_check_digit_is_told_in_the_merchants_words(terminal):
    _, inputs = terminal.form()
    assert sorted(inputs[2]) == ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0011"]
    assert terminal.look_up(["", "", "79927398710"]) == (
        "14",
        "表号 is mistyped: its check digit does not fit",
    )


def test_a_form_that_is_published_while_terminals_hold_older_ones(terminal, config, tmp_path):
    run(config, *publishing(tmp_path, THIRD))
    heading, _ = terminal.form()
    assert (heading["0001"], heading["0002"]) == ("3", "自来水费")
    assert terminal.look_up(["79927398713"], "1") == ("00", "C1", "W2611-07")
    assert terminal.look_up(["李雷", "13800000002"], "2") == ("00", "C2", "W2611-19")
    assert terminal.look_up(["李雷", "13800000002"], "3") == ("00", "C2", "W2611-19")
    assert terminal.look_up(["79927398713"], "3") == ("14", "手机 is missing")
    assert terminal.look_up(["79927398713"], "4")[0] == "25"
    assert terminal.pay("W2611-07", 1_000, "1") == "00"
    assert terminal.pay("W2611-19", 2_000, "2") == "00"
