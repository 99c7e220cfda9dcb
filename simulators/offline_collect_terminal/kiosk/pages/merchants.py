"""The first page: the merchants that the platform lists, and a search among them."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from offline_collect_terminal.kiosk.kiosk import Kiosk, go
from offline_collect_terminal.kiosk.paying import find_merchants
from offline_collect_terminal.kiosk.visits import Visit
from offline_collect_terminal.teller.tasks.session import typeable


async def show(kiosk: Kiosk, request: Request, visit: Visit) -> Response:
    """Show the merchants; one alone that a search finds is opened."""
    if kiosk.waits(visit):
        return go("/payment")
    text = request.query_params.get("q", "").strip()
    if not typeable(text):
        kiosk.complain(visit, [kiosk.text(visit, "too_long")])
        text = ""
    visit.forget_payer()
    visit.merchant, visit.downloaded = None, None
    found = await kiosk.run(visit, partial(find_merchants, text=text))
    return kiosk.draw(visit, "merchants", merchants=found or [], text=text)
