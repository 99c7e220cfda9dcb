"""Writes the samples into a folder: merchants, forms, customers, bills; and what is needed to use them."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import io
import random
import shutil
from pathlib import Path

import xlsxwriter

from offline_collect.app.config.paths import data_file
from offline_collect.app.errors import AppError
from offline_collect.app.tools.samples.days import Days
from offline_collect.app.tools.samples.tables import Sheet, estate, school, water

SEED = 20261122
MERCHANTS = {"school": "SCHOOL01", "water": "WATER001", "estate": "ESTATE01"}
"""The folder of each sample merchant, and its id."""

_PROFILES = ("school/merchant.yaml", "school/form.yaml", "water/merchant.yaml", "water/form.yaml",
             "water/form-by-owner.yaml", "estate/merchant.yaml", "estate/form.yaml")  # fmt: skip
_CONFIGURATIONS = ("demo.yaml", "postgresql.yaml", "sqlite.yaml")


class SamplesError(AppError):
    """The samples cannot be written."""


def write_samples(folder: Path, today: dt.date) -> None:
    """Write the merchants' files, their dates around ``today``, with a separate folder for each merchant.

    Raises:
        SamplesError: the folder cannot be written.
    """
    try:
        write_tables(folder, today)
        for name in _PROFILES:
            shutil.copyfile(data_file(f"samples/{name}"), folder / name)
    except OSError as error:
        raise SamplesError(f"{folder}: {error.strerror}") from None


def write_all(folder: Path, today: dt.date) -> None:
    """Write the samples into a new folder, with the configurations and scenarios that are shipped.

    Raises:
        SamplesError: the folder has files already, or cannot be written.
    """
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise SamplesError(f"{folder}: {error.strerror}") from None
    if taken:
        raise SamplesError(f"{folder} is there already; name a new folder or an empty one")
    write_samples(folder, today)
    try:
        (folder / "config").mkdir()
        for name in _CONFIGURATIONS:
            shutil.copyfile(data_file(f"config/{name}"), folder / "config" / name)
        shutil.copytree(_scenarios(), folder / "scenarios")
    except OSError as error:
        raise SamplesError(f"{folder}: {error.strerror}") from None


def _scenarios() -> Path:
    """Find the simulator's scenarios without importing it: it is the other end of the wire."""
    found = importlib.util.find_spec("offline_collect_terminal")
    if found is None or not found.submodule_search_locations:
        raise SamplesError("the package offline_collect_terminal is not installed")
    return Path(next(iter(found.submodule_search_locations))) / "scenarios"


def write_tables(folder: Path, today: dt.date) -> None:
    """Write customers and bills."""
    days = Days(today)
    for name in MERCHANTS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for maker, place, encoding in ((school, "school", "gb18030"), (estate, "estate", "utf-8-sig")):
        customers, bills = maker(random.Random(f"{SEED} {place}"), days)  # noqa: S311 - samples must be the same each time, not secret
        _write_csv(folder / place / "customers.csv", customers, encoding)
        _write_csv(folder / place / "bills.csv", bills, encoding)
    customers, bills = water(random.Random(f"{SEED} water"), days)  # noqa: S311 - samples must be the same each time, not secret
    created = dt.datetime.combine(today, dt.time(), dt.UTC)
    _write_workbook(folder / "water" / "customers.xlsx", customers, "客户信息", created)
    _write_workbook(folder / "water" / "bills.xlsx", bills, "账单", created)


def _write_csv(path: Path, sheet: Sheet, encoding: str) -> None:
    """Write a sheet as CSV, with CR LF at the end of each line, as Excel does."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([sheet.header, *sheet.rows])
    path.write_bytes(text.getvalue().encode(encoding))


def _write_workbook(path: Path, sheet: Sheet, title: str, created: dt.datetime) -> None:
    """Write a sheet as a workbook: identifiers as text, dates and amounts as Excel's own."""
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"created": created})
        page = workbook.add_worksheet(title)
        text, date, money = (
            workbook.add_format({"num_format": it}) for it in ("@", "yyyy-mm-dd", "#,##0.00")
        )
        page.write_row(0, 0, sheet.header, workbook.add_format({"bold": True}))
        page.set_column(0, len(sheet.header) - 1, 16)
        page.freeze_panes(1, 0)
        for i, row in enumerate(sheet.rows, start=1):
            for j, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    page.write_datetime(i, j, cell, date)
                elif isinstance(cell, str):
                    page.write_string(i, j, cell, text)
                else:
                    page.write_number(i, j, cell, money)
