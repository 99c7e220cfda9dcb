"""Messages of gateways that send no text of ours, but their own approved template with some words put in.

Operators in China want it so. The gateway has the template's text and signature; we name the template and its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from offline_collect.domain.notices.messages import ApprovedText, OutgoingMessage
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.notices.results import Result, Verdict
from offline_collect.domain.notices.wording import PLACEHOLDERS, VARIABLES
from offline_collect.domain.values import value

SEVERAL = "SEVERAL"
"""The template of a message with several notices; each kind of notice has one of its own name besides."""

WORDS_OF_SEVERAL = frozenset({"merchant", "customer", "count"})
"""What the template of several notices may say: the rest is different in each of them."""

_MAY_BE_CUT = frozenset({"merchant", "description"})
_NOTHING = "-"
"""Stands for a word that a bill does not have: gateways refuse an empty one."""


@value
class Variable:
    """A word of a template.

    Attributes:
        name: the gateway's.
        of: the placeholder that it is, as texts of notices have them.
        most: characters that the gateway allows.
    """

    name: str
    of: str
    most: int


@value
class GatewayTemplate:
    """A template that the gateway has approved.

    Attributes:
        variables: in the gateway's order.
    """

    template_id: str
    variables: Sequence[Variable]


@value
class FilledTemplate:
    """What a gateway is told instead of a text."""

    template_id: str
    words: Sequence[tuple[str, str]] = field(repr=False)


Templates = Mapping[tuple[str, str], GatewayTemplate]
"""By the event, a kind of notice or :data:`SEVERAL`, and the language."""


def allowed_words(event: str) -> frozenset[str]:
    """Return the placeholders that a template of an event may have."""
    return WORDS_OF_SEVERAL if event == SEVERAL else PLACEHOLDERS


def template_of(message: OutgoingMessage, templates: Templates) -> FilledTemplate | Result:
    """Return the template of a message with its words; why it is not sent if there is none, or a word is too long."""
    event = message.told[0].kind.value if len(message.told) == 1 else SEVERAL
    words = {**message.words, "count": str(len(message.told))}
    return filled_template(templates, event, message.language, words, message.approved)


def filled_template(
    templates: Templates, event: str, language: str, words: Mapping[str, str], approved: ApprovedText | None
) -> FilledTemplate | Result:
    """Return a template with its words; why it is not sent if there is none, or a word is too long.

    Args:
        words: by placeholder.
        approved: the merchant's own template at the gateway; None for the bank's of the event and language.
    """
    found = known_template(templates, event, language, approved)
    if found is None:
        return Result(Verdict.STOP, reason_of(Reason.GATEWAY_NO_TEMPLATE, event=event, language=language))
    filled = [(each, _word(each, words.get(each.of, ""))) for each in found.variables]
    for each, text in filled:
        if len(text) > each.most:
            reason = reason_of(
                Reason.GATEWAY_VALUE_LONG, name=each.name, most=each.most, value=each.of, length=len(text)
            )
            return Result(Verdict.STOP, reason)
    return FilledTemplate(found.template_id, [(each.name, text) for each, text in filled])


def known_template(
    templates: Templates, event: str, language: str, approved: ApprovedText | None
) -> GatewayTemplate | None:
    """Return the template by which notices of an event go out; None if the gateway has none.

    Args:
        approved: as for :func:`filled_template`.
    """
    if approved is None:
        return templates.get((event, language))
    return merchants_template(approved, event, language, templates)


def words_at_gateway(template: GatewayTemplate, words: Mapping[str, str]) -> dict[str, str]:
    """Return the words of a template as its gateway puts them in, by placeholder: cut where they may be, never empty."""
    return {each.of: _word(each, words.get(each.of, "")) for each in template.variables}


def merchants_template(
    approved: ApprovedText, event: str, language: str, templates: Templates
) -> GatewayTemplate:
    """Return a merchant's template at the gateway, with the words that its text names.

    A word has the name and the bound that the bank's templates give to it: the one of the same event first, then any
    other in this language. One that none of them has is called by its placeholder, and has its bound. If two words
    would have one name, so that a gateway would get one of them only, all are called by their placeholders.
    """
    known: dict[str, Variable] = {}
    for (_, of_language), each in sorted(templates.items(), key=lambda item: item[0][0] != event):
        if of_language == language:
            for variable in each.variables:
                known.setdefault(variable.of, variable)
    words = [known.get(name) or Variable(name, name, VARIABLES[name]) for name in approved.names]
    if len({each.name for each in words}) < len(words):
        words = [Variable(each.of, each.of, each.most) for each in words]
    return GatewayTemplate(approved.template_id, words)


def _word(variable: Variable, text: str) -> str:
    return (text[: variable.most] if variable.of in _MAY_BE_CUT else text) or _NOTHING
