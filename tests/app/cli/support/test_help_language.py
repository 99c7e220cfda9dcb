"""Help in Chinese: in a Chinese shell, or where OFFLINE_COLLECT_LANGUAGE says so."""

import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from offline_collect.app.cli.support.help_language import environments_languages, paragraphs
from offline_collect.app.tools.help_texts import help_texts
from offline_collect.translations import LOCALE, Language

PROGRAM = str(Path(sys.executable).parent / "offline-collect")
PAGES = LOCALE / "zh_CN/LC_MESSAGES/commands.po"
ENTRIES = {entry.id: entry for entry in read_po(BytesIO(PAGES.read_bytes()), abort_invalid=True) if entry.id}
KEPT = re.compile(
    r"`[^`]+`|--[a-z][a-z-]+|\b[A-Z]+(?:_[A-Z]+)+\b|\b[\w-]+\.(?:yaml|xlsx|csv|md)\b|\{[a-z_]*\}"
)
"""What is the same in both languages: commands, options, names of the environment, files, parts."""


def run(*words, **environment):
    inherited = {key: text for key, text in os.environ.items() if key not in {"LANG", "LC_ALL", "LANGUAGE"}}
    inherited.pop("OFFLINE_COLLECT_LANGUAGE", None)
    done = subprocess.run(
        [PROGRAM, *words],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**inherited, "COLUMNS": "100", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8", **environment},
    )
    return done.stdout + done.stderr


CHINESE = (
    {"LC_ALL": "zh_CN.UTF-8"},
    {"LC_ALL": "", "LANG": "zh_CN.UTF-8"},
    {"OFFLINE_COLLECT_LANGUAGE": "zh"},
    {"OFFLINE_COLLECT_LANGUAGE": "both"},
)


@pytest.mark.parametrize("environment", CHINESE)
def test_help_is_chinese_for_a_chinese_shell(environment):
    page = run("bills", "import", "--help", **environment)
    assert "用法：offline-collect bills import" in page
    assert "导入账单文件" in page
    assert "商户编号，例如 SCHOOL01。" in page
    assert "选项" in page
    assert "显示本说明并退出。" in page


def test_a_sentence_without_spaces_is_written_to_its_end():
    page = run("bills", "import", "--help", OFFLINE_COLLECT_LANGUAGE="zh", COLUMNS="70")
    assert "…" not in page
    assert "表示确实如此。" in re.sub(r"[\s│]", "", page)


@pytest.mark.parametrize("environment", [{}, {"LC_ALL": "zh_CN.UTF-8", "OFFLINE_COLLECT_LANGUAGE": "en"}])
def test_help_is_english_otherwise(environment):
    page = run("bills", "--help", **environment)
    assert "Import merchants' bills" in page
    assert re.search("[一-鿿]", page) is None


def test_a_list_of_commands_and_a_wrong_one_are_chinese():
    assert "导入商户的账单，也可以手工维护。" in run("--help", LC_ALL="zh_CN.UTF-8")
    assert "错误" in run("bills", "impor", LC_ALL="zh_CN.UTF-8")


def test_a_store_and_a_merchant_are_made_in_chinese(tmp_path):
    store = {"OFFLINE_COLLECT__DATABASE__URL": f"sqlite:///{tmp_path}/s.db", "LC_ALL": "zh_CN.UTF-8"}
    assert "营业日 2030-11-29 已打开" in run("init", "--business-date", "2030-11-29", "--yes", **store)
    assert "数据库已有营业日" in run("init", "--business-date", "2030-11-30", "--yes", **store)
    file = tmp_path / "m.yaml"
    text = (
        'id: ROOM01\nname: 物业\ntrade: 物业\nsettlement_account: "62220000000001"\namount: {rule: EXACT}\n'
    )
    file.write_text(text, encoding="utf-8")
    assert "商户 ROOM01 物业：已登记" in run("merchant", "add", str(file), "--as", "system", **store)
    file.write_text(text.replace("EXACT", "PARTIAL"), encoding="utf-8")
    assert "用 --replace 更改它" in run("merchant", "add", str(file), "--as", "system", **store)


def test_the_environment_names_the_language_before_any_merchant_is_known(monkeypatch):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OFFLINE_COLLECT_LANGUAGE", "both")
    assert environments_languages() == (Language.ZH, Language.EN)
    monkeypatch.delenv("OFFLINE_COLLECT_LANGUAGE")
    assert environments_languages() == (Language.EN,)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert environments_languages() == (Language.ZH,)


def test_the_catalogue_has_all_texts_of_help_and_no_others():
    assert set(ENTRIES) == set(help_texts()), "run make translations"


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=list(ENTRIES))
def test_a_text_of_help_is_translated_with_its_options_and_names(entry):
    assert entry.string, "not translated"
    assert not entry.fuzzy, "a guess that nobody has looked at"
    assert re.search("[一-鿿]", entry.string)
    assert sorted(set(KEPT.findall(entry.string))) == sorted(set(KEPT.findall(entry.id)))


def test_a_text_of_several_paragraphs_is_translated_in_parts():
    assert paragraphs("One.\n\n    Two,\n    three.") == ["One.", "Two,\nthree."]
