"""Fills in a merchant's form: asks for one input after the other, and checks each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from offline_collect.domain.forms import Input, InputProblem, InputType
from offline_collect.domain.texts.text import OF_NAMES, Normalisation
from offline_collect_terminal.teller.link.answers import Downloaded
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Back, Steps
from offline_collect_terminal.teller.screen.words import msgid
from offline_collect_terminal.teller.tasks.session import Session, word

BILL_NO_MAX = 32
BILL_MARK = "#"
_LENIENT = (
    (Normalisation.TRIM,),
    (Normalisation.TRIM, Normalisation.HALF_WIDTH),
    (Normalisation.TRIM, Normalisation.HALF_WIDTH, Normalisation.UPPER),
    OF_NAMES,
)
"""The ways in which the platform may normalise input; the form on the wire does not include them."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The content of a lookup: a form's inputs in its order, or one bill."""

    inputs: tuple[str | None, ...] = ()
    bill_no: str | None = None


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
            answer = yield from _ask_input(
                session, wanted[place], wanted[place] in _mandatory(wanted, downloaded)
            )
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


def check_typed(asked: Input, typed: str) -> str | InputProblem:
    """Return the value to send for a typed text, or its problem.

    The text is sent as typed if the form's rules accept it, else normalised in one of the platform's possible
    ways: a Chinese keyboard produces full-width digits.
    """
    first: InputProblem | None = None
    for steps in _LENIENT:
        read = replace(asked, normalise=steps).read(typed)
        if not isinstance(read, InputProblem):
            return read
        first = first or read
    assert first is not None, "some way was tried"
    return first


def bill_number(typed: str) -> str | None:
    """Return a bill number for the wire; None if it is not valid."""
    text = word(typed).upper() if not typed.isascii() else typed.strip()
    return text if text.isascii() and text.isprintable() and 0 < len(text) <= BILL_NO_MAX else None


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
    return [asked for asked in form.inputs if asked in chosen or (asked.group is None and not asked.required)]


def _mandatory(wanted: list[Input], downloaded: Downloaded) -> tuple[Input, ...]:
    fitting = [each for each in downloaded.form.alternatives if all(asked in wanted for asked in each)]
    return fitting[0]


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
        if not typed and not mandatory:
            return None
        if not typed:
            yield from session.say("{label} is needed.", tone=Tone.BAD, label=asked.label)
            continue
        read = check_typed(asked, _code_of(asked, typed))
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


def _code_of(asked: Input, typed: str) -> str:
    """Return the code of a choice that was named by its label; anything else unchanged."""
    codes = {word(label): code for code, label in asked.choices.items()}
    return codes.get(word(typed), typed)
