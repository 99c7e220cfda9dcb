"""The shipped scenarios pass on a store with the samples, again and again, on links of every kind."""

import datetime as dt
import re

import pytest
from typer.testing import CliRunner

from offline_collect.app.cli.main import app
from offline_collect.app.tools.samples.files import MERCHANTS, write_samples
from offline_collect.store import StoreSettings, open_store
from tests.databases.school import findings
from tests.e2e.forked import simulate
from tests.e2e.serving import serving, write_config

WITHIN_S = 240
TODAY = dt.datetime.now(dt.UTC).date()
LINKS = {
    "plain": "dialect: ascii",
    "asks": "dialect: ascii, sign_on: required",
    "binary": "dialect: bcd",
    "other": "dialect: iso93",
}


def terminal(*words):
    return simulate("run", *map(str, words))


def passes(*words):
    ran = terminal(*words)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "all as expected" in ran.stdout


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The configuration and the ports, by link, of a server with the samples of today and one more merchant."""
    folder = tmp_path_factory.mktemp("scenarios")
    url = f"sqlite:///{folder}/samples.db"
    config = write_config(folder, url)
    links = "".join(
        f'  - {{name: {name}, listen: "127.0.0.1:0", {keys}, institutions: ["12345678"]}}\n'
        for name, keys in LINKS.items()
    )
    text = re.sub(r"links:\n.*\n", f"links:\n{links}", config.read_text(encoding="utf-8"))
    config.write_text(text, encoding="utf-8")
    command(config, "init", "--business-date", TODAY.isoformat())
    write_samples(folder, TODAY)
    for name, merchant_id in MERCHANTS.items():
        command(config, "merchant", "add", folder / name / "merchant.yaml")
        command(config, "form", "publish", merchant_id, folder / name / "form.yaml")
        for kind in ("customers", "bills"):
            command(config, kind, "import", merchant_id, next((folder / name).glob(f"{kind}.*")))
    other = (folder / "school" / "merchant.yaml").read_text(encoding="utf-8").replace("SCHOOL01", "SCHOOL00")
    (folder / "other.yaml").write_text(other, encoding="utf-8")
    command(config, "merchant", "add", folder / "other.yaml")
    with serving(config) as server:
        for _ in range(len(LINKS) - 1):
            server.wait_for("listens on")
        listening = [re.search(r"link (\S+)\W.*listens on \S+:(\d+)", line) for line in server.log]
        yield config, {found[1]: found[2] for found in listening if found}, url
        assert server.stop() == 0


def command(config, *words):
    ended = CliRunner().invoke(app, ["--config", str(config), *map(str, words)])
    assert ended.exit_code == 0, ended.output
    return ended.output


def is_whole(url):
    store = open_store(StoreSettings(url))
    try:
        return findings(store) == []
    finally:
        store.dispose()


def test_all_pass_twice(served):
    _, ports, url = served
    for _ in range(2):
        passes("--port", ports["plain"])
    assert is_whole(url)


def test_on_a_link_that_asks_for_it_each_connection_signs_on(served):
    _, ports, _ = served
    passes("--port", ports["asks"], "--sign-on")
    refused = terminal("payment", "--port", ports["asks"])
    assert refused.returncode == 1
    assert "sign" in refused.stdout


def test_all_for_any_dialect_pass_in_another(served):
    _, ports, url = served
    passes("--port", ports["binary"], "--dialect", "bcd")
    for _ in range(2):
        passes("any_dialect/echo", "any_dialect/payment", "--port", ports["other"], "--dialect", "iso93")
    assert is_whole(url)


def test_those_around_a_cutover_and_a_suspension_pass_twice(served, tmp_path):
    config, ports, url = served
    options = ("--port", ports["plain"], "--state", tmp_path / "state.json")
    for n in (1, 2):
        passes("before_cutover/payments", *options)
        command(config, "day", "cutover", "--next", (TODAY + dt.timedelta(days=n)).isoformat(), "--yes")
        passes("after_cutover/totals", "after_cutover/other_day", *options)
        command(config, "merchant", "suspend", "ESTATE01")
        passes("after_suspend/suspended", *options)
        command(config, "merchant", "resume", "ESTATE01")
    assert is_whole(url)


def test_where_no_bill_is_open_a_run_says_what_to_do(served, tmp_path):
    _, ports, _ = served
    file = tmp_path / "none.yaml"
    file.write_text(
        "scenario: Nobody owes this\nsteps:\n"
        '  - find: {merchant: SCHOOL01, among: ["2026010216"], where: {"0055": "1"}}\n',
        encoding="utf-8",
    )
    ran = terminal(file, "--port", ports["plain"])
    assert ran.returncode == 1
    assert f"{file}:3: steps[0]: no customer named here has an open bill of SCHOOL01" in ran.stdout
