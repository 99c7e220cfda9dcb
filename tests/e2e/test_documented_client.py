"""The client of docs/integration.md works against a real server as it is printed there."""

import subprocess
import sys

from tests.databases.school import MERCHANT, findings
from tests.docs.test_integration import CLIENT
from tests.e2e.serving import WITHIN_S


def test_the_client_of_the_page_pays_repeats_and_reverses(server, store, tmp_path):
    program = tmp_path / "client.py"
    program.write_text(CLIENT, encoding="utf-8")
    command = [sys.executable, "-I", str(program), "127.0.0.1", str(server.port), MERCHANT, "pupil"]
    ended = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=WITHIN_S
    )
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
    assert server.stop() == 0
    assert findings(store) == []
