"""Fills in a merchant's form: asks for one input after the other, and checks each."""

from __future__ import annotations

from offline_collect.domain.forms import Input, InputProblem, InputType
from offline_collect_terminal.teller.link.answers import Downloaded
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Back, Steps
from offline_collect_terminal.teller.screen.words import msgid
from offline_collect_terminal.teller.tasks.form_rules import (
    Filled,
    bill_number,
    mandatory_inputs,
    read_typed,
    wanted_inputs,
)
from offline_collect_terminal.teller.tasks.session import Session

BILL_MARK = "#"


def fill_form(session: Session, downloaded: Downloaded) -> Steps[Filled]:
    """Ask for the inputs of one of the form's alternatives, or for a bill's number after ``#``.

    Raises:
        Back, Leave, ToMenu: the teller wants to.
    """
    form = downloaded.form
    wanted = yield from _choose_inputs(session, downloaded)
    typed: dict[str, str] = {}
    place = 0
    while place < len(wanted):
        try:
            mandatory = wanted[place] in mandatory_inputs(form, wanted)
            answer = yield from _ask_input(session, wanted[place], mandatory)
        except Back:
            if not place:
                raise
            place -= 1
            continue
        if isinstance(answer, Filled):
            return answer
        typed.pop(wanted[place].key, None)
        if answer is not None:
            typed[wanted[place].key] = answer
        place += 1
    return Filled(tuple(typed.get(asked.key) for asked in form.inputs))


def head_form(session: Session, downloaded: Downloaded) -> Steps[None]:
    """Show a form's title and instructions."""
    form = downloaded.form
    yield from session.show_text(form.title, Tone.TITLE)
    if form.instructions:
        yield from session.show_text(form.instructions, Tone.QUIET)
    for label in downloaded.dropped_patterns:
        yield from session.say(
            "The pattern of {label} cannot be read here: the platform checks it.",
            tone=Tone.WARNING,
            label=label,
        )


def _choose_inputs(session: Session, downloaded: Downloaded) -> Steps[list[Input]]:
    """Return the inputs to ask for, in the form's order, including optional ones."""
    form = downloaded.form
    chosen = form.alternatives[0]
    if len(form.alternatives) > 1:
        for place, inputs in enumerate(form.alternatives, 1):
            labels = " + ".join(asked.label for asked in inputs)
            yield from session.show_text(f"{place}  {labels}")
        number = yield from session.choose("Find the customer by", len(form.alternatives))
        chosen = form.alternatives[number - 1]
    return wanted_inputs(form, chosen)


def _ask_input(session: Session, asked: Input, mandatory: bool) -> Steps[str | Filled | None]:
    """Ask for one input until it is valid; None if an optional one is left out."""
    if asked.type is InputType.CHOICE:
        for code, label in asked.choices.items():
            yield from session.show_text(f"{code}  {label}")
    while True:
        typed = yield from session.read(
            _prompt(session, asked, mandatory),
            hint=msgid("#NUMBER: look a bill up by its own number"),
            own=frozenset(asked.choices),
        )
        if typed.startswith((BILL_MARK, "＃")) and asked.type is not InputType.CHOICE:
            bill_no = bill_number(typed[1:])
            if bill_no is not None:
                return Filled(bill_no=bill_no)
            yield from session.say("A bill number has 1 to 32 letters, digits and signs.", tone=Tone.BAD)
            continue
        read = read_typed(asked, typed, mandatory=mandatory)
        if not isinstance(read, InputProblem):
            return read
        yield from session.show_text(session.words.reason(read.reason), Tone.BAD)


def _prompt(session: Session, asked: Input, mandatory: bool) -> str:
    notes = [] if asked.prompt == asked.label or asked.label in asked.prompt else [asked.label]
    if asked.example:
        notes.append(session.words("e.g. {example}", example=asked.example))
    if not mandatory:
        notes.append(session.words("Enter: leave out"))
    return f"{asked.prompt} ({' · '.join(notes)})" if notes else asked.prompt
