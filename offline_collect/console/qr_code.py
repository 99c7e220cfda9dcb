"""QR codes as SVG in the page: nothing is loaded, and the code is in no address that a log could keep."""

from __future__ import annotations

import segno
from markupsafe import Markup

_SCALE = 4


def qr_code(content: str, title: str) -> Markup:
    """Return a QR code as an ``svg`` element, black on white with its quiet zone, also on a dark page.

    Args:
        content: what a camera reads.
        title: what it is, for those who cannot see it.
    """
    made = segno.make(content, error="m", micro=False)
    drawn = made.svg_inline(scale=_SCALE, border=4, dark="#000", light="#fff", title=title)
    return Markup(drawn)  # noqa: S704 - made of the code's squares, and of a title that segno escapes
