"""A merchant's form: the fields that the platform sends, in the merchant's words, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from offline_collect.domain.forms import Input, InputProblem, InputType, PaymentForm
from offline_collect_terminal.kiosk.kiosk import Kiosk, go
from offline_collect_terminal.kiosk.paying import open_form
from offline_collect_terminal.kiosk.visits import Visit
from offline_collect_terminal.teller.link.own_requests import OwnRequests
from offline_collect_terminal.teller.screen.steps import Steps
from offline_collect_terminal.teller.screen.words import Words
from offline_collect_terminal.teller.tasks.form_rules import (
    Filled,
    bill_number,
    mandatory_inputs,
    read_typed,
    wanted_inputs,
)
from offline_collect_terminal.teller.tasks.lookup import Found, Lookup
from offline_collect_terminal.teller.tasks.session import Session, typeable


@dataclass(frozen=True, slots=True)
class Field:
    """An input as the page draws it.

    Attributes:
        typed: what the payer has typed before.
        problem: what is wrong with it; '' if nothing is.
        describedby: ids of what describes it.
    """

    name: str
    prompt: str
    mandatory: bool
    example: str
    numeric: bool
    choices: Mapping[str, str]
    typed: str
    problem: str

    @property
    def describedby(self) -> str:
        """The ids of the texts that describe it, for screen readers."""
        hint = f"{self.name}-hint" if self.example else ""
        return " ".join(filter(None, (hint, f"{self.name}-problem" if self.problem else "")))


async def show(kiosk: Kiosk, request: Request, visit: Visit) -> Response:
    """Show a merchant's form."""
    if kiosk.waits(visit):
        return go("/payment")
    merchant_id = request.path_params["merchant_id"]
    if visit.merchant is None or visit.merchant.merchant_id != merchant_id or visit.downloaded is None:
        visit.forget_payer()
        opened = await kiosk.run(visit, partial(open_form, merchant_id=merchant_id))
        if opened is None:
            return go("/")
        visit.merchant, visit.downloaded = opened
    form = visit.downloaded.form
    by = _place(form, request.query_params.get("by", ""))
    session = kiosk.session(visit)
    return kiosk.draw(
        visit,
        "form",
        form=form,
        by=by,
        ways=[" + ".join(asked.label for asked in inputs) for inputs in form.alternatives],
        fields=_fields(session.words, form, by, visit.typed),
        action=visit.merchant_path,
        by_bill=not isinstance(session.requests, OwnRequests),
    )


async def find(kiosk: Kiosk, fields: Mapping[str, list[str]], visit: Visit) -> Response:
    """Check what was typed, and look the bills up."""
    if kiosk.waits(visit):
        return go("/payment")
    if visit.merchant is None or visit.downloaded is None:
        return go("/")
    filled = _filled(kiosk, fields, visit)
    by = _place(visit.downloaded.form, fields.get("by", [""])[0])
    path = visit.merchant_path + (f"?by={by + 1}" if by else "")
    if filled is None:
        return go(path)
    visit.lookup = Lookup(visit.merchant, visit.downloaded, filled)
    visit.found = await kiosk.run(visit, partial(_first_page, lookup=visit.lookup))
    if visit.found is None:
        return go(path)
    visit.typed, visit.ticked = {}, frozenset()
    return go("/bills")


def _first_page(session: Session, lookup: Lookup) -> Steps[Found | None]:
    found = Found(lookup.merchant)
    return None if (yield from lookup.read(session, found)) is None else found


def _filled(kiosk: Kiosk, fields: Mapping[str, list[str]], visit: Visit) -> Filled | None:
    """Return the content of the lookup; None if something is wrong, which the form then says."""
    assert visit.downloaded is not None, "the form was shown"
    form = visit.downloaded.form
    if "bill_no" in fields:
        bill_no = bill_number(fields["bill_no"][0].strip())
        if bill_no is None:
            words = kiosk.session(visit).words
            kiosk.complain(visit, [words("A bill number has 1 to 32 letters, digits and signs.")])
            return None
        return Filled(bill_no=bill_no)
    typed = {name: values[0].strip() for name, values in fields.items() if name.startswith("input_")}
    if not all(map(typeable, typed.values())):
        kiosk.complain(visit, [kiosk.text(visit, "too_long")])
        return None
    visit.typed = typed
    wanted = wanted_inputs(form, form.alternatives[_place(form, fields.get("by", [""])[0])])
    mandatory = mandatory_inputs(form, wanted)
    read = {
        place: read_typed(asked, typed.get(_name(place), ""), mandatory=asked in mandatory)
        for place, asked in enumerate(form.inputs)
        if asked in wanted
    }
    inputs: list[str | None] = []
    for place in range(len(form.inputs)):
        value = read.get(place)
        if isinstance(value, InputProblem):
            return None
        inputs.append(value)
    return Filled(tuple(inputs))


def _fields(words: Words, form: PaymentForm, by: int, typed: Mapping[str, str]) -> list[Field]:
    wanted = wanted_inputs(form, form.alternatives[by])
    mandatory = mandatory_inputs(form, wanted)
    return [
        _field(words, _name(place), asked, asked in mandatory, typed)
        for place, asked in enumerate(form.inputs)
        if asked in wanted
    ]


def _field(words: Words, name: str, asked: Input, mandatory: bool, typed: Mapping[str, str]) -> Field:
    text = typed.get(name, "")
    # Nothing is wrong with a form that nobody has filled in yet.
    read = read_typed(asked, text, mandatory=mandatory) if typed else None
    label = "" if asked.label in asked.prompt else f" ({asked.label})"
    return Field(
        name=name,
        prompt=f"{asked.prompt}{label}",
        mandatory=mandatory,
        example=asked.example or "",
        numeric=asked.type is InputType.NUMERIC,
        choices=asked.choices,
        typed=text,
        problem=words.reason(read.reason) if isinstance(read, InputProblem) else "",
    )


def _place(form: PaymentForm, by: str) -> int:
    """Return the place of the alternative that the payer chose, from 0."""
    number = int(by) if by.isascii() and by.isdigit() and len(by) == 1 else 1
    return number - 1 if 1 <= number <= len(form.alternatives) else 0


def _name(place: int) -> str:
    return f"input_{place}"
