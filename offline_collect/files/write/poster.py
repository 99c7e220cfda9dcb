"""Posters: one A4 page that tells payers what a merchant's form asks for and how to pay, as PDF, SVG or PNG.

Typst sets the page, in a process of its own (``poster_child``): the fonts and pages that it keeps are 60 MiB, and a
console that gives a poster now and then would hold them until its end.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

import segno

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import FontError, TooLargeError, UnwritableError
from offline_collect.files.write.atomic_file import destination

Format = Literal["pdf", "svg", "png"]
FORMATS: Mapping[str, Format] = {".pdf": "pdf", ".svg": "svg", ".png": "png"}
"""By the ending of a file's name."""

SECONDS_MAX = 60
"""A page takes less than one; a machine may be busy."""

_CHILD = "offline_collect.files.write.poster_child"
_ONE_AT_A_TIME = Lock()
"""A browser may ask for many: their processes would take the machine's memory."""


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


def write_poster(path: Path, poster: Poster, *, overwrite: bool = False, system_fonts: bool = True) -> None:
    """Write a poster.

    Args:
        path: of the file, whose ending says the format; it appears only when complete.
        poster: its content.
        overwrite: replace an existing file.
        system_fonts: whether the fonts of this machine are used besides those that Typst brings.

    Raises:
        UnwritableError: the name has another ending, the file exists, the folder is not writable, or no page could be
            set here.
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
        stream.write(_drawn(path, poster, wanted, system_fonts=system_fonts))


def qr_code(link: str) -> str:
    """Return a link's QR code as SVG, with the quiet zone that readers need and correction of 15 % of it."""
    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", scale=4, border=4, xmldecl=False)
    return drawn.getvalue().decode()


def _drawn(path: Path, poster: Poster, wanted: Format, *, system_fonts: bool) -> bytes:
    """Return a poster's file, set as large as fits on a page."""
    content = asdict(poster) | {
        "lang": "zh" if poster.chinese else "en",
        "qr": None if poster.link is None else qr_code(poster.link),
    }
    request = {"format": wanted, "system_fonts": system_fonts, "content": content}
    outcome, _, given = _answer(path, request).partition(b"\n")
    if outcome == b"drawn":
        return given
    if outcome == b"too large":
        raise TooLargeError(
            Phrase("does not fit on a page"), path=path, remedy=Phrase("shorten the form's texts")
        )
    if outcome == b"no font":
        raise FontError(
            Phrase("no font of this machine has {text}", text=given.decode()),
            path=path,
            remedy=Phrase("install one, such as {package} on Debian", package="fonts-noto-cjk"),
        )
    raise _unset(path)


def _answer(path: Path, request: Mapping[str, object]) -> bytes:
    """Return what the child answers; nothing if it has failed."""
    try:
        with _ONE_AT_A_TIME:
            return subprocess.run(  # noqa: S603 - our own module, run by the interpreter that runs us
                [sys.executable, "-m", _CHILD],
                input=json.dumps(request).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                timeout=SECONDS_MAX,
                check=False,
            ).stdout
    except subprocess.TimeoutExpired:
        raise _unset(path) from None


def _unset(path: Path) -> UnwritableError:
    return UnwritableError(
        Phrase("the page could not be set"),
        path=path,
        remedy=Phrase("try again when the machine is less busy"),
    )
