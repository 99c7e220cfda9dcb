"""The words of notices: templates with placeholders, the values that may stand in them, and what is hidden there."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache

from offline_collect.domain.bills import Bill
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.money import format_major
from offline_collect.domain.notices.mandate_words import MandateNow, mandate_state, mandate_terms
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.text import mask_name
from offline_collect.domain.values import value

TEMPLATE_MAX = 300
"""Characters of a template."""

MESSAGE_MAX = 500
"""Characters of a notice's text with its signature, however long its values are."""

URL_MAX = 120
"""Characters of a link to the payer's app."""

VARIABLES: Mapping[str, int] = {
    "merchant": 30,
    "customer": 20,
    "bill": 5,
    "description": 30,
    "period": 20,
    "due_date": 10,
    "amount": 20,
    "currency": 3,
    "date": 10,
    "time": 5,
    "debit_date": 10,
    "mandate": 5,
    "mandate_state": 20,
    "mandate_terms": 90,
    "business_date": 10,
    "payer_url": URL_MAX,
}
"""What a template may name, and the most characters of each; nothing else of a customer or bill gets into a message."""

PLACEHOLDERS = frozenset(VARIABLES)

_NOW_OF_A_MANDATE = frozenset({"mandate", "mandate_state", "mandate_terms"})
_OF_A_MANDATE = frozenset({"merchant", "customer", "date", "time"}) | _NOW_OF_A_MANDATE
_OF_A_DEBIT = frozenset({"debit_date"})
_OF_A_STATEMENT = frozenset({"merchant", "business_date", "amount", "currency", "date", "time"})
_OF_A_BILL = PLACEHOLDERS - _OF_A_DEBIT - _NOW_OF_A_MANDATE - {"business_date"}

_ABOUT = {NoticeKind.MANDATE_CHANGED: "mandate", NoticeKind.STATEMENT_READY: "business_date"}
"""The placeholder of what a notice is about, where that is no bill."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_BRACKETS = str.maketrans("【】", "[]")
_SHOWN = 4
"""Characters of a bill's number that may be read."""
_CODE_BYTES = 5
_CUT = "…"


@value
class Told:
    """The values of a notice's placeholders, hidden where they must be; '' for what a bill does not have.

    Attributes:
        mandate: the last characters of its reference, of a notice about one.
        mandate_state: what has become of it.
        mandate_terms: what may be debited, as a sentence.
        business_date: of a statement.
        payer_url: the link to the payer's app; '' if the bank has set none.
    """

    merchant: str
    customer: str
    bill: str
    description: str
    period: str
    due_date: str
    amount: str
    currency: str
    date: str
    time: str
    debit_date: str = ""
    mandate: str = ""
    mandate_state: str = ""
    mandate_terms: str = ""
    business_date: str = ""
    payer_url: str = ""


_TOLD = tuple(each.name for each in fields(Told))


def by_placeholder(told: Told) -> dict[str, str]:
    """Return all values by the names of their placeholders."""
    return {name: getattr(told, name) for name in _TOLD}


def placeholders_of(kind: NoticeKind, *, with_url: bool = True) -> frozenset[str]:
    """Return what the templates of a kind may name.

    Args:
        with_url: whether the bank has set a link to the payer's app.
    """
    if kind is NoticeKind.MANDATE_CHANGED:
        return _OF_A_MANDATE
    if kind is NoticeKind.STATEMENT_READY:
        return _OF_A_STATEMENT
    allowed = _OF_A_BILL | _OF_A_DEBIT if kind is NoticeKind.DEBIT_DUE else _OF_A_BILL
    return allowed if with_url else allowed - {"payer_url"}


