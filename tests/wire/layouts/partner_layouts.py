"""Layouts as partners have them, and a helper that compiles them for tests."""

from offline_collect.wire.layouts.layout_file import compile_layout

BILLS = [
    {"subscriber": "n12"},
    {"count": "n1"},
    {"open": "n2"},
    {"reference": "ans32"},
    {"name": "ans25"},
    {"tariff": "ans4"},
    {"fee": "n9"},
    {"times": "count", "rows": [{"period": "n6"}, {"due": "n8"}, {"amount": "n11"}, {"penalty": "n9"}]},
]
PDS = {"tagged": {"tag": "n4", "length": "n3"}}
TOKENS = {
    "tagged": {
        "start": "! ",
        "tag": "ans2",
        "length": "n5",
        "gap": 1,
        "head": {
            "rows": [{"eye": {"is": "ans2", "must": "& "}}, {"count": "n5"}, {"total": "n5"}],
            "tags": "count",
            "bytes": "total",
        },
    },
}
LAYOUTS = {
    "pds": PDS,
    "tokens": TOKENS,
    "chip": {"tagged": {"tag": "ber", "length": "ber"}},
    "subscriber": {"fixed": [{"subscriber": "n12"}]},
    "bills": {"fixed": BILLS},
    "paying": {"fixed": [{"pay": "n1"}, {"bills": BILLS}]},
    "kind": {"fixed": [{"type": "n2"}, {"batch": "n6"}, {"network": "n3"}], "rest": True},
    "sulteng": {"fixed": [{"phone": "n13"}, {"account": "ans14"}, {"subscriber": "n13"}], "rest": True},
    "original": {"fixed": [{"mti": "n4"}, {11: "n6"}, {7: "n10"}, {32: "n11"}, {33: "n11"}]},
    "postilion": {"bitmap": {"parts": {2: "n..32", 3: "ans48", 12: "ans..25", 20: "n8", 25: "text....9999"}}},
    "columns": {"delimited": {"separator": "|", "equals": "="}},
    "statement": {
        "delimited": {
            "separator": "^",
            "rows": [
                {"subscriber": "n..12"},
                {"name": "text..40"},
                {"note": {"is": "ans..20", "optional": True}},
            ],
        },
    },
    "lounge": {
        "fixed": [
            {"group": {"is": "n4", "encoding": "bcd"}},
            {"reference": "ans12"},
            {"product": {"is": "n5", "encoding": "bcd-right"}},
            {"identifier": "ans..20"},
            {"total": {"is": "n12", "encoding": "binary"}},
            {"seal": "b4"},
        ],
    },
}


def compiled(values, *, name="private", **defaults):
    """A layout of a dialect whose `encoding` gives the defaults."""
    return compile_layout(name, values, defaults=defaults, file="partner.yaml")


def partner(name, **defaults):
    """One of the layouts above."""
    return compiled(LAYOUTS[name], name=name, **defaults)
