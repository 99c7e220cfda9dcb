"""Dialects with messages of their own: golden messages, readers and writers, and a small dialect to be changed."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import yaml

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.messages.answers.writer import ResponseWriter
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from tests.messages.golden import messages, read_dialect, shipped, vectors

JAKARTA = ZoneInfo("Asia/Jakarta")
DAY = BusinessDate(2026, 11, 28)
NOW = dt.datetime(2026, 11, 28, 7, 0, 45, tzinfo=dt.UTC)
TERMS = LinkTerms("fep-1", 10_000, JAKARTA, frozenset({"14"}))


@cache
def reader(name):
    return RequestReader(messages(), shipped(name), TERMS)


@cache
def writer(name):
    return ResponseWriter(messages(), shipped(name))


def golden(name, vector):
    """The decoded message of a golden vector."""
    entry = next(entry for entry in vectors(name) if entry["name"] == vector)
    (frame,) = FrameDecoder(shipped(name).frame).feed(bytes.fromhex(entry["frame"]))
    return Codec(shipped(name)).decode(frame.message)


def frame(name, message, request=None):
    return encode_frame(shipped(name).frame, Codec(shipped(name)).encode(message, request)).hex()


def golden_frame(name, vector):
    return next(entry["frame"] for entry in vectors(name) if entry["name"] == vector)


SMALL = """
name: small
like: iso87
frame: {length: binary2}
elements: {60: n...17 Kind}
layouts:
  kind: {fixed: [{type: n2}, {batch: n6}]}
  bill: {fixed: [{bill: ans10}, {payer: {is: ans8, send: ""}}]}
  bills: {fixed: [{customer: ans8}, {note: {is: ans6, send: ""}}, {times: rest, rows: [{bill: ans10}, {amount: n8}]}]}
identity: [32, 41, 11, 60.batch]
original: {same: [41, 11, 60.batch]}
masking: {60.batch: show, 48.bill: tail, 63: show}
decline: {48.note: brief, 44: brief}
messages:
  - name: lookup
    command: Lookup
    requests: ["0100"]
    when: {3: "38....", 60.type: "01"}
    must: [3, 7, 11, 42, 60]
    layout: {request: {60: kind, 48: bill}, answer: {48: bills}}
    fields: {merchant_id: {from: 42, as: identifier}, bill_no: {from: 48.bill, as: bill_number}}
    answer:
      put: {4: page_payable, 48.customer: {value: customer_no, most: 8}}
      records: {in: 48.bills, most: 3, put: {bill: {value: bill_no, most: 10}, amount: total_payable}}
  - name: payment
    command: Payment
    requests: ["0200", "0201"]
    when: {3: "500000"}
    must: [4, 7, 11, 13, 32, 41, 42, 48.bill, 49, 60.batch]
    layout: {request: {48: bill, 60: kind}, answer: {48: bill}}
    transaction: {class: P, fingerprint: [4, 48.bill]}
    fields:
      merchant_id: {from: 42, as: identifier}
      bill_no: {from: 48.bill, as: bill_number}
      amount_minor: {from: 4, as: amount}
      currency: {from: 49, as: currency}
      tender: {is: CASH}
      channel: {is: TELLER}
      teller: {from: 41, as: teller}
      local_date: {from: 13, as: date}
    answer: {put: {38: approval_code, 48.payer: receipt}}
  - name: reversal
    command: Reversal
    requests: ["0400"]
    when: {3: "500000"}
    must: [4, 7, 11, 32, 41, 42, 60.batch]
    layout: {request: {60: kind}}
    transaction: {class: R, fingerprint: [4, 42]}
    fields:
      reason: {is: ERROR}
      merchant_id: {from: 42, as: identifier}
      amount_minor: {from: 4, as: amount}
      currency: {from: 49, as: currency}
      original_key: {from: original, as: original_key}
      original_institution: {from: original, as: original_institution}
      advice: {is: true}
"""


def small_values():
    return yaml.safe_load(SMALL)


def compiled(values):
    return compile_dialect(values, "small.yaml", read_dialect)
