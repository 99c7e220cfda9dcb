import copy
import datetime as dt
import io

import pytest

from offline_collect.files.errors import FixedFieldError, LayoutError
from offline_collect.files.fixed_width.layout import compile_fixed_layout
from offline_collect.files.fixed_width.read import read_fixed_width
from offline_collect.files.fixed_width.write import FixedWidthWriter, line
from tests.files.fixed_width.layouts import NAMES, content, layout

LENGTHS = {
    "debit-out": (131, 327, 91),
    "debit-result": (98, 171, 91),
    "debit-return": (73, 185, 91),
    "fep-detail": (34, 136, 107),
    "settle-out": (73, 271, 91),
    "settle-result": (83, 154, 91),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_layouts_have_the_lengths_that_partners_are_told_of(name):
    assert tuple(record.length for record in layout(name).records) == LENGTHS[name]
    assert layout(name).name == name


def small():
    """The smallest layout."""
    return {
        "name": "small",
        "title": "小",
        "encoding": "utf-8",
        "header": {"length": 1, "fields": [{"key": "type", "label": "类", "width": 1, "type": "constant", "value": "H"}]},
        "detail": {
            "length": 9,
            "fields": [
                {"key": "type", "label": "类", "width": 1, "type": "constant", "value": "D"},
                {"key": "name", "label": "名", "width": 4, "type": "text"},
                {"key": "amount", "label": "额", "width": 4, "type": "number"},
            ],
        },
        "trailer": {"length": 1, "fields": [{"key": "type", "label": "类", "width": 1, "type": "constant", "value": "T"}]},
    }  # fmt: skip


def changed(path, value):
    made = small()
    place = made
    *before, last = path
    for step in before:
        place = place[step]
    place[last] = value
    return made


def field(**changes):
    return {"key": "sum", "label": "和", "width": 4, "type": "number"} | changes


def with_field(record, added):
    made = small()
    made[record]["fields"].append(added)
    made[record]["length"] += added["width"]
    return made


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        (changed(["detail", "length"], 10), "detail: length: is 10, but its fields have 9 bytes"),
        (changed(["encoding"], "utf-7x"), "encoding: there is none called utf-7x; use gb18030 or utf-8"),
        (changed(["encoding"], "utf-16"), "encoding: utf-16 has other bytes for line ends"),
        (changed(["encoding"], "cp037"), "encoding: cp037 has other bytes for line ends"),
        (changed(["trailer", "fields", 0, "value"], "D"), "two kinds of records begin alike"),
        (changed(["detail", "fields", 0, "value"], "DD"), "detail: type: value: is longer than the field"),
        (changed(["detail", "fields", 0], field(key="type", width=1)), "the first field must be a constant"),
        (changed(["detail", "fields", 2, "key"], "name"), "detail: name is there twice"),
        (changed(["detail", "fields", 1, "value"], "x"), "detail: name: value: a constant has one"),
        (
            changed(["detail", "fields", 2, "optional"], True),
            "detail: amount: optional: a number is always there",
        ),
        (changed(["detail", "fields", 2, "cut"], True), "detail: amount: cut: only a text can be cut"),
        (changed(["detail", "fields", 2, "type"], "date"), "detail: amount: width: a date has 8"),
        (changed(["detail", "fields", 2, "surprise"], 1), "detail.fields[2].surprise"),
        (with_field("detail", field(width=19)), "detail: sum: width: a number has at most 18 digits"),
        (with_field("detail", field(counts="details")), "only a header or trailer states totals and digests"),
        (
            with_field("detail", field(type="digest", width=64)),
            "only a header or trailer states totals and digests",
        ),
        (
            with_field("header", field(type="digest", width=64)),
            "a header cannot have the digest of what follows it",
        ),
        (with_field("trailer", field(sums="name")), "trailer: sum: sums: name is no number of the details"),
        (with_field("trailer", field(sums="other")), "trailer: sum: sums: other is no number of the details"),
        (
            with_field("trailer", field(sums="amount", counts="details")),
            "a total is a number, and either counts or sums",
        ),
        (
            with_field("trailer", field(sums="amount", type="text")),
            "a total is a number, and either counts or sums",
        ),
        (with_field("trailer", field(of={"field": "name"})), "trailer: sum: of: goes with counts or sums"),
        (
            with_field("trailer", field(counts="details", of={"field": "x"})),
            "of.field: x is no text or number",
        ),
        (
            with_field("trailer", field(counts="details", of={"field": "name"})),
            "of.values: name them for a text",
        ),
        (
            with_field("trailer", field(counts="details", of={"field": "amount", "values": ["1"]})),
            "of.values: name them for a text",
        ),
    ],
)
def test_a_layout_that_cannot_work_is_refused_with_its_place(mapping, reason):
    with pytest.raises(LayoutError) as refused:
        compile_fixed_layout(mapping, "small.yaml")
    assert str(refused.value).startswith("small.yaml: ")
    assert reason in str(refused.value)


def test_a_bank_replaces_a_layout_by_a_file_of_its_own():
    """Another encoding, other widths, another order, no digest: only data changes."""
    second = copy.deepcopy(content("debit-out"))
    second["encoding"] = "utf-8"
    second["trailer"] = {
        "length": 20,
        "fields": [f | {"width": w} for f, w in zip(second["trailer"]["fields"], (1, 9, 10), strict=False)],
    }
    fields = second["detail"]["fields"]
    fields.insert(1, fields.pop(fields.index(next(each for each in fields if each["key"] == "bill_no"))))
    compiled = compile_fixed_layout(second, "second-bank.yaml")
    detail = {
        "sequence": 1, "debit_account": "62", "account_name": "王小明", "amount": 5, "bill_no": "B1", "customer_no": "C1",
        "mandate_ref": "M1",
    }  # fmt: skip
    raw = line(compiled.detail, detail)
    assert raw[:3] == b"DB1"
    with pytest.raises(FixedFieldError, match="needs 63 bytes"):
        line(compiled.detail, detail | {"account_name": "王" * 21})

    stream = io.BytesIO()
    writer = FixedWidthWriter(stream, compiled)
    writer.header(HEADER)
    writer.detail(detail)
    writer.trailer({})
    assert stream.getvalue().splitlines()[-1] == b"T0000000010000000005"
    stream.seek(0)
    assert [each.name for each in read_fixed_width(stream, compiled)] == ["header", "detail", "trailer"]


HEADER = {
    "institution": "1", "merchant_id": "M", "batch_no": "B", "business_date": dt.date(2030, 1, 1),
    "collection_date": dt.date(2030, 1, 2), "count": 1, "total": 5, "currency": "156",
}  # fmt: skip
