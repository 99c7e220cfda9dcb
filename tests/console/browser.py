"""A browser without a window: it keeps cookies, sends forms with their tokens, and follows nothing by itself."""

import re
from html import unescape

from starlette.testclient import TestClient

from offline_collect.console.cookies import session_cookie
from offline_collect.console.forms import ONCE, TOKEN, new_once, token_of
from offline_collect.merchant.access.sign_in import Proof, sign_in
from tests.console.town import PASSWORD

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


class Browser:
    """One browser.

    Attributes:
        client: of the web framework.
    """

    def __init__(self, app, office, headers=None):
        scheme = "https" if office.settings.secure else "http"
        self.office = office
        self.client = TestClient(
            app,
            f"{scheme}://console.test",
            raise_server_exceptions=False,
            follow_redirects=False,
            headers=headers,
        )
        # Outside a block the client would start a thread with a loop of its own for each request.
        self.client.__enter__()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Close it."""
        self.client.__exit__()

    @property
    def cookie(self):
        """The name of the session's cookie."""
        return session_cookie(secure=self.office.settings.secure)

    @property
    def key(self):
        """What the browser has; a page is asked for if it has nothing yet."""
        if self.cookie not in self.client.cookies:
            self.client.get("/sign-in")
        return self.client.cookies[self.cookie]

    def sign_in(self, name, password=PASSWORD):
        """Begin a session without its form, which has tests of its own."""
        self.take_key(key_of(self.office, name, password))

    def take_key(self, key):
        """Have the browser keep a key in place of its own."""
        self.client.cookies.clear()
        self.client.cookies.set(self.cookie, key, domain="console.test", path="/")

    def get(self, path, **headers):
        """Ask for a page."""
        return self.client.get(path, headers=headers)

    def post(self, path, fields=None, *, token=None, once=None, **given):
        """Send a form with its tokens."""
        own = {TOKEN: token_of(self.key) if token is None else token, ONCE: once or new_once()}
        return self.client.post(path, data={**own, **(fields or {})}, **given)


def key_of(office, name, password=PASSWORD):
    """Begin a user's session without a browser; return the key that his browser would have."""
    proof = Proof(name, password)
    return sign_in(office.store, proof, "192.0.2.1", office.clock.now(), office.rules).key


def hidden_fields(response):
    """Return the hidden fields of a page by name; the last form's if several have one."""
    return {name: unescape(value) for name, value in _HIDDEN.findall(response.text)}


def next_page(page):
    """Return the address of the next page of a list, from a page's HTML; None on the last one."""
    found = re.search(r'<a href="([^"]*)" rel="next">', page)
    return None if found is None else unescape(found[1])


def text_of(response):
    """Return what a page says, without its tags."""
    return _SPACE.sub(" ", unescape(_TAG.sub(" ", response.text))).strip()
