"""Makes the mail of a message (RFC 5322), with a text and an HTML part and the headers to unsubscribe (RFC 8058)."""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any

from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.unsubscribe import Unsubscription, make_token
from offline_collect.domain.values import value

_NAME_MAX = 100


class _WholeLinks(EmailPolicy):
    """Writes a link of a header on one line: a folded one is none."""

    _WHOLE = frozenset({"list-unsubscribe", "message-id"})

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header's lines."""
        if name.lower() in self._WHOLE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _WholeLinks(linesep=SMTP.linesep)


@value
class UnsubscribeTerms:
    """How a payer unsubscribes by a mail.

    Attributes:
        url: to which the token is added.
        key: of the tokens.
    """

    url: str
    key: bytes = field(repr=False)


@value
class MailTerms:
    """What all mails have.

    Attributes:
        sender: the mailbox that they are from.
        subject: what follows the merchant's name in the subject.
        unsubscribe: None if mails have no link for it.
    """

    sender: str
    subject: str
    unsubscribe: UnsubscribeTerms | None = None

    @property
    def domain(self) -> str:
        """The domain of the sender, for ids and the greeting."""
        return self.sender.rpartition("@")[2]


def mail_of(message: OutgoingMessage, terms: MailTerms, now: dt.datetime) -> bytes:
    """Return the mail of a message to a mailbox, with CRLF.

    Its Message-ID is made of the message's id, the same in all attempts.
    """
    mail = EmailMessage(_POLICY)
    name = " ".join(message.merchant_name.split())[:_NAME_MAX]
    mail["From"] = Address(name, addr_spec=terms.sender)
    mail["To"] = Address(addr_spec=message.to.address)
    mail["Subject"] = " ".join([name, *terms.subject.split()])
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.message_id.replace(':', '.')}@{terms.domain}>"
    # No answer by a machine comes back: RFC 3834.
    mail["Auto-Submitted"] = "auto-generated"
    if terms.unsubscribe is not None:
        mail["List-Unsubscribe"] = f"<{_link(message, terms.unsubscribe)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text, cte="base64")
    mail.add_alternative(_html(message), subtype="html", cte="base64")
    return mail.as_bytes()


def _link(message: OutgoingMessage, terms: UnsubscribeTerms) -> str:
    said = Unsubscription(message.merchant_id, message.notice_class, message.to.digest, message.to.masked)
    return terms.url + make_token(terms.key, said)


def _html(message: OutgoingMessage) -> str:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in message.text.splitlines())
    language = html.escape(message.language)
    return f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"></head><body>{lines}</body></html>'
