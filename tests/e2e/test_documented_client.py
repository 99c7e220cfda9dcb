"""The client of docs/integration.md works against a real server as it is printed there, in both dialects."""

import subprocess
import sys

import pytest

from tests.databases.school import MERCHANT, findings
from tests.docs.test_integration import CLIENT, FOR_BCD, PAGE
from tests.e2e.serving import WITHIN_S, serving, write_config

MAIN = "host, port, merchant, customer = sys.argv[1:]\n"
FUNCTIONS, _, REST = CLIENT.partition(MAIN)
BOTH = {"ascii": FUNCTIONS, "bcd": f"{FUNCTIONS}{FOR_BCD}\n"}
CHARTS = """
host, port, merchant, customer = sys.argv[1:]
stream = socket.create_connection((host, int(port)), timeout=30).makefile("rwb")
shown, here = [], merchant.ljust(15)
details = private({"0030": "S-0000", "0061": "CASH", "0062": "KIOSK"})


def payment(**more):
    payment = new(de3="500000", de4="12345".zfill(12), de12="101112", de13=f"{dt.date.today():%m%d}", de37="1" * 12)
    return payment | {42: here, 48: details, 49: "156"} | more


def original(payment, mti="0200"):
    return mti + payment[11] + payment[7] + payment[32].zfill(11) + "0" * 11


def reverse(mti, payment, why):
    back = new(de3="500000", de4=payment[4], de39=why, de42=here, de49="156", de90=original(payment))
    answer = ask(mti, back)
    return answer[39], read_private(answer[48])["0082"] if 48 in answer else ""


def status(payment):
    answer = ask("0100", new(de3="360000", de90=original(payment)))
    return answer[39], read_private(answer[48])["0080"] if 48 in answer else ""


late, taken, old = payment(), payment(), payment()
old[7] = f"{dt.datetime.now(dt.timezone.utc) - dt.timedelta(minutes=10):%m%d%H%M%S}"
shown.append("0410, 39 = %s, 0082 %s" % reverse("0400", late, "68"))
shown.append("0210, 39 = %s" % ask("0200", late)[39])
shown.append("0110, 39 = %s%s: it could still arrive, ask again" % status(taken))
shown.append("0110, 39 = %s, 0080 %s" % status(old))
shown.append("0230, 0080 %s or SUSPENSE" % read_private(ask("0220", taken)[48])["0080"])
print(*shown, sep="\\n", file=sys.stderr)
"""


@pytest.fixture(params=BOTH)
def run(request, config, store_url, store, tmp_path):
    """Runs the functions of the page and a program behind them, against a server with a link of one dialect."""
    program = tmp_path / "client.py"
    with serving(write_config(tmp_path, store_url, link=f", dialect: {request.param}")) as server:

        def run(rest):
            program.write_text(BOTH[request.param] + rest, encoding="utf-8")
            command = [sys.executable, "-I", str(program), "127.0.0.1", str(server.port), MERCHANT, "pupil"]
            return subprocess.run(
                command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=WITHIN_S
            )

        yield run
        assert server.stop() == 0
    assert findings(store) == []


def test_the_client_of_the_page_pays_repeats_and_reverses(run):
    ended = run(MAIN + REST)
    assert ended.returncode == 0, ended.stderr
    assert [line.rstrip() for line in ended.stdout.splitlines()] == [
        "0800 39 = 00",
        "0100 39 = 00",
        "0200 39 = 00",
        "0201 39 = 00",
        "one approval code: True",
        "0400 39 = 00",
        "reversal: APPLIED",
    ]


def test_the_answers_in_the_charts_of_the_page_are_those_of_the_server(run):
    ended = run(CHARTS)
    assert ended.returncode == 0, ended.stderr
    shown = ended.stderr.splitlines()
    assert len(shown) == 5
    assert [line for line in shown if f"P->>C: {line}\n" not in PAGE] == []
