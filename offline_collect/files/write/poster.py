"""Posters: one A4 page that tells payers what a merchant's form asks for and how to pay, as PDF, SVG or PNG.

Typst sets the page. A PDF is made first whatever is written in the end: as PDF/UA it must hold every character's shape,
so a character without a font is refused here and never printed as an empty box.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import segno
import typst

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import FontError, TooLargeError, UnwritableError
from offline_collect.files.write.atomic_file import destination

Format = Literal["pdf", "svg", "png"]
FORMATS: Mapping[str, Format] = {".pdf": "pdf", ".svg": "svg", ".png": "png"}
"""By the ending of a file's name."""

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


@dataclass(frozen=True, slots=True)
class PosterInput:
    """What a payer must know or have at hand.

    Attributes:
        prompt: what the form says beside the label; None if that is no more.
        example: how it looks; None for none.
        choices: what may be chosen; None if anything may be written.
    """

    label: str
    prompt: str | None
    example: str | None
    choices: str | None


@dataclass(frozen=True, slots=True)
class Poster:
    """A poster's content, in the words of its reader.

    Attributes:
        need: the heading above what a payer needs.
        ways: what a payer needs, in each way to find a bill; one way is enough.
        or_else: stands between two ways.
        example: stands before an example.
        how: the heading above how to pay.
        link: opens the payer's app at the merchant; None without one.
        steps: how to pay, in order.
        chinese: whether it is written in Chinese.
    """

    title: str
    merchant: str
    instructions: str | None
    need: str
    ways: Sequence[Sequence[PosterInput]]
    or_else: str
    example: str
    how: str
    link: str | None
    steps: Sequence[str]
    chinese: bool


def format_of(path: Path) -> Format | None:
    """Return the format that a file's name asks for; None if it is none of them."""
    return FORMATS.get(path.suffix.lower())


def write_poster(path: Path, poster: Poster, *, overwrite: bool = False) -> None:
    """Write a poster.

    Args:
        path: of the file, whose ending says the format; it appears only when complete.
        poster: its content.
        overwrite: replace an existing file.

    Raises:
        UnwritableError: the name has another ending, the file exists, or the folder is not writable.
        FontError: no font here has one of its characters.
        TooLargeError: it does not fit on a page.
    """
    wanted = format_of(path)
    if wanted is None:
        endings = ", ".join(FORMATS)
        raise UnwritableError(
            Phrase("is no name of a poster"),
            path=path,
            remedy=Phrase("let it end with one of {endings}", endings=endings),
        )
    with destination(path, overwrite=overwrite) as stream:
        stream.write(_drawn(path, poster, wanted))


def qr_code(link: str) -> str:
    """Return a link's QR code as SVG, with the quiet zone that readers need and correction of 15 % of it."""
    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", scale=4, border=4, xmldecl=False)
    return drawn.getvalue().decode()


def _drawn(path: Path, poster: Poster, wanted: Format) -> bytes:
    """Return a poster's file, set as large as fits on a page."""
    content = json.dumps(_content(poster), ensure_ascii=False)
    for scale in SCALES:
        pages = _compiled("svg", content, scale)
        if isinstance(pages, bytes):
            break
    else:
        raise TooLargeError(
            Phrase("does not fit on a page"), path=path, remedy=Phrase("shorten the form's texts")
        )
    try:
        pdf = _compiled("pdf", content, scale)
    except typst.TypstError as error:
        missing = _MISSING.search(error.message)
        if missing is None:
            raise
        raise _no_font(path, missing[1]) from None
    drawn = {"pdf": pdf, "svg": pages}.get(wanted) or _compiled("png", content, scale)
    assert isinstance(drawn, bytes), "it fits on one page"
    return drawn


def _compiled(wanted: Format, content: str, scale: float) -> bytes | list[bytes] | None:
    """Return a file, or a list of its pages if there are several; raises TypstError."""
    return typst.compile(
        Path(__file__).with_suffix(".typ").read_bytes(),
        format=wanted,
        font_paths=_fonts(),
        ppi=PNG_DPI,
        sys_inputs={"poster": content, "scale": str(scale)},
        pdf_standards="ua-1" if wanted == "pdf" else [],
    )


def _content(poster: Poster) -> dict[str, object]:
    known = set(_fonts().families())
    return asdict(poster) | {
        "fonts": [font for font in FONTS if font in known],
        "lang": "zh" if poster.chinese else "en",
        "qr": None if poster.link is None else qr_code(poster.link),
    }


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts of this machine; looking for them takes longer than setting a page."""
    return typst.Fonts()


def _no_font(path: Path, text: str) -> FontError:
    return FontError(
        Phrase("no font of this machine has {text}", text=text),
        path=path,
        remedy=Phrase("install one, such as {package} on Debian", package="fonts-noto-cjk"),
    )
