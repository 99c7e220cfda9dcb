"""docs/messages.md is the output of ``offline-collect message reference``, and leaves nothing out."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from offline_collect.app.cli.main import app
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.tools.message_reference import MEANINGS, render_reference
from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.layouts.pds import TAG_NAMES

PAGE = Path(__file__).parents[2] / "docs" / "messages.md"


def test_the_page_is_what_the_command_prints():
    printed = CliRunner().invoke(app, ["message", "reference"])
    assert printed.exit_code == 0
    assert printed.stdout == PAGE.read_text(encoding="utf-8")


def test_every_response_code_has_a_meaning():
    assert set(MEANINGS) == set(ResponseCode)


@pytest.mark.parametrize("dialect", ["ascii", "bcd"])
def test_every_code_element_tag_and_message_of_a_dialect_is_on_its_page(dialect):
    schemas = Schemas()
    spoken, messages = schemas.dialect(dialect), schemas.message_set()
    page = render_reference(messages, spoken)
    rows = {tuple(part.strip() for part in row.strip("|").split("|"))[:2] for row in page.splitlines()}
    assert {(digits, code.value) for code, digits in spoken.response_codes.items()} <= rows
    assert {(str(number), element.shape) for number, element in spoken.elements.items()} <= rows
    assert {(tag, name) for tag, name in TAG_NAMES.items()} <= rows
    assert {message.name for message in messages.types} <= set(re.findall(r"^## (.+)$", page, re.MULTILINE))
