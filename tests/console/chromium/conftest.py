"""The console on a port of this machine, and windows of a real browser that show it."""

import threading

import pytest

from offline_collect.console.run import listen, server_of
from offline_collect.console.site import build
from tests.console.town import PASSWORD

WINDOWS = {
    "desktop-en": {
        "locale": "en-US",
        "viewport": {"width": 1280, "height": 800},
        "color_scheme": "light",
    },
    "phone-zh": {"locale": "zh-CN", "viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
"""Windows by their names: both languages, sizes and schemes of colours, in as few as can have them."""
FIRST = "desktop-en"


@pytest.fixture
def address(office):
    """The address of the console, which listens while the test runs."""
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
def windows(window):
    """Return windows of each kind on one page, which a user sees who has signed in once."""

    def show(name, path):
        first = window(**WINDOWS[FIRST])
        first.sign_in(name)
        signed_in = first.context.storage_state()
        for kind, options in WINDOWS.items():
            opened = first if kind == FIRST else window(storage_state=signed_in, **options)
            opened.open(path)
            yield kind, opened

    return show
