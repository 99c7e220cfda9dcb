"""The differences between two versions of a form, in words, for its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offline_collect.domain.forms import PaymentForm, form_to_document
from offline_collect.domain.texts.phrases import Phrase


def form_changes(before: PaymentForm | None, after: PaymentForm) -> list[Phrase]:
    """Return what publishing ``after`` changed, one line for each change.

    Args:
        before: the previous version; None for the first.
        after: the version that is described.
    """
    if before is None:
        labels = ", ".join(asked.label for asked in after.inputs)
        return [Phrase("first version; asks for {labels}", labels=labels)]
    old, new = form_to_document(before), form_to_document(after)
    return [*_differences(old, new), *_input_changes(old["inputs"], new["inputs"])]


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Phrase]:
    for key, value in new.items():
        if key != "inputs" and old.get(key) != value:
            yield Phrase(
                "{key}: {before} → {after}", key=key, before=_shown(old.get(key)), after=_shown(value)
            )


def _input_changes(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Phrase]:
    former = {asked["key"]: asked for asked in old}
    latter = {asked["key"]: asked for asked in new}
    for key, asked in former.items():
        if key not in latter:
            yield Phrase("{input} is gone", input=_named(asked))
    for key, asked in latter.items():
        if key not in former:
            yield Phrase("{input} is new", input=_named(asked))
    kept = [key for key in latter if key in former]
    for key in kept:
        for change in _differences(former[key], latter[key]):
            yield Phrase("{input}, {change}", input=_named(latter[key]), change=change)
    if kept != [key for key in former if key in latter]:
        labels = ", ".join(latter[key]["label"] for key in latter)
        yield Phrase("the inputs come in another order: {labels}", labels=labels)


def _named(asked: Mapping[str, Any]) -> Phrase:
    return Phrase("input {key} ({label})", key=asked["key"], label=asked["label"])


def _shown(value: object) -> str:
    match value:
        case bool():
            return Phrase("yes") if value else Phrase("no")
        case dict():
            text = ", ".join(f"{code}={label}" for code, label in value.items())
        case list():
            text = ", ".join(map(str, value))
        case _:
            text = "" if value is None else str(value)
    return text or Phrase("nothing")
