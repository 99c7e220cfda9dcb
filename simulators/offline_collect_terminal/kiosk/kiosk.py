"""The kiosk as its pages see it: the terminal, the visits, and how a page is drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from offline_collect.translations import Language
from offline_collect_terminal.errors import BusyError
from offline_collect_terminal.kiosk.terminal import KioskTerminal, R, Result
from offline_collect_terminal.kiosk.texts import TEST, TEST_LINE, Said
from offline_collect_terminal.kiosk.visits import IDLE_S, Visit, Visits
from offline_collect_terminal.teller.journal.entries import Entry
from offline_collect_terminal.teller.screen.model import Line, Tone
from offline_collect_terminal.teller.screen.steps import Steps
from offline_collect_terminal.teller.tasks.session import Session

WARNED_S = 40
"""How long a page waits before it asks whether the payer is still there."""

BODY_BYTES_MAX = 16_384
FIELDS_MAX = 200
WAIT_S = 2.0

TOO_LARGE, BUSY = 413, 503
SHOWN_TONES = frozenset({Tone.BAD, Tone.WARNING})


class Kiosk:
    """What all pages share.

    Args:
        terminal: does what payers want.
        clock: seconds, monotonic.
        language: the first language of each visit.
        patience_s: how long the answer to a payment is waited for before a page says that it is on its way.
    """

    def __init__(
        self,
        terminal: KioskTerminal,
        clock: Callable[[], float],
        language: Language,
        patience_s: float = WAIT_S,
    ) -> None:
        self.terminal = terminal
        self._patience_s = patience_s
        self.visits = Visits(clock, language, self.waits)
        self._environment = Environment(
            loader=PackageLoader("offline_collect_terminal.kiosk"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )

    def session(self, visit: Visit) -> Session:
        """Return the terminal's session in the payer's language."""
        return self.terminal.session(visit.language)

    def text(self, visit: Visit, name: str, **values: object) -> str:
        """Return a text of the pages in the payer's language."""
        return Said(self.session(visit).words)(name, **values)

    def entry(self, visit: Visit) -> Entry | None:
        """Return a visit's payment as far as it is known; None before it is in the journal."""
        return None if visit.number is None else self.terminal.entry(visit.number)

    def waits(self, visit: Visit) -> bool:
        """Whether a visit's payment has no answer yet."""
        if visit.paying is None:
            return False
        entry = self.entry(visit)
        return not visit.paying.done() or (entry is not None and entry.unresolved)

    async def run(self, visit: Visit, task: Callable[[Session], Steps[R]]) -> R | None:
        """Have the terminal do something; what went wrong is said on the next page."""
        try:
            result = await self.terminal.run(visit.language, task)
        except BusyError:
            self.complain(visit, [self.text(visit, "too_busy")])
            return None
        self.tell(visit, result)
        return result.value

    def tell(self, visit: Visit, result: Result[Any]) -> None:
        """Have the next page say what went wrong."""
        lines = [line.text for line in result.lines if line.tone in SHOWN_TONES]
        if lines:
            self.complain(visit, dict.fromkeys(lines))

    def complain(self, visit: Visit, lines: Iterable[str]) -> None:
        """Have the next page say something."""
        visit.said = tuple(Line(line, Tone.BAD) for line in lines)

    async def wait_a_little(self, visit: Visit) -> None:
        """Wait for the answer to a payment, but not long."""
        if visit.paying is not None:
            await asyncio.wait({asyncio.wrap_future(visit.paying)}, timeout=self._patience_s)

    def draw(
        self,
        visit: Visit,
        template: str,
        *,
        status: int = 200,
        reload_s: int | None = None,
        idles: bool = True,
        **values: Any,
    ) -> Response:
        """Return a page.

        Args:
            template: its name without its extension.
            reload_s: after so many seconds it loads itself again; None if it does not.
            idles: whether it ends the visit if nobody is there.
            values: for the template.
        """
        shared = {
            "say": Said(self.session(visit).words),
            "language": visit.language.value,
            "large": visit.large,
            "token": visit.token,
            "said": [line.text for line in visit.take_said()],
            "test": TEST,
            "test_line": TEST_LINE,
            "reload_s": reload_s,
            "idle_s": int(IDLE_S) if idles and visit.personal else None,
            "warn_s": WARNED_S,
            "after": "/still",
        }
        page = self._environment.get_template(f"{template}.html").render(shared | values)
        return HTMLResponse(page, status)


def go(path: str) -> Response:
    """Return the answer to a form: the browser asks for a page."""
    return RedirectResponse(path, 303)


async def read_fields(request: Request) -> dict[str, list[str]]:
    """Return the fields of a form.

    Raises:
        HTTPException: the body is too long, or has too many fields.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise HTTPException(TOO_LARGE)
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise HTTPException(TOO_LARGE) from None
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields
