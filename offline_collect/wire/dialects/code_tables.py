"""Compiles the codes of a dialect file: DE 39, 3 and 70, reasons of reversals, and MTIs of answers.

Every table has a default, so that a partner's file lists only the codes that differ.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction, ReversalReason
from offline_collect.wire.dialects.dialect import NETWORK_MTIS
from offline_collect.wire.dialects.patterns import ANY, overlap
from offline_collect.wire.dialects.schema import mti_of
from offline_collect.wire.elements.element import LAST_ELEMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.elements.element import Element

RESPONSE, NETWORK = 39, 70
WIDTH = 2
NETWORK_WIDTH = 3
DEFAULT = "default"
IN = "in"
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


def compile_codes(root: Section, elements: Mapping[int, Element]) -> dict[str, Any]:
    """Return the tables of codes of a dialect, by the dialect's names of them."""
    network = code_element(root, "network_codes", NETWORK, elements)
    reason = code_element(root, "reversal_reasons", RESPONSE, elements)
    return {
        "response_codes": response_codes(root, elements.get(RESPONSE)),
        "processing_codes": processing_codes(root),
        "network_codes": network_codes(root, elements.get(network)),
        "network_element": network,
        "network_mtis": network_mtis(root),
        "reversal_reasons": reversal_reasons(root, elements.get(reason)),
        "reason_element": reason,
        "reason": reversal_default(root),
        "answer_mtis": answer_mtis(root),
    }


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
    """Return DE 3 by the message set's names; a dot in it is any digit."""
    codes = dict(PROCESSING_CODES)
    if root.has("processing_codes"):
        section = root.section("processing_codes")
        codes |= {name: _digits(section, name, 6) for name in section.keys()}  # noqa: SIM118 - not a mapping
        _refuse_twice(section, codes)
    return MappingProxyType(codes)


def code_element(root: Section, key: str, default: int, elements: Mapping[int, Element]) -> int:
    """Return the element that carries the codes of a table."""
    if not root.has(key) or not root.section(key).has(IN):
        return default
    section = root.section(key)
    number = section.integer(IN, 2, LAST_ELEMENT)
    if number not in elements:
        section.fail(f"element {number} is not one of this dialect", IN)
    return number


def network_codes(root: Section, element: Element | None) -> Mapping[NetworkFunction, str]:
    """Return the code of each network function; a dot in it is any digit."""
    codes = dict(NETWORK_CODES)
    if root.has("network_codes"):
        section = root.section("network_codes")
        _skip(section, IN)
        width = NETWORK_WIDTH if element is None else element.length
        read = _digits if element is None or not element.prefix else _short_digits
        codes |= {name: read(section, name, width) for name in codes if section.has(name)}
        section.finish()
        _refuse_twice(section, codes)
    return MappingProxyType({NetworkFunction[name]: code for name, code in codes.items()})


def network_mtis(root: Section) -> tuple[str, ...]:
    """Return the MTIs of network messages."""
    if not root.has("network_mtis"):
        return NETWORK_MTIS
    return tuple(mti_of(root, "network_mtis", mti) for mti in root.items("network_mtis"))


def reversal_default(root: Section) -> ReversalReason | None:
    """Return why a reversal is sent that does not say it; None if it must."""
    if not root.has("reversal_reasons") or not root.section("reversal_reasons").has(DEFAULT):
        return None
    section = root.section("reversal_reasons")
    return ReversalReason[section.choice(DEFAULT, tuple(REVERSAL_REASONS))]


def reversal_reasons(root: Section, element: Element | None) -> Mapping[str, ReversalReason]:
    """Return what the codes in a reversal mean; a reason may have several."""
    codes = {name: [code] for name, code in REVERSAL_REASONS.items()}
    width = WIDTH if element is None else element.length
    if root.has("reversal_reasons"):
        section = root.section("reversal_reasons")
        _skip(section, IN, DEFAULT)
        codes |= {name: _codes(section, name, width) for name in codes if section.has(name)}
        section.finish()
    reasons: dict[str, ReversalReason] = {}
    for name, listed in codes.items():
        for code in listed:
            if code in reasons:
                root.fail(f"{code!r} already means {reasons[code].name}", f"reversal_reasons.{name}")
            reasons[code] = ReversalReason[name]
    return MappingProxyType(reasons)


def _skip(section: Section, *keys: str) -> None:
    """Pass over keys that are read elsewhere."""
    for key in keys:
        if section.has(key):
            section.take(key)


def _codes(section: Section, key: str, width: int) -> list[str]:
    """One code, or a list of codes of which the first is the one that we send."""
    if isinstance(section.take(key), str):
        return [_code(section, key, width)]
    return [
        _checked(section, f"{key}[{index}]", code, width) for index, code in enumerate(section.items(key))
    ]


def _code(section: Section, key: str, width: int) -> str:
    return _checked(section, key, section.text(key), width)


def _checked(section: Section, path: str, code: object, width: int) -> str:
    if not isinstance(code, str) or len(code) != width or not (code.isascii() and code.isalnum()):
        section.fail(f"must be {width} letters or digits", path)
    return code


def _digits(section: Section, key: str, width: int) -> str:
    code = section.text(key)
    if len(code) != width or not _like_digits(code):
        section.fail(f"must be {width} digits, or dots for any digits", key)
    return code


def _short_digits(section: Section, key: str, most: int) -> str:
    code = section.text(key)
    if len(code) > most or not _like_digits(code):
        section.fail(f"must be at most {most} digits, or dots for any digits", key)
    return code


def _like_digits(code: str) -> bool:
    digits = code.replace(ANY, "")
    return digits.isascii() and digits.isdigit()


def _refuse_twice(section: Section, codes: Mapping[str, str]) -> None:
    seen: dict[str, str] = {}
    for name, code in codes.items():
        for other, meaning in seen.items():
            if overlap(code, other):
                section.fail(f"{other!r} already means {meaning}", name)
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
