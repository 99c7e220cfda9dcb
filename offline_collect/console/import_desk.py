"""What files are imported with: layouts, uploaded files, work in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from offline_collect.console.jobs import Jobs
from offline_collect.console.kept_files import KeptFile, KeptFiles
from offline_collect.console.visit import Visit
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.mapping import FileMapping, read_mapping
from offline_collect.files.errors import FileError, HeaderError
from offline_collect.merchant.common.target import LayoutSource
from offline_collect.merchant.imports.bill_rows import BillRows
from offline_collect.merchant.imports.customer_rows import CustomerRows
from offline_collect.merchant.imports.error_workbook import write_errors
from offline_collect.merchant.imports.order import ImportOrder, Kind
from offline_collect.merchant.imports.preview import preview_file
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.run import import_file
from offline_collect.merchant.mappings.propose import Proposed, propose_mapping
from offline_collect.store import ImportKind

KINDS: Mapping[ImportKind, Kind] = MappingProxyType(
    {ImportKind.BILLS: BillRows(), ImportKind.CUSTOMERS: CustomerRows()}
)
CHOOSE = Phrase("choose the columns: the page proposes them")
Result = TypeVar("Result")
PROPOSAL = "the columns"
"""What errors call a mapping that was made of choices."""


@dataclass(frozen=True, slots=True)
class ImportDesk:
    """What files are imported with.

    Attributes:
        layouts: the columns of each kind of file.
        parse_yaml: returns the content of a YAML text; its second argument is the text's name for errors.
        files: that were uploaded.
        jobs: work in the background.
    """

    layouts: Mapping[ImportKind, LayoutSource]
    parse_yaml: Callable[[str, str], Any]
    files: KeptFiles
    jobs: Jobs

    def close(self) -> None:
        """End the work, and delete the files."""
        self.jobs.close()
        self.files.close()

    def order(self, visit: Visit, file: KeptFile) -> ImportOrder:
        """Return the order to import a file as it was uploaded, with its user's columns and values."""
        return ImportOrder(
            merchant_id=file.merchant_id,
            file=file.path,
            sheet=file.sheet,
            layout=self.layouts[file.kind],
            actor=visit.actor,
            clock=visit.office.clock.now,
            mapping=file.mapping,
            constants={} if file.mapping is not None else file.constants,
        )

    def preview(self, visit: Visit, file: KeptFile, order: ImportOrder) -> None:
        """Begin to look at what importing a file would do.

        Raises:
            BusyError: it is being read already, or too much is done at once.
        """
        work = partial(preview_file, visit.store, order, KINDS[file.kind])
        file.job = self.jobs.begin(file.number, partial(_in_its_name, work))

    def import_file(self, visit: Visit, file: KeptFile, order: ImportOrder) -> None:
        """Begin to import a file.

        Raises:
            BusyError: it is being read already, or too much is done at once.
        """
        work = partial(import_file, visit.store, order, KINDS[file.kind])
        file.job = self.jobs.begin(file.number, partial(_in_its_name, work))

    def propose(self, visit: Visit, file: KeptFile) -> Proposed:
        """Return a proposal of a file's columns, whatever its user has chosen before.

        Raises:
            FileError: the file cannot be read.
        """
        order = replace(self.order(visit, file), mapping=None, constants={})
        return _in_its_name(propose_mapping, visit.store, order, KINDS[file.kind])

    def mapping_of(self, proposed: Proposed) -> FileMapping:
        """Return the mapping of a proposal.

        Raises:
            MappingError: it contradicts itself.
        """
        return read_mapping(self.parse_yaml(proposed.text(), PROPOSAL), PROPOSAL)

    def error_workbook(self, visit: Visit, file: KeptFile, problems: Problems, folder: Path) -> Path:
        """Write the error workbook of a file into a folder, and return its path.

        Raises:
            FileError: the file is gone, or has more rows than a worksheet.
        """
        path = folder / f"{file.path.stem}-errors.xlsx"
        _in_its_name(write_errors, self.order(visit, file), problems, path)
        return path


def _in_its_name(work: Callable[..., Result], *given: Any) -> Result:
    """Do work with a file; errors name it as its user does, without our folder, and offer what the console has."""
    try:
        return work(*given)
    except FileError as error:
        remedy = CHOOSE if isinstance(error, HeaderError) else None
        raise error.replaced(path=Path(error.path.name), remedy=remedy) from None
