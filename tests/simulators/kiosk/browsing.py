"""A payer at the kiosk, in this process: the pages as text, and a platform that the test has answer."""

import html
import re
import threading

from starlette.testclient import TestClient

from offline_collect.domain.commands import Channel
from offline_collect.translations import Language
from offline_collect_terminal.kiosk.app import make_app
from offline_collect_terminal.kiosk.kiosk import Kiosk
from offline_collect_terminal.kiosk.settling import Settling
from offline_collect_terminal.kiosk.terminal import KioskTerminal
from offline_collect_terminal.teller.screen.steps import Unanswered
from tests.fakes.clock import HandClock
from tests.simulators.teller_playing import NOW, Platform, StrictWords, session_of
from tests.support.coroutines import finished

SILENT = Unanswered("none within 15 s")
HOME = "http://127.0.0.1"
ERROR = 400


class AtKiosk:
    """A kiosk, its platform, and the payer's browser.

    Attributes:
        page: the last page.
        clock: moves the kiosk's time.
    """

    def __init__(self, folder) -> None:
        self.platform, self.clock = Platform(), HandClock(NOW)
        english = session_of(folder, channel=Channel.KIOSK)
        chinese = session_of_other(english)
        self.journal = english.journal
        self.terminal = KioskTerminal({Language.EN: english, Language.ZH: chinese}, self._deliver)
        self.kiosk = Kiosk(self.terminal, self.clock.monotonic, Language.ZH, patience_s=0.0)
        self.settling = Settling(self.terminal, self.clock.monotonic)
        self.app = make_app(self.kiosk, self.settling)
        self.browser = self.another_browser()
        self.page = ""
        self.answer = None

    def another_browser(self):
        """Return the browser of another payer. Background tasks do not run: the test makes their steps."""
        return TestClient(self.app, base_url=HOME, raise_server_exceptions=True)

    def open(self, path):
        """Open a page."""
        return self._shown(self.browser.get(path))

    def press(self, path, **fields):
        """Send a form of the last page, with its token."""
        return self._shown(self.browser.post(path, data={"token": self.token, **fields}))

    def look_up(self, number="2026030117", merchant="SCHOOL01"):
        """Look a customer's bills up."""
        self.open(f"/m/{merchant}")
        return self.press(f"/m/{merchant}", input_0=number)

    def pay(self, *places, **fields):
        """Look bills up, tick some, and pay them; wait until the terminal has an answer, or knows of none."""
        self.look_up()
        self.press("/bills", bill=[str(place) for place in places or (0,)])
        self.press("/pay", tender="CARD", **fields)
        return self.wait()

    def wait(self):
        """Return the payment's page when the terminal has done what waited for it, or where the payer was sent."""
        self.idle()
        return self.open("/payment") if self.path == "/payment" else self.text

    def idle(self):
        """Wait until the terminal's thread has nothing to do."""
        done = threading.Event()
        self.terminal._thread.submit(done.set)
        assert done.wait(30)

    def settle(self):
        """Make the attempt that is due."""
        return finished(self.settling.step())

    @property
    def token(self):
        """The token of the last page's forms."""
        return re.search(r'name="token" value="([^"]+)"', self.page)[1]

    @property
    def text(self):
        """The last page as a person reads it."""
        return plain_text(self.page)

    @property
    def path(self):
        """Where the browser is now."""
        return self.answer.url.raw_path.decode()

    def close(self):
        """End the terminal's thread."""
        self.terminal.close()
        self.journal.close()

    def _deliver(self, request):
        return self.platform.deliver(request)

    def _shown(self, answer):
        self.answer, self.page = answer, answer.text
        return self.text


def session_of_other(english):
    """A session in Chinese of the same terminal."""
    return type(english)(
        english.terminal, StrictWords(Language.ZH), english.requests, english.answers, english.journal
    )


def plain_text(page):
    """A page without its elements and its head."""
    body = re.sub(r"(?s)<head>.*?</head>|<noscript>.*?</noscript>", "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
