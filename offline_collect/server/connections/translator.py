"""Translates a link's frames into requests and answers into frames."""

from __future__ import annotations

import datetime as dt
import logging

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command, NetworkFunction
from offline_collect.domain.values import value
from offline_collect.engine import TOO_LATE
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.frame.frame_format import FrameFormat
from offline_collect.wire.frame.frames import Frame, FrameDecoder, encode_frame
from offline_collect.wire.messages.dates import year_reference
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_types import MessageSet
from offline_collect.wire.messages.quick_refusals import QuickRefusals
from offline_collect.wire.messages.requests import LinkTerms, RequestReader
from offline_collect.wire.messages.responses import ResponseWriter
from offline_collect.wire.messages.routing import Router

_log = logging.getLogger(__name__)

UNKNOWN = "unknown"
RESPONSE = "response"
"""Name of a message that answers one of ours, or that answers nothing."""

_TOO_LONG = decline(ResponseCode.MALFUNCTION, "malfunction", "the answer cannot be written in this dialect")


@value
class Request:
    """A frame, decoded as far as possible.

    Attributes:
        name: its name in the message set; for a message without an answer, the reason for that.
        message: the decoded part; None if the MTI could not be read.
        command: the requested action; None if it is answered without a decision, or not at all.
        answer: the answer without a decision.
        header: the prefix of the reply, in dialects that have one.
        redated: whether its years were taken from the open business day, because the clock is far from it.
    """

    name: str
    message: Message | None = None
    command: Command | None = None
    answer: Answer | None = None
    header: bytes | None = None
    redated: bool = False


class Translator:
    """Reads the requests of one link and writes their answers."""

    def __init__(self, messages: MessageSet, dialect: Dialect, terms: LinkTerms) -> None:
        self.frame_format: FrameFormat = dialect.frame
        self._codec = Codec(dialect)
        self._reader = RequestReader(messages, dialect, terms)
        self._writer = ResponseWriter(messages, dialect)
        self._router = Router(messages, dialect)
        self._refusals = QuickRefusals(self._codec)
        self._refusals_of: BusinessDate | None = None
        self._link = terms.link
        self._zone = terms.zone if dialect.transmission_local else dt.UTC
        self._cutover_code = dialect.network_codes[NetworkFunction.CUTOVER]

    def read(self, frame: Frame, received_at: dt.datetime, open_day: BusinessDate) -> Request:
        """Return a frame's request, with a command, an immediate answer, or neither.

        Args:
            received_at: when the frame was read.
            open_day: the open business date, for years if the clock is far from it.
        """
        try:
            return self._read(frame, received_at, open_day)
        except Exception:  # noqa: BLE001 - no message may end other connections
            _log.exception("link %s: reading a message failed", self._link)
            return Request("fault")

    def _read(self, frame: Frame, received_at: dt.datetime, open_day: BusinessDate) -> Request:
        try:
            message = self._codec.decode(frame.message)
        except DecodeError as error:
            return self._undecodable(error, frame)
        if self._router.response_mti(message.mti) is None:
            return Request(RESPONSE, message)
        kind = self._router.find_or_none(message)
        name = UNKNOWN if kind is None else kind.name
        now = year_reference(received_at, open_day)
        redated = now is not received_at
        read = self._reader.read(message, received_at, now)
        if isinstance(read, Answer):
            command, answer = None, read
        else:
            command, answer = read, None
        return Request(
            name=name,
            message=message,
            command=command,
            answer=answer,
            header=self.reply_header(frame),
            redated=redated,
        )

    def reply_header(self, frame: Frame) -> bytes | None:
        """Return what goes before a reply to a frame; None in dialects without a header."""
        return self.frame_format.reply_header(frame.header)

    def refuse(self, frame: Frame, open_day: BusinessDate) -> tuple[str, bytes] | None:
        """Return the name of a message and the frame that refuses it as too late; None if it must be read.

        This costs a tenth of reading and answering it: overload leaves no time for more.
        """
        if open_day != self._refusals_of:
            self._refusals.forget()
            self._refusals_of = open_day
        refused = self._refusals.refuse(frame.message)
        if refused is None:
            return None
        name, message = refused
        return name, encode_frame(self.frame_format, message, self.reply_header(frame))

    def learn_refusal(self, frame: Frame, request: Request, refusal: bytes) -> None:
        """Learn to refuse messages that look like this one."""
        if request.message is not None and request.answer is TOO_LATE:
            (refused,) = FrameDecoder(self.frame_format).feed(refusal)
            self._refusals.learn(request.name, frame.message, request.message, refused.message)

    def glance(self, frame: Frame, received_at: dt.datetime, open_day: BusinessDate) -> Request:
        """Return the outline of a frame that is refused unless the session answers it.

        Its command for the engine is not read: that takes most of the time.
        """
        try:
            message = self._codec.decode(frame.message)
            kind = self._router.find_or_none(message)
        except Exception:  # noqa: BLE001 - a full read reports the fault
            return self.read(frame, received_at, open_day)
        if kind is None or kind.network:
            return self.read(frame, received_at, open_day)
        return Request(kind.name, message, None, TOO_LATE, self.reply_header(frame))

    def cutover_notice(self, date: BusinessDate, stan: str, now: dt.datetime, header: bytes | None) -> bytes:
        """Return the frame that notifies a front end of a new business day.

        Args:
            header: the prefix of the frame, in dialects that have one.

        Raises:
            EncodeError: the dialect has no element for it.
        """
        elements = {
            7: f"{now.astimezone(self._zone):%m%d%H%M%S}",
            11: stan,
            15: f"{date:%m%d}",
            70: self._cutover_code,
        }
        return encode_frame(self.frame_format, self._codec.encode(Message("0800", elements)), header)

    def _undecodable(self, error: DecodeError, frame: Frame) -> Request:
        _log.warning("link %s: undecodable message: %s", self._link, error)
        if error.mti is None or self._router.response_mti(error.mti) is None:
            return Request("unreadable")
        message = Message(error.mti, error.elements)
        answer = decline(ResponseCode.FORMAT_ERROR, str(error))
        return Request(UNKNOWN, message, None, answer, self.reply_header(frame))

    def write(self, request: Request, answer: Answer, open_day: BusinessDate) -> bytes:
        """Return the frame that answers ``request``.

        An answer that the dialect cannot express is replaced by 96: the peer must not wait in vain.
        """
        try:
            return self._write(request, answer, open_day)
        except EncodeError as error:
            _log.error("link %s: an answer to %s could not be written: %s", self._link, request.name, error)
            return self._write(request, _TOO_LONG, open_day)

    def _write(self, request: Request, answer: Answer, open_day: BusinessDate) -> bytes:
        assert request.message is not None
        response = self._writer.write(request.message, answer, open_day)
        assert response is not None
        return encode_frame(self.frame_format, self._codec.encode(response, request.message), request.header)
