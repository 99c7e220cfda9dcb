"""Wrong usage is told in the language of the environment, by the real library: where it words a text anew, this fails."""

import gettext

import pytest

# It translates its titles once, as it is imported: they would stay Chinese in all later tests of the process.
import typer.rich_utils  # noqa: F401
from typer.testing import CliRunner

from offline_collect.app.cli.main import app
from offline_collect.app.cli.support.help_language import CATALOGUE
from offline_collect.translations import LOCALE
from tests.app.cli.support.test_help_language import run

WRONG = {
    "no such command": (["nosuch"], "没有命令 'nosuch'。"),
    "an argument is missing": (["bills", "show"], "缺少参数 'MERCHANT'。"),
    "an option of the program": (["--nope"], "没有选项 --nope"),
    "an option of a command": (["bills", "show", "A", "B", "--nope"], "没有选项 --nope"),
    "an option that is nearly so": (
        ["payments", "find", "--limit", "0"],
        "没有选项 --limit（相近的选项：--most）",
    ),
    "a value is missing": (["bills", "show", "A", "B", "--as"], "选项 '--as' 需要一个值。"),
    "too many": (["bills", "show", "A", "B", "C", "D"], "多了几个参数（C D）"),
    "too few": (["payments", "find", "--most", "0"], "'--most' 的值无效：应不小于 1"),
    "none of several": (["user", "add", "olga", "--role", "NOPE"], "'NOPE' 不是以下之一：'admin'"),
    "no number": (["payments", "find", "--most", "many"], "'--most' 的值无效：应为整数"),
}


@pytest.fixture
def chinese(monkeypatch):
    """Gettext's texts in Chinese, as a Chinese shell has them."""
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    gettext.bindtextdomain(CATALOGUE, str(LOCALE))
    former = gettext.textdomain()
    gettext.textdomain(CATALOGUE)
    yield
    gettext.textdomain(former)


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(("words", "told"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_told_in_chinese(words, told):
    done = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert told in done.output


def test_a_chinese_shell_has_it_all_in_chinese():
    said = run("bills", "show", LC_ALL="zh_CN.UTF-8")
    assert "错误" in said
    assert "缺少参数 'MERCHANT'。" in said


def test_wrong_usage_is_told_in_english_elsewhere():
    done = CliRunner().invoke(app, ["bills", "show"], env={"COLUMNS": "200", "LANGUAGE": "en"})
    assert "Missing argument 'MERCHANT'." in done.output