def named_in(text: str) -> Sequence[str]:
    """Return what a template names, each once, in the order of the text."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def template_problems(text: str, allowed: Collection[str] = PLACEHOLDERS) -> Sequence[Phrase]:
    """Return why a template cannot be used, one reason each; none if every notice can be told with it.

    Args:
        allowed: what it may name.
    """
    problems: list[Phrase] = []
    if not text.strip():
        problems.append(Phrase("it is empty"))
    if len(text) > TEMPLATE_MAX:
        problems.append(
            Phrase(
                "it has {count} characters, at most {most} are allowed", count=len(text), most=TEMPLATE_MAX
            )
        )
    if not text.isprintable():
        problems.append(Phrase("it has characters that cannot be printed, or several lines"))
    problems += _unknown(text, allowed)
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        problems.append(Phrase("a brace is not closed, or not opened"))
    longest = longest_text(text)
    if len(text) <= TEMPLATE_MAX and longest > MESSAGE_MAX:
        problems.append(
            Phrase(
                "a notice may have {longest} characters with it, at most {most} are allowed",
                longest=longest,
                most=MESSAGE_MAX,
            )
        )
    return problems


def _unknown(text: str, allowed: Collection[str]) -> Iterator[Phrase]:
    known = ", ".join(sorted(allowed))
    for name in sorted(set(_PLACEHOLDER.findall(text)) - set(allowed)):
        written = "{" + name + "}"
        if name == "payer_url" and "bill" in allowed:
            yield Phrase("{name} needs the bank's setting notify.payer_url", name=written)
        else:
            yield Phrase("{name} is no placeholder: there are {known}", name=written, known=known)


def longest_text(text: str) -> int:
    """Return how many characters a notice has at most with a template, with its signature."""
    values = sum(VARIABLES.get(name, 0) for name in _PLACEHOLDER.findall(text))
    return len(signed("", [_PLACEHOLDER.sub("", text)])) + VARIABLES["merchant"] + values


def fill_template(text: str, told: Told) -> str:
    """Return a notice in the words of a template without problems; values that are too long are cut."""
    parts = [_cut(getattr(told, each), VARIABLES[each]) if named else each for each, named in _parts(text)]
    return " ".join("".join(parts).split())


def fill_words(text: str, words: Mapping[str, str]) -> str:
    """Return a notice in the words of a template without problems, with values by placeholder that are not cut."""
    return " ".join("".join(words[each] if named else each for each, named in _parts(text)).split())


@lru_cache(maxsize=1024)
def _parts(template: str) -> Sequence[tuple[str, bool]]:
    """Return the parts of a template, and whether each is a name of a value."""
    return tuple((each, place % 2 == 1) for place, each in enumerate(_PLACEHOLDER.split(template)))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + _CUT


def missing_in(text: str, told: Told) -> Sequence[str]:
    """Return what a template names and a notice does not have."""
    return [name for name in named_in(text) if not getattr(told, name)]


def cut_in(text: str, told: Told) -> Sequence[str]:
    """Return what a template names and a notice has too long."""
    return [name for name in named_in(text) if len(getattr(told, name)) > VARIABLES[name]]


def bill_code(merchant_id: str, bill_no: str) -> str:
    """Return the short code of a bill in links: 8 letters and digits.

    The payer's app finds the bill by the codes of the payer's bills. It is no secret, but shows no number: the first
    bytes of the SHA-256 of merchant and number, in base32 (RFC 4648).
    """
    digest = hashlib.sha256(f"{merchant_id}/{bill_no}".encode()).digest()
    return base64.b32encode(digest[:_CODE_BYTES]).decode()


@lru_cache(maxsize=1024)
def _local(moment: dt.datetime, zone: dt.tzinfo) -> tuple[str, str]:
    """Return the date and the time of a moment; many notices are written at the same one."""
    local = moment.astimezone(zone)
    return local.date().isoformat(), local.strftime("%H:%M")


def link_to(payer_url: str | None, merchant_id: str, bill_no: str) -> str:
    """Return the link to a bill in the payer's app; '' if the bank has set none.

    Args:
        payer_url: the bank's setting, which names ``{merchant}`` and ``{code}``.
    """
    if payer_url is None:
        return ""
    return payer_url.replace("{merchant}", merchant_id).replace("{code}", bill_code(merchant_id, bill_no))


def merchant_link(payer_url: str | None, merchant_id: str) -> str | None:
    """Return the link to a merchant in the payer's app, which names no bill; None if the bank has set none.

    Args:
        payer_url: the bank's setting, which names ``{merchant}`` and ``{code}``.
    """
    return None if payer_url is None else payer_url.replace("{merchant}", merchant_id).replace("{code}", "")


def signed(signature: str, lines: Sequence[str]) -> str:
    """Return a message: the signature, as Chinese operators want it, and a line for each notice."""
    return f"【{signature}】" + "\n".join(lines)


def hidden_bill(bill_no: str) -> str:
    """Return a bill's number with its last characters only: four, or half of a shorter one."""
    shown = min(_SHOWN, len(bill_no) // 2)
    return "*" + bill_no[len(bill_no) - shown :]


def _without_secrets(text: str | None, customer: str, bill: Bill) -> str:
    """Return a merchant's text about a bill as it may stand in a message: full names and numbers stand in such texts.

    Brackets of a signature become others: a gateway would take them for one.
    """
    if not text:
        return ""
    if len(customer) > 1:
        text = text.replace(customer, mask_name(customer))
    if len(bill.bill_no) > _SHOWN:
        text = text.replace(bill.bill_no, hidden_bill(bill.bill_no))
    return text.translate(_BRACKETS)


def named_about(notice: Notice) -> str:
    """Return what a notice is about as it may be read: the end of a bill's number or a reference, a business date."""
    is_date = notice.kind is NoticeKind.STATEMENT_READY
    return notice.bill_no if is_date else hidden_bill(notice.bill_no)


def told(
    notice: Notice,
    merchant: str,
    customer: str,
    bill: Bill | None,
    zone: dt.tzinfo,
    *,
    debit_date: dt.date | None = None,
    payer_url: str | None = None,
    mandate: MandateNow | None = None,
    language: str = "zh",
) -> Told:
    """Return the values of a notice's placeholders.

    Args:
        merchant: its name.
        customer: his name, in full; '' of a notice to the merchant itself.
        bill: None if it is not there any more.
        debit_date: the day of the debit of a bill that is in a batch.
        payer_url: the bank's setting of links to its app; None without one.
        mandate: that a notice is about, on the day of its message.
        language: of the words of a mandate, ``zh`` or ``en``.
    """
    date, time = _local(notice.created_at, zone)
    about = _ABOUT.get(notice.kind, "bill")
    named = {about: named_about(notice)}
    return Told(
        merchant=merchant,
        customer=mask_name(customer),
        bill=named.get("bill", ""),
        description="" if bill is None else _without_secrets(bill.description, customer, bill),
        period="" if bill is None else _without_secrets(bill.period, customer, bill),
        due_date="" if bill is None else bill.due_date.isoformat(),
        amount=format_major(notice.amount_minor, notice.currency),
        currency=CURRENCIES[notice.currency].code,
        date=date,
        time=time,
        debit_date="" if debit_date is None else debit_date.isoformat(),
        mandate=named.get("mandate", ""),
        mandate_state="" if mandate is None else mandate_state(mandate, language),
        mandate_terms="" if mandate is None else mandate_terms(mandate, notice.currency, language),
        business_date=named.get("business_date", ""),
        payer_url=link_to(payer_url, notice.merchant_id, notice.bill_no) if about == "bill" else "",
    )
