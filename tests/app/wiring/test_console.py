"""What the console is given by the configuration."""

import datetime as dt

import pytest

from offline_collect.app.config.load import load_configuration
from offline_collect.app.wiring.console import bank_file_parts
from offline_collect.domain.errors import ReconciliationError


def parts_with(tmp_path, dialect):
    path = tmp_path / "bank.yaml"
    link = f'links: [{{name: north, dialect: {dialect}, institutions: ["12345678"]}}]'
    path.write_text(link, encoding="utf-8")
    return bank_file_parts(load_configuration(path, {}))


def test_an_institutions_times_are_in_its_links_zone(tmp_path):
    parts = parts_with(tmp_path, "iso87")
    assert parts.zone_of("12345678") is dt.UTC
    assert parts.zone_of("99999999") is None


def test_a_dialect_whose_messages_the_file_cannot_name_refuses_it(tmp_path):
    with pytest.raises(ReconciliationError, match="dialect cuppos names messages by other elements"):
        parts_with(tmp_path, "cuppos").zone_of("12345678")
