"""Makes messages and bytes from a scenario's texts and variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.dialects.patterns import filled
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.frame.frames import encode_frame
from offline_collect.wire.layouts.addresses import parts_by_name
from offline_collect.wire.layouts.layout import Layout
from offline_collect.wire.layouts.pds import build_pds, parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.requests.parts import value_of
from offline_collect_terminal.errors import ScenarioError, UnknownVariableError
from offline_collect_terminal.scenario.model import Exchange, Outgoing, Template
from offline_collect_terminal.scenario.variables import Named, Variables
from offline_collect_terminal.wire.element_offsets import locate
from offline_collect_terminal.wire.signing import plain_of
from offline_collect_terminal.wire.spoken import PROCESSING, place, same_as_original, spoken


@dataclass(frozen=True, slots=True)
class Composed:
    """The bytes to send for one exchange.

    Attributes:
        stream: the bytes, with length header and TPDU if any.
        message: the message in them; None for raw bytes.
        broken: whether they were damaged on purpose, so that not every element can be echoed.
        local: the message's own variables.
        layouts: of private data in its answer, by element number.
    """

    stream: bytes
    message: Message | None
    broken: bool
    local: Mapping[str, str]
    layouts: Mapping[int, Layout] = field(default_factory=dict)


class Composer:
    """Composes the messages of one scenario.

    Args:
        codec: the dialect's.
        variables: read for texts; receive the named messages.
        file: the scenario's, for errors.
    """

    def __init__(self, codec: Codec, variables: Variables, file: str) -> None:
        self._codec = codec
        self._dialect = codec.dialect
        self._variables = variables
        self._file = file

    def compose(self, exchange: Exchange, stamp: Mapping[str, str]) -> Composed:
        """Return the bytes to send for ``exchange``.

        Args:
            stamp: the message's own variables: STAN, times.

        Raises:
            ScenarioError: a variable is not set, or the message does not fit the dialect.
        """
        local = {**stamp, **exchange.outgoing.local}
        try:
            composed = self._compose(exchange.outgoing, local)
        except (UnknownVariableError, EncodeError, DecodeError) as error:
            raise ScenarioError(self._file, exchange.path, str(error)) from None
        if exchange.name and composed.message:
            layouts = self._layouts(exchange.outgoing)
            self._variables.named[exchange.name] = Named(
                composed.message, layouts=layouts, answer_layouts=composed.layouts
            )
        return composed

    def _compose(self, outgoing: Outgoing, local: Mapping[str, str]) -> Composed:
        if outgoing.raw is not None:
            return self._raw(outgoing, local)
        message = self._message(outgoing, local)
        codec = self._codec if outgoing.mac else plain_of(self._codec)
        encoded = codec.encode(message)
        for number, text in outgoing.corrupt.items():
            encoded = self._corrupted(encoded, number, self._variables.expand(text, local))
        frame = encode_frame(self._dialect.frame, encoded)
        layouts = self._answer_layouts(outgoing)
        return Composed(frame, message, bool(outgoing.corrupt), local, layouts)

    def _layouts(self, outgoing: Outgoing) -> Mapping[int, Layout]:
        """Return the layouts of a request; one that is sent again has those that it had."""
        if outgoing.again in self._variables.named:
            return self._variables.named[outgoing.again].layouts
        return {} if outgoing.template is None else outgoing.template.layouts

    def _answer_layouts(self, outgoing: Outgoing) -> Mapping[int, Layout]:
        if outgoing.again in self._variables.named:
            return self._variables.named[outgoing.again].answer_layouts
        return {} if outgoing.template is None else outgoing.template.answer_layouts

    def _raw(self, outgoing: Outgoing, local: Mapping[str, str]) -> Composed:
        raw = outgoing.raw
        assert raw is not None, "only called with raw bytes"
        text = self._variables.expand(raw.content, local)
        try:
            content = bytes.fromhex(text) if raw.is_hex else text.encode(self._dialect.charset)
        except ValueError:
            raise UnknownVariableError("hex must be pairs of hex digits") from None
        stream = encode_frame(self._dialect.frame, content) if raw.framed else content
        return Composed(stream, None, broken=True, local=local)

    def _message(self, outgoing: Outgoing, local: Mapping[str, str]) -> Message:
        if outgoing.again is not None:
            known = self._variables.named.get(outgoing.again)
            if known is None:
                raise UnknownVariableError(f"no message before this one is named {outgoing.again}")
            mti, elements = known.request.mti, dict(known.request.elements)
        else:
            assert outgoing.template is not None, "a message is new, or one again"
            mti = outgoing.template.mti
            elements = self._filled(outgoing, outgoing.template, local)
        self._override(elements, outgoing, local)
        return Message(outgoing.mti or mti, dict(sorted(elements.items())))

    def _filled(self, outgoing: Outgoing, template: Template, local: Mapping[str, str]) -> dict[int, str]:
        """Return a request's usual elements, as the dialect has them, without those that the exchange overrides."""
        dialect = self._dialect
        overridden = {
            place(number, dialect)
            for number, value in outgoing.elements.items()
            if not isinstance(value, Mapping)
        }
        usual: dict[int, str | Mapping[str, str]] = spoken(template.elements, dialect)
        usual |= {number: f"{{of.{number}}}" for number in same_as_original(template.elements, dialect)}
        if PROCESSING in usual:
            usual = {**dialect.simulator, **usual}
        elements = {
            number: self._content(value, local)
            for number, value in usual.items()
            if number not in overridden and number not in template.layouts
        }
        return elements | self._laid_out(outgoing, template, overridden, local)

    def _laid_out(
        self, outgoing: Outgoing, template: Template, overridden: set[int], local: Mapping[str, str]
    ) -> dict[int, str]:
        """Return the private data that has a layout: what the dialect's rules say, then the scenario's parts."""
        made: dict[int, str] = {}
        for number, layout in template.layouts.items():
            usual, own = template.elements.get(number, {}), outgoing.elements.get(number) or {}
            if isinstance(usual, str) and not own:
                made[number] = self._variables.expand(usual, local)
            elif number not in overridden and (usual or own):
                texts = {**_by_part(usual), **_by_part(own)}
                parts = {path: self._variables.expand(text, local) for path, text in texts.items() if text}
                written = layout.write(parts_by_name(parts), f"DE {number}")
                made[number] = value_of(written, self._dialect.elements[number])
        return made

    def _override(self, elements: dict[int, str], outgoing: Outgoing, local: Mapping[str, str]) -> None:
        """Override elements by the exchange's own, PDS tag by tag; parts of layouts are in already."""
        layouts = {} if outgoing.template is None else outgoing.template.layouts
        for named, value in outgoing.elements.items():
            number = place(named, self._dialect)
            if number in layouts and isinstance(value, Mapping):
                continue
            if isinstance(value, Mapping):
                present = parse_pds(elements.get(number, ""), self._dialect.charset)
                elements[number] = self._content({**present, **value}, local)
            elif value is not None:
                elements[number] = self._variables.expand(value, local)
            if not value or not elements.get(number):
                elements.pop(number, None)

    def _content(self, value: str | Mapping[str, str | None], local: Mapping[str, str]) -> str:
        expand = self._variables.expand
        if isinstance(value, str):
            return expand(value, local)
        tags = [(tag, expand(text, local)) for tag, text in value.items() if text is not None]
        return build_pds(tags, self._dialect.charset)

    def _corrupted(self, encoded: bytes, number: int, text: str) -> bytes:
        place = locate(self._dialect, encoded).get(number)
        content = text.encode(self._dialect.charset)
        if place is None or place.stop - place.start != len(content):
            size = 0 if place is None else place.stop - place.start
            raise UnknownVariableError(f"corrupt: DE {number} has {size} bytes here, not {len(content)}")
        return encoded[: place.start] + content + encoded[place.stop :]


def _by_part(content: str | Mapping[str, str | None]) -> Mapping[str, str | None]:
    return {} if isinstance(content, str) else content


def dialect_variables(dialect: Dialect) -> dict[str, str]:
    """Return the dialect's codes by name: ``processing.PAYMENT``, ``network.ECHO``, ``reason.ERROR``."""
    products = {merchant: product for product, merchant in dialect.products.items()}
    return {
        **({"product": next(iter(products.values()))} if len(products) == 1 else {}),
        **{f"processing.{name}": filled(code) for name, code in dialect.processing_codes.items()},
        **{f"network.{name.name}": filled(code) for name, code in dialect.network_codes.items()},
        **{f"reason.{reason.name}": code for reason, code in dialect.reason_codes.items()},
    }
