"""`status` asks the server that runs, and says so when none does."""

import json
import math
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.settings import MetricsSettings, Settings
from offline_collect.app.tools.running_server import ask_metrics, ask_server


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

        def hear(pages, host="127.0.0.1", ask=ask_server):
            server.pages = pages
            metrics = MetricsSettings(listen=f"{host}:{server.server_port}", insecure=True)
            return ask(Settings(links=(LinkSettings(),), metrics=metrics))

        yield hear
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


METRICS = """# TYPE offline_collect_messages counter
offline_collect_messages_total{link="a",message="lookup",code="APPROVED"} 2.0
offline_collect_messages_total{link="a",message="payment",code="APPROVED"} 3.0
offline_collect_messages_total{link="b",message="payment",code="LIMIT"} 1.0
offline_collect_messages_total{link="b",message="echo",code="APPROVED"} 0.0
offline_collect_messages_created{link="a",message="lookup",code="APPROVED"} 1.7e+09
"""


@pytest.mark.parametrize(
    ("pages", "counted"),
    [
        ({"/metrics": (200, METRICS)}, [("a", "APPROVED", 5), ("b", "LIMIT", 1)]),
        ({"/metrics": (200, "<html>")}, []),
        ({}, []),
    ],
)
def test_answers_are_counted_by_link_and_code(asked, pages, counted):
    assert asked(pages, ask=ask_metrics).answers == counted


BUCKETS = """# TYPE offline_collect_request_seconds histogram
offline_collect_request_seconds_bucket{link="b",message="payment",le="0.005"} 50.0
offline_collect_request_seconds_bucket{link="b",message="payment",le="0.02"} 95.0
offline_collect_request_seconds_bucket{link="b",message="payment",le="10.0"} 98.0
offline_collect_request_seconds_bucket{link="b",message="payment",le="+Inf"} 100.0
offline_collect_request_seconds_bucket{link="a",message="lookup",le="0.001"} 0.0
offline_collect_request_seconds_bucket{link="a",message="lookup",le="0.01"} 3.0
offline_collect_request_seconds_bucket{link="a",message="lookup",le="+Inf"} 3.0
offline_collect_request_seconds_bucket{link="a",message="echo",le="0.001"} 0.0
offline_collect_request_seconds_bucket{link="a",message="echo",le="+Inf"} 0.0
"""


def test_times_of_answers_are_told_by_the_bounds_of_their_histogram(asked):
    assert asked({"/metrics": (200, BUCKETS)}, ask=ask_metrics).times == [
        ("a", "lookup", 3, (0.01, 0.01, 0.01)),
        ("b", "payment", 100, (0.005, 0.02, math.inf)),
    ]


def test_without_a_server_nothing_is_counted():
    for listen in ("127.0.0.1:1", None):
        counted = ask_metrics(Settings(links=(LinkSettings(),), metrics=MetricsSettings(listen=listen)))
        assert (counted.answers, counted.times) == ([], [])


def test_without_a_server_it_says_so():
    settings = Settings(links=(LinkSettings(),), metrics=MetricsSettings(listen="127.0.0.1:1"))
    assert ask_server(settings) == ("no server answers on 127.0.0.1:1 (connection refused)", None)
    silent = Settings(links=(LinkSettings(),), metrics=MetricsSettings(listen=None))
    assert ask_server(silent) == ("not asked: metrics.listen is null", None)
