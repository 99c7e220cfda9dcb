"""Draws a form in the terminal as payers and tellers see it; wide characters line up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from offline_collect.domain.forms import Input, InputType, PaymentForm, fill_receipt

TELLER_WIDTH = 100
KIOSK_WIDTH = 46
_FIELD_MOST = 19
"""Width of a kiosk's field; longer texts scroll."""

_UNITS = {
    InputType.NUMERIC: "digits",
    InputType.ALPHANUMERIC: "letters and digits",
    InputType.TEXT: "characters",
}
_KEYS = {
    InputType.NUMERIC: ("1 2 3", "4 5 6", "7 8 9", "← 0 OK"),
    InputType.ALPHANUMERIC: ("digits and letters", "← OK"),
    InputType.TEXT: ("keyboard with an input method", "← OK"),
}


def teller_screen(form: PaymentForm, merchant: str, sample: Mapping[str, str]) -> Panel:
    """Return a teller's screen: the inputs as a list, a bill as a table, the receipt.

    Args:
        form: the form to draw.
        merchant: its name.
        sample: a bill's texts by the name of the column, with those of the receipt; the column's title is
            under ``title:`` and that name.
    """
    parts: list[RenderableType] = [Text(merchant, style="bold")]
    if form.instructions:
        parts.append(Text(form.instructions))
    parts += [Text(), _inputs_table(form), Text(), _ways(form), Text(), _bill_table(form, sample)]
    parts += [Text(), _receipt(form, sample)]
    return Panel(Group(*parts), title=Text(f"teller · {form.title}"), width=TELLER_WIDTH, box=box.SQUARE)


def kiosk_screen(form: PaymentForm, merchant: str) -> Panel:
    """Return a kiosk's screens, one below the other: the choice of search, then one field each."""
    parts: list[RenderableType] = [Text(merchant, style="bold", justify="center")]
    if form.instructions:
        parts.append(Text(form.instructions, justify="center"))
    if len(form.alternatives) > 1:
        parts.append(Panel(_choice_of_ways(form), title="search by", box=box.ROUNDED))
    parts += [Panel(_field(asked), title=Text(asked.label), box=box.ROUNDED) for asked in form.inputs]
    return Panel(Group(*parts), title=Text(f"kiosk · {form.title}"), width=KIOSK_WIDTH, box=box.HEAVY)


def _inputs_table(form: PaymentForm) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    for title in ("", "label", "prompt", "takes", "example", "needed"):
        table.add_column(title, overflow="fold")
    for at, asked in enumerate(form.inputs, 1):
        cells = (str(at), asked.label, asked.prompt, _takes(asked), asked.example or "", _needed(asked))
        table.add_row(*map(Text, cells))
    return table


def _takes(asked: Input) -> str:
    """Return what may be typed into an input, in words."""
    if asked.type is InputType.CHOICE:
        return "one of " + ", ".join(f"{code} {label}" for code, label in asked.choices.items())
    length = str(asked.most) if asked.least == asked.most else f"{asked.least} to {asked.most}"
    check = "" if asked.check is None else f", check digit {asked.check.value}"
    return f"{length} {_UNITS[asked.type]}{check}"


def _needed(asked: Input) -> str:
    if asked.group is not None:
        return f"group {asked.group}"
    return "yes" if asked.required else "no"


def _way_names(form: PaymentForm) -> list[str]:
    """Return the sets of inputs that find a customer, by their labels."""
    return [" + ".join(asked.label for asked in alternative) for alternative in form.alternatives]


def _ways(form: PaymentForm) -> Text:
    return Text("finds a customer by " + ", or by ".join(_way_names(form)))


def _choice_of_ways(form: PaymentForm) -> Text:
    return Text("\n".join(f"[{at}] {way}" for at, way in enumerate(_way_names(form), 1)))


def _bill_table(form: PaymentForm, sample: Mapping[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    titles = ("bill", *(sample[f"title:{name}"] for name in form.show), "payable")
    for title in titles:
        table.add_column(Text(title), overflow="fold", justify="right" if title == "payable" else "left")
    table.add_row(*(Text(sample[name]) for name in ("bill_no", *form.show, "amount")))
    return table


def _receipt(form: PaymentForm, sample: Mapping[str, str]) -> Panel:
    lines = fill_receipt(form, sample.get).split("|")
    return Panel(Text("\n".join(lines)), title="receipt", expand=False, box=box.ROUNDED)


def _field(asked: Input) -> Group:
    prompt = Text(asked.prompt if asked.required else f"{asked.prompt} (may be left out)")
    example = [Text(f"such as {asked.example}", style="dim")] if asked.example else []
    return Group(prompt, *example, *map(Text, _entry(asked)))


def _entry(asked: Input) -> Iterable[str]:
    """Return the payer's controls: a button for each choice, else a field and its keys."""
    if asked.type is InputType.CHOICE:
        return [f"[ {label} ]" for label in asked.choices.values()]
    more = " …" if asked.most > _FIELD_MOST else ""
    return ["_ " * min(asked.most, _FIELD_MOST - len(more)) + more.strip(), *_KEYS[asked.type]]
