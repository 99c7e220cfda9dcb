"""The limit of open files, compared with what the configuration's connections need."""

import logging
import resource

import pytest

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.settings import Settings
from offline_collect.app.serving.descriptors import BASE, PER_LANE, connections_allowed

OWN = BASE + 2 * PER_LANE + 2
LINKS = (
    LinkSettings(connections_max=300),
    LinkSettings(name="b", listen="127.0.0.1:1", connections_max=100),
)


@pytest.fixture
def limit(monkeypatch):
    """Set the limits that the system reports; the list has the limits that the process then sets."""

    def put(soft, hard):
        asked = []
        monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
        monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))
        return asked

    return put


def allowed():
    return connections_allowed(Settings(links=LINKS))


def test_a_limit_that_does_is_left_alone(limit, caplog):
    asked = limit(OWN + 400, OWN + 400)
    assert allowed() == 400
    assert asked == []
    assert caplog.records == []


def test_the_soft_limit_is_raised_as_far_as_it_is_needed(limit, caplog):
    asked = limit(256, 1_000_000)
    with caplog.at_level(logging.INFO):
        assert allowed() == 400
    assert asked == [(OWN + 400, 1_000_000)]
    assert caplog.messages == [f"the limit of open files is raised from 256 to {OWN + 400}"]


def test_a_hard_limit_that_is_too_low_is_told_with_what_to_do_and_bounds_the_connections(limit, caplog):
    asked = limit(256, 256)
    assert allowed() == 256 - OWN
    assert asked == []
    (message,) = caplog.messages
    assert "400 connections" in message
    assert f"{OWN + 400} open files are needed" in message
    assert "LimitNOFILE" in message


def test_a_very_low_limit_leaves_one_connection(limit):
    limit(10, 10)
    assert allowed() == 1


@pytest.mark.parametrize(("soft", "fitting"), [(256, 400), (resource.RLIM_INFINITY, None)])
def test_without_a_hard_limit_everything_fits(limit, caplog, soft, fitting):
    limit(soft, resource.RLIM_INFINITY)
    assert allowed() == fitting
    assert caplog.records == []


def test_the_process_really_gets_the_limit():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (OWN + 200, before[1]))
    try:
        assert allowed() >= 200
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= min(OWN + 400, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
