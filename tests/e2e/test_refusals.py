"""A server that cannot start says why in one line, and exits 1."""

import socket

import pytest

from tests.databases.school import fill
from tests.e2e.serving import run, write_config
from tests.support.tree import ROOT


@pytest.fixture
def refusal():
    def told(done):
        assert done.stdout == ""
        # A server says first what starts.
        lines = [line for line in done.stderr.splitlines() if "[info " not in line]
        assert len(lines) == 1, done.stderr
        return done.returncode, lines[0]

    return told


def test_a_port_that_is_taken(tmp_path, sqlite_url, refusal):
    fill(sqlite_url)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = write_config(tmp_path, sqlite_url, port, metrics="null")
        code, line = refusal(run(config, "serve"))
    assert code == 1
    assert line.startswith(f"Error: 127.0.0.1:{port} cannot be listened on: another program has it")
    assert line.endswith("choose another port (links[].listen, metrics.listen)")


def test_an_address_of_another_machine(tmp_path, sqlite_url, refusal):
    fill(sqlite_url)
    config = write_config(tmp_path, sqlite_url, metrics='"192.0.2.1:8080", insecure: true')
    code, line = refusal(run(config, "serve"))
    assert code == 1
    assert line.startswith(
        "Error: 192.0.2.1:8080 cannot be listened on: it is not an address of this machine"
    )


def test_a_metrics_port_that_is_taken(tmp_path, sqlite_url, refusal):
    fill(sqlite_url)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = write_config(tmp_path, sqlite_url, metrics=f'"127.0.0.1:{port}"')
        code, line = refusal(run(config, "serve"))
    assert code == 1
    assert f"127.0.0.1:{port} cannot be listened on" in line


def test_a_store_that_is_not_there(tmp_path, sqlite_url, refusal):
    code, line = refusal(run(write_config(tmp_path, sqlite_url), "serve"))
    assert code == 1
    assert "there is no store" in line
    assert f"offline-collect --config {tmp_path / 'config.yaml'} init" in line
    assert list(tmp_path.iterdir()) == [tmp_path / "config.yaml"], "nothing was made on the way"


def test_a_database_that_cannot_be_reached(tmp_path, refusal):
    url = f"postgresql://nobody@/nothing?host={tmp_path}"
    code, line = refusal(run(write_config(tmp_path, url), "serve"))
    assert code == 1
    assert "nothing listens there: does the server run, and is the port right?" in line


def test_a_dialect_that_cannot_work(tmp_path, sqlite_url, refusal):
    fill(sqlite_url)
    config = write_config(tmp_path, sqlite_url, metrics="null")
    schemas = tmp_path / "schemas" / "dialects"
    schemas.mkdir(parents=True)
    shipped = (ROOT / "schemas" / "dialects" / "ascii.yaml").read_text(encoding="utf-8")
    broken = f"{shipped}\nresponse_codes: {{APPROVED: '61'}}\n"
    (schemas / "ascii.yaml").write_text(broken, encoding="utf-8")
    with config.open("a", encoding="utf-8") as written:
        written.write(f"schemas_dir: {tmp_path / 'schemas'}\n")
    code, line = refusal(run(config, "serve"))
    assert code in {1, 2}
    assert "ascii.yaml: response_codes" in line
    assert refusal(run(config, "config", "check")) == (code, line)
