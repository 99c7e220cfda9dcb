"""Finds the last day of payment in a proposal: a column of dates, or what its cells or the rows outside the table say."""

from __future__ import annotations

from offline_collect.domain.imports.proposal import DUE_DATE, PERIOD
from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.imports.taken_amounts import PayingColumns
from offline_collect.domain.imports.taking import how_many, places_of_columns
from offline_collect.domain.imports.title_days import day_in_title, is_until
from offline_collect.domain.imports.titles import ends_span, year_month
from offline_collect.domain.texts.phrases import Phrase


class DatedColumns(PayingColumns):
    """A proposal in the making that may need a last day of payment."""

    def _find_due_date(self) -> None:
        of_each = any(each.is_dated for each in self._instalments)
        if of_each or DUE_DATE in self.choices or DUE_DATE in self.doubts:
            return
        found = [each for each in self._free() if each.is_mostly_date()]
        titles = [each.title for each in self._columns]
        last = [
            each
            for each in found
            if (each.says_last_day() or _are_until(each)) and not ends_span(each.title, titles)
        ]
        stated = self._table.due_date
        if not last and stated is not None:
            self._stated[DUE_DATE] = (
                stated.text,
                Phrase("row {row} outside the table says so", row=stated.row),
            )
        elif not found and self._says_until():
            return
        elif len(last) == 1:
            why = Phrase("it is the only last day, and all values are dates")
            if not last[0].is_date():
                why = Phrase("it is the only last day, and most values are dates")
            self._take(DUE_DATE, last[0].place, why)
        else:
            self._doubt(
                self._wanted[DUE_DATE], how_many(found, Phrase("dates")), places_of_columns(last or found)
            )

    def _says_until(self) -> bool:
        """Take the one last day of all cells of a column, whose year the period tells, or the day on which the list was made."""
        found = [each for each in self._free() if _are_until(each) and len(set(each.values)) == 1]
        year = self._says_year(found[0].title) if len(found) == 1 and all(found[0].texts) else None
        day = "" if year is None else day_in_title(found[0].values[0], year[0])
        if year is None or not day:
            return False
        self._stated[DUE_DATE] = (day, year[1])
        # An import would take 交费日期 for the day on which somebody paid.
        self._ignored.append(found[0].place)
        return True

    def _says_year(self, title: str) -> tuple[str, Phrase] | None:
        """Return the month that tells the year of a day, and why; None if nothing does."""
        period, made = self._one_period(), self._table.made
        if period is not None:
            return period, Phrase(
                "{title} says the day, and the period {period} the year", title=title, period=period
            )
        if made is None:
            return None
        return made.text, Phrase("{title} says the day, and row {row} the year", title=title, row=made.row)

    def _one_period(self) -> str | None:
        """Return the month that the rows have, or that the table states, as 2030-12; None if there is none, or several."""
        choice = self.choices.get(PERIOD)
        months = set() if choice is None else {year_month(text) for text in self._columns[choice.place].texts}
        return months.pop() if len(months) == 1 else self._table.period


def _are_until(column: SeenColumn) -> bool:
    """Whether the values themselves say that they are last days: 2030年12月31日前."""
    return column.nearly_all(sum(map(is_until, column.values)))
