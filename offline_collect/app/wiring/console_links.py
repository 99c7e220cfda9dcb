"""Makes what the console's pages of links need, from the configuration and the server that runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.load import Configuration
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.config.settings import Settings
from offline_collect.app.errors import MessageError
from offline_collect.app.tools.dialect_try import Piece as TriedPiece
from offline_collect.app.tools.dialect_try import try_readings
from offline_collect.app.tools.message_codec import readings
from offline_collect.app.tools.running_server import ask_metrics, ask_server
from offline_collect.app.wiring.key_custody import key_terms
from offline_collect.console.errors import DecoderError
from offline_collect.console.link_desk import (
    AnswerCount,
    AnswerTimes,
    ConfiguredLink,
    Decoded,
    LinkDesk,
    Piece,
    RunningLink,
    RunningServer,
)
from offline_collect.domain.texts.phrases import Phrase, words_of

MESSAGE_MAX = 64 * 1024
"""Characters of a message that is pasted."""


def link_desk(configuration: Configuration) -> LinkDesk:
    """Return what the pages of links need."""
    settings, schemas = configuration.settings, configuration.schemas()
    return LinkDesk(
        links=[_configured(link) for link in settings.links],
        dialects=schemas.dialect_names(),
        ask_server=lambda: running_server(settings),
        decode=lambda text, dialect: decode(schemas, text, dialect),
    )


def _configured(link: LinkSettings) -> ConfiguredLink:
    shown = link.model_dump(mode="json", exclude={"name", "tls"})
    tls = None if link.tls is None else link.tls.model_dump(mode="json", include={"minimum", "clients"})
    return ConfiguredLink(
        name=link.name,
        organisation=link.organisation,
        dialect=link.dialect,
        settings=list(_flat("", shown | {"tls": tls})),
        keys=key_terms(link) if link.has_mac else None,
    )


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield each value with its path in the configuration."""
    if isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield from _flat(f"{path}.{key}" if path else key, each)
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    else:
        yield path, {None: "null", True: "true", False: "false"}.get(value, str(value)) if value != {} else ""


def running_server(settings: Settings) -> RunningServer:
    """Ask the server that runs on a configuration."""
    says, status = ask_server(settings)
    if status is None:
        return RunningServer([says])
    metrics = ask_metrics(settings)
    return RunningServer(
        says=says.splitlines(),
        version=str(status.get("version", "")),
        links=[_running(each) for each in status.get("links", [])],
        last_errors=[str(line) for line in status.get("last_errors", [])],
        answers=[AnswerCount(*row) for row in metrics.answers],
        times=[AnswerTimes(*row) for row in metrics.times],
    )


def _running(said: Mapping[str, Any]) -> RunningLink:
    return RunningLink(
        name=str(said["link"]),
        connections=said["connections"],
        signed_on=sorted(said["signed_on"].items()),
        in_flight=said["in_flight"],
        waiting=said["waiting"],
    )


def decode(schemas: Schemas, text: str, dialect: str) -> Decoded:
    """Read a message that was pasted.

    Raises:
        DecoderError: it is no message, or there is no such dialect.
    """
    if dialect not in schemas.dialect_names():
        raise DecoderError(Phrase("choose one of the dialects"))
    if len(text) > MESSAGE_MAX:
        raise DecoderError(Phrase("that is too long for one message: paste one at a time"))
    try:
        found = readings(text.encode("utf-8", "replace"))
    except MessageError as error:
        raise DecoderError(Phrase("{reason}", reason=_reason(error, text))) from None
    tried = try_readings(found, schemas.dialect(dialect), framed=None)
    return Decoded(tried.size, [_piece(each) for each in tried.pieces], tried.problem)


def _reason(error: MessageError, text: str) -> Phrase | str:
    if not text.strip():
        return Phrase("nothing to decode: paste a message as hex digits")
    return words_of(error) or str(error)


def _piece(each: TriedPiece) -> Piece:
    at = f"{each.start}-{each.end - 1}" if each.end > each.start else str(each.start)
    return Piece(at, each.place.strip(), each.name, each.value)
