"""Private data of payments in layouts of each kind, for tests that compare two ways of reading it."""

from hypothesis import strategies as st

CARD = "4111111111111111"
BILLS = st.sampled_from(["B1", "B2026-10-1", " ", CARD[:10], "a|b"])
PAYERS = st.sampled_from(["", "B. SANTOSO", CARD, "100%", " x"])
WIDE = st.sampled_from(["", "B. SANTOSO", "王小明", CARD, "\N{NO-BREAK SPACE}"])


def named(bill, payer):
    return {"bill": bill, "payer": payer}


# Of each kind of layout: what it is, the element's shape, the path of the bill's number, and what a content has.
LAYOUTS = {
    "fixed": (
        {"fixed": [{"bill": "ans10"}, {"payer": {"is": "ans16", "send": ""}}]},
        "ans...999",
        "bill",
        named,
    ),
    "optional": (
        {"fixed": [{"bill": "ans10"}, {"payer": {"is": "ans16", "optional": True}}]},
        "ans...999",
        "bill",
        lambda bill, payer: {"bill": bill, **({"payer": payer} if payer else {})},
    ),
    "rest": (
        {"fixed": [{"bill": "ans10"}], "rest": True},
        "text...999",
        "bill",
        lambda bill, payer: {"bill": bill, **({"rest": payer} if payer else {})},
    ),
    "constant": (
        {"fixed": [{"eye": {"is": "ans2", "must": "& "}}, {"bill": "ans10"}, {"payer": "ans16"}]},
        "ans...999",
        "bill",
        named,
    ),
    "prefixed": ({"fixed": [{"bill": "ans..10"}, {"payer": "ans..16"}]}, "ans...999", "bill", named),
    "prefixed group": (
        {
            "fixed": [
                {"head": [{"bill": "ans..10"}]},
                {"times": "rest", "name": "rows", "rows": [{"payer": "ans..16"}]},
            ]
        },
        "ans...999",
        "head.bill",
        lambda bill, payer: {"head": {"bill": bill}, "rows": [{"payer": payer}] * 2},
    ),
    "packed": (
        {"fixed": [{"seal": {"is": "n5", "encoding": "bcd"}}, {"bill": "ans10"}, {"payer": "ans16"}]},
        "b...255",
        "bill",
        lambda bill, payer: {"seal": "00012", **named(bill, payer)},
    ),
    "group": (
        {"fixed": [{"head": [{"bill": "ans10"}]}, {"payer": "ans16"}]},
        "ans...999",
        "head.bill",
        lambda bill, payer: {"head": {"bill": bill}, "payer": payer},
    ),
    "records": (
        {"fixed": [{"times": "rest", "rows": [{"bill": "ans10"}, {"payer": "ans16"}]}]},
        "ans...999",
        "bill",
        lambda bill, payer: {"private": [named(bill, payer)] * (1 + (payer == CARD))},
    ),
    "counted": (
        {
            "fixed": [
                {"count": "n1"},
                {"times": "count", "rows": [{"bill": "ans10"}]},
                {"times": 2, "name": "twice", "rows": [{"payer": "ans16"}]},
            ]
        },
        "ans...999",
        "bill",
        lambda bill, payer: {"private": [{"bill": bill}], "twice": [{"payer": payer}, {"payer": "x"}]},
    ),
    "lists": (
        {
            "fixed": [
                {"count": "n1"},
                {"times": "count", "rows": [{"bill": "ans10"}]},
                {"times": "count", "name": "more", "rows": [{"payer": "ans16"}]},
            ]
        },
        "ans...999",
        "bill",
        lambda bill, payer: {"private": [{"bill": bill}], "more": [{"payer": payer}]},
    ),
    "list and rest": (
        {"fixed": [{"count": "n1"}, {"times": "count", "rows": [{"bill": "ans10"}]}], "rest": True},
        "text...999",
        "bill",
        lambda bill, payer: {"private": [{"bill": bill}], **({"rest": payer} if payer else {})},
    ),
    "tagged": (
        {"tagged": {"tag": "n2", "length": "n3"}},
        "text...999",
        "01",
        lambda bill, payer: {"01": bill, "02": payer},
    ),
    "gap": (
        {"tagged": {"start": "! ", "tag": "ans2", "length": "n5", "gap": 1}},
        "ans...999",
        "B%",
        lambda bill, payer: {"B%": bill, "x.": payer},
    ),
    "ber": (
        {"tagged": {"tag": "ber", "length": "ber"}},
        "b...255",
        "9F01",
        lambda bill, payer: {"9F01": bill.encode().hex().upper(), "5A": payer.encode().hex().upper()},
    ),
    "positions": (
        {
            "delimited": {
                "separator": "^",
                "rows": [{"bill": "ans..10"}, {"payer": {"is": "ans..16", "optional": True}}],
            }
        },
        "ans...999",
        "bill",
        named,
    ),
    "pairs": (
        {
            "delimited": {
                "separator": ";",
                "equals": "=",
                "keys": {"bill": "ans..10", "payer": "ans..16", "a%": "n..3"},
            }
        },
        "ans...999",
        "bill",
        lambda bill, payer: {"bill": bill, "a%": "1", **({"secret": "x"} if payer == CARD else {})},
    ),
    "bitmap": (
        {"bitmap": {"parts": {2: "ans..10", 3: "ans16"}}},
        "b...255",
        "2",
        lambda bill, payer: {"2": bill, **({"3": payer} if payer else {})},
    ),
}
