"""The settings of notices to payers (docs/notices.md)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from offline_collect.app.config.notify_values import (
    Extensions,
    PartPrice,
    PayerUrl,
    Quiet,
    ReminderDays,
    receiver_url,
)
from offline_collect.app.config.sms_settings import CallbackSettings, GatewaySettings, KannelSettings
from offline_collect.domain.notices.addresses import is_mailbox
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


class UnsubscribeSettings(Document):
    """The link by which a payer unsubscribes."""

    url: WebhookUrl = Field(
        description="https URL to which the token is added; what comes for it goes to `/unsubscribe/` of `notify.callbacks`,"
        " or its POST to `notify optout unsubscribe`"
    )
    secret_file: str = Field(
        min_length=1,
        description="file of the secret of the tokens, `whsec_…`, readable only by its owner (0600)",
    )

    @model_validator(mode="after")
    def _https_only(self) -> Self:
        if not self.url.startswith("https:"):
            raise ValueError("url: must begin with https://: mail programs call no other (RFC 8058)")
        return self


class SmtpSettings(Document):
    """The server of e-mails."""

    host: str = Field(
        min_length=1, max_length=253, description="name of the mail server, as its certificate has it"
    )
    port: int = Field(default=587, ge=1, le=65_535, description="its port")
    tls: Literal["starttls", "implicit", "none"] = Field(
        default="starttls", description="how TLS begins; `none` needs `insecure: true`"
    )
    ca_file: str | None = Field(
        default=None, description="PEM file of the CA of the server's certificate; null: the system's CAs"
    )
    insecure: bool = Field(default=False, description="allow `tls: none`, which anyone on the way can read")
    user: str | None = Field(default=None, description="user of the server; null: it wants none")
    password_file: str | None = Field(
        default=None, description="file of the user's password, readable only by its owner (0600)"
    )
    sender: str = Field(description="mailbox that mails are from; bounces go there")
    subject: str = Field(
        default="缴费通知", min_length=1, max_length=60, description="subject, after the merchant's name"
    )
    timeout_s: int = Field(default=30, ge=1, le=300, description="how long one mail may take")
    at_once: int = Field(default=4, ge=1, le=50, description="most connections that are open at a time")
    quiet: Quiet | None = Field(
        default=None, description="hours in which none goes out; null: none are quiet"
    )
    per_minute: int = Field(default=600, ge=1, le=1_000_000, description="most mails in a minute")
    per_payer_a_day: int = Field(
        default=10, ge=1, le=10_000, description="most mails to one address on a day"
    )
    unsubscribe: UnsubscribeSettings | None = Field(
        default=None, description="the link by which a payer unsubscribes; null: mails have none"
    )

    @model_validator(mode="after")
    def _works(self) -> Self:
        if not is_mailbox(self.sender):
            raise ValueError("sender: is no mailbox, such as notices@bank.example")
        if (self.user is None) is not (self.password_file is None):
            raise ValueError("user and password_file: name both or none")
        if self.tls == "none" and (not self.insecure or self.user is not None):
            raise ValueError("tls: none needs insecure: true, and sends no password")
        return self


class NotifySettings(Document):
    """Notices to payers."""

    channels: list[Literal["webhook", "kannel", "gateway", "smtp", "file"]] = Field(
        default=["file"],
        min_length=1,
        max_length=5,
        description="channels in the order in which they are tried: a payer's is the first that reaches him",
    )
    language: Literal["zh", "en"] = Field(default="zh", description="of the texts in `schemas/notices.yaml`")
    remind_before: ReminderDays = Field(
        default=[3],
        max_length=5,
        description="days before the due date on which payers are reminded, where the merchant has `due_soon` on",
    )
    remind_after: ReminderDays = Field(
        default=[1, 7],
        max_length=5,
        description="days after the due date on which payers are reminded, where the merchant has `overdue` on",
    )
    payer_url: PayerUrl | None = Field(
        default=None,
        description="link to a bill in the bank's app, for `{payer_url}` in templates; it names `{merchant}` and"
        " `{code}`, a short code of the bill; null: templates cannot use it",
    )
    part_price: PartPrice | None = Field(
        default=None,
        description='price of one part of an SMS, such as `"0.045"`, for `notify preview`; null: none is shown',
    )
    extensions: Extensions = Field(
        default={},
        max_length=10_000,
        description="digits that follow the number from which SMS come, by merchant: what payers answer there is for it",
    )
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
    failed_max: int = Field(
        default=3, ge=1, le=100, description="messages that fail for good before their address counts as bad"
    )
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
        default=None,
        description="reports on SMS, answers of payers, links of mails and calls of the app, which `notify run` takes by HTTP; null: none",
    )

    smtp: SmtpSettings | None = Field(
        default=None, description="the mail server, for the channel `smtp`; null: none"
    )

    @model_validator(mode="after")
    def _channels_are_there(self) -> Self:
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("channels: names one twice")
        for name in self.channels:
            if getattr(self, name) is None:
                raise ValueError(f"channels: names {name}, which has no settings: add notify.{name}")
        if self.extensions and self.kannel is not None and self.kannel.sender is None:
            raise ValueError("extensions: need the number that they follow: add kannel.sender")
        if self.gateway is not None and self.merge_max > 1:
            several = self.gateway.templates.get(SEVERAL, {})
            if self.language not in several:
                raise ValueError(
                    f"gateway.templates: has none for {SEVERAL} notices in {self.language}: add it, or set merge_max: 1"
                )
        return self
