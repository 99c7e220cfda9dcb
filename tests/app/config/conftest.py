import pytest

from offline_collect.app.config.load import load_configuration
from offline_collect.app.errors import ConfigurationError


@pytest.fixture
def load(tmp_path):
    def load(text, **environ):
        file = tmp_path / "bank.yaml"
        file.write_text(text, encoding="utf-8")
        return load_configuration(file, environ)

    return load


@pytest.fixture
def refused(load):
    """The text of the error, without the file's name."""

    def refused(text, **environ):
        with pytest.raises(ConfigurationError) as caught:
            load(text, **environ)
        assert caught.value.exit_code == 2
        return [
            line.partition("bank.yaml")[2].removeprefix(": ") or line
            for line in str(caught.value).splitlines()
        ]

    return refused
