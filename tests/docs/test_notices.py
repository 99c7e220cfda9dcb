"""The receiver of docs/notices.md takes what the platform sends, once, and nothing else."""

import datetime as dt
import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress

import pytest

from offline_collect.domain.notices.messages import message_document
from offline_collect.notify.channels.standard_webhooks import signature_headers
from tests.fakes.bank import NOON
from tests.notify.receiver import KEY, SECRET, free_port
from tests.notify.test_webhook import message
from tests.support.tree import ROOT

PAGE = (ROOT / "docs" / "notices.md").read_text(encoding="utf-8")
PROGRAM, CALL_OF_THE_APP = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)


@pytest.fixture
def receiver(tmp_path):
    port = free_port()
    environment = os.environ | {"WEBHOOK_SECRET": SECRET, "PORT": str(port), "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as running:
        while running.poll() is None:
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
        yield f"http://127.0.0.1:{port}/", running
        running.kill()


def post(url, headers, body):
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - the test's own server
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - likewise
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_receiver_takes_a_message_once(receiver):
    url, running = receiver
    body = json.dumps(message_document(message()), ensure_ascii=False).encode()
    now = dt.datetime.now(dt.UTC)
    right = signature_headers(KEY, "PAID:1", now, body)
    assert [post(url, right, body) for _ in range(2)] == [204, 204]
    assert post(url, right | {"webhook-id": "PAID:2"}, body) == 401
    assert post(url, right, body + b" ") == 401
    assert post(url, signature_headers(KEY, "PAID:1", NOON, body), body) == 401
    other = signature_headers(KEY, "PAID:2", now, body)
    assert post(url, other, body) == 204
    running.kill()
    assert running.stdout.read().decode().splitlines() == ["【阳光小学】已缴"] * 2
