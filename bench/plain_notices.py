"""A plain sender of webhooks: the same bodies by the same HTTP client, from memory, with no store. Prints its processor time.

Usage: plain_notices.py agent|http.client URL COUNT
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

AT_ONCE = 20
TEXT = (
    "【阳光小学】您的十一月餐费2026-11账单（尾号*0117）扣款123.45元未成功，请于2026-11-30前以其他方式缴费。"
)


def body(number: int) -> bytes:
    """Return a message like those of the platform."""
    told = {
        "id": f"DEBIT_FAILED:{number:014d}-1",
        "kind": "DEBIT_FAILED",
        "bill": "*0117",
        "amount": "123.45",
    }
    told |= {"currency": "CNY", "at": "2026-11-22T12:00:00.000+00:00"}
    data = {"merchant": "SCHOOL01", "to": f"u{number}", "language": "zh", "text": TEXT, "notices": [told]}
    document = {"id": told["id"], "type": "notice", "timestamp": told["at"], "data": data}
    return json.dumps(document, ensure_ascii=False).encode()


def by_http_client(url: str, count: int) -> None:
    """Send over one connection of the standard library's client."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    for number in range(count):
        headers = {"content-type": "application/json", "webhook-id": str(number), "webhook-timestamp": "1"}
        connection.request("POST", "/", body(number), headers | {"webhook-signature": "v1," + "x" * 44})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == http.client.NO_CONTENT


def by_agent(url: str, count: int) -> None:
    """Send by Twisted's agent over as many connections as the platform's webhook."""
    from twisted.internet import defer, reactor  # noqa: PLC0415
    from twisted.web.client import Agent, HTTPConnectionPool, readBody  # noqa: PLC0415
    from twisted.web.http_headers import Headers  # noqa: PLC0415

    from offline_collect.notify.channels.http_batch import _Body  # noqa: PLC0415

    running: Any = reactor
    pool = HTTPConnectionPool(running)
    pool.maxPersistentPerHost = AT_ONCE
    agent = Agent(running, pool=pool)
    numbers = iter(range(count))

    @defer.inlineCallbacks
    def send() -> Any:
        for number in numbers:
            headers = {"content-type": ["application/json"], "webhook-id": [str(number)]}
            headers |= {"webhook-timestamp": ["1"], "webhook-signature": ["v1," + "x" * 44]}
            response = yield agent.request(b"POST", url.encode(), Headers(headers), _Body(body(number)))
            yield readBody(response)
            assert response.code == http.client.NO_CONTENT

    done = defer.gatherResults([send() for _ in range(AT_ONCE)])
    done.addErrback(lambda failure: failure.printTraceback())
    done.addBoth(lambda _: running.stop())
    running.run()


SENDERS: dict[str, Callable[[str, int], None]] = {"agent": by_agent, "http.client": by_http_client}

if __name__ == "__main__":
    name, url, count = sys.argv[1:]
    before = time.process_time()
    SENDERS[name](url, int(count))
    print(time.process_time() - before)
