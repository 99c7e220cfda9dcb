"""Shared by the wire's tests: the shipped schemas, the golden messages, and shortcuts to compiled ones."""

import copy
import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import yaml

from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.dialects.inheritance import whole
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.frame.frames import FrameDecoder
from offline_collect.wire.messages.answers.writer import ResponseWriter
from offline_collect.wire.messages.message_set.file import compile_messages
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from tests.support.tree import ROOT

NAMES = ("ascii", "bcd")
PARTNERS = ("iso93", "cuppos")
"""Dialects whose golden messages the platform's own encoder has made."""

VECTORS = (*NAMES, *PARTNERS)
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = BusinessDate(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 9, 30, 12, tzinfo=dt.UTC)


@cache
def _read(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def dialect_values(name="ascii"):
    """A dialect file's mapping with all that it takes from others, free to be changed."""
    return copy.deepcopy(whole(*read_dialect(name), read_dialect))


def read_dialect(name):
    return _read(f"schemas/dialects/{name}.yaml"), f"{name}.yaml"


def message_values():
    """The message set's mapping, as a copy to change."""
    return copy.deepcopy(_read("schemas/messages.yaml"))


def changed(values, path, value):
    """Set the value at a path of keys and indexes; None removes it."""
    *way, last = path
    place = values
    for key in way:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return values


@cache
def older(name="ascii"):
    """The shipped dialect as its file was before there was `like`: with fewer elements, in older words."""
    return compile_dialect(_read(f"tests/wire/dialects/older/{name}.yaml"), f"{name}.yaml")


@cache
def shipped(name="ascii"):
    return compile_dialect(dialect_values(name), f"{name}.yaml")


@cache
def codec(name="ascii"):
    return Codec(shipped(name))


@cache
def messages():
    return compile_messages(message_values(), "messages.yaml")


def reader(dialect=None, institutions=("12345678", "1234567"), zone=SHANGHAI):
    terms = LinkTerms("fep-1", 10_000, zone, frozenset(institutions))
    return RequestReader(messages(), dialect or shipped(), terms)


def writer(dialect=None):
    return ResponseWriter(messages(), dialect or shipped())


def vectors(name):
    return _read(f"tests/vectors/{name}.yaml")


def golden(vector, name="ascii"):
    """The decoded message of a golden vector, and its bytes without the frame."""
    entry = next(entry for entry in vectors(name) if entry["name"] == vector)
    (frame,) = FrameDecoder(shipped(name).frame).feed(bytes.fromhex(entry["frame"]))
    return codec(name).decode(frame.message), frame.message


def respond(vector, answer, dialect=None, **elements):
    message, _ = golden(vector)
    message.elements.update({int(name[1:]): value for name, value in elements.items()})
    return writer(dialect).write(message, answer, TODAY)


def bill(number, *, description="十一月餐费", extra=None):
    values = {
        "bill_no": f"S2026-11-{number:04d}",
        "description": description,
        "due_date": "20261130",
        "principal": 12345,
        "late_fee": 0,
        "total_payable": 12345,
        "bill_status": "OPEN",
    }
    return Record(values | ({"extra": extra} if extra else {}), f"20261130S2026-11-{number:04d}", 12345)


def page(count, **more):
    values = {"customer_no": "2026030117", "open_count": count, "customer_name": "王*明"}
    return Answer(
        ResponseCode.APPROVED, values=values, records=tuple(bill(n, **more) for n in range(1, count + 1))
    )
