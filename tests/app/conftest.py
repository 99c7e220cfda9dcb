"""The command line, in a separate folder with a separate store."""

from functools import cache

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from offline_collect.app.cli.main import app
from tests.databases.sqlite_images import image_of, put_image

CONFIG = """
database: {url: "sqlite:///bank.db"}
business: {cutover: null}
links: [{name: fep-1, listen: "127.0.0.1:0"}]
metrics: {listen: null}
log: {format: json}
"""

built = cache(get_command)


@pytest.fixture
def cli(tmp_path, monkeypatch):
    """Run a command line in a folder that holds only bank.yaml, and return its result."""
    for variable in ("OFFLINE_COLLECT_CONFIG", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bank.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.setenv("OFFLINE_COLLECT_CONFIG", "bank.yaml")
    # Most tests compare English texts of Chinese merchants; those of languages undo this.
    monkeypatch.setenv("OFFLINE_COLLECT_LANGUAGE", "en")
    # Each call would build all commands again, which takes several times as long as most commands.
    monkeypatch.setattr("typer.testing._get_command", built)
    runner = CliRunner()

    def run(*arguments, **options):
        return runner.invoke(app, [str(argument) for argument in arguments], **options)

    return run


@pytest.fixture
def done(cli):
    """Run a command line that must succeed, and return its output."""

    def done(*arguments, **options):
        result = cli(*arguments, **options)
        assert result.exit_code == 0, result.output
        return result.stdout

    return done


@pytest.fixture(scope="session")
def images():
    """The store and the output after command lines, by those command lines."""
    return {}


@pytest.fixture
def prepared(done, images, tmp_path):
    """Bring the store to its state after command lines that must succeed; return the last output.

    They run once a session: a later test that begins with the same ones gets a copy of the result.
    """

    def prepared(*lines):
        store = tmp_path / "bank.db"
        assert not store.exists(), "a copy would undo what was done before"
        key = tuple(tuple(map(str, line)) for line in lines)
        if key in images:
            image, printed = images[key]
            put_image(store, image)
        else:
            printed = [done(*line) for line in lines][-1]
            images[key] = (image_of(store), printed)
        return printed

    return prepared


@pytest.fixture
def refused(cli):
    """Run a command line that must be refused, and return the reason."""

    def refused(*arguments, code=1, **options):
        result = cli(*arguments, **options)
        assert result.exit_code == code, result.output
        assert isinstance(result.exception, SystemExit)
        return result.stderr

    return refused
