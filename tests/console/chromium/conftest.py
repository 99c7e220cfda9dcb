"""The console on a port of this machine, and windows of a real browser that show it."""

import threading
from contextlib import contextmanager

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.app.wiring.console import import_desk
from offline_collect.console.cookies import session_cookie
from offline_collect.console.run import listen, server_of
from offline_collect.console.site import build
from tests.console.browser import key_of
from tests.console.town import NIGHT, PASSWORD, office_of, open_town
from tests.databases.sqlite_images import made_by, put_image
from tests.fakes.clock import HandClock

WINDOWS = {
    "desktop-en": {
        "locale": "en-US",
        "viewport": {"width": 1280, "height": 800},
        "color_scheme": "light",
    },
    "phone-zh": {"locale": "zh-CN", "viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
"""Windows by their names: both languages, sizes and schemes of colours, in as few as can have them."""


@pytest.fixture
def address(office):
    """The address of the console, which listens while the test runs."""
    with listening_on(office) as address:
        yield address


@contextmanager
def listening_on(office):
    """Have a console listen until the block ends; give its address."""
    with listen("127.0.0.1", 0) as listening:
        server = server_of(build(office), office.settings)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class Window:
    """One window of the browser.

    Attributes:
        page: what it shows.
        complaints: what the browser wrote into its console, and errors of scripts.
    """

    def __init__(self, context, address):
        self.context = context
        self.address = address
        self.page = context.new_page()
        self.complaints = []
        self.page.on("console", lambda message: self._complain(message.type, message.text))
        self.page.on("pageerror", lambda error: self._complain("error", str(error)))

    def _complain(self, kind, text):
        if kind in {"error", "warning"} and "status of 401" not in text:
            self.complaints.append(text)

    def open(self, path):
        """Go to a page of the console."""
        return self.page.goto(self.address + path)

    def let_in(self, key):
        """Have the browser keep a session's key, and nothing else; the form to sign in with has tests of its own."""
        self.context.clear_cookies()
        self.context.add_cookies([{"name": session_cookie(secure=False), "value": key, "url": self.address}])

    def sign_in(self, name):
        """Sign in by the form."""
        self.open("/sign-in")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(self.address + "/")


@pytest.fixture
def window(chromium, address):
    """Return a new window; it is closed at the end."""
    opened = []

    def open_window(**options):
        context = chromium.new_context(**(options or WINDOWS["desktop-en"]))
        opened.append(context)
        return Window(context, address)

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture
def window_of(window, office):
    """Return a new window of a user who has signed in."""

    def open_window(name, **options):
        opened = window(**options)
        opened.let_in(key_of(office, name))
        return opened

    return open_window


@pytest.fixture(scope="module")
def module_office(request, tmp_path_factory, forms, links):
    """What the pages of a module work on that are only looked at: the module's ``build_store`` makes the store."""
    path = tmp_path_factory.mktemp("looked-at") / "store.db"
    put_image(path, made_by(request.module.build_store))
    store, desk = open_town(f"sqlite:///{path}"), import_desk(Schemas(None))
    yield office_of(store, HandClock(NIGHT), desk, forms, links)
    desk.close()
    store.dispose()


@pytest.fixture(scope="module")
def windows(chromium, module_office):
    """Return windows of each kind on one page, as a user sees it.

    They stay open for all pages of a module: a new window takes several times as long as a page.
    """
    keys = {}
    with listening_on(module_office) as address:
        kept = {kind: Window(chromium.new_context(**options), address) for kind, options in WINDOWS.items()}

        def show(name, path):
            if name not in keys:
                keys[name] = key_of(module_office, name)
            for kind, opened in kept.items():
                opened.complaints.clear()
                opened.let_in(keys[name])
                opened.open(path)
                yield kind, opened

        yield show
        for opened in kept.values():
            opened.context.close()
