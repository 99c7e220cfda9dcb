"""Rules of money that change on a date: each rule links to the rule before it.

A change is never retroactive: the former rule always applies to its own dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from offline_collect.domain.errors import RuleError
from offline_collect.domain.texts.phrases import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRule:
    """A rule with its earlier versions.

    Attributes:
        starts: the first date that it applies to; None for a merchant's first rule.
        former: the rule before it; None for the first.
    """

    starts: dt.date | None = None
    former: Self | None = None

    def __post_init__(self) -> None:
        if (self.starts is None) != (self.former is None):
            raise RuleError(
                Phrase("a rule that starts on a date follows another one, and only such a rule does")
            )
        before: dt.date | None = None if self.former is None else self.former.starts
        if self.starts is not None and before is not None and self.starts <= before:
            raise RuleError(
                Phrase(
                    "a rule from {starts} on cannot follow one from {before} on",
                    starts=str(self.starts),
                    before=str(before),
                )
            )

    def on(self, date: dt.date) -> Self:
        """Return the rule that applies on a date."""
        rule = self
        while rule.former is not None and rule.starts is not None and date < rule.starts:
            rule = rule.former
        return rule

    def history(self) -> tuple[Self, ...]:
        """Return all past, present and future rules, oldest first."""
        rules = [self]
        while rules[-1].former is not None:
            rules.append(rules[-1].former)
        return tuple(reversed(rules))

    def terms(self) -> Self:
        """Return the rule's terms, without its earlier versions."""
        if self.former is None:
            return self
        return replace(self, starts=None, former=None)

    def amended(self, terms: Self, since: dt.date | None) -> Self:
        """Return the rule with ``terms`` from a date on, until the next planned change.

        Args:
            terms: the new terms.
            since: that date; None changes the first rule, from the beginning.
        """
        if since is None:
            return chain([(None, terms), *((rule.starts, rule) for rule in self.history()[1:])])
        return chain([*self._before(since), (since, terms), *self._after(since)])

    def followed_by(self, new: Self, since: dt.date) -> Self:
        """Return this rule before a date, and ``new`` from that date on."""
        return chain([*self._before(since), (since, new.on(since)), *new._after(since)])

    def _before(self, date: dt.date) -> list[tuple[dt.date | None, Self]]:
        return [(rule.starts, rule) for rule in self.history() if rule.starts is None or rule.starts < date]

    def _after(self, date: dt.date) -> list[tuple[dt.date | None, Self]]:
        return [
            (rule.starts, rule) for rule in self.history() if rule.starts is not None and rule.starts > date
        ]


Rule = TypeVar("Rule", bound=DatedRule)


def chain(changes: Iterable[tuple[dt.date | None, Rule]]) -> Rule:
    """Return the last of some rules, linked to those before it; a rule that changes nothing is left out.

    Args:
        changes: start date and terms of each, earliest first; the first has no date.

    Raises:
        RuleError: the dates are not in ascending order.
    """
    (_, first), *rest = changes
    rule = first.terms()
    for starts, following in rest:
        if following.terms() != rule.terms():
            rule = replace(following, starts=starts, former=rule)
    return rule
