"""Requests and answers over HTTP, and their bounds. Who only describes them needs no Twisted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from offline_collect.domain.values import value

ANSWER_MAX = 16_384
"""Bytes of an answer that are read. What is longer is cut, and ends its connection, which is no fault."""


@value
class HttpTerms:
    """The bounds of a batch.

    Attributes:
        timeout_s: of one request, from the name to the end of the answer.
        at_once: requests that are open at a time.
        private: whether the receiver may be at a private address.
    """

    timeout_s: float
    at_once: int
    private: bool


@value
class HttpRequest:
    """A request; its parts may have secrets and addresses in them.

    Attributes:
        url: in ASCII.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@value
class HttpAnswer:
    """A whole answer.

    Attributes:
        retry_after: the header, as it is.
        body: up to :data:`ANSWER_MAX` bytes.
    """

    status: int
    retry_after: str | None = None
    body: bytes = field(default=b"", repr=False)
