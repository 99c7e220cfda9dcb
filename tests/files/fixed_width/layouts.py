"""The shipped fixed-width layouts, and values that fit them."""

import datetime as dt
from pathlib import Path

import yaml
from hypothesis import strategies as st

from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.files.fixed_width.layout import compile_fixed_layout

SCHEMAS = Path(__file__).parents[3] / "schemas" / "files"
NAMES = ("debit-out", "debit-result", "debit-return", "fep-detail", "settle-out", "settle-result")


def content(name):
    """A layout's file as data, to be changed."""
    return yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text(encoding="utf-8"))


def layout(name):
    """A shipped layout, compiled."""
    return compile_fixed_layout(content(name), f"{name}.yaml")


def texts(width, encoding="gb18030"):
    """Texts that fit a field of so many bytes."""

    def cut(text):
        while len(text.encode(encoding)) > width:
            text = text[:-1].strip(" ") or "x"
        return text

    def fits(text):
        return not INVISIBLE.search(text)

    letters = st.sampled_from("aZ09-/. ~王海燕（）…é𠮷")
    any_script = st.characters(codec=encoding, exclude_categories=("C", "Z"))
    some = st.text(letters, min_size=1, max_size=min(width, 12)) | st.text(any_script, min_size=1, max_size=3)
    return some.map(lambda text: text.strip(" ") or "x").map(cut).filter(fits)


def field_values(field):
    """Values of one field as the layout's file says it; totals and digests are not among them."""
    width, optional = field["width"], field.get("optional", False)
    made = {
        "constant": lambda: st.just(field.get("value")),
        "text": lambda: texts(width),
        "digits": lambda: st.text("0123456789", min_size=width, max_size=width).filter(
            lambda found: not optional or found.strip("0")
        ),
        "number": lambda: st.integers(0, min(10**width - 1, 10**12)),
        "date": lambda: st.dates(dt.date(1, 1, 1)),
        "moment": lambda: st.datetimes().map(lambda at: f"{at:%Y%m%d%H%M%S}".rjust(14, "0")),
    }[field["type"]]()
    return made | st.none() if optional else made


def records(fields):
    """Values of a record."""
    return st.fixed_dictionaries(
        {field["key"]: field_values(field) for field in fields if field["type"] != "digest"}
    )
