"""What the console's pages of links hear of the server that runs, and which settings they show."""

import json
import math

import pytest

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.load import load_configuration
from offline_collect.app.wiring.console_links import link_desk, running_server
from offline_collect.console.errors import DecoderError
from offline_collect.console.link_desk import AnswerCount, AnswerTimes, RunningLink, RunningServer
from tests.app.tools.test_running_server import BUCKETS, METRICS, asked  # noqa: F401 - a fixture

LINK = {"link": "a", "connections": 2, "signed_on": {"2": 1, "1": 2}, "in_flight": 3, "waiting": 4}
STATUS = json.dumps({"version": "1", "links": [LINK], "last_errors": ["one", "two"]})
QUIET = {"OFFLINE_COLLECT__METRICS__LISTEN": "null"}


def test_a_running_server_is_heard(asked):  # noqa: F811 - the fixture
    pages = {"/status": (200, STATUS), "/readyz": (200, "ready\n"), "/metrics": (200, METRICS + BUCKETS)}
    assert asked(pages, ask=running_server) == RunningServer(
        ["ready"],
        "1",
        [RunningLink("a", 2, [("1", 2), ("2", 1)], 3, 4)],
        ["one", "two"],
        [AnswerCount("a", "APPROVED", 5), AnswerCount("b", "LIMIT", 1)],
        [
            AnswerTimes("a", "lookup", 3, (0.01, 0.01, 0.01)),
            AnswerTimes("b", "payment", 100, (0.005, 0.02, math.inf)),
        ],
    )


def test_a_server_that_is_not_ready_says_why_in_lines(asked):  # noqa: F811 - the fixture
    pages = {"/status": (200, STATUS), "/readyz": (503, "store: full\nday: old\n")}
    assert asked(pages, ask=running_server).says == ["store: full", "day: old"]


def test_without_a_server_only_the_reason_is_there():
    desk = link_desk(load_configuration(None, QUIET))
    assert desk.ask_server() == RunningServer(["not asked: metrics.listen is null"])


def test_settings_are_shown_by_their_paths_and_name_no_file(tmp_path):
    tls = {
        "certificate": f"{tmp_path}/own.pem",
        "key": f"{tmp_path}/own.key",
        "client_ca": f"{tmp_path}/ca.pem",
        "clients": {"12345678": ["bank.example"]},
    }
    path = tmp_path / "config.yaml"
    path.write_text(json.dumps({"links": [{"name": "one", "tls": tls}]}), encoding="utf-8")
    (link,) = link_desk(load_configuration(path, QUIET)).links
    shown = dict(link.settings)
    assert shown["institutions"] == "12345678"
    assert shown["tls.clients.12345678"] == "bank.example"
    assert shown["connect"] == "null"
    assert shown["insecure"] == "false"
    assert not any(str(tmp_path) in value for value in shown.values())
    assert link.keys is None
    documented = set(LinkSettings.model_fields) - {"name"}
    assert {name.partition(".")[0] for name in shown} == documented


@pytest.mark.parametrize("text", ["", " \n", "0800 2"])
def test_what_is_no_message_is_refused(text):
    with pytest.raises(DecoderError):
        link_desk(load_configuration(None, QUIET)).decode(text, "ascii")
