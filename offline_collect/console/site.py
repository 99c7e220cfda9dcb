"""The console as an application of the web: its routes from the table of pages, and forms read with their bounds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive

from offline_collect.console.answering import Answering, Asked
from offline_collect.console.errors import (
    ConsoleError,
    ForgedFormError,
    MissingPageError,
    UploadTooLargeError,
)
from offline_collect.console.forms import FIELDS_MAX, Form, Upload
from offline_collect.console.headers import SecurityHeaders
from offline_collect.console.page import Opens, Page, Shown
from offline_collect.console.page_table import PAGES
from offline_collect.console.settings import Office
from offline_collect.domain.texts.phrases import Phrase

STATIC = Path(__file__).parent / "static"
LIVE_HEADER = "x-live"
_FILES_MAX = 4
_FIELD_MAX = 1024 * 1024
_MIB = 1024 * 1024
_ADDRESS_MAX = 45
"""Characters of the longest IPv6 address: a proxy's word for it is not longer either."""

_NO_PAGE = Page(
    path="", title=Phrase("Not found"), handler=lambda _: Shown("error.html"), opens=Opens.SIGNED_IN
)
"""Stands for the page where there is none."""


def build(office: Office, pages: Sequence[Page] = PAGES) -> Starlette:
    """Return the console's application."""
    answering = Answering(office, pages)
    limiter = CapacityLimiter(office.settings.threads)
    endpoints = _Endpoints(answering, limiter, office.settings.body_max)
    routes = [Route(page.path, endpoints.of(page), methods=[page.method]) for page in pages]
    static = Mount("/static", StaticFiles(directory=STATIC))
    app = Starlette(
        routes=[static, *routes],
        middleware=[Middleware(SecurityHeaders, secure=office.settings.secure)],
        exception_handlers={HTTPException: endpoints.missing},
    )
    # The way to the same address without a slash would be by whatever host the request names.
    app.router.redirect_slashes = False
    return app


@dataclass(frozen=True, slots=True)
class _Endpoints:
    answering: Answering
    limiter: CapacityLimiter
    body_max: int

    def of(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint of a page."""

        async def endpoint(request: Request) -> Response:
            if page.method != "POST":
                return await self._answer(_asked(page, request, Form()))
            bounded = Request(request.scope, _bounded(request.receive, self.body_max))
            try:
                async with bounded.form(
                    max_files=_FILES_MAX, max_fields=FIELDS_MAX, max_part_size=_FIELD_MAX
                ) as sent:
                    return await self._answer(_asked(page, request, _form(sent.multi_items())))
            except (UploadTooLargeError, HTTPException) as error:
                known = error if isinstance(error, ConsoleError) else ForgedFormError()
                return await self._error(_asked(page, request, Form()), known)

        return endpoint

    async def missing(self, request: Request, _: Exception) -> Response:
        """Answer a request for a page that there is not."""
        return await self._error(_asked(_NO_PAGE, request, Form()), MissingPageError())

    async def _answer(self, asked: Asked) -> Response:
        return await to_thread.run_sync(self.answering.answer, asked, limiter=self.limiter)

    async def _error(self, asked: Asked, error: Exception) -> Response:
        return await to_thread.run_sync(self.answering.error_page, asked, error, limiter=self.limiter)


def _asked(page: Page, request: Request, form: Form) -> Asked:
    # A browser says whether another site's page sends the form; others have no cookie to steal.
    site = request.headers.get("sec-fetch-site", "same-origin")
    return Asked(
        page=page,
        path=request.url.path,
        address=request.client.host[:_ADDRESS_MAX] if request.client is not None else "unknown",
        cookies=request.cookies,
        accepted_languages=request.headers.get("accept-language", ""),
        parts_of_path=request.path_params,
        query=dict(request.query_params),
        form=form,
        same_site=site in {"same-origin", "none"},
        live=LIVE_HEADER in request.headers,
    )


def _form(sent: Sequence[tuple[str, str | UploadFile]]) -> Form:
    fields, files = [], {}
    for name, value in sent:
        if isinstance(value, str):
            fields.append((name, value))
        elif value.filename:
            own = value.filename.replace("\\", "/").rpartition("/")[2]
            files[name] = Upload(own, value.size or 0, value.file)
    return Form(tuple(fields), files)


def _bounded(receive: Receive, most: int) -> Receive:
    """Return a receiver that refuses a body once it is too large, whatever length it claimed."""
    taken = 0

    async def receive_bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise UploadTooLargeError(most // _MIB)
        return message

    return receive_bounded
