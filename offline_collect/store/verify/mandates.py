"""Checks of ``verify`` about mandates: what was decided is a state of a mandate's life, with what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, not_, or_, select

from offline_collect.domain.debits.mandates import MandateState, Party
from offline_collect.store.schema.mandate_tables import mandates

_row = mandates.c
_PLACE = _row.merchant_id + literal(" ") + _row.reference
_DECIDED = sorted(set(MandateState) - {MandateState.PROPOSED})


def queries() -> Mapping[str, Select[Any]]:
    """Return the queries by the meaning of their rows; a row names a merchant and a mandate."""
    return {
        "the mandate's state is none that a decision leads to": _found(not_(_row.state.in_(_DECIDED))),
        "the mandate's state does not go with what was decided": _found(
            or_(
                _row.version < 1,
                and_(_row.form_digest.is_not(None), _row.signed_on.is_(None)),
                _row.party.not_in(sorted(Party)),
                and_(_row.state == MandateState.EXPIRED.value, _row.party.is_not(None)),
            )
        ),
    }


def _found(condition: ColumnElement[bool]) -> Select[Any]:
    return select(_PLACE.label("subject")).where(condition)
