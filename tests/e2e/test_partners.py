"""Partners' dialects against the real server: inquiry, payment, repeat, refusal, reversal, echo."""

import datetime as dt
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from offline_collect.wire.messages.message import Message
from tests.e2e.electricity import (
    ELECTRICITY,
    NOVEMBER,
    OCTOBER,
    RUPIAH,
    SUBSCRIBER,
    SUBSCRIBER_OF_13,
    finally_paid,
)
from tests.e2e.forked import command, simulate
from tests.e2e.serving import WITHIN_S, FrontEnd, serving, write_config
from tests.messages.golden import SHANGHAI
from tests.support.tree import ROOT


class Switch:
    """Numbers and stamps the messages of a partner."""

    def __init__(self):
        self._stan = 0

    def message(self, mti, elements):
        self._stan += 1
        now = dt.datetime.now(SHANGHAI)
        stamps = {7: f"{now:%m%d%H%M%S}", 11: f"{self._stan:06d}"}
        if mti != "0800":
            stamps |= {12: f"{now:%H%M%S}", 13: f"{now:%m%d}", 32: "12345678", 37: f"{self._stan:012d}"}
            stamps |= {41: "TRM00001", 49: RUPIAH}
        return Message(mti, dict(sorted((stamps | elements).items())))


def original(message):
    elements = message.elements
    return f"{message.mti}{elements[11]}{elements[7]}{elements[32]:0>11}"


@pytest.fixture
def switch():
    return Switch()


@pytest.fixture
def ask(electricity_url, tmp_path, request):
    """Asks a server whose link has the dialect of the test."""
    dialect = request.param
    config = write_config(tmp_path, electricity_url, link=f", dialect: {dialect}")
    with serving(config) as server, FrontEnd(server.port, dialect=dialect) as front_end:
        yield lambda message: front_end.ask(message)[0].elements
        assert server.stop() == 0


PPOB = {2: "053501", 18: "6012", 42: "PPOB00000000001"}


@pytest.mark.parametrize("ask", ["ppob-postpaid"], indirect=True)
def test_a_switch_inquires_pays_and_takes_back(ask, switch, electricity_url):
    def ppob(mti, elements):
        return switch.message(mti, PPOB | elements)

    assert ask(switch.message("0800", {70: "001"}))[39] == "00"
    assert ask(switch.message("0800", {70: "301"}))[70] == "301"

    asked = ask(ppob("0200", {3: "380000", 48: SUBSCRIBER}))
    assert (asked[39], asked[4]) == ("00", "000000126500")
    head = f"{OCTOBER:<32}{'B*** S******':<25}R1  000000000"
    october = "2099102099102000000064000000000000"
    november = "2099112099112000000062500000000000"
    assert asked[48] == f"{SUBSCRIBER}202{head}{october}{november}"
    nobody = ask(ppob("0200", {3: "380000", 48: "999999999999"}))
    assert (nobody[39], nobody[48]) == ("14", "999999999999")

    bills = f"1{SUBSCRIBER}102{head}{october}"
    payment = ppob("0200", {3: "170000", 4: "64000", 48: bills})
    paid = ask(payment)
    assert (paid[39], paid[48]) == ("00", bills)
    assert paid[62] == "2099-10"
    assert ask(replace(payment, mti="0201")) == paid
    assert ask(ppob("0200", {3: "170000", 4: "64000", 48: bills}))[39] == "88"
    assert ask(ppob("0200", {3: "170000", 4: "64000", 48: "2" + bills[1:]}))[39] == "30"
    assert ask(ppob("0200", {3: "170000", 4: "64000", 48: bills[:-1]}))[39] == "30"

    back = ppob("0400", {3: "000200", 4: "64000", 48: bills, 90: original(payment) + "0" * 11})
    assert ask(back)[39] == "00"
    assert ask(replace(back, mti="0401"))[39] == "00"
    assert ask(payment)[39] == "94"
    finally_paid(electricity_url)
    again = ppob("0200", {3: "170000", 4: "64000", 48: bills})
    assert ask(again)[39] == "00"
    finally_paid(electricity_url, OCTOBER)


