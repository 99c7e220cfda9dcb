"""The child process of :mod:`offline_collect.files.write.poster`: sets a page with Typst.

Run as ``python -m offline_collect.files.write.poster_child``, with a JSON document on standard input: ``format`` (pdf, svg
or png), ``system_fonts`` and the ``content``. It writes a line, ``drawn``, ``too large`` or ``no font``, and after it the
file, nothing, or the text that no font has. A PDF is made first whatever is written in the end: as PDF/UA it must hold
every character's shape, so a character without a font is found here and never printed as an empty box.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Noto Serif CJK SC",
    "DejaVu Sans",
    "Libertinus Serif",
)
"""The fonts that are tried, in this order, and then every other one; Typst itself brings the last one, without Chinese."""

SCALES = (1.5, 1.35, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
"""The sizes in which the page is set, the largest that fits is taken: posters are read from afar."""

PNG_DPI = 150
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')
_PAGE = Path(__file__).with_name("poster.typ")


def set_page(request: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return what became of a request, and what goes with it."""
    fonts = typst.Fonts(include_system_fonts=request["system_fonts"])
    known = set(fonts.families())
    content = request["content"] | {"fonts": [font for font in FONTS if font in known]}
    wanted, written = request["format"], json.dumps(content, ensure_ascii=False)
    for scale in SCALES:
        pages = _compiled("svg", written, scale, fonts)
        if isinstance(pages, bytes):
            break
    else:
        return "too large", b""
    try:
        pdf = _compiled("pdf", written, scale, fonts)
    except typst.TypstError as error:
        missing = _MISSING.search(error.message)
        if missing is None:
            raise
        return "no font", missing[1].encode()
    drawn = {"pdf": pdf, "svg": pages}.get(wanted) or _compiled("png", written, scale, fonts)
    assert isinstance(drawn, bytes), "it fits on one page"
    return "drawn", drawn


def _compiled(wanted: Any, content: str, scale: float, fonts: typst.Fonts) -> bytes | list[bytes] | None:
    """Return a file, or a list of its pages if there are several; raises TypstError."""
    return typst.compile(
        _PAGE.read_bytes(),
        format=wanted,
        font_paths=fonts,
        ppi=PNG_DPI,
        sys_inputs={"poster": content, "scale": str(scale)},
        pdf_standards="ua-1" if wanted == "pdf" else [],
    )


def main() -> None:
    """Answer the request on standard input."""
    outcome, given = set_page(json.load(sys.stdin))
    sys.stdout.buffer.write(outcome.encode() + b"\n" + given)


if __name__ == "__main__":
    main()
