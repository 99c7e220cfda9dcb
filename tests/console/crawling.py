"""Follows the links of pages as a user, and finds their forms: what a new page has is found by itself."""

from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from starlette.routing import compile_path

from offline_collect.console.forms import ONCE, TOKEN
from offline_collect.console.page_table import PAGES

ALIKE_MAX = 4
"""Addresses of one page that are opened: further rows of a list are like the first."""

_ROUTES = [(page, compile_path(page.path)[0]) for page in PAGES]


@dataclass(frozen=True)
class FoundForm:
    """A form as a page has it.

    Attributes:
        fields: that a browser would send, without the tokens.
        bounds: attributes of the fields by name: ``type``, ``maxlength``, ``required``.
    """

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()
    bounds: dict[str, dict[str, str]] = field(default_factory=dict, compare=False)

    @property
    def key(self):
        """What makes it another form than others."""
        names = tuple(sorted({name for name, _ in self.fields}))
        page = page_at(self.method.upper(), self.action)
        return (self.method, page.path if page else self.action, names)


class _Found(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.forms = [], []
        self._form = self._choice = self._text = None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self._form = [given.get("action", ""), given.get("method", "get"), [], [], {}]
        if self._form is None or "disabled" in given:
            return
        if tag == "input":
            self._input(given)
        elif tag == "button" and "name" in given:
            self._form[2].append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._choice, self._options = given["name"], []
            self._form[4][given["name"]] = {"type": "select"}
        elif tag == "textarea":
            self._text = (given["name"], [])
            self._form[4][given["name"]] = {"type": "textarea", **given}
        elif tag == "option" and self._choice:
            self._options.append((given.get("value", ""), "selected" in given))

    def _input(self, given):
        kind, name = given.get("type", "text"), given.get("name")
        if name is None:
            return
        if kind == "file":
            self._form[3].append(name)
        elif kind not in {"checkbox", "radio"} or "checked" in given:
            self._form[2].append((name, given.get("value", "")))
        self._form[4][name] = {**given, "type": kind}

    def handle_data(self, data):
        if self._text:
            self._text[1].append(data)

    def handle_endtag(self, tag):
        if tag == "select" and self._choice and self._options:
            chosen = next((value for value, selected in self._options if selected), self._options[0][0])
            self._form[2].append((self._choice, chosen))
            self._choice = None
        elif tag == "textarea" and self._text:
            self._form[2].append((self._text[0], "".join(self._text[1])))
            self._text = None
        elif tag == "form" and self._form is not None:
            action, method, fields, files, bounds = self._form
            own = tuple((name, value) for name, value in fields if name not in {TOKEN, ONCE})
            self.forms.append(FoundForm(action, method.lower(), own, tuple(files), bounds))
            self._form = None


def found_on(text):
    """Return the links and forms of a page."""
    reader = _Found()
    reader.feed(text)
    return reader.links, reader.forms


def page_at(method, address):
    """Return the page of the table that an address is of; None if there is none."""
    path = urlsplit(address).path
    return next((page for page, known in _ROUTES if page.method == method and known.match(path)), None)


def has_parts(page):
    """Whether a page's path has parameters."""
    return page is not None and "{" in page.path


def send(browser, name, form, fields, **given):
    """Send a form as a user, who signs in again if a form before has ended his session; return the answer."""
    response = browser.post(form.action, fields, **given)
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        let_in_again(browser, name)
        response = browser.post(form.action, fields, **given)
    return response


def let_in_again(browser, name):
    """Have a user sign in again: a form has changed his password or ended his session, or he has disabled himself."""
    with browser.office.store.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE users SET disabled = 0")
    browser.sign_in(name)


@dataclass
class Walk:
    """What a user has found.

    Attributes:
        answers: status and text of each address that was opened.
        forms: of all pages, by their keys.
        seen: addresses that links and forms name, also those that were not opened.
    """

    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    forms: dict[tuple, list[FoundForm]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


def walk(browser):
    """Open every page that links lead to from the first one, and those of the navigation."""
    found, opened = Walk(), Counter()
    waiting = deque(["/"])
    while waiting:
        address = waiting.popleft()
        if address in found.answers:
            continue
        response = browser.get(address)
        found.answers[address] = (response.status_code, response.text)
        if response.is_redirect:
            continue
        links, forms = found_on(response.text)
        asked = [form for form in forms if form.method == "get"]
        links += [f"{form.action}?{urlencode(form.fields)}" for form in asked]
        for form in forms:
            _keep(found, form)
        for link in links:
            if not link.startswith("/") or link.startswith("/static/") or link in found.seen:
                continue
            found.seen.add(link)
            page = page_at("GET", link)
            kind = (page.path if page else link, urlsplit(link).query.count("&") if page else 0)
            opened[kind] += 1
            if opened[kind] <= ALIKE_MAX:
                waiting.append(link)
    return found


def _keep(found, form):
    if form.method != "post":
        return
    known = found.forms.setdefault(form.key, [])
    found.seen.add(form.action)
    if form not in known and len(known) < ALIKE_MAX:
        known.append(form)
