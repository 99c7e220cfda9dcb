"""From a request to an answer: who asks, whether he may, the page, and what goes back to the browser.

All of it runs in a thread: use cases block.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from offline_collect.console.cookies import (
    forget_said,
    give_key,
    give_language,
    give_said,
    key_in,
    new_key,
    said_in,
)
from offline_collect.console.errors import (
    ConfirmationNeededError,
    ForgedFormError,
    MissingPageError,
    StaleFormError,
    UnreadableTextError,
)
from offline_collect.console.forms import CODE, PROOF, TOKEN, Form, is_token
from offline_collect.console.languages import in_language, language_of
from offline_collect.console.page import Answer, Download, Opens, Page, Redirect, Shown
from offline_collect.console.plain_text import is_plain
from offline_collect.console.refusals import status_of, words_on_page
from offline_collect.console.rendering import render
from offline_collect.console.settings import Office
from offline_collect.console.visit import Visit
from offline_collect.domain.access.sessions import SessionState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.credentials import lacks
from offline_collect.merchant.access.downloads import record_download
from offline_collect.merchant.access.errors import DisabledUserError, SignInError, UnknownUserError
from offline_collect.merchant.access.sent_forms import answer_form, give_form_back, take_form
from offline_collect.merchant.access.sessions import resume
from offline_collect.merchant.access.sign_in import Proof, confirm
from offline_collect.merchant.access.users import acting_user
from offline_collect.store import StoreError

PREPARE_PATH = "/account"
RETRY_AFTER_S = {HTTPStatus.SERVICE_UNAVAILABLE: "5", HTTPStatus.TOO_MANY_REQUESTS: "60"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser asks for, without anything of the web framework.

    Attributes:
        live: whether the page asks by itself, to show present figures.
    """

    page: Page
    path: str
    address: str
    cookies: Mapping[str, str]
    accepted_languages: str
    parts_of_path: Mapping[str, str]
    query: Mapping[str, str]
    form: Form
    same_site: bool = True
    live: bool = False


