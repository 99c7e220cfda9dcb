"""The visit itself: its language and print, whether the payer is still there, its end."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from offline_collect.translations import Language
from offline_collect_terminal.kiosk.kiosk import WARNED_S, Kiosk, go
from offline_collect_terminal.kiosk.visits import IDLE_S, Visit


async def change(_: Kiosk, fields: Mapping[str, list[str]], visit: Visit) -> Response:
    """Change language or print."""
    language = fields.get("language", [""])[0]
    if language in set(Language):
        visit.language = Language(language)
    if "large" in fields:
        visit.large = fields["large"][0] == "1"
    return go(visit.here)


async def ask_whether_there(kiosk: Kiosk, _: Request, visit: Visit) -> Response:
    """Ask whether the payer is still there; nothing of the visit changes by it."""
    left = int(IDLE_S) - WARNED_S
    return kiosk.draw(
        visit,
        "message",
        heading=kiosk.text(visit, "still"),
        text=kiosk.text(visit, "still_hint", seconds=left),
        stay=True,
        warn_s=left,
        idle_s=int(IDLE_S),
        after="/ended",
    )


async def stay(_: Kiosk, __: Mapping[str, list[str]], visit: Visit) -> Response:
    """Go on where the payer was."""
    return go(visit.here)


async def show_ended(kiosk: Kiosk, _: Request, visit: Visit) -> Response:
    """Say that the visit has ended."""
    return kiosk.draw(
        visit,
        "message",
        heading=kiosk.text(visit, "ended"),
        text=kiosk.text(visit, "ended_why", seconds=int(IDLE_S)),
        stay=False,
        idles=False,
    )
