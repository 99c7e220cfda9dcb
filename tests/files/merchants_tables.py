"""Reads a merchant's own table, for tests."""

from pathlib import Path

import yaml

from offline_collect.domain.imports.row_sums import RowSums
from offline_collect.files.columns.header import header_finder, match_header
from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.columns.mapping import map_layout, read_mapping
from offline_collect.files.columns.merchants_rows import BadRow, read_merchants_table
from offline_collect.files.columns.other_rows import LeftOutRow
from offline_collect.files.columns.records import Record
from offline_collect.files.columns.same_header import titles_reader
from offline_collect.files.read.open import open_table

SCHEMAS = Path(__file__).parents[2] / "schemas" / "files"
TABLES = Path(__file__).parent / "data" / "tables"
ROOM = ({"key": "room", "label": "房号"},)


class Read:
    """What was read of a table."""

    def __init__(self, path, kind="bills", inputs=ROOM, header_row=None, mapping=None, sheet=None):
        values = yaml.safe_load((SCHEMAS / f"{kind}.yaml").read_text(encoding="utf-8"))
        titles = yaml.safe_load((SCHEMAS / "titles.yaml").read_text(encoding="utf-8"))
        layout = compile_layout(values | {"titles": titles}, inputs=inputs)
        if mapping is not None:
            known = read_mapping(mapping, "mapping.yaml")
            layout, header_row = map_layout(layout, known), known.header_row
        self.layout = layout
        self.untitled: set[int] = set()
        self.row_sums = RowSums()
        find = header_finder(layout, headless=header_row == 0)
        options = {"find": find, "reads": titles_reader(layout)}
        with open_table(path, header_row=header_row or None, sheet=sheet, **options) as table:
            found = [
                each
                for here in table.sheets()
                for each in read_merchants_table(here, layout, self.untitled, self.row_sums)
            ]
            self.above, self.header_row = len(table.above), table.header_row
            self.sheets_left = [(each.name, each.rows, each.reason) for each in table.left_out_sheets]
            self.columns_left = match_header(table, layout).left_out
        self.records = [each for each in found if isinstance(each, Record)]
        self.problems = [
            (each.row, each.column, str(each.reason))
            for row in found
            if isinstance(row, BadRow)
            for each in row.problems
        ]
        self.numbers = [each.number for each in found if isinstance(each, LeftOutRow)]
        self.left = [(each.row, each.row_class) for each in found if isinstance(each, LeftOutRow)]
        self.sums = [
            (each.row, each.stated, each.summed)
            for each in found
            if isinstance(each, LeftOutRow) and each.stated
        ]

    def amounts(self):
        return {each.values["bill_no"]: each.values["amount"] for each in self.records}
