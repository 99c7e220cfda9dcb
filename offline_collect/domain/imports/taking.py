"""What a proposal in the making has taken, and what is in doubt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from offline_collect.domain.imports.proposal import Choice, Doubt, WantedColumn
from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.imports.totals import titles_of
from offline_collect.domain.texts.phrases import Phrase


class Taking:
    """Columns of a file that are taken for ours one by one: a column that is taken is free no more.

    Attributes:
        choices: by our key.
        doubts: likewise.
    """

    def __init__(
        self, columns: Sequence[SeenColumn], wanted: Mapping[str, WantedColumn], of_months: Collection[int]
    ) -> None:
        self._columns = columns
        self._wanted = wanted
        self._of_months = frozenset(of_months)
        self.choices: dict[str, Choice] = {}
        self.doubts: dict[str, Doubt] = {}

    def _identifying(self) -> list[SeenColumn]:
        return [each for each in self._free() if each.may_identify()]

    def _free(self) -> list[SeenColumn]:
        taken = {choice.place for choice in self.choices.values()}
        taken |= self._of_months
        return [each for each in self._columns if each.place not in taken and each.values]

    def _one(self, key: str, found: Sequence[SeenColumn], why: Phrase, *, doubtful: bool = True) -> None:
        """Take a column if it is the only one of its kind; of several none is certain."""
        if len(found) == 1:
            self._take(key, found[0].place, why)
        elif found and doubtful:
            self._doubt(
                self._wanted[key],
                Phrase("several columns may be it: {why}", why=why),
                places_of_columns(found),
            )

    def _take(self, key: str, place: int, why: Phrase) -> None:
        self.choices[key] = Choice(key, place, why)

    def _doubt(self, wanted: WantedColumn, why: Phrase, places: Sequence[int]) -> None:
        self.doubts[wanted.key] = Doubt(wanted.key, wanted.label, why, tuple(places))


def places_of_columns(columns: Iterable[SeenColumn]) -> list[int]:
    """Return the places of columns."""
    return [each.place for each in columns]


def how_many(found: Sequence[SeenColumn], what: Phrase) -> Phrase:
    """Say which columns may hold something, or that none does."""
    if not found:
        return Phrase("no column holds {what}", what=what)
    return Phrase("{titles} may hold {what}", titles=titles_of(found), what=what)
