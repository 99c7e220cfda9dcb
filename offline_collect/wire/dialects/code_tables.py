"""Compiles the codes of a dialect file: DE 39, 3 and 70, reasons of reversals, and MTIs of answers.

Every table has a default, so that a partner's file lists only the codes that differ.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction, ReversalReason
from offline_collect.wire.dialects.schema import mti_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    from offline_collect.wire.dialects.dialect import Element
    from offline_collect.wire.dialects.schema import Section

    Named = TypeVar("Named", bound=StrEnum)

RESPONSE = 39
WIDTH = 2
DEFAULT = "default"
RESPONSE_CODES: Mapping[str, str] = MappingProxyType(
    {
        "APPROVED": "00",
        "UNKNOWN_MERCHANT": "03",
        "IN_PROGRESS": "09",
        "UNSUPPORTED": "12",
        "WRONG_AMOUNT": "13",
        "UNKNOWN_CUSTOMER": "14",
        "NOT_FOUND": "25",
        "FORMAT_ERROR": "30",
        "NOT_PERMITTED": "58",
        "OVER_LIMIT": "61",
        "SECURITY": "63",
        "ORIGINAL_AMOUNT": "64",
        "TOO_LATE": "68",
        "UNAVAILABLE": "91",
        "DUPLICATE": "94",
        "OUT_OF_BALANCE": "95",
        "MALFUNCTION": "96",
        "ALREADY_PAID": "U1",
        "IN_BATCH": "U2",
        "NOT_PAYABLE": "U3",
        "WITHDRAWN": "U4",
        "MERCHANT_SUSPENDED": "U5",
        "OTHER_BUSINESS_DAY": "U7",
        "ALREADY_REVERSED": "U8",
        "SETTLED": "U9",
    },
)
PROCESSING_CODES: Mapping[str, str] = MappingProxyType(
    {
        "PAYMENT": "500000",
        "PAYMENT_STATUS": "360000",
        "BILL_LOOKUP": "380000",
        "FORM_DOWNLOAD": "390000",
        "MERCHANT_DIRECTORY": "391000",
    },
)
NETWORK_CODES: Mapping[str, str] = MappingProxyType(
    {"SIGN_ON": "001", "SIGN_OFF": "002", "NEW_KEY": "161", "CUTOVER": "201", "ECHO": "301"},
)
REVERSAL_REASONS: Mapping[str, str] = MappingProxyType(
    {"WRITE_OFF": "17", "NO_ANSWER": "68", "ERROR": "06", "MALFUNCTION": "96"},
)


def response_codes(root: Section, element: Element | None) -> Mapping[ResponseCode, str]:
    """Return DE 39 of each response code.

    With a `default` all names that are not listed get that code, and names may share a code; without it the
    list completes the platform's own table, in which each name has a code to itself. Approval never shares its
    code.
    """
    width = WIDTH if element is None else element.length
    codes = dict(RESPONSE_CODES)
    if root.has("response_codes"):
        section = root.section("response_codes")
        if section.has(DEFAULT):
            codes = dict.fromkeys(codes, _code(section, DEFAULT, width))
        codes |= {name: _code(section, name, width) for name in codes if section.has(name)}
        section.finish()
        if section.has(DEFAULT):
            _refuse_shared_approval(section, codes)
        else:
            _refuse_twice(section, codes)
    if any(len(code) != width for code in codes.values()):
        root.fail(
            f"every name needs a code of {width} letters or digits, as wide as element {RESPONSE}",
            "response_codes",
        )
    return MappingProxyType({ResponseCode[name]: code for name, code in codes.items()})


def _refuse_shared_approval(section: Section, codes: Mapping[str, str]) -> None:
    sharing = [name for name, code in codes.items() if code == codes["APPROVED"] and name != "APPROVED"]
    if sharing:
        section.fail(f"{codes['APPROVED']!r} means {sharing[0]} too", "APPROVED")


def processing_codes(root: Section) -> Mapping[str, str]:
    """Return DE 3 by the message set's names."""
    codes = dict(PROCESSING_CODES)
    if root.has("processing_codes"):
        section = root.section("processing_codes")
        codes |= {name: _digits(section, name, 6) for name in section.keys()}  # noqa: SIM118 - not a mapping
        _refuse_twice(section, codes)
    return MappingProxyType(codes)


def network_codes(root: Section) -> Mapping[NetworkFunction, str]:
    """Return DE 70 of each network function."""
    codes = _own_codes(root, "network_codes", NETWORK_CODES, 3)
    return MappingProxyType({NetworkFunction[name]: code for name, code in codes.items()})


def reversal_reasons(root: Section, element: Element | None) -> Mapping[str, ReversalReason]:
    """Return what DE 39 of a reversal means."""
    width = None if element is None else element.length
    codes = _own_codes(root, "reversal_reasons", REVERSAL_REASONS, width)
    return MappingProxyType({code: ReversalReason[name] for name, code in codes.items()})


def _own_codes(root: Section, key: str, known: Mapping[str, str], width: int | None) -> dict[str, str]:
    """A table in which each name has a code to itself."""
    codes = dict(known)
    if root.has(key):
        section = root.section(key)
        read = _digits if known is NETWORK_CODES else _code
        codes |= {name: read(section, name, width or WIDTH) for name in codes if section.has(name)}
        section.finish()
        _refuse_twice(section, codes)
    return codes


def _code(section: Section, key: str, width: int) -> str:
    code = section.text(key)
    if len(code) != width or not (code.isascii() and code.isalnum()):
        section.fail(f"must be {width} letters or digits", key)
    return code


def _digits(section: Section, key: str, width: int) -> str:
    code = _code(section, key, width)
    if not code.isdigit():
        section.fail(f"must be {width} digits", key)
    return code


def _refuse_twice(section: Section, codes: Mapping[str, str]) -> None:
    seen: dict[str, str] = {}
    for name, code in codes.items():
        if code in seen:
            section.fail(f"{code!r} already means {seen[code]}", name)
        seen[code] = name


def answer_mtis(root: Section) -> Mapping[str, str]:
    """Return MTIs of answers that differ from the message set's, by the request's MTI."""
    if not root.has("answer_mtis"):
        return MappingProxyType({})
    section = root.section("answer_mtis")
    answers: dict[str, str] = {}
    for mti in section.keys():  # noqa: SIM118 - not a mapping
        answers[mti_of(section, mti, mti)] = mti_of(section, mti, section.text(mti))
    return MappingProxyType(answers)
