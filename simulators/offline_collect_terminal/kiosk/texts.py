"""The texts of the kiosk's pages, by the names that the templates use."""

from __future__ import annotations

from collections.abc import Mapping

from offline_collect.domain.commands import Tender
from offline_collect_terminal.teller.screen.words import Words, msgid

TEXTS: Mapping[str, str] = {
    "again": msgid("Pay another bill"),
    "all_merchants": msgid("All merchants"),
    "amount": msgid("Amount"),
    "amount_hint": msgid("From {least} to {most}"),
    "asking": msgid("We are asking"),
    "back": msgid("Back"),
    "bill": msgid("Bill"),
    "by_bill": msgid("Or by the number of a bill"),
    "by_other": msgid("Find me by something else:"),
    "choose_merchant": msgid("Whom do you want to pay?"),
    "choose_tender": msgid("How do you want to pay?"),
    "continue": msgid("Continue"),
    "due": msgid("Due"),
    "ended": msgid("This visit has ended"),
    "ended_why": msgid(
        "Nobody touched the screen for {seconds} seconds, so everything typed here is deleted."
    ),
    "error": msgid("Please look at this"),
    "example": msgid("For example {example}"),
    "fee": msgid("Payer's fee"),
    "find": msgid("Find"),
    "find_bills": msgid("Show my bills"),
    "finish": msgid("Finish"),
    "keep": msgid("Write this down, or print it: terminal {terminal}, number {stan}, {amount}."),
    "large": msgid("Large print"),
    "late_fee": msgid("with late fee {amount}"),
    "more": msgid("More bills"),
    "no_merchant": msgid("No merchant is called that."),
    "none_ticked": msgid("Tick at least one bill."),
    "normal": msgid("Normal print"),
    "not_paid": msgid("Nothing was paid"),
    "open_bills": msgid("Open bills: {count}"),
    "optional": msgid("may be left empty"),
    "owes_nothing": msgid("No bill is open."),
    "paid": msgid("Paid"),
    "pay": msgid("Pay {amount}"),
    "pay_part": msgid("Pay this amount"),
    "period": msgid("Period"),
    "print": msgid("Print the receipt"),
    "print_page": msgid("Print this page"),
    "print_hint": msgid("Without a button here, use the browser's own print."),
    "repeat": msgid("Do not pay again."),
    "search": msgid("Name or a part of it"),
    "sending": msgid("Paying"),
    "sending_hint": msgid("Please wait. This page goes on by itself."),
    "start": msgid("Start again"),
    "still": msgid("Are you still there?"),
    "still_hint": msgid("In {seconds} seconds this visit ends and everything typed here is deleted."),
    "still_yes": msgid("I am still here"),
    "too_long": msgid("That cannot be typed here: it is too long, or has control characters."),
    "tick": msgid("Tick what you want to pay"),
    "title": msgid("Pay bills"),
    "total": msgid("Together"),
    "too_busy": msgid("Too many people want something at once: try again in a minute."),
    "unknown": msgid(
        "The bank has not answered yet, so it is NOT KNOWN whether this was paid. We are asking the bank; this page goes"
        " on by itself."
    ),
    "write_amount": msgid("Write an amount like {example}."),
}
TENDERS: Mapping[Tender, str] = {
    Tender.CARD: msgid("Test card, simulated"),
    Tender.ACCT: msgid("Test account, simulated"),
}
"""How a payer may pay here; a number of a card or an account is never asked for."""

TEST = "测试 TEST"
TEST_LINE = "测试终端，模拟付款，不会扣款。Test terminal: simulated money, nobody is charged."


class Said:
    """The texts in one language, for templates: ``say("pay", amount=…)``."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def __call__(self, name: str, **values: object) -> str:
        """Return a text by its name."""
        return self._words(TEXTS[name], **values)