@pytest.mark.parametrize("ask", ["ppob-postpaid"], indirect=True)
def test_a_switch_pays_several_bills_with_the_payers_fee(charged_electricity_url, ask, switch):
    def ppob(mti, elements):
        return switch.message(mti, PPOB | elements)

    asked = ask(ppob("0200", {3: "380000", 48: SUBSCRIBER}))
    assert (asked[39], asked[4]) == ("00", "000000132500")
    head, records = asked[48][13:85], asked[48][85:]
    assert (asked[48][:13], head[-9:]) == (f"{SUBSCRIBER}2", "000006000")

    def paying(pay, amount, fee=6000, rows=records):
        count = len(rows) // 34
        bills = f"{pay}{SUBSCRIBER}{count}{head[:-9]}{fee:09d}{rows}"
        return ppob("0200", {3: "170000", 4: f"{amount:012d}", 48: bills})

    assert ask(paying(2, 132_501))[39] == "13"
    assert ask(paying(2, 129_500, fee=3000))[39] == "13"
    assert ask(paying(2, 126_500, fee=0))[39] == "13"
    assert ask(paying(2, 132_500, rows=records[:34] * 2))[39] == "30"
    assert ask(paying(2, 132_500, rows=records[:34] + "209909" + records[40:]))[39] == "14"

    payment = paying(2, 132_500)
    paid = ask(payment)
    assert (paid[39], paid[48]) == ("00", payment.elements[48])
    assert paid[62] == "2099-10, 2099-11"
    assert ask(replace(payment, mti="0201")) == paid
    assert ask(paying(2, 132_500))[39] == "88"

    back = {3: "000200", 4: paid[4], 48: paid[48], 90: original(payment) + "0" * 11}
    assert ask(ppob("0400", back))[39] == "00"
    assert ask(payment)[39] == "94"
    finally_paid(charged_electricity_url)
    # The newer bill alone: its period names it, and the oldest one its customer.
    assert ask(paying(1, 65_500, fee=3000, rows=records[34:]))[39] == "00"
    assert ask(paying(1, 67_000, fee=3000))[39] == "00"
    finally_paid(charged_electricity_url, OCTOBER, NOVEMBER)


def sulteng(rest="", subscriber=SUBSCRIBER_OF_13):
    return f"{'0' * 13}{'':<14}{subscriber}{rest}"


@pytest.mark.parametrize("ask", ["sulteng"], indirect=True)
def test_a_regional_bank_inquires_pays_and_takes_back(ask, switch, electricity_url):
    def host(mti, elements):
        return switch.message(mti, {42: f"{ELECTRICITY:<15}"} | elements)

    bill = f"{OCTOBER}S"
    assert ask(switch.message("0800", {70: "001"}))[39] == "00"
    assert ask(switch.message("0800", {70: "301"}))[70] == "301"

    asked = ask(host("0200", {3: "380000", 61: sulteng()}))
    assert (asked[39], asked[4], asked[63]) == ("00", "000006400000", bill)
    assert asked[61] == sulteng("B*** S******")
    nobody = ask(host("0200", {3: "380000", 61: sulteng(subscriber="9" * 13)}))
    assert (nobody[39], nobody[61]) == ("14", sulteng(subscriber="9" * 13))

    payment = host("0200", {3: "500000", 4: asked[4], 61: asked[61], 63: asked[63]})
    paid = ask(payment)
    assert (paid[39], paid[61], paid[63]) == ("00", asked[61], bill)
    assert ask(replace(payment, mti="0201")) == paid
    assert ask(host("0200", {3: "500000", 4: asked[4], 61: asked[61], 63: asked[63]}))[39] == "U1"

    spaces = f"{payment.mti}{payment.elements[11]}{payment.elements[7]}{'12345678':<11}{'':<11}"
    back = host("0400", {3: "500000", 4: asked[4], 61: asked[61], 63: asked[63], 90: spaces})
    assert ask(back)[39] == "00"
    assert ask(replace(back, mti="0401"))[39] == "00"
    assert ask(host("0420", {3: "500000", 4: asked[4], 90: spaces}))[39] == "00"
    finally_paid(electricity_url)


