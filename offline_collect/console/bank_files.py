"""Files of banks and front-end processors, by forms and downloads: their layouts, and where they are kept meanwhile."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from offline_collect.console.errors import NoFileError, RefusedFileError
from offline_collect.console.forms import Upload
from offline_collect.console.handed_out import TYPES, handed_out
from offline_collect.console.kept_files import safe_name
from offline_collect.console.page import Download
from offline_collect.domain.access.audit import Subject
from offline_collect.domain.errors import BankFileError, ReconciliationError
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.files.errors import FileError
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.settlement.debit.report_match import ReportTerms
from offline_collect.store import AlreadyExistsError

_ANY = "application/octet-stream"
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BankFileParts:
    """What banks' files are read and written with.

    Attributes:
        layouts: of fixed-width files, by name.
        zone_of: returns the time zone in which an institution writes its times; None for an unknown institution.
        monotonic: seconds, to pause for payments.
        reports: how banks report debits by messages of ISO 20022.
    """

    layouts: Mapping[str, FixedLayout]
    zone_of: Callable[[str], dt.tzinfo | None]
    monotonic: Callable[[], float]
    reports: ReportTerms


@contextmanager
def uploaded(upload: Upload | None) -> Iterator[Path]:
    """Keep a form's file for the length of a block; what refuses it names it as its user does, without our folder.

    Raises:
        NoFileError: none was chosen, or it is empty.
        RefusedFileError: the block refused it as a whole.
    """
    if upload is None or not upload.size:
        raise NoFileError
    folder = Path(tempfile.mkdtemp(prefix="offline-collect-"))
    try:
        path = folder / safe_name(upload.name)
        with path.open("wb") as target:
            shutil.copyfileobj(upload.file, target, _BLOCK)
        yield path
    except FileError as error:
        raise error.replaced(path=Path(error.path.name)) from None
    except (BankFileError, ReconciliationError, AlreadyExistsError) as error:
        raise RefusedFileError(_without(words_of(error) or str(error), f"{folder}/")) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _without(text: str, folder: str) -> str:
    """Return a text without a folder's name; a phrase stays one."""
    if not isinstance(text, Phrase):
        return text.replace(folder, "")
    return text.filled(
        {name: _without(part, folder) if isinstance(part, str) else part for name, part in text.parts.items()}
    )


def given(write: Callable[[Path], Path], about: Subject) -> Download:
    """Return a file that is made for one download.

    Args:
        write: writes it into a folder, and returns its path.
        about: what it is about, for the audit trail.
    """
    folder = Path(tempfile.mkdtemp(prefix="offline-collect-"))
    try:
        path = write(folder)
    except FileError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise error.replaced(path=Path(error.path.name)) from None
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Download(path.name, handed_out(path), TYPES.get(path.suffix, _ANY), about)
