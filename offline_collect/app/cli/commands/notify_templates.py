"""`notify template add | list | show | submit | approve | reject`: merchants' own words for notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from offline_collect.app.cli.support.options import ConfigFile, MerchantId, group
from offline_collect.app.cli.support.options_language import one_of
from offline_collect.app.cli.support.options_paging import AsJson, Most, OfMerchant
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.tables import say, show_json
from offline_collect.app.cli.support.worded import show_worded
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.templates import Template, TemplateFilter, TemplateState, unused_words
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify import templates
from offline_collect.notify.templates import Acting, NewTemplate

app = group()

TemplateNo = Annotated[
    int,
    typer.Argument(
        metavar="TEMPLATE", help="Number of the template, as `notify template list` has it.", min=1
    ),
]
KINDS = "|".join(each.lower() for each in NoticeKind)
CHANNELS = "|".join(each.lower() for each in NoticeChannel)

_COLUMNS = {
    "template": Phrase.in_context("list", "Template"),
    "state": Phrase.in_context("list", "State"),
    "merchant": Phrase.in_context("list", "Merchant"),
    "kind": Phrase.in_context("list", "Kind"),
    "channel": Phrase.in_context("list", "Channel"),
    "language": Phrase.in_context("list", "Language"),
    "class": Phrase.in_context("list", "Class"),
    "text": Phrase.in_context("list", "Text"),
}

_CODES = {"state": "template", "kind": "event"}


@app.command()
def add(
    merchant: MerchantId,
    text: Annotated[
        str,
        typer.Option(
            "--text", metavar="TEXT", help="The words, with placeholders in braces.", show_default=False
        ),
    ],
    kind: Annotated[
        str, typer.Option("--kind", metavar=KINDS, help="What is told in these words.", show_default=False)
    ],
    channel: Annotated[str, typer.Option("--channel", metavar=CHANNELS, help="On which channel.")] = "file",
    language: Annotated[str, typer.Option("--in", metavar="zh|en", help="Language of the words.")] = "zh",
    notice_class: Annotated[
        str, typer.Option("--class", metavar="service|commercial", help="What payers consent to.")
    ] = "service",
    config: ConfigFile = None,
) -> None:
    """Store words of a merchant as a draft; notices go out in them once they are submitted and approved."""
    new = NewTemplate(
        merchant_id=merchant,
        kind=kind_of(kind),
        channel=channel_of(channel),
        language=one_of(["zh", "en"], language, "--in"),
        text=text,
        notice_class=NoticeClass(
            one_of([each.lower() for each in NoticeClass], notice_class, "--class").upper()
        ),
    )
    with open_office(config) as office:
        made = templates.write_template(office.store, new, _acting(office))
    say(
        Phrase(
            "template {template_id} is a DRAFT: `notify template submit {template_id}`",
            template_id=made.template_id,
        )
    )
    _tell_unused(office, made)


@app.command("list")
def list_all(
    merchant: OfMerchant = None,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="STATE", help="In this state. Default: all.", show_default=False),
    ] = None,
    most: Most = 50,
    after: Annotated[
        int, typer.Option("--after", metavar="TEMPLATE", help="Begin after this number.", min=0)
    ] = 0,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List templates by their numbers."""
    names = [each.lower() for each in TemplateState]
    in_state = None if state is None else TemplateState(one_of(names, state, "--state").upper())
    wanted = TemplateFilter(merchant_id=merchant, state=in_state)
    with open_office(config) as office:
        found = templates.view_templates(office.store, office.actor, wanted, (after, most))
        rows = [_readable(office, each) for each in found.documents]
    following = None if found.following is None else str(found.following)
    show_page(
        Page(
            "templates",
            Phrase("no template matches"),
            _COLUMNS,
            rows,
            following,
            right=frozenset({"template"}),
            codes=_CODES,
        ),
        as_json=as_json,
    )


@app.command()
def show(template: TemplateNo, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Print a template: its words, state, and who decided about it."""
    with open_office(config) as office:
        document = _readable(office, templates.view_template(office.store, office.actor, template))
    document = {key: value for key, value in document.items() if value is not None}
    show_json(document) if as_json else show_worded(document, _CODES)


@app.command()
def submit(template: TemplateNo, config: ConfigFile = None) -> None:
    """Submit a draft: another user approves it, or the gateway whose answer he enters."""
    with open_office(config) as office:
        templates.submit_template(office.store, template, _acting(office))
    say(Phrase("template {template_id} is SUBMITTED: another user approves it", template_id=template))


@app.command()
def approve(
    template: TemplateNo,
    gateway_id: Annotated[
        str | None,
        typer.Option(
            "--gateway-id", metavar="ID", help="Id that an SMS gateway has given to it.", show_default=False
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Approve another user's template: from now on notices go out in its words."""
    with open_office(config) as office:
        approved = templates.approve_template(office.store, template, gateway_id, _acting(office))
    if _why_unused(office, approved) is None:
        say(Phrase("template {template_id} is APPROVED: notices go out in its words", template_id=template))
        return
    say(Phrase("template {template_id} is APPROVED", template_id=template))
    _tell_unused(office, approved)


def _tell_unused(office: Office, template: Template) -> None:
    why = _why_unused(office, template)
    if why is not None:
        say(why)


def _why_unused(office: Office, template: Template) -> Phrase | None:
    of = office.configuration.settings.notify
    channels = {NoticeChannel(each.upper()) for each in of.channels}
    return unused_words(template.language, template.channel, language=of.language, channels=channels)


@app.command()
def reject(
    template: TemplateNo,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.", show_default=False)
    ],
    config: ConfigFile = None,
) -> None:
    """Reject a submitted or approved template: no notice goes out in its words."""
    with open_office(config) as office:
        templates.reject_template(office.store, template, reason, _acting(office))
    say(Phrase("template {template_id} is REJECTED", template_id=template))


def kind_of(text: str) -> NoticeKind:
    """Return the kind of notices that ``--kind`` names."""
    return NoticeKind(one_of([each.lower() for each in NoticeKind], text, "--kind").upper())


def channel_of(text: str) -> NoticeChannel:
    """Return the channel that ``--channel`` names."""
    return NoticeChannel(one_of([each.lower() for each in NoticeChannel], text, "--channel").upper())


def _acting(office: Office) -> Acting:
    with_url = office.configuration.settings.notify.payer_url is not None
    return Acting(office.actor, office.clock.now(), with_url)


def _readable(office: Office, described: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template with its moments in the platform's time zone."""
    return {
        key: office.local_time(value) if isinstance(value, dt.datetime) else value
        for key, value in described.items()
    }
