"""Reports a run of scenarios: only results, a transcript, or every element."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from offline_collect.domain.texts.cards import MASK, mask_cards, mask_pan
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.frame.frame import Frame
from offline_collect.wire.frame.frames import encode_frame
from offline_collect.wire.masking import mask_tail
from offline_collect.wire.messages.message import Message
from offline_collect.wire.pretty import pretty_message
from offline_collect_terminal.scenario.expect import ABSENT, Check
from offline_collect_terminal.scenario.hex_view import hex_lines, hidden_bytes
from offline_collect_terminal.scenario.lines import line_of
from offline_collect_terminal.scenario.model import Scenario, Silence
from offline_collect_terminal.scenario.outcome import Failure, ScenarioResult
from offline_collect_terminal.scenario.transcript import Wording, bytes_line

_SECRET = {"DE 2": mask_pan, "DE 102": mask_tail, "DE 103": mask_tail}
_KEYS = frozenset({"DE 48.0090", "DE 48.0091"})


@dataclass(frozen=True, slots=True)
class Detail:
    """The detail of reports.

    Attributes:
        transcript: one line for each message.
        verbose: every element, masked.
        hexed: the bytes of each message, those of personal data hidden.
        unmask: show all bytes.
    """

    transcript: bool = False
    verbose: bool = False
    hexed: bool = False
    unmask: bool = False


class ConsoleReporter:
    """Writes events to a console as they happen."""

    def __init__(self, console: Console, dialect: Dialect, detail: Detail) -> None:
        self._console = console
        self._dialect = dialect
        self._detail = detail
        self._wording = Wording(dialect)

    def begin(self, scenario: Scenario) -> None:
        """Print a scenario's title."""
        if self._shown:
            self._console.print(f"\n[bold]{escape(scenario.title)}[/bold]", highlight=False)

    def skipped(self, scenario: Scenario) -> None:
        """Report that a scenario is not for this dialect."""
        if scenario.dialects:
            why = f"it is written for dialect {', '.join(scenario.dialects)}"
        else:
            why = f"{self._dialect.name} has messages of its own: `dialects: [{self._dialect.name}]` says that it fits"
        self._print(Text(f"- {scenario.file}: not run, {why}", "dim"))

    def note(self, text: str) -> None:
        """Print the note on the next messages."""
        if self._shown:
            self._print(Text(f"  {text}", "dim italic"))

    def sent(self, message: Message | None, stream: bytes) -> None:
        """Show a sent message."""
        self._show("→", "cyan", message, bytes_line(stream))
        self._show_bytes(stream, message)

    def received(self, message: Message, frame: Frame) -> None:
        """Show a received message."""
        approved = message.elements.get(39) in {None, "00"}
        self._show("←", "green" if approved else "yellow", message, "")
        self._show_bytes(encode_frame(self._dialect.frame, frame.message, frame.header), message)

    def _show_bytes(self, stream: bytes, message: Message | None) -> None:
        if not self._detail.hexed:
            return
        hidden = () if self._detail.unmask else hidden_bytes(self._dialect, stream, message)
        self._print(Text("\n".join(f"    {line}" for line in hex_lines(stream, hidden)), "dim"))

    def silent(self, silence: Silence) -> None:
        """Show that no answer came, as expected."""
        words = "no answer" if silence is Silence.NOTHING else "connection closed"
        if self._shown:
            self._print(Text(f"← {words}", "green"))

    def ended(self, outcome: ScenarioResult) -> None:
        """Report the result of a scenario, with the differences by element if it failed."""
        scenario, failure = outcome.scenario, outcome.failure
        if failure is None:
            line = f"✓ {scenario.title}: {outcome.messages_sent} sent, {outcome.messages_received} answered"
            self._print(Text(line, "green"))
            return
        self._print(Text(f"✗ {scenario.title}", "bold red"))
        at = line_of(failure.path, scenario.lines)
        where = scenario.file if at is None else f"{scenario.file}:{at}"
        self._print(Text(f"  {where}: {failure.path}: {failure.summary}", "red"))
        if failure.checks:
            self._console.print(difference(failure.checks))
        elif failure.answer is not None:
            self._print(Text(f"  ← {self._wording.line(failure.answer)}"))
        self._reason(failure)

    def _reason(self, failure: Failure) -> None:
        """Print the platform's own reason, unless the table shows it."""
        reason = failure.answer.elements.get(63) if failure.answer else None
        if reason and not any(looked.place == "DE 63" for looked in _told(failure.checks)):
            self._print(Text(f"  the platform says: {mask_cards(reason)}"))

    def summary(self, outcomes: Sequence[ScenarioResult]) -> None:
        """Report in one line the results of all scenarios."""
        failed = sum(outcome.failure is not None for outcome in outcomes)
        sent = sum(outcome.messages_sent for outcome in outcomes)
        received = sum(outcome.messages_received for outcome in outcomes)
        line = f"{_count(len(outcomes), 'scenario')}: {_count(sent, 'message')} sent, {received} answered"
        verdict = f", {failed} failed" if failed else ", all as expected" if outcomes else ": nothing was run"
        self._print(Text(line + verdict, "bold red" if failed or not outcomes else "bold green"))

    @property
    def _shown(self) -> bool:
        return self._detail.transcript or self._detail.verbose or self._detail.hexed

    def _show(self, arrow: str, style: str, message: Message | None, raw: str) -> None:
        if not self._shown:
            return
        line = self._wording.line(message) if message else raw
        self._print(Text.assemble((f"{arrow} ", style), (line, "" if arrow == "→" else style)))
        if self._detail.verbose and message:
            rows = pretty_message(message, self._dialect).splitlines()[1:]
            self._print(Text("\n".join(f"    {row}" for row in rows), "dim"))

    def _print(self, text: Text) -> None:
        # The window wraps a line that is too long: cutting it would hide the answer.
        self._console.print(text, soft_wrap=True, highlight=False)


def difference(checks: Sequence[Check]) -> Table:
    """Return a table of expected and actual content, by element, with failures marked.

    Requirements for every answer are left out if they are met.
    """
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "Element", "Name", "Expected", "Got"):
        table.add_column(heading, overflow="fold")
    for looked in _told(checks):
        style = "dim" if looked.passed else "bold red"
        mark = "=" if looked.passed else "≠"
        got = ABSENT if looked.got is None else _safe(looked.place, looked.got)
        cells = (mark, looked.place, looked.name, _safe(looked.place, looked.expected), got)
        table.add_row(*(Text(cell, style) for cell in cells))
    return table


def _told(checks: Sequence[Check]) -> list[Check]:
    return [looked for looked in checks if not (looked.passed and looked.by_contract)]


def _safe(place: str, value: str) -> str:
    """Mask card numbers, accounts and keys, wherever they are."""
    if place in _KEYS:
        return MASK
    mask = _SECRET.get(place)
    return mask(value) if mask else mask_cards(value)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
