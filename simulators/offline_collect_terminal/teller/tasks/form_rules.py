"""The rules of a merchant's form on a terminal: which inputs are asked for, and what may be typed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from offline_collect.domain.forms import Input, InputProblem, PaymentForm
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.text import OF_NAMES, Normalisation
from offline_collect_terminal.teller.tasks.session import word

BILL_NO_MAX = 32
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


def wanted_inputs(form: PaymentForm, alternative: Sequence[Input]) -> list[Input]:
    """Return the inputs to ask for, in the form's order: those of an alternative, and optional ones."""
    return [
        asked for asked in form.inputs if asked in alternative or (asked.group is None and not asked.required)
    ]


def mandatory_inputs(form: PaymentForm, wanted: Sequence[Input]) -> tuple[Input, ...]:
    """Return those of the wanted inputs that may not be left out."""
    fitting = [each for each in form.alternatives if all(asked in wanted for asked in each)]
    return fitting[0]


def read_typed(asked: Input, typed: str, *, mandatory: bool) -> str | InputProblem | None:
    """Return the value to send for what was typed; None if an optional input is left out, else the problem.

    Args:
        asked: the input; of a choice, its code or its label may be typed.
        typed: the text without spaces around it.
        mandatory: whether it may not be left out.
    """
    if typed:
        return check_typed(asked, _code_of(asked, typed))
    if mandatory:
        return InputProblem(asked.label, Phrase("{label} is needed.", label=asked.label))
    return None


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


def _code_of(asked: Input, typed: str) -> str:
    """Return the code of a choice that was named by its label; anything else unchanged."""
    codes = {word(label): code for code, label in asked.choices.items()}
    return codes.get(word(typed), typed)
