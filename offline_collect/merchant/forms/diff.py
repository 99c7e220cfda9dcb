"""The differences between two versions of a form, in words, for its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offline_collect.domain.forms import PaymentForm, form_to_document

_INPUT_ORDER = "the inputs come in another order: {}"


def form_changes(before: PaymentForm | None, after: PaymentForm) -> list[str]:
    """Return what publishing ``after`` changed, one line for each change.

    Args:
        before: the previous version; None for the first.
        after: the version that is described.
    """
    if before is None:
        return [f"first version; asks for {', '.join(asked.label for asked in after.inputs)}"]
    old, new = form_to_document(before), form_to_document(after)
    return [*_differences("", old, new), *_input_changes(old["inputs"], new["inputs"])]


def _differences(place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key, value in new.items():
        if key != "inputs" and old.get(key) != value:
            yield f"{place}{key}: {_shown(old.get(key))} → {_shown(value)}"


def _input_changes(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[str]:
    former = {asked["key"]: asked for asked in old}
    latter = {asked["key"]: asked for asked in new}
    yield from (f"{_named(asked)} is gone" for key, asked in former.items() if key not in latter)
    yield from (f"{_named(asked)} is new" for key, asked in latter.items() if key not in former)
    kept = [key for key in latter if key in former]
    for key in kept:
        yield from _differences(f"{_named(latter[key])}, ", former[key], latter[key])
    if kept != [key for key in former if key in latter]:
        yield _INPUT_ORDER.format(", ".join(latter[key]["label"] for key in latter))


def _named(asked: Mapping[str, Any]) -> str:
    return f"input {asked['key']} ({asked['label']})"


def _shown(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case dict():
            text = ", ".join(f"{code}={label}" for code, label in value.items())
        case list():
            text = ", ".join(map(str, value))
        case _:
            text = "" if value is None else str(value)
    return text or "nothing"
