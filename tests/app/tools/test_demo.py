"""The demo changes nothing while another demo is running."""

import contextlib
import datetime as dt
import socket

import pytest

from offline_collect.app.tools.demo import BUSINESS_DATE, NEXT_DATE, DemoError, run_demo


def test_a_demo_that_finds_its_port_taken_leaves_what_is_there_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "var" / "demo" / "offline-collect.db"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"a store that a kept server still writes to")
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # a demo that runs on this machine already serves as well
            taken.bind(("127.0.0.1", 18583))
            taken.listen()
        with pytest.raises(DemoError, match=r"127\.0\.0\.1:18583 is taken"):
            run_demo()
    assert kept.read_bytes().startswith(b"a store")


def test_the_demos_cutover_opens_the_day_after_whenever_it_is_run():
    days = [dt.date.fromisoformat(day) for day in (BUSINESS_DATE, NEXT_DATE)]
    assert days[1] - days[0] == dt.timedelta(days=1)
