"""The kiosk as a web application: its routes, who may use them, and the headers of its answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from offline_collect_terminal.errors import BusyError
from offline_collect_terminal.kiosk.kiosk import BUSY, Kiosk, go, read_fields
from offline_collect_terminal.kiosk.pages import bills, form, merchants, pay, visit
from offline_collect_terminal.kiosk.settling import Settling
from offline_collect_terminal.kiosk.visits import Visit, is_token

COOKIE = "kiosk"
FORBIDDEN, NOT_FOUND = 403, 404
HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""The names by which browsers may call the kiosk: another one is a page elsewhere that points its name here."""

END_EVERY_S = 5.0
"""How often visits are looked at that nobody continues."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

Page = Callable[[Kiosk, Request, Visit], Awaitable[Response]]
Action = Callable[[Kiosk, Mapping[str, list[str]], Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def make_app(kiosk: Kiosk, settling: Settling, hosts: tuple[str, ...] = HOSTS) -> Starlette:
    """Return the application; while it runs, payments without an answer are settled and idle visits end."""

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(settling.run()), asyncio.create_task(_end_idle_visits(kiosk))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.to_thread(kiosk.terminal.close)

    return Starlette(
        routes=_routes(kiosk),
        lifespan=running,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)],
        exception_handlers={HTTPException: _refuse, BusyError: _refuse_busy},
    )


def _routes(kiosk: Kiosk) -> list[Route | Mount]:
    return [
        Route("/", _page(kiosk, merchants.show)),
        Route("/m/{merchant_id}", _page(kiosk, form.show)),
        Route("/m/{merchant_id}/", _page(kiosk, form.show)),
        Route("/m/{merchant_id}", _action(kiosk, form.find), methods=["POST"]),
        Route("/bills", _page(kiosk, bills.show)),
        Route("/bills", _action(kiosk, bills.choose), methods=["POST"]),
        Route("/bills/more", _action(kiosk, bills.read_more), methods=["POST"]),
        Route("/pay", _page(kiosk, pay.show)),
        Route("/pay", _action(kiosk, pay.send), methods=["POST"]),
        Route("/payment", _page(kiosk, pay.show_payment, touches=False)),
        Route("/again", _action(kiosk, pay.pay_another), methods=["POST"]),
        Route("/language", _action(kiosk, visit.change), methods=["POST"]),
        Route("/still", _page(kiosk, visit.ask_whether_there, touches=False, is_place=False)),
        Route("/stay", _action(kiosk, visit.stay), methods=["POST"]),
        Route("/ended", _page(kiosk, visit.show_ended, touches=False, is_place=False)),
        Route("/end", _end(kiosk), methods=["POST"]),
        Mount("/static", StaticFiles(packages=[("offline_collect_terminal.kiosk", "static")])),
    ]


def _page(kiosk: Kiosk, draw: Page, *, touches: bool = True, is_place: bool = True) -> Endpoint:
    """Return what answers a GET.

    Args:
        touches: whether it shows that the payer is there; a page that loads itself does not.
        is_place: whether the payer comes back to it after a change of language.
    """

    async def answer(request: Request) -> Response:
        found, key = kiosk.visits.find(request.cookies.get(COOKIE)), None
        if found is None:
            key, found = kiosk.visits.begin()
        if touches:
            kiosk.visits.touch(found)
        if is_place:
            found.here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        response = await draw(kiosk, request, found)
        if key is not None:
            response.set_cookie(COOKIE, key, httponly=True, samesite="strict", path="/")
        return _with_headers(response)

    return answer


def _action(kiosk: Kiosk, do: Action) -> Endpoint:
    """Return what answers a POST: it changes something, so it needs the visit's token."""

    async def answer(request: Request) -> Response:
        fields = await read_fields(request)
        found = kiosk.visits.find(request.cookies.get(COOKIE))
        if found is None:
            return _with_headers(go("/ended"))
        if not is_token(found, fields.get("token", [""])[0]):
            raise HTTPException(FORBIDDEN)
        kiosk.visits.touch(found)
        return _with_headers(await do(kiosk, fields, found))

    return answer


def _end(kiosk: Kiosk) -> Endpoint:
    """Return what ends a visit: the next page begins another one."""

    async def finish(_: Kiosk, __: Mapping[str, list[str]], ___: Visit) -> Response:
        return go("/")

    ending = _action(kiosk, finish)

    async def answer(request: Request) -> Response:
        response = await ending(request)
        kiosk.visits.end(request.cookies.get(COOKIE))
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response

    return answer


async def _end_idle_visits(kiosk: Kiosk) -> None:
    while True:
        await asyncio.sleep(END_EVERY_S)
        kiosk.visits.end_idle()


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


async def _refuse(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else FORBIDDEN
    texts = {
        FORBIDDEN: "测试 TEST\n此页已失效，请返回首页。This page has expired: go back to /\n",
        NOT_FOUND: "测试 TEST\n没有此页。There is no such page: go back to /\n",
    }
    return _with_headers(PlainTextResponse(texts.get(status, "测试 TEST\n无法处理。Not accepted.\n"), status))


async def _refuse_busy(_: Request, __: Exception) -> Response:
    text = "测试 TEST\n使用人数过多，请稍后再试。Too many people use this kiosk: try again in a minute.\n"
    return _with_headers(PlainTextResponse(text, BUSY))
