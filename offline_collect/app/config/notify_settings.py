"""The settings of notices to payers (docs/notices.md)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from offline_collect.app.config.notify_values import Quiet, receiver_url
from offline_collect.app.config.sms_settings import CallbackSettings, GatewaySettings, KannelSettings
from offline_collect.domain.notices.gateway_templates import SEVERAL
from offline_collect.merchant.common.yaml_documents import Document

WebhookUrl = Annotated[str, AfterValidator(receiver_url), Field(repr=False)]


class FileNoticeSettings(Document):
    """The file for notices."""

    path: str = Field(
        default="var/notices.jsonl",
        min_length=1,
        description="file to which each message is added as a line of JSON",
    )
    quiet: Quiet | None = Field(
        default=None,
        description='hours in which none goes out, such as `"21:00-08:00"`; null: none are quiet',
    )
    per_minute: int = Field(default=60_000, ge=1, le=1_000_000, description="most messages in a minute")
    per_payer_a_day: int = Field(
        default=100, ge=1, le=10_000, description="most messages to one address on a day"
    )


class WebhookSettings(Document):
    """The webhook of the bank's app."""

    url: WebhookUrl = Field(
        description="where messages are posted to; the customer's `app_user` says to whom"
    )
    secret_file: str = Field(
        min_length=1,
        description="file of the secret of the signatures, `whsec_…`, readable only by its owner (0600)",
    )
    timeout_s: int = Field(
        default=10, ge=1, le=120, description="how long one request may take, with its answer"
    )
    at_once: int = Field(default=20, ge=1, le=200, description="most requests that are open at a time")
    private_addresses: bool = Field(
        default=False,
        description="whether the URL may lead to a private address, such as one of the bank's own network",
    )
    insecure: bool = Field(default=False, description="allow http, which anyone on the way can read")
    quiet: Quiet | None = Field(
        default="21:00-08:00", description="hours in which none goes out; null: none are quiet"
    )
    per_minute: int = Field(default=6_000, ge=1, le=1_000_000, description="most messages in a minute")
    per_payer_a_day: int = Field(
        default=10, ge=1, le=10_000, description="most messages to one app user on a day"
    )

    @model_validator(mode="after")
    def _http_says_so(self) -> Self:
        if self.url.startswith("http:") and not self.insecure:
            raise ValueError(
                "url: is http, which anyone on the way can read: use https, or set insecure: true"
            )
        return self


class NotifySettings(Document):
    """Notices to payers."""

    channels: list[Literal["webhook", "kannel", "gateway", "file"]] = Field(
        default=["file"],
        min_length=1,
        max_length=4,
        description="channels in the order in which they are tried: a payer's is the first that reaches him",
    )
    language: Literal["zh", "en"] = Field(default="zh", description="of the texts in `schemas/notices.yaml`")
    merge_window_s: int = Field(
        default=60, ge=0, le=86_400, description="how long a notice waits for others of its customer"
    )
    merge_max: int = Field(default=20, ge=1, le=100, description="most notices in one message")
    attempts_max: int = Field(default=10, ge=1, le=100, description="attempts after which a notice is dead")
    retry_least_s: int = Field(
        default=30,
        ge=1,
        le=3600,
        description="pause after the first attempt; it doubles, half of it at random",
    )
    retry_most_s: int = Field(
        default=3600, ge=1, le=86_400, description="longest pause, also if a receiver asks for a longer one"
    )
    batch_max: int = Field(
        default=100, ge=1, le=500, description="most messages that a sender claims at once"
    )
    every_s: int = Field(default=5, ge=1, le=3600, description="how often an idle sender looks for work")
    file: FileNoticeSettings = FileNoticeSettings()
    webhook: WebhookSettings | None = Field(
        default=None, description="the bank's app, for the channel `webhook`; null: none"
    )
    kannel: KannelSettings | None = Field(
        default=None, description="SMS by Kannel, for the channel `kannel`; null: none"
    )
    gateway: GatewaySettings | None = Field(
        default=None, description="SMS by a gateway with templates, for the channel `gateway`; null: none"
    )
    callbacks: CallbackSettings | None = Field(
        default=None, description="reports on SMS, which `notify run` takes by HTTP; null: none"
    )

    @model_validator(mode="after")
    def _channels_are_there(self) -> Self:
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("channels: names one twice")
        for name in self.channels:
            if getattr(self, name) is None:
                raise ValueError(f"channels: names {name}, which has no settings: add notify.{name}")
        if self.gateway is not None and self.merge_max > 1:
            several = self.gateway.templates.get(SEVERAL, {})
            if self.language not in several:
                raise ValueError(
                    f"gateway.templates: has none for {SEVERAL} notices in {self.language}: add it, or set merge_max: 1"
                )
        return self
