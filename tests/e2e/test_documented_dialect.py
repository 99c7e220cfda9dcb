"""The dialect and the scenario of docs/dialects.md work as they are printed there: server and simulator over a socket."""

import re
import subprocess
import sys

from tests.databases.school import findings
from tests.docs.test_dialect_walk import FIRST, PAGE
from tests.e2e.serving import WITHIN_S, serving, write_config
from tests.support.tree import ROOT

DIALECT, SCENARIO = re.findall(
    r"```yaml\n(.*?)```",
    PAGE.partition("## A partner's own messages, whole")[2].partition("\n## ")[0],
    re.DOTALL,
)


def test_the_scenario_of_the_page_passes(sqlite_config, sqlite_url, sqlite_store, tmp_path):
    folder = tmp_path / "schemas" / "dialects"
    folder.mkdir(parents=True)
    right = FIRST.replace("length: binary\n", "length: binary2\n").replace("an2 Currency", "n3 Currency")
    right = right.replace("elements:\n", "elements:\n  32: {encoding: bcd-right}\n")
    (folder / "northbank.yaml").write_text(right, encoding="utf-8")
    (folder / "northbank-bills.yaml").write_text(DIALECT, encoding="utf-8")
    (tmp_path / "play.yaml").write_text(SCENARIO, encoding="utf-8")
    config = write_config(tmp_path, sqlite_url, link=", dialect: northbank-bills")
    text = config.read_text(encoding="utf-8").replace("12345678", "1234567")
    config.write_text(f"schemas_dir: {tmp_path / 'schemas'}\n{text}", encoding="utf-8")
    with serving(config) as server:
        words = ["run", "play.yaml", "--dialect", "schemas/dialects/northbank-bills.yaml"]
        words += ["--institution", "1234567", "--port", str(server.port), "--var", "input=pupil"]
        command = [sys.executable, "-m", "offline_collect_terminal.cli.main", *words]
        ended = subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=WITHIN_S,
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'simulators'}"},
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert server.stop() == 0
    assert findings(sqlite_store) == []
