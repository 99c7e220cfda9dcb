"""The settings of SMS, and of what its gateways report (docs/notices.md)."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, model_validator

from offline_collect.app.config.notify_values import Quiet, receiver_url
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.gateway_templates import SEVERAL, allowed_words
from offline_collect.merchant.common.yaml_documents import Document


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _plain(text: str) -> str:
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("must be printable ASCII without spaces")
    return text


def _address(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise ValueError("must be an IP address, such as 127.0.0.1") from None
    return text


def _digits(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise ValueError('must be a calling code in quotes, such as "86"')
    return text


def _file_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", text):
        raise ValueError("must be small letters, digits and hyphens")
    return text


ReceiverUrl = Annotated[str, AfterValidator(receiver_url)]
Plain = Annotated[str, AfterValidator(_plain), Field(min_length=1, max_length=100)]


class _OverHttp(Document):
    """What every channel over HTTP has."""

    url: ReceiverUrl = Field(repr=False)
    insecure: bool
    timeout_s: int = Field(
        default=10, ge=1, le=120, description="how long one request may take, with its answer"
    )
    at_once: int = Field(default=20, ge=1, le=200, description="most requests that are open at a time")
    quiet: Quiet | None = Field(
        default="21:00-08:00", description="hours in which none goes out; null: none are quiet"
    )
    per_minute: int = Field(default=600, ge=1, le=1_000_000, description="most messages in a minute")
    per_payer_a_day: int = Field(
        default=5, ge=1, le=10_000, description="most messages to one mobile on a day"
    )

    @model_validator(mode="after")
    def _http_says_so(self) -> Self:
        if self.url.startswith("http:") and not self.insecure and not _is_loopback(self.url):
            raise ValueError(
                "url: is http, which anyone on the way can read: use https, or set insecure: true"
            )
        return self


class KannelSettings(_OverHttp):
    """SMS by Kannel."""

    url: ReceiverUrl = Field(
        default="http://127.0.0.1:13013/cgi-bin/sendsms", repr=False, description="Kannel's `sendsms`"
    )
    username: Plain = Field(description="of the `sendsms-user` in Kannel's configuration")
    password_file: str = Field(
        min_length=1, description="file of its password, one line, readable only by its owner (0600)"
    )
    sender: Plain | None = Field(
        default=None, description="the number that payers see; null: the `default-sender` of Kannel's user"
    )
    parts_max: int = Field(
        default=20,
        ge=1,
        le=255,
        description="most parts of one SMS; not more than `max-messages` of Kannel's user",
    )
    insecure: bool = Field(
        default=False, description="allow http to another machine, which anyone on the way can read"
    )


class TemplateWord(BaseModel):
    """A word of a gateway's template: not a section of its own in the documents."""

    model_config = Document.model_config

    name: str = Field(min_length=1, max_length=40)
    of: str
    most: int = Field(default=20, ge=1, le=200)


class TemplateSettings(BaseModel):
    """A template that the gateway has approved."""

    model_config = Document.model_config

    id: Plain
    words: list[TemplateWord] = Field(default=[], max_length=20)


def _known_templates(found: dict[str, dict[str, TemplateSettings]]) -> dict[str, dict[str, TemplateSettings]]:
    events = [*(kind.value for kind in NoticeKind), SEVERAL]
    for event, languages in found.items():
        if event not in events:
            raise ValueError(f"names the kind {event}: there are {', '.join(events)}")
        for language, template in languages.items():
            if language not in {"zh", "en"}:
                raise ValueError(f"names the language {language} for {event}: there are zh, en")
            allowed = allowed_words(event)
            for word in template.words:
                if word.of not in allowed:
                    raise ValueError(
                        f"names the word {word.of} for {event}: there are {', '.join(sorted(allowed))}"
                    )
    return found


class GatewaySettings(_OverHttp):
    """SMS by a gateway that sends approved templates."""

    format: Annotated[str, AfterValidator(_file_name)] = Field(
        description="how it is spoken to: the name of a file in `schemas/gateways`"
    )
    url: ReceiverUrl = Field(repr=False, description="where the gateway takes messages")
    key_id: Plain = Field(description="the bank's key at the gateway, by its name")
    secret_file: str = Field(
        min_length=1, description="file of the key's secret, one line, readable only by its owner (0600)"
    )
    signature: str = Field(
        min_length=1, max_length=40, description="the signature that the gateway has approved, without `【】`"
    )
    country: Annotated[str, AfterValidator(_digits)] = Field(
        default="86", description="calling code of mobiles without one"
    )
    parameters: dict[str, Plain] = Field(
        default={}, max_length=20, description="what the format names as `{parameters.NAME}`, by its name"
    )
    templates: Annotated[dict[str, dict[str, TemplateSettings]], AfterValidator(_known_templates)] = Field(
        default={},
        description="the gateway's template of each kind of notice, and of `SEVERAL` notices, by language: `{id, words: [{name, of, most}]}`",
    )
    private_addresses: bool = Field(
        default=False,
        description="whether the URL may lead to a private address, such as one of the bank's own network",
    )
    insecure: bool = Field(
        default=False, description="allow http to another machine, which anyone on the way can read"
    )


class AppCallSettings(Document):
    """Calls of the bank's app, by which payers want no more notices."""

    secret_file: str = Field(
        min_length=1,
        description="file of the secret of the app's signatures, `whsec_` and base64, readable only by its owner (0600); another one than the webhook's",
    )
    per_minute: int = Field(
        default=600, ge=1, le=6_000, description="calls that are taken in a minute; others get 429"
    )


class CallbackSettings(Document):
    """What gateways and the bank's app send by HTTP."""

    host: Annotated[str, AfterValidator(_address)] = Field(
        default="127.0.0.1", description="address on which `notify run` listens"
    )
    port: int = Field(default=13080, ge=1, le=65_535, description="port on which it listens")
    secret_file: str = Field(
        min_length=1,
        description="file of the secret in the URLs, 32 to 128 of `A-Z a-z 0-9 _ -`, readable only by its owner (0600)",
    )
    url: ReceiverUrl | None = Field(
        default=None,
        repr=False,
        description="what gateways call, if it is not this address and port; the path of a channel follows it",
    )
    app: AppCallSettings | None = Field(
        default=None, description="calls of the bank's app at `/app/opt-outs`; null: none"
    )
    insecure: bool = Field(
        default=False,
        description="listen on an address beyond loopback, where others may read the secret on the way",
    )

    @model_validator(mode="after")
    def _listens_where_it_may(self) -> Self:
        if not ipaddress.ip_address(self.host).is_loopback and not self.insecure:
            raise ValueError(
                "host: is not loopback, and others may read the secret on the way: put a proxy with TLS before it, or set insecure: true"
            )
        return self
