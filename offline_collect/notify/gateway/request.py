"""Makes the signed request of a message."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from offline_collect.domain.notices.gateway_templates import FilledTemplate
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.sms import international_number, national_number
from offline_collect.notify.channels.http_exchange import HttpRequest
from offline_collect.notify.gateway.account import GatewayAccount
from offline_collect.notify.gateway.filling import (
    EXTENSION,
    WORDS_AS_JSON,
    WORDS_AS_LIST,
    WORDS_AS_OBJECT,
    fill,
)
from offline_collect.notify.gateway.format import GatewayFormat, Signing

_TYPES = {
    "form": "application/x-www-form-urlencoded; charset=utf-8",
    "json": "application/json; charset=utf-8",
}


def gateway_request(
    form: GatewayFormat,
    account: GatewayAccount,
    message: OutgoingMessage,
    template: FilledTemplate,
    *,
    now: dt.datetime,
    nonce: str,
) -> HttpRequest:
    """Return the request of a message.

    Args:
        now: of this attempt: gateways refuse old requests.
        nonce: another one for each request, so that nobody can send it again.
    """
    values = _values(account, message, template, now, nonce)
    fields = {
        name: _filled(part, values, template)
        for name, part in form.fields.items()
        if part != EXTENSION or values["extension"]
    }
    headers = {"content-type": _TYPES[form.content], "user-agent": "offline-collect"}
    headers |= {name: fill(text, values) for name, text in form.headers.items()}
    sign = form.sign
    if sign.put_field is not None:
        query = _query(fields)
        fields[sign.put_field] = _signature(sign, account, {**values, "query": query})
    body = _query(fields) if form.content == "form" else json.dumps(fields, ensure_ascii=False)
    if sign.put_header is not None:
        made = _signature(sign, account, {**values, "body": body})
        headers[sign.put_header] = fill(sign.put_value, {**values, "signature_made": made})
    return HttpRequest("POST", account.url, headers, body.encode())


def _values(
    account: GatewayAccount, message: OutgoingMessage, template: FilledTemplate, now: dt.datetime, nonce: str
) -> dict[str, str]:
    parts, utc = urlsplit(account.url), now.astimezone(dt.UTC)
    return {
        "key_id": account.key_id,
        "message_id": message.message_id,
        "national": national_number(message.to.address, account.country),
        "international": international_number(message.to.address, account.country),
        "template": template.template_id,
        "signature": account.signature,
        "extension": account.extensions.get(message.merchant_id, ""),
        "timestamp": str(int(utc.timestamp())),
        "utc_time": f"{utc:%Y-%m-%dT%H:%M:%SZ}",
        "utc_date": f"{utc:%Y-%m-%d}",
        "nonce": nonce,
        "host": parts.netloc,
        "path": parts.path or "/",
        **{f"parameters.{name}": text for name, text in account.parameters.items()},
    }


def _filled(part: Any, values: Mapping[str, str], template: FilledTemplate) -> Any:
    if isinstance(part, dict):
        return {name: _filled(each, values, template) for name, each in part.items()}
    if isinstance(part, list):
        return [_filled(each, values, template) for each in part]
    if part == WORDS_AS_OBJECT:
        return dict(template.words)
    if part == WORDS_AS_LIST:
        return [text for _, text in template.words]
    if part == WORDS_AS_JSON:
        return json.dumps(dict(template.words), ensure_ascii=False)
    return fill(part, values) if isinstance(part, str) else part


def _query(fields: Mapping[str, str]) -> str:
    """Return fields as a sorted query, with the escapes of RFC 3986."""
    pairs = sorted((_escaped(name), _escaped(text)) for name, text in fields.items())
    return "&".join(f"{name}={text}" for name, text in pairs)


def _escaped(text: str) -> str:
    return quote(text, safe="~")


def _signature(sign: Signing, account: GatewayAccount, values: Mapping[str, str]) -> str:
    values = {"query": "", "body": "", **values}
    values["canonical"] = fill(sign.canonical, values)
    first, *others = (fill(each, {**values, "secret": account.secret}) for each in sign.keys)
    key = first.encode()
    for each in others:
        key = hmac.digest(key, each.encode(), sign.hash)
    digest = hmac.digest(key, fill(sign.text, values).encode(), sign.hash)
    return digest.hex() if sign.encoding == "hex" else base64.b64encode(digest).decode("ascii")
