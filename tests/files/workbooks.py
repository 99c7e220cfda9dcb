"""Workbooks for tests: writing them, taking them apart, and reading them."""

import zipfile

import xlsxwriter

from offline_collect.files.read.open import open_table

SHEET = "xl/worksheets/sheet1.xml"


def write(path, fill, *sheets):
    with xlsxwriter.Workbook(path) as workbook:
        pages = [workbook.add_worksheet(name) for name in sheets or ("账单",)]
        fill(workbook, *pages)
    return path


def of_sheets(path, **sheets):
    """Write a workbook of sheets by their name: rows of cells."""
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in sheets.items():
            page = workbook.add_worksheet(name)
            for place, row in enumerate(rows):
                page.write_row(place, 0, row)
    return path


def rows_of(path, **options):
    with open_table(path, **options) as table:
        return list(table)


def rezip(path, **parts):
    """Replace the contents of the named parts of a workbook."""
    with zipfile.ZipFile(path) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (contents | parts).items():
            package.writestr(name, content)
    return path
