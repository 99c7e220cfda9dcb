"""The format of a gateway, from ``schemas/gateways/NAME.yaml``: what cannot work is refused before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, JsonValue, model_validator

from offline_collect.files.errors import LayoutError
from offline_collect.files.strict_model import StrictModel, checked
from offline_collect.notify.gateway.filling import (
    OF_REQUEST,
    OF_SIGNING,
    WHOLE,
    parameters_in,
    problems,
    texts_in,
)

Path = str
"""A place in a document of JSON: keys and numbers of a list, with dots between them."""


class Signing(StrictModel):
    """How a request is signed: the signature is the HMAC of a text, put into a field or into a header.

    Attributes:
        keys: the first is the key of the first HMAC, over the second, whose result is the key of the next one.
        text: over which the signature is.
        canonical: a text of which ``text`` may hold the digest.
        put_field: the field of the signature; None if it is in a header.
        put_header: the header, which ``put_value`` fills with ``{signature_made}``.
    """

    hash: Literal["sha1", "sha256"]
    keys: list[str] = Field(min_length=1, max_length=8)
    text: str
    canonical: str = ""
    encoding: Literal["base64", "hex"]
    put_field: str | None = None
    put_header: str | None = None
    put_value: str = "{signature_made}"

    @model_validator(mode="after")
    def _is_put_somewhere(self) -> Signing:
        if (self.put_field is None) == (self.put_header is None):
            raise ValueError("one of put_field and put_header is needed")
        return self


class Answers(StrictModel):
    """What answers mean.

    Attributes:
        code: the first of these places that is there has the code.
        receipt: the place of the gateway's own id of the message.
        accepted, again, stop: codes, or beginnings of codes with a ``*`` at their end. All others are tried again.
        bad_number: those of ``stop`` that say that there is no such number.
    """

    code: list[Path] = Field(min_length=1, max_length=5)
    receipt: Path | None = None
    accepted: list[str] = Field(min_length=1, max_length=100)
    again: list[str] = Field(default=[], max_length=200)
    stop: list[str] = Field(default=[], max_length=200)
    bad_number: list[str] = Field(default=[], max_length=200)


class Reports(StrictModel):
    """What delivery reports are.

    Attributes:
        form_field: the field of a form that has the JSON; None if the body is JSON.
        within: the place of the list of reports; None if the document is the list, or one report.
        message_id: the place of our id; None if the gateway does not tell it.
        receipt: the place of its own id.
        code: the place of its code of what happened.
        bad_number: codes, or their beginnings with a ``*`` at their end, that say that there is no such number.
        outcome: the place of what ``delivered`` and ``undelivered`` list. All others are still under way.
        answer: what the gateway wants to read.
    """

    form_field: str | None = None
    within: Path | None = None
    message_id: Path | None = None
    receipt: Path | None = None
    code: Path | None = None
    bad_number: list[str] = Field(default=[], max_length=200)
    outcome: Path
    delivered: list[str] = Field(min_length=1, max_length=100)
    undelivered: list[str] = Field(min_length=1, max_length=200)
    answer: str = Field(default="", max_length=1_000)

    @model_validator(mode="after")
    def _names_the_message(self) -> Reports:
        if self.message_id is None and self.receipt is None:
            raise ValueError("one of message_id and receipt is needed")
        return self


class Replies(StrictModel):
    """What payers answer.

    Attributes:
        form_field, within: as in :class:`Reports`.
        number: the place of the payer's mobile number.
        calling_code: the place of its calling code, where that is not a part of the number.
        text: the place of what he wrote.
        time: the place of when: seconds since 1970, or a date and time; None if the gateway does not tell it.
        hours_from_utc: of the time zone of such a date and time.
        extension: the place of what followed the gateway's number in the one that he wrote to; None if it tells none.
        answer: what the gateway wants to read.
    """

    form_field: str | None = None
    within: Path | None = None
    number: Path
    calling_code: Path | None = None
    text: Path
    time: Path | None = None
    hours_from_utc: float = Field(default=0, ge=-12, le=14)
    extension: Path | None = None
    answer: str = Field(default="", max_length=1_000)


class GatewayFormat(StrictModel):
    """A gateway's format."""

    name: str
    content: Literal["form", "json"]
    headers: dict[str, str] = Field(default={}, max_length=20)
    fields: dict[str, JsonValue] = Field(min_length=1, max_length=50)
    sign: Signing
    answers: Answers
    reports: Reports | None = None
    replies: Replies | None = None

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the channel's own parameters that it needs."""
        return frozenset().union(*(parameters_in(text) for text in texts_in(self.model_dump())))


def compile_gateway(mapping: Mapping[str, Any], source: str = "gateway") -> GatewayFormat:
    """Return a gateway's format.

    Args:
        mapping: the content of its file.
        source: the file's name, for errors.

    Raises:
        LayoutError: it cannot be used; names the place in ``source`` and the reason.
    """
    found = checked(GatewayFormat, mapping, source)
    for place, why in _problems(found):
        raise LayoutError(f"{source}: {place}: {why}")
    return found


def _problems(found: GatewayFormat) -> Iterator[tuple[str, str]]:
    yield from _of_texts("headers", found.headers, OF_REQUEST)
    yield from _of_texts("fields", found.fields, OF_REQUEST, WHOLE)
    if found.content == "form" and any(not isinstance(each, str) for each in found.fields.values()):
        yield "fields", "a form has texts only"
    sign = found.sign
    yield from _of_texts("sign.keys", sign.keys, OF_REQUEST | {"secret"})
    yield from _of_texts("sign.canonical", sign.canonical, OF_SIGNING - {"canonical"})
    yield from _of_texts("sign.text", sign.text, OF_SIGNING)
    yield from _of_texts("sign.put_value", sign.put_value, OF_REQUEST | {"signature_made"})


def _of_texts(
    place: str, part: Any, names: frozenset[str], whole: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    for text in texts_in(part):
        if text not in whole:
            yield from ((place, why) for why in problems(text, names))
