"""Commands as messages, and responses as answers again: a front end's view, written by hand."""

import datetime as dt
from collections.abc import Mapping
from functools import singledispatch

from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import (
    Command,
    Lookup,
    Payment,
    PaymentAdvice,
    Reversal,
    Status,
    Totals,
    TotalsFigures,
)
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.layouts.pds import build_pds, parse_pds
from offline_collect.wire.messages.message import Message

CHARSET = "utf-8"
RECORDS = range(120, 126)
FIGURES = {
    74: "credits",
    75: "credit_reversals",
    76: "debits",
    77: "debit_reversals",
    86: "credits_minor",
    87: "credit_reversals_minor",
    88: "debits_minor",
    89: "debit_reversals_minor",
}
TAGS = {
    "0030": "bill_no",
    "0031": "customer_no",
    "0032": "customer_name",
    "0040": "page_cursor",
    "0041": "open_count",
    "0053": "principal",
    "0054": "late_fee",
    "0055": "total_payable",
    "0056": "bill_status",
    "0057": "least_payable",
    "0070": "serial_number",
    "0071": "posted_at",
    "0072": "receipt",
    "0080": "original_state",
    "0082": "reversal_did",
}


def message_of(command: Command) -> Message:
    """Return the message that a front end sends for ``command``."""
    mti, elements = _speak(command)
    elements |= {7: _de_7(command.sent_at), 11: command.stan, 32: command.institution}
    if command.terminal is not None:
        elements[41] = command.terminal
    return Message(mti, {number: text for number, text in sorted(elements.items()) if text is not None})


@singledispatch
def _speak(command: Command) -> tuple[str, dict[int, str | None]]:
    raise AssertionError(f"no front end sends {command}")


@_speak.register
def _payment(command: Payment) -> tuple[str, dict[int, str | None]]:
    private = [
        ("0030", "" if command.lines else command.bill_no),
        ("0060", command.teller or ""),
        ("0061", command.tender.value),
        ("0062", command.channel.value),
    ]
    elements: dict[int, str | None] = {
        3: "500000",
        4: f"{command.amount_minor:012d}",
        12: f"{command.sent_at:%H%M%S}",
        13: f"{command.local_date:%m%d}",
        37: command.rrn,
        42: f"{command.merchant_id:<15}",
        48: _private(private),
        49: command.currency,
    }
    for number, line in enumerate(command.lines, 120):
        elements[number] = _private([("0030", line.bill_no), ("0059", str(line.amount_minor))])
    if isinstance(command, PaymentAdvice):
        elements[90] = _de_90(command.original_key, command.original_institution)
    return f"02{2 * command.advised}{int(command.repeat)}", elements


@_speak.register
def _reversal(command: Reversal) -> tuple[str, dict[int, str | None]]:
    return f"04{2 * command.advice}{int(command.repeat)}", {
        3: "500000",
        4: f"{command.amount_minor:012d}",
        37: command.rrn,
        39: command.reason.value,
        42: f"{command.merchant_id:<15}",
        49: command.currency,
        90: _de_90(command.original_key, command.original_institution),
    }


@_speak.register
def _status(command: Status) -> tuple[str, dict[int, str | None]]:
    return "0100", {3: "360000", 90: _de_90(command.original_key, command.original_institution)}


@_speak.register
def _lookup(command: Lookup) -> tuple[str, dict[int, str | None]]:
    private = [(f"{21 + place:04d}", text or "") for place, text in enumerate(command.inputs)]
    private += [("0030", command.bill_no or ""), ("0040", command.cursor or "")]
    return "0100", {3: "380000", 42: f"{command.merchant_id:<15}", 48: _private(private)}


@_speak.register
def _totals(command: Totals) -> tuple[str, dict[int, str | None]]:
    elements: dict[int, str | None] = {15: f"{command.business_date:%m%d}", 50: command.currency}
    for number, name in FIGURES.items():
        elements[number] = f"{getattr(command.figures, name):0{10 if number < 80 else 16}d}"
    elements[97] = f"{'D' if command.net_minor < 0 else 'C'}{abs(command.net_minor):016d}"
    return "0500", elements


def answer_of(response: Message, dialect: Dialect, now: dt.datetime) -> Answer:
    """Return the contents of a response, under the names of ``domain.answers``."""
    names = {digits: code for code, digits in dialect.response_codes.items()}
    private = parse_pds(response.elements[48], CHARSET) if 48 in response.elements else {}
    values: dict[str, str | int] = dict(_named(private))
    beyond = values.pop("page_cursor", None)
    if 38 in response.elements:
        values["approval_code"] = response.elements[38]
    if "0081" in private:
        values["original_code"] = names[private["0081"]].value
    return Answer(
        ResponseCode(names[response.elements[39]]),
        _near(response.elements[15], now),
        response.elements.get(44),
        response.elements.get(63),
        values | _figures(response.elements),
        tuple(_records(response.elements)),
        None if beyond is None else str(beyond),
    )


def _figures(elements: Mapping[int, str]) -> dict[str, int]:
    if 97 not in elements:
        return {}
    figures = {name: int(elements[number]) for number, name in FIGURES.items()}
    net = int(elements[97][1:]) * (-1 if elements[97][0] == "D" else 1)
    assert TotalsFigures(**figures).net_minor == net
    return figures | {"net_minor": net, "settlement_code": int(elements[66])}


def _records(elements: Mapping[int, str]) -> list[Record]:
    texts = [elements[number] for number in RECORDS if number in elements]
    return [Record(dict(_named(parse_pds(text, CHARSET)))) for text in texts]


def _named(private: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(TAGS[tag], text) for tag, text in private.items() if tag in TAGS]


def _private(tags: list[tuple[str, str]]) -> str:
    return build_pds([(tag, text) for tag, text in tags if text], CHARSET, 999)


def _de_7(sent_at: dt.datetime) -> str:
    return f"{sent_at.astimezone(dt.UTC):%m%d%H%M%S}"


def _de_90(key: str | None, institution: str | None) -> str | None:
    """Name an original: MTI, STAN, DE 7, DE 32, DE 33."""
    if key is None:
        return None
    _, _, _, stan, sent_at = key.split("|")
    return f"0200{stan}{sent_at[4:]}{institution or '':0>11}{'':0>11}"


def _near(month_day: str, now: dt.datetime) -> BusinessDate:
    """Complete MMDD with the year that gives the date nearest to now."""
    month, day = int(month_day[:2]), int(month_day[2:])
    today = now.date()
    dates = [BusinessDate(today.year + shift, month, day) for shift in (-1, 0, 1)]
    return min(dates, key=lambda date: abs(date - today))
