"""The statements of all merchants of a settled day, in one archive that is sent while it is made."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from offline_collect.console.day_end import day_in_path
from offline_collect.console.errors import MissingPageError
from offline_collect.console.notices import chosen
from offline_collect.console.page import Answer, Download, Page
from offline_collect.console.pages.day_end import TITLE, show
from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.merchant.reports.export import FileFormat, HandedOut
from offline_collect.merchant.reports.settled_day import NotWritten, StatementsOrder, write_statements

NOT_WRITTEN = "NOT-WRITTEN.txt"
"""In the archive: merchants whose figures cannot be trusted, and why; there is none if all can be."""

_PIECE = 256 * 1024


class _Sent(bytearray):
    """What an archive has written since it was sent last; it cannot be read back, nor sought in."""

    def write(self, piece: bytes) -> int:
        self += piece
        return len(piece)

    def flush(self) -> None:
        """Do nothing: all of it is here."""

    def close(self) -> None:
        """Do nothing: what it has is still to be sent."""

    def taken(self) -> bytes:
        """Return what is to be sent."""
        piece = bytes(self)
        self.clear()
        return piece


def give(visit: Visit) -> Answer:
    """Give the statements; what refuses them is said before the first byte is sent."""
    date = day_in_path(visit.parts_of_path["date"])
    file_format = chosen(FileFormat, visit.form.get("format"))
    if file_format is None:
        raise MissingPageError
    folder = Path(tempfile.mkdtemp(prefix="offline-collect-"))
    order = StatementsOrder(
        date=date,
        folder=folder,
        file_format=file_format,
        zone=visit.office.zone,
        actor=visit.actor,
        now=visit.now,
    )
    written = write_statements(visit.store, order)
    try:
        begun = [each for each in (next(written, None),) if each is not None]
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    content = _archive(folder, chain(begun, written))
    about = Subject(SubjectType.REPORT, str(date))
    return Download(f"statements-{date.compact}.zip", content, "application/zip", about)


def _archive(folder: Path, written: Iterator[HandedOut | NotWritten]) -> Iterator[bytes]:
    """Yield an archive as its files are made; none is kept longer than it takes to send it."""
    sent, lacking = _Sent(), list[NotWritten]()
    try:
        with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
            for each in written:
                if isinstance(each, NotWritten):
                    lacking.append(each)
                    continue
                for path, _ in each.files:
                    yield from _packed(archive, path, sent)
            if lacking:
                archive.writestr(NOT_WRITTEN, "".join(f"{each.why}\n" for each in lacking))
        yield sent.taken()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _packed(archive: zipfile.ZipFile, path: Path, sent: _Sent) -> Iterator[bytes]:
    with path.open("rb") as source, archive.open(path.name, "w", force_zip64=True) as target:
        while piece := source.read(_PIECE):
            target.write(piece)
            yield sent.taken()
    path.unlink()


PAGES = (
    Page(
        path="/day-end/{date}/statements",
        title=TITLE,
        handler=give,
        permission=Permission.SETTLE,
        method="POST",
        again=show,
    ),
)
