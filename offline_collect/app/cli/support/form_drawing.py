"""Draws a form in the terminal as payers and tellers see it; wide characters line up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from offline_collect.app.cli.support.said import on_one_line
from offline_collect.domain.forms import Input, InputType, PaymentForm, fill_receipt
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.forms.words import needed, takes, way_names, ways

TELLER_WIDTH = 100
KIOSK_WIDTH = 46
_FIELD_MOST = 19
"""Width of a kiosk's field; longer texts scroll."""

_INPUT_TITLES = (
    "",
    Phrase.in_context("input", "label"),
    Phrase.in_context("input", "prompt"),
    Phrase.in_context("input", "takes"),
    Phrase.in_context("input", "example"),
    Phrase.in_context("input", "needed"),
)
_PAYABLE = Phrase("payable")
_OK = Phrase("← OK")
_KEYS: Mapping[InputType, Sequence[str]] = {
    InputType.NUMERIC: ("1 2 3", "4 5 6", "7 8 9", Phrase("← 0 OK")),
    InputType.ALPHANUMERIC: (Phrase("digits and letters"), _OK),
    InputType.TEXT: (Phrase("keyboard with an input method"), _OK),
}


def teller_screen(form: PaymentForm, merchant: str, sample: Mapping[str, str]) -> Panel:
    """Return a teller's screen: the inputs as a list, a bill as a table, the receipt.

    Args:
        form: the form to draw.
        merchant: its name.
        sample: a bill's texts by the name of the column, with those of the receipt; the column's title is
            under ``title:`` and that name.
    """
    parts: list[RenderableType] = [Text(on_one_line(merchant), style="bold")]
    if form.instructions:
        parts.append(Text(form.instructions))
    parts += [Text(), _inputs_table(form), Text(), _text(ways(form)), Text(), _bill_table(form, sample)]
    parts += [Text(), _receipt(form, sample)]
    return Panel(
        Group(*parts),
        title=_text(Phrase("teller · {title}", title=form.title)),
        width=TELLER_WIDTH,
        box=box.SQUARE,
    )


def kiosk_screen(form: PaymentForm, merchant: str) -> Panel:
    """Return a kiosk's screens, one below the other: the choice of search, then one field each."""
    parts: list[RenderableType] = [Text(on_one_line(merchant), style="bold", justify="center")]
    if form.instructions:
        parts.append(Text(form.instructions, justify="center"))
    if len(form.alternatives) > 1:
        parts.append(Panel(_choice_of_ways(form), title=_text(Phrase("search by")), box=box.ROUNDED))
    parts += [Panel(_field(asked), title=Text(asked.label), box=box.ROUNDED) for asked in form.inputs]
    return Panel(
        Group(*parts),
        title=_text(Phrase("kiosk · {title}", title=form.title)),
        width=KIOSK_WIDTH,
        box=box.HEAVY,
    )


def _inputs_table(form: PaymentForm) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    for title in _INPUT_TITLES:
        table.add_column(on_one_line(title), overflow="fold")
    for at, asked in enumerate(form.inputs, 1):
        cells = (str(at), asked.label, asked.prompt, takes(asked), asked.example or "", needed(asked))
        table.add_row(*map(_text, cells))
    return table


def _choice_of_ways(form: PaymentForm) -> Text:
    return Text("\n".join(f"[{at}] {way}" for at, way in enumerate(way_names(form), 1)))


def _bill_table(form: PaymentForm, sample: Mapping[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    titles = (Phrase("bill"), *(sample[f"title:{name}"] for name in form.show), _PAYABLE)
    for title in titles:
        table.add_column(_text(title), overflow="fold", justify="right" if title is _PAYABLE else "left")
    table.add_row(*(Text(sample[name]) for name in ("bill_no", *form.show, "amount")))
    return table


def _receipt(form: PaymentForm, sample: Mapping[str, str]) -> Panel:
    lines = fill_receipt(form, sample.get).split("|")
    return Panel(Text("\n".join(lines)), title=_text(Phrase("receipt")), expand=False, box=box.ROUNDED)


def _field(asked: Input) -> Group:
    prompt = asked.prompt if asked.required else Phrase("{prompt} (may be left out)", prompt=asked.prompt)
    such = Phrase("such as {example}", example=asked.example or "")
    example = [Text(on_one_line(such), style="dim")] if asked.example else []
    return Group(_text(prompt), *example, *map(_text, _entry(asked)))


def _text(text: str) -> Text:
    """Return a text in the language that is spoken."""
    return Text(on_one_line(text))


def _entry(asked: Input) -> Iterable[str]:
    """Return the payer's controls: a button for each choice, else a field and its keys."""
    if asked.type is InputType.CHOICE:
        return [f"[ {label} ]" for label in asked.choices.values()]
    more = " …" if asked.most > _FIELD_MOST else ""
    return ["_ " * min(asked.most, _FIELD_MOST - len(more)) + more.strip(), *_KEYS[asked.type]]
