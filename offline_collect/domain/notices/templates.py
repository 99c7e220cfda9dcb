"""Templates of merchants: their life, and what is refused before payers read them.

``LIFE`` is the complete table; docs/architecture.md draws it (a test compares the two). A template begins as DRAFT.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.messages import ApprovedText
from offline_collect.domain.notices.wording import named_in, placeholders_of, template_problems
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transitions import Transition
from offline_collect.domain.values import value

GATEWAY_ID_MAX = 64
"""Characters of the id that an SMS gateway has given to a template."""


class TemplateState(StrEnum):
    """The state of a template."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class TemplateEvent(StrEnum):
    """An event that changes the state of a template."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"


LIFE: Mapping[TemplateEvent, Transition[TemplateState]] = {
    TemplateEvent.SUBMITTED: Transition(
        frozenset({TemplateState.DRAFT}),
        TemplateState.SUBMITTED,
        "a user who sends notices",
        "it does not change any more, and waits for a second person or the gateway",
    ),
    TemplateEvent.APPROVED: Transition(
        frozenset({TemplateState.SUBMITTED}),
        TemplateState.APPROVED,
        "a user with APPROVE who neither wrote nor submitted it",
        "notices go out in its words, instead of those approved before",
    ),
    TemplateEvent.REJECTED: Transition(
        frozenset({TemplateState.SUBMITTED, TemplateState.APPROVED}),
        TemplateState.REJECTED,
        "a user with APPROVE",
        "no notice goes out in its words; those approved before it count again, else the shipped ones",
    ),
}
"""The transitions. REJECTED is the end: a better text is a new template."""


@value
class Template:
    """The words of a merchant for one kind of notice, on one channel, in one language.

    Attributes:
        template_id: the store's number of it.
        language: ``zh`` or ``en``.
        gateway_id: the id that an SMS gateway has given to it; None without one.
        reason: why it was rejected; None if it was not.
    """

    template_id: int
    merchant_id: str
    kind: NoticeKind
    channel: NoticeChannel
    language: str
    notice_class: NoticeClass
    text: str
    state: TemplateState
    made_by: str
    made_at: dt.datetime
    submitted_by: str | None = None
    decided_by: str | None = None
    decided_at: dt.datetime | None = None
    gateway_id: str | None = None
    reason: str | None = None


@value
class TemplateFilter:
    """Which templates are listed; None matches all."""

    merchant_id: str | None = None
    state: TemplateState | None = None
    kind: NoticeKind | None = None
    channel: NoticeChannel | None = None
    language: str | None = None


TemplateKey = tuple[str, NoticeKind, NoticeChannel]
"""Merchant, kind and channel."""


@value
class OwnWords:
    """The templates of a key that are in force.

    Attributes:
        last: the one that was approved last.
        service: the SERVICE one that was approved last; None without one. ``last`` itself, if it is SERVICE.
    """

    last: Template
    service: Template | None

    def for_payer(self, *, advertised: bool) -> Template | None:
        """Return the words that a payer gets; None for the platform's own.

        Whoever may not be advertised to is told of his bills and payments all the same, in plain words.

        Args:
            advertised: whether he has consented to advertising and not opted out of it.
        """
        return self.last if advertised else self.service


def text_problems(text: str, kind: NoticeKind, *, with_url: bool) -> Sequence[Phrase]:
    """Return why a merchant's text cannot be used for a kind, one reason each; none if it can.

    Args:
        with_url: whether the bank has set a link to the payer's app.
    """
    problems = list(template_problems(text, placeholders_of(kind, with_url=with_url)))
    if "【" in text or "】" in text:
        problems.append(
            Phrase("it has 【 or 】: the platform puts the merchant's name in these before each message")
        )
    return problems


def unused_words(
    own: str, channel: NoticeChannel, *, language: str, channels: Collection[NoticeChannel]
) -> Phrase | None:
    """Return that no notice goes out in a template, by the bank's settings; None if one can.

    Args:
        own: the template's language.
        channel: the template's.
        language: of notices.
        channels: on which notices go out.
    """
    if own != language:
        return Phrase(
            "no notice goes out in these words: they are {own}, and notify.language is {language}",
            own=own,
            language=language,
        )
    if channel not in channels:
        return Phrase(
            "no notice goes out in these words: they are for {channel}, which notify.channels does not name",
            channel=channel.value.lower(),
        )
    return None


def lacks_gateway_id(template: Template, gateway_id: str | None) -> bool:
    """Whether a template could never go out: a gateway sends only what it knows by an id of its own."""
    return template.channel is NoticeChannel.GATEWAY and gateway_id is None


def approved_text(template: Template | None) -> ApprovedText | None:
    """Return what a gateway is told of a merchant's template; None if it has no id for it."""
    if template is None or template.gateway_id is None:
        return None
    return ApprovedText(template.gateway_id, named_in(template.text))


def is_own(template: Template, who: str) -> bool:
    """Whether a user wrote or submitted a template, so that another must approve it."""
    return who in {template.made_by, template.submitted_by}


def moved(template: Template, event: TemplateEvent, **changes: Any) -> Template:
    """Return a template after an event that can happen to it, with what else the event changes."""
    step = LIFE[event]
    assert template.state in step.sources, f"{event.value} cannot happen in {template.state.value}"
    return replace(template, state=step.target, **changes)


def words_in_force(
    approved: Iterable[Template], language: str, *, with_url: bool
) -> dict[TemplateKey, OwnWords]:
    """Return the templates that notices go out in, by merchant, kind and channel.

    One that cannot be told any more, since the bank has taken its link away, is left out; so is one for a gateway that was
    approved without an id there, as older versions allowed.
    """
    found: dict[TemplateKey, OwnWords] = {}
    for each in sorted(_usable(approved, language, with_url=with_url), key=_order):
        key = (each.merchant_id, each.kind, each.channel)
        before = found.get(key)
        plain = None if before is None else before.service
        found[key] = OwnWords(each, each if each.notice_class is NoticeClass.SERVICE else plain)
    return found


def advertising(in_force: Mapping[TemplateKey, OwnWords]) -> frozenset[tuple[str, NoticeKind]]:
    """Return the merchants and kinds with words that advertise, on whichever channel."""
    return frozenset(
        (merchant_id, kind)
        for (merchant_id, kind, _), words in in_force.items()
        if words.last.notice_class is NoticeClass.COMMERCIAL
    )


def _usable(approved: Iterable[Template], language: str, *, with_url: bool) -> Iterator[Template]:
    for each in approved:
        if (
            each.state is TemplateState.APPROVED
            and each.language == language
            and not lacks_gateway_id(each, each.gateway_id)
            and not text_problems(each.text, each.kind, with_url=with_url)
        ):
            yield each


def _order(template: Template) -> tuple[dt.datetime, int]:
    return template.decided_at or template.made_at, template.template_id
