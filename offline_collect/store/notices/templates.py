"""Merchants' templates of notices, in the scope of the transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, insert, select, update

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.templates import Template, TemplateFilter, TemplateState
from offline_collect.store.schema.notice_tables import notice_templates
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

TEMPLATE_NUMBERS = "notice_templates"
"""Name of the counter that numbers templates."""

_OWN = notice_templates.c
_NAMES = [each.name for each in fields(Template)]
_CODES = {
    "kind": NoticeKind,
    "channel": NoticeChannel,
    "notice_class": NoticeClass,
    "state": TemplateState,
}


def next_template_id(tx: StoreTransaction) -> int:
    """Return the next number of a template."""
    counter = {"counter": TEMPLATE_NUMBERS}
    number = int(tx.connection.execute(tx.statements.next_number, counter).scalar_one())
    tx.connection.execute(tx.statements.take_numbers, {**counter, "next": number + 1})
    return number


def add_template(tx: StoreTransaction, template: Template) -> None:
    """Store a new template."""
    tx.connection.execute(insert(notice_templates), _values(template))


def set_template(tx: StoreTransaction, template: Template) -> None:
    """Write a template, which the transaction has locked."""
    own = _OWN.template_id == template.template_id
    tx.connection.execute(update(notice_templates).where(own).values(_values(template)))


def get_template(tx: StoreTransaction, template_id: int, *, lock: bool = False) -> Template | None:
    """Return a template; None if none in scope has this number."""
    asked = select(notice_templates).where(
        _OWN.template_id == template_id, in_scope(_OWN.merchant_id, tx.scope)
    )
    row = tx.connection.execute(asked.with_for_update() if lock else asked).first()
    return None if row is None else _template(row)


def list_templates(tx: StoreTransaction, wanted: TemplateFilter, page: tuple[int, int]) -> list[Template]:
    """Return templates by their numbers.

    Args:
        page: the number after which it begins, and how many at most.
    """
    after, most = page
    asked = select(notice_templates).where(_OWN.template_id > after, in_scope(_OWN.merchant_id, tx.scope))
    equal = {
        _OWN.merchant_id: wanted.merchant_id,
        _OWN.state: wanted.state,
        _OWN.kind: wanted.kind,
        _OWN.channel: wanted.channel,
        _OWN.language: wanted.language,
    }
    asked = asked.where(*(column == str(text) for column, text in equal.items() if text is not None))
    rows = tx.connection.execute(asked.order_by(_OWN.template_id).limit(most))
    return [_template(row) for row in rows]


def approved_templates(tx: StoreTransaction, merchant_ids: Collection[str]) -> list[Template]:
    """Return the APPROVED templates of some merchants, of at most a batch of notices."""
    asked = select(notice_templates).where(
        _OWN.merchant_id.in_(sorted(merchant_ids)), _OWN.state == TemplateState.APPROVED.value
    )
    return [_template(row) for row in tx.connection.execute(asked)]


def _template(row: Row[Any]) -> Template:
    values = {name: getattr(row, name) for name in _NAMES}
    return Template(**values | {name: code(values[name]) for name, code in _CODES.items()})


def _values(template: Template) -> Mapping[str, Any]:
    values = {name: getattr(template, name) for name in _NAMES}
    return values | {name: values[name].value for name in _CODES}
