"""The command line, in a folder of its own with a store of its own."""

import pytest
from typer.testing import CliRunner

from offline_collect.app.main import app

CONFIG = """
database: {url: "sqlite:///bank.db"}
business: {cutover: null}
links: [{name: fep-1, listen: "127.0.0.1:0"}]
metrics: {listen: null}
log: {format: json}
"""


@pytest.fixture
def cli(tmp_path, monkeypatch):
    """Run a command line in an empty folder that holds bank.yaml, and give its result."""
    for variable in ("OFFLINE_COLLECT_CONFIG", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bank.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.setenv("OFFLINE_COLLECT_CONFIG", "bank.yaml")
    runner = CliRunner()

    def run(*arguments, **options):
        return runner.invoke(app, [str(argument) for argument in arguments], **options)

    return run


@pytest.fixture
def done(cli):
    """Run a command line that must succeed, and give what it printed."""

    def done(*arguments, **options):
        result = cli(*arguments, **options)
        assert result.exit_code == 0, result.output
        return result.stdout

    return done


@pytest.fixture
def refused(cli):
    """Run a command line that must be refused, and give the reason."""

    def refused(*arguments, code=1, **options):
        result = cli(*arguments, **options)
        assert result.exit_code == code, result.output
        assert isinstance(result.exception, SystemExit)
        return result.stderr

    return refused
