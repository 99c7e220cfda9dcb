"""`message decode --unmask` is for users with the right, and on record."""

import json
from pathlib import Path

PAYMENT = """
mti: "0200"
elements: {3: "500000", 11: "000002", 32: "12345678", 41: "TERM0001", 48: {"0030": "S2026-11-0001", "0032": "张伟"}}
"""


def test_unmasking_is_refused_or_on_record(done, refused, prepared):
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("user", "add", "anna", "--role", "OPERATOR"),
        ("user", "add", "aud", "--role", "AUDITOR"),
    )
    Path("payment.yaml").write_text(PAYMENT, encoding="utf-8")
    message = done("message", "encode", "payment.yaml").strip()
    assert "张伟" not in done("message", "decode", message)
    before = done("audit", "show", "--json")
    said = refused("message", "decode", message, "--unmask", "--as", "aud")
    assert "SEE_PERSONAL" in said
    assert "张伟" not in said
    assert done("audit", "show", "--json") == before
    assert "张伟" in done("message", "decode", message, "--unmask", "--as", "anna")
    row = json.loads(done("audit", "show", "--json", "--last", "1"))
    assert (row["who"], row["what"], row["subject_type"]) == ("anna", "message decode", "message")
    assert row["after"] == {
        "dialect": "ascii",
        "count": 1,
        "messages": [{"mti": "0200", "stan": "000002", "institution": "12345678", "terminal": "TERM0001"}],
    }


def test_without_a_store_only_unmasking_is_refused(done, refused):
    Path("payment.yaml").write_text(PAYMENT, encoding="utf-8")
    message = done("message", "encode", "payment.yaml").strip()
    assert "(payment request)" in done("message", "decode", message)
    assert "there is no store" in refused("message", "decode", message, "--unmask")
