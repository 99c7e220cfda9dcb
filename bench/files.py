"""Makes the files to import: many bills as CSV, and fewer as a workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter
from data import BILLS_A_CUSTOMER

FOLDER = Path("var/bench/files")
HEADER = ("账单编号", "客户编号", "金额", "缴费截止日", "项目", "账期", "班级")


def _rows(count: int) -> Iterator[tuple[str, ...]]:
    """Yield rows of new bills for the customers in the stores."""
    for n in range(count):
        amount = f"{100 + n % 9_000}.{n % 100:02d}"
        yield (
            f"N{n + 10_000_000}",
            f"C{n // BILLS_A_CUSTOMER:08d}",
            amount,
            f"2026-12-{1 + n % 28:02d}",
            "十二月餐费",
            "2026-12",
            f"三年级{1 + n % 9}班",
        )


def csv_file(count: int) -> Path:
    """Write ``count`` bills as CSV."""
    path = FOLDER / f"bills-{count}.csv"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        writer.writerows(_rows(count))
    return path


def workbook(count: int) -> Path:
    """Write ``count`` bills as a workbook; amounts are numbers, all else is text."""
    path = FOLDER / f"bills-{count}.xlsx"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for at, (number, customer, amount, *rest) in enumerate(_rows(count), 1):
            sheet.write_row(at, 0, (number, customer, float(amount), *rest))
    return path