class Answering:
    """Answers requests for the pages of a table."""

    def __init__(self, office: Office, pages: Sequence[Page]) -> None:
        self._office = office
        self._secure = office.settings.secure
        self._pages = [page for page in pages if page.method == "GET"]

    def answer(self, asked: Asked) -> Response:
        """Return the answer to a request; never an exception."""
        visit = self._visit(asked)
        try:
            self._find_session(visit, live=asked.live)
            response = self._refuse(visit, asked) or self._carry_out(visit)
        except Exception as error:  # noqa: BLE001 - whatever it is, the browser gets a page
            response = self._on_error(visit, error)
        if key_in(asked.cookies, secure=self._secure) != visit.key:
            give_key(response, visit.key, secure=self._secure)
        return response

    def error_page(self, asked: Asked, error: Exception) -> Response:
        """Return the page of an error that came before any page was found."""
        visit = self._visit(asked)
        with suppress(StoreError):
            self._find_session(visit, live=False)
        return self._on_error(visit, error)

    def _visit(self, asked: Asked) -> Visit:
        return Visit(
            office=self._office,
            page=asked.page,
            language=language_of(asked.cookies.get("language"), asked.accepted_languages),
            key=key_in(asked.cookies, secure=self._secure) or new_key(),
            now=self._office.clock.now(),
            path=asked.path,
            address=asked.address,
            parts_of_path=asked.parts_of_path,
            query={name: value for name, value in asked.query.items() if is_plain(value)},
            form=asked.form,
            said=said_in(asked.cookies),
        )

    def _find_session(self, visit: Visit, *, live: bool) -> None:
        store, times = self._office.store, self._office.rules.times
        session = resume(store, visit.key, visit.now, times, used=not live)
        if session is None:
            return
        try:
            visit.user = acting_user(store, session.name)
        except (UnknownUserError, DisabledUserError):
            return
        visit.session = session

    def _refuse(self, visit: Visit, asked: Asked) -> Response | None:
        """Return the answer to a request that gets no page; raises if the user may not open it."""
        page = visit.page
        if page.method == "POST" and not (asked.same_site and is_token(visit.key, visit.form.get(TOKEN))):
            raise ForgedFormError
        if page.opens is Opens.ANYBODY:
            return None
        if visit.session is None:
            # The form had the token of the session that is over: its user typed it, nobody else.
            return self._show(visit, _sign_in_page(visit), HTTPStatus.UNAUTHORIZED)
        if page.opens is not Opens.PREPARING and self._lacks(visit):
            return RedirectResponse(PREPARE_PATH, HTTPStatus.SEE_OTHER)
        if page.permission is not None:
            visit.actor.require(page.permission)
        return None

    def _lacks(self, visit: Visit) -> bool:
        """Whether the user must do something about his account first; a role that he was given since may ask for it."""
        if visit.living.state is SessionState.PREPARING:
            return True
        rules = self._office.rules
        asked = rules.asks_factor(visit.actor.roles)
        return asked and lacks(self._office.store, visit.living, rules)[1]

    def _carry_out(self, visit: Visit) -> Response:
        page, once = visit.page, visit.form.once
        if not all(part and is_plain(part) for part in visit.parts_of_path.values()):
            raise MissingPageError
        if not visit.form.plain:
            raise UnreadableTextError
        if page.method != "POST":
            return self._respond(visit, page.handler(visit))
        if page.confirms:
            self._confirm(visit)
        if visit.session is None or not page.once:
            return self._respond(visit, self._try(visit))
        if once is None:
            raise ForgedFormError
        before = take_form(self._office.store, once, visit.session, visit.now)
        if before is not None:
            return self._respond(
                visit, Redirect(before.location or "/", _SENT_TWICE[before.location is None])
            )
        try:
            answer = self._try(visit)
        except BaseException:
            give_form_back(self._office.store, once)
            raise
        if isinstance(answer, Redirect):
            answer_form(self._office.store, once, answer.to)
        else:
            give_form_back(self._office.store, once)
        return self._respond(visit, answer)

    def _try(self, visit: Visit) -> Answer:
        """Make a change; if it is refused, show its form again with what was typed and why."""
        again = visit.page.again
        try:
            return visit.page.handler(visit)
        except Exception as error:
            status = status_of(error)
            if again is None or status not in _SHOWN_AGAIN:
                raise
            visit.refused = words_on_page(error)
            visit.stale = error.changes if isinstance(error, StaleFormError) else ()
            shown = again(visit)
            return replace(shown, status=int(status)) if isinstance(shown, Shown) else shown

    def _confirm(self, visit: Visit) -> None:
        """Take the password that came with the form, or ask for it.

        Raises:
            ConfirmationNeededError: its user must give it.
            SignInError: it is wrong.
        """
        password, rules = visit.form.secret(PROOF), self._office.rules
        if password:
            proof = Proof(visit.living.name, password, visit.form.get(CODE))
            confirm(self._office.store, visit.living, proof, visit.now, rules)
        elif visit.living.state is SessionState.OPEN and not visit.living.standing.is_confirmed(
            rules.times, visit.now
        ):
            raise ConfirmationNeededError

    def _respond(self, visit: Visit, answer: Answer) -> Response:
        if isinstance(answer, Shown):
            return self._show(visit, answer, answer.status)
        if isinstance(answer, Download):
            return self._send(visit, answer)
        response = RedirectResponse(answer.to, HTTPStatus.SEE_OTHER)
        if answer.language is not None:
            give_language(response, answer.language, secure=self._secure)
        if answer.said is not None:
            give_said(response, in_language(answer.said, visit.language), secure=self._secure)
        return response

    def _show(self, visit: Visit, shown: Shown, status: int) -> Response:
        opened = [page for page in self._pages if _may_open(visit, page)]
        response = HTMLResponse(render(visit, shown.template, shown.values, opened), status)
        if status in RETRY_AFTER_S:
            response.headers["Retry-After"] = RETRY_AFTER_S[HTTPStatus(status)]
        if visit.said:
            forget_said(response, secure=self._secure)
        return response

    def _send(self, visit: Visit, download: Download) -> Response:
        record_download(visit.store, download.about, download.name, visit.actor, visit.now)
        response = StreamingResponse(download.content, media_type=download.media_type)
        plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in download.name)
        # The second name is the whole one; the first is for browsers that do not know it (RFC 6266).
        named = f"filename=\"{plain}\"; filename*=UTF-8''{quote(download.name, safe='')}"
        response.headers["Content-Disposition"] = f"attachment; {named}"
        return response

    def _on_error(self, visit: Visit, error: Exception) -> Response:
        """Return the page of an error; what was typed stays on it, to be sent again."""
        status = status_of(error)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("a fault in the page %s", visit.page.path, exc_info=error)
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            _log.warning("the page %s cannot be shown now: %s", visit.page.path, error)
        away = status is HTTPStatus.SERVICE_UNAVAILABLE
        asks = isinstance(error, (ConfirmationNeededError, SignInError)) and visit.page.confirms
        visit.refused = words_on_page(error)
        # Nothing of a form that another site may have sent is offered to be sent again.
        kept = visit.form.kept if visit.page.method == "POST" and (away or asks) else ()
        lost = visit.form.lost if kept or away else ()
        values = {"status": int(status), "away": away, "resend": kept, "lost": lost}
        template = "confirm.html" if asks else "error.html"
        return self._show(visit, Shown(template, values), status)


_SHOWN_AGAIN = {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}

_SENT_TWICE = {
    False: Phrase("this form was sent twice; it was carried out once"),
    True: Phrase("this form was sent before, and its outcome is not known: look whether it was done"),
}
"""By whether the answer of the first sending is missing."""


def _may_open(visit: Visit, page: Page) -> bool:
    return visit.user is not None and (page.permission is None or visit.user.may(page.permission))


def _sign_in_page(visit: Visit) -> Shown:
    """Return the page to sign in on, which keeps what was asked for and typed."""
    posted = visit.page.method == "POST"
    kept, lost = (visit.form.kept, visit.form.lost) if posted else ((), ())
    to = visit.address_with() if not posted else visit.path if kept or lost else "/"
    # The fields are those of another form than the one that is shown.
    visit.form = Form()
    return Shown("sign_in.html", {"to": to, "kept": kept, "lost": lost, "posted": bool(kept or lost)})