@pytest.mark.parametrize("dialect", ["ppob-postpaid", "sulteng"])
def test_the_simulator_speaks_the_dialect_by_its_own_rules(electricity_url, tmp_path, dialect):
    config = write_config(tmp_path, electricity_url, link=f", dialect: {dialect}")
    with serving(config) as server:
        command = [
            str(Path(sys.executable).with_name("offline-collect-terminal")),
            "run",
            f"partners/{dialect}",
        ]
        options = ["--port", str(server.port), "--dialect", dialect, "--institution", "12345678"]
        done = subprocess.run(
            [*command, *options], cwd=ROOT, capture_output=True, text=True, check=False, timeout=WITHIN_S
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert server.stop() == 0
    finally_paid(electricity_url)


def with_terminator(folder, bitmap):
    """A folder of schemas with `sulteng` as it is on a link where `03` ends each message; and its file."""
    file = folder / "schemas" / "dialects" / "sulteng.yaml"
    file.parent.mkdir(parents=True)
    text = (ROOT / "schemas" / "dialects" / "sulteng.yaml").read_text(encoding="utf-8")
    text = text.replace("length: binary2\n", 'length: none\n  trailer: "03"\n', 1)
    text = text.replace("{text: latin-1}", f"{{text: latin-1, bitmap: {bitmap}}}")
    file.write_text(text, encoding="utf-8")
    return file


def test_a_link_where_a_terminator_ends_each_message_works_with_bitmaps_in_hex(electricity_url, tmp_path):
    file = with_terminator(tmp_path, "hex")
    config = write_config(tmp_path, electricity_url, link=", dialect: sulteng")
    config.write_text(f'schemas_dir: "{file.parent.parent}"\n{config.read_text(encoding="utf-8")}', "utf-8")
    with serving(config) as server:
        options = ["--port", str(server.port), "--dialect", str(file), "--hex"]
        done = simulate("run", "partners/sulteng", *options)
        assert done.returncode == 0, done.stdout + done.stderr
        assert server.stop() == 0
    finally_paid(electricity_url)


def test_a_link_where_a_terminator_ends_each_message_is_refused_with_raw_bitmaps(electricity_url, tmp_path):
    file = with_terminator(tmp_path, "raw")
    config = write_config(tmp_path, electricity_url, link=", dialect: sulteng")
    config.write_text(f'schemas_dir: "{file.parent.parent}"\n{config.read_text(encoding="utf-8")}', "utf-8")
    for words in (["config", "check"], ["serve"], ["dialect", "check", str(file)]):
        refused = command(config, *words)
        assert refused.returncode != 0
        said = "frame.length: none does not go with raw bitmaps: they may hold the trailer"
        assert said in refused.stdout + refused.stderr


@pytest.mark.parametrize(
    ("dialect", "kind", "looked_up", "amount"),
    [
        ("ppob-postpaid", "payment", OCTOBER, "64000.00"),
        ("ppob-postpaid", "lookup", SUBSCRIBER, "1.00"),
        ("sulteng", "payment", f"{OCTOBER}S", "64000.00"),
        ("sulteng", "lookup", SUBSCRIBER_OF_13, "1.00"),
    ],
)
def test_a_load_is_put_on_a_dialect_with_messages_of_its_own(
    electricity_url, tmp_path, dialect, kind, looked_up, amount
):
    bills = tmp_path / "bills.csv"
    bills.write_text(f"merchant_id,bill_no,amount\n{ELECTRICITY},{looked_up},{amount}\n", encoding="utf-8")
    config = write_config(tmp_path, electricity_url, link=f", dialect: {dialect}")
    with serving(config) as server:
        options = ["--port", str(server.port), "--dialect", dialect, "--currency", "IDR", "--count", "1"]
        options += ["--bills-file", str(bills), "--connections", "1", "--in-flight", "1"]
        done = simulate("load", "--kind", kind, *options)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"{kind} 00 APPROVED: 1" in done.stdout
        assert server.stop() == 0
    finally_paid(electricity_url, *([looked_up] if kind == "payment" else []))
