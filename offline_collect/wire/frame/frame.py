"""One frame of a byte stream (docs/integration.md)."""

from __future__ import annotations

from offline_collect.domain.values import value


@value
class Frame:
    """One message as received.

    Attributes:
        message: the bytes from the MTI on.
        header: the rows of the header, also those before the length (fewer, with no message, in a frame too
            short for them); None in dialects without.
    """

    message: bytes
    header: bytes | None = None
