"""The load command: its options, output and exit codes."""

import json
import signal
import subprocess
import sys
import threading
from collections import Counter

import pytest

from offline_collect.wire.layouts.pds import parse_pds
from offline_collect_terminal.wire.dialects import load_codec
from tests.simulators.loads import of_class, pay
from tests.simulators.peer import answer, approve, serving
from tests.support.tree import ROOT

BILLS = ("--merchant", "SCHOOL01", "--bill", "B{:08d}")


def test_the_command_shows_a_table_and_writes_json(codec, tmp_path, run):
    figures_file = tmp_path / "var" / "figures.json"
    with serving(codec, pay) as peer:
        ended = run(
            "load", *BILLS, "--port", peer.port, "--count", 200, "--start-at", 5, "--amount", "123.45",
            "--connections", 2, "--in-flight", 8, "--json", figures_file,
        )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "2 connections × 8 in flight" in ended.stdout
    assert "payment 00 APPROVED: 200" in ended.stdout
    figures = json.loads(figures_file.read_text(encoding="utf-8"))
    assert figures["messages"] == 200
    assert figures["kinds"]["payment"]["codes"] == {"00": 200}
    assert figures["kinds"]["payment"]["latency_ms"].keys() == {"p50", "p90", "p99", "max"}
    payments = of_class(peer, "0200")
    assert min(parse_pds(payment.elements[48], "utf-8")["0030"] for payment in payments) == "B00000005"
    assert min(payment.elements[11] for payment in payments) == "000005"
    assert {payment.elements[4] for payment in payments} == {"000000012345"}


def test_lookups_begin_again_at_the_first_and_may_go_by_what_is_typed(tmp_path, run):
    codec = load_codec("bcd")
    with serving(codec, approve) as peer:
        ended = run(
            "load", *BILLS, "--port", peer.port, "--dialect", "bcd", "--kind", "lookup", "--by-input",
            "--bills", 3, "--count", 10, "--connections", 1,
        )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    inputs = Counter(parse_pds(request.elements[48], "utf-8")["0021"] for request in of_class(peer, "0100"))
    assert inputs == {"B00000001": 4, "B00000002": 3, "B00000003": 3}


def test_bills_come_from_a_file(codec, tmp_path, run):
    file = tmp_path / "bills.csv"
    file.write_text("merchant_id,bill_no,amount\nM,B1,1.00\nNEXT,B22,2.50\n", encoding="utf-8")
    with serving(codec, pay) as peer:
        ended = run("load", "--bills-file", file, "--port", peer.port)
    assert ended.returncode == 0, ended.stdout
    sent = {(p.elements[42].rstrip(), p.elements[4]) for p in of_class(peer, "0200")}
    assert sent == {("M", "000000000100"), ("NEXT", "000000000250")}


def test_a_load_with_problems_exits_1(codec, run):
    with serving(codec, lambda _, request: answer(request, de48="0030001X")) as peer:
        ended = run("load", *BILLS, "--port", peer.port, "--count", 200)
    assert ended.returncode == 1
    assert "problem: an approved payment of bill" in ended.stdout


def test_an_interrupt_ends_a_load_with_its_figures(codec):
    under_way = threading.Event()

    def script(peer, request):
        if len(peer.requests) > 100:
            under_way.set()
        return pay(peer, request)

    with serving(codec, script) as peer:
        command = [
            sys.executable,
            "-m",
            "offline_collect_terminal.cli.main",
            "load",
            *BILLS,
            "--port",
            str(peer.port),
        ]
        with subprocess.Popen([*command, "--duration", "600"], stdout=subprocess.PIPE, cwd=ROOT) as load:
            assert under_way.wait(60)
            load.send_signal(signal.SIGINT)
            out, _ = load.communicate(timeout=60)
    assert load.returncode == 0
    assert "payment 00 APPROVED" in out.decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say which bills"),
        (["--merchant", "M", "--bill", "B{:08d}", "--amount", "1.001"], "--amount"),
        (["--merchant", "M", "--bill", "B{:08d}", "--terminal", "T"], "terminals must differ"),
        (["--merchant", "M", "--bill", "B{:08d}", "--terminal", "{"], "write terminals like"),
        (
            ["--merchant", "M", "--bill", "B{:08d}", "--terminal", "T{:06d}", "--terminals", "100001"],
            "--terminals",
        ),
        (
            ["--merchant", "M", "--bill", "B{:08d}", "--terminal", "T234567{}", "--terminals", "16"],
            "must differ",
        ),
        (["--merchant", "M", "--bill", "B{:08d}", "--terminals", "15"], "each of 16 connections needs one"),
        (["--merchant", "M", "--bill", "B{:08d}", "--by-input"], "--by-input goes with --kind lookup"),
        (["--merchant", "M", "--bill", "B{:08d}", "--kind", "lookup"], "say --count or --duration"),
        (["--merchant", "M", "--bill", "B{:08d}", "--kind", "gift"], "gift"),
        (["--merchant", "M", "--bill", "B{:08d}", "--connections", "0"], "--connections"),
    ],
)
def test_wrong_usage_exits_2(words, said, run):
    ended = run("load", *words)
    assert ended.returncode == 2
    assert said in " ".join(ended.stderr.replace("│", " ").split())
    assert "Traceback" not in ended.stderr


def test_bills_that_cannot_be_had_exit_1(tmp_path, run):
    ended = run("load", "--bills-file", tmp_path / "none.csv")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: ")
    assert run("load", "--merchant", "M", "--bill", "B").returncode == 1
