"""`status` asks the server that runs, and says so when none does."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.settings import MetricsSettings, Settings
from offline_collect.app.tools.running_server import ask_server


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        code, text = self.server.pages.get(self.path, (404, ""))
        self.send_response(code)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def asked():
    """Run a server with pages; return what `status` hears of it."""
    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()

        def ask(pages, host="127.0.0.1"):
            server.pages = pages
            metrics = MetricsSettings(listen=f"{host}:{server.server_port}", insecure=True)
            return ask_server(Settings(links=(LinkSettings(),), metrics=metrics))

        yield ask
        server.shutdown()
        thread.join()


STATUS = (200, json.dumps({"version": "1"}))


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_server_says_what_it_does(asked, host):
    assert asked({"/status": STATUS, "/readyz": (200, "ready\n")}, host) == ("ready", {"version": "1"})


def test_a_server_that_is_not_ready_says_why(asked):
    said, status = asked({"/status": STATUS, "/readyz": (503, "store: the disk is full\n")})
    assert (said, status) == ("store: the disk is full", {"version": "1"})


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ({}, "has no page"),
        ({"/status": STATUS, "/readyz": (404, "")}, "has no page"),
        ({"/status": (200, "<html>"), "/readyz": (200, "")}, "no server answers on 127.0.0.1:"),
        ({"/status": (200, "[]"), "/readyz": (200, "")}, "no server answers on 127.0.0.1:"),
    ],
)
def test_something_else_that_listens_there_is_no_server(asked, pages, why):
    said, status = asked(pages)
    assert why in said
    assert status is None


def test_without_a_server_it_says_so():
    settings = Settings(links=(LinkSettings(),), metrics=MetricsSettings(listen="127.0.0.1:1"))
    assert ask_server(settings) == ("no server answers on 127.0.0.1:1 (connection refused)", None)
    silent = Settings(links=(LinkSettings(),), metrics=MetricsSettings(listen=None))
    assert ask_server(silent) == ("not asked: metrics.listen is null", None)
