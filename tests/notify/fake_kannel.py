"""A Kannel in this process: `sendsms` over real HTTP with Kannel's answers, and its delivery reports."""

import re
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote

USER, PASSWORD = "bank", "pw-of-kannel"
ACCEPTED, QUEUED = (202, b"0: Accepted for delivery"), (202, b"3: Queued for later delivery")
NOT_ROUTABLE, LATER = (
    (403, b"Not routable. Do not try again."),
    (503, b"Temporal failure, try again later."),
)
DENIED = (400, b"Number(s) has/have been denied by white- and/or black-lists.")
NO_SENDER = (400, b"Sender missing and no global set, rejected")
UNAUTHORISED = (403, b"Authorization failed for sendsms")


class FakeKannel:
    """Takes messages; each is recorded, and answered by the next of ``says``, then as accepted."""

    def __init__(self):
        self.got = []
        self.says = []
        kannel = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                kannel.handle(self)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/cgi-bin/sendsms"
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def handle(self, handler):
        text = handler.rfile.read(int(handler.headers["content-length"])).decode()
        headers = {name.lower(): value for name, value in handler.headers.items()}
        status, words = self._answer(headers)
        if status == 202:
            self.got.append((headers, text))
        handler.send_response(status)
        handler.send_header("content-type", "text/html")
        handler.send_header("content-length", str(len(words)))
        handler.end_headers()
        handler.wfile.write(words)

    def _answer(self, headers):
        if (headers["x-kannel-username"], headers["x-kannel-password"]) != (USER, PASSWORD):
            return UNAUTHORISED
        if headers["content-type"] != "text/plain; charset=UTF-8":
            return 400, b"Invalid content-type"
        if "x-kannel-from" not in headers:
            return NO_SENDER
        if not re.fullmatch(r"\+?[0-9]+", headers["x-kannel-to"]):
            return DENIED
        return self.says.pop(0) if self.says else ACCEPTED

    @property
    def texts(self):
        return [text for _, text in self.got]

    def reports(self, nth, *types, receipt=""):
        """Report on the message that came as the nth, as Kannel does; return what each request was answered."""
        template = self.got[nth][0]["x-kannel-dlr-url"]
        return [self._ask(template.replace("%d", str(each)).replace("%A", quote(receipt))) for each in types]

    @staticmethod
    def _ask(url):
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - the test's own server
            return answer.status

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
