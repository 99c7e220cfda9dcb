"""Translates a link's frames into requests and answers into frames."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command, NetworkFunction, NetworkManagement
from offline_collect.domain.values import value
from offline_collect.engine import TOO_LATE
from offline_collect.server.connections.authentication import REFUSALS, Authentication, MacProblem
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.elements.element import LAST_PRIMARY
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.frame.frame import Frame
from offline_collect.wire.frame.frame_format import FrameFormat
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.messages.answers.cutover_notices import CutoverNotices
from offline_collect.wire.messages.answers.quick_refusals import QuickRefusals
from offline_collect.wire.messages.answers.writer import ResponseWriter
from offline_collect.wire.messages.dates import year_reference
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.routing import Router
from offline_collect.wire.messages.message_set.types import MessageSet
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from offline_collect.wire.security.mac_settings import CONTENT_SIZE
from offline_collect.wire.security.message_mac import MacKey

_log = logging.getLogger(__name__)

UNKNOWN = "unknown"
RESPONSE = "response"
"""Name of a message that answers one of ours, or that answers nothing."""

_STAN = 11

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
        key: the key that made its MAC; None without a correct MAC.
        mac_problem: the problem with its MAC; None if the MAC is correct or the link has none.
        problem: why it could not be decoded, with its MTI and STAN as far as they were read; safe to log.
    """

    name: str
    message: Message | None = None
    command: Command | None = None
    answer: Answer | None = None
    header: bytes | None = None
    redated: bool = False
    key: MacKey | None = None
    mac_problem: MacProblem | None = None
    problem: str | None = None


class Translator:
    """Reads the requests of one link and writes their answers.

    Args:
        mac: checks and makes MACs; None on a link without MACs.
    """

    def __init__(
        self,
        messages: MessageSet,
        dialect: Dialect,
        terms: LinkTerms,
        mac: Authentication | None = None,
    ) -> None:
        self.frame_format: FrameFormat = dialect.frame
        self.key_transit = dialect.keys
        self._mac = mac
        self._codec = Codec(dialect)
        self._router = Router(messages, dialect)
        self._reader = RequestReader(messages, dialect, terms, self._router)
        written = dialect if mac is None else _with_room_for_mac(dialect)
        self._writer = ResponseWriter(messages, written, self._router, self._codec)
        if self._router.missing:
            missing = ", ".join(self._router.missing)
            _log.info("link %s: dialect %s does not carry: %s", terms.link, dialect.name, missing)
        self._refusals = QuickRefusals(self._codec)
        self._refusals_of: BusinessDate | None = None
        self._link = terms.link
        self._notices = CutoverNotices(dialect, terms.zone)

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
            return Request(RESPONSE, message, mac_problem=self._check(frame, message)[1])
        kind = self._router.find_or_none(message)
        name = UNKNOWN if kind is None else kind.name
        now = year_reference(received_at, open_day)
        redated = now is not received_at
        read = self._reader.read(message, received_at, now)
        key, problem = self._check(frame, message)
        if problem is not None and not _asks_for_key(read, problem):
            return Request(
                name=name,
                message=message,
                answer=REFUSALS[problem],
                header=self.reply_header(frame),
                redated=redated,
                mac_problem=problem,
            )
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
            key=key,
        )

    def masked(self, request: Request) -> str:
        """Return a request's message on one line, masked; '' if nothing of it could be decoded."""
        return "" if request.message is None else self._reader.masked(request.name, request.message)

    def reply_header(self, frame: Frame) -> bytes | None:
        """Return what goes before a reply to a frame; None in dialects without a header."""
        return self.frame_format.reply_header(frame.header)

    def refuse(self, frame: Frame, open_day: BusinessDate) -> tuple[str, bytes] | None:
        """Return the name of a message and the frame that refuses it as too late; None if it must be read.

        This costs a tenth of reading and answering it: overload leaves no time for more. A link with MACs has no
        quick refusals: each message's MAC is checked, and each answer gets its own.
        """
        if self._mac is not None:
            return None
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
        if self._mac is None and request.message is not None and request.answer is TOO_LATE:
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
        key, problem = self._check(frame, message)
        answer = TOO_LATE if problem is None else REFUSALS[problem]
        return Request(
            name=kind.name,
            message=message,
            answer=answer,
            header=self.reply_header(frame),
            key=key,
            mac_problem=problem,
        )

    def _check(self, frame: Frame, message: Message) -> tuple[MacKey | None, MacProblem | None]:
        """Return the key that made a message's MAC, and the problem with the MAC; both None on a link without MACs."""
        checked = None if self._mac is None else self._mac.check(frame.message, message)
        return (None, checked) if isinstance(checked, MacProblem) else (checked, None)

    def cutover_notice(self, date: BusinessDate, stan: str, now: dt.datetime, header: bytes | None) -> bytes:
        """Return the frame that notifies a front end of a new business day.

        Args:
            header: the prefix of the frame, in dialects that have one.

        Raises:
            EncodeError: the dialect has no element for it.
        """
        notice = self._notices.notice(date, stan, now)
        return encode_frame(self.frame_format, self._encode(notice), header)

    def _undecodable(self, error: DecodeError, frame: Frame) -> Request:
        stan = error.elements.get(_STAN, "unread")
        problem = f"undecodable message, MTI {error.mti or 'unread'}, STAN {stan}: {error}"
        if error.mti is None or self._router.response_mti(error.mti) is None:
            return Request("unreadable", problem=problem)
        message = Message(error.mti, error.elements)
        answer = decline(ResponseCode.FORMAT_ERROR, str(error))
        return Request(UNKNOWN, message, None, answer, self.reply_header(frame), problem=problem)

    def write(self, request: Request, answer: Answer, open_day: BusinessDate) -> bytes:
        """Return the frame that answers ``request``.

        An answer that the dialect cannot express is replaced by 96: the peer must get an answer.
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
        encoded = self._encode(response, request.message, request.key)
        return encode_frame(self.frame_format, encoded, request.header)

    def _encode(self, message: Message, request: Message | None = None, key: MacKey | None = None) -> bytes:
        """Return a message's bytes, with a MAC if the link has MACs and a key."""
        made = None if self._mac is None else self._mac.encode(message, request, key)
        return self._codec.encode(message, request) if made is None else made


def _asks_for_key(read: Command | Answer, problem: MacProblem) -> bool:
    """Whether a message without a MAC requests a key, or brings one.

    It needs no MAC, because only the holder of the key-encrypting key can read the answer, or make the key and its check
    value; a message that is sent again brings a key that was there before, and is refused.
    """
    asks = isinstance(read, NetworkManagement) and read.function is NetworkFunction.NEW_KEY
    return asks and problem is not MacProblem.WRONG


def _with_room_for_mac(dialect: Dialect) -> Dialect:
    """Return a dialect whose frames are shorter by a MAC, for the writer that fills answers up to the frame's length.

    A MAC that is always in 128 may add a second bitmap, which is as long.
    """
    frame = dialect.frame
    room = 2 * CONTENT_SIZE * (1 if LAST_PRIMARY in dialect.mac.places else 2)
    return replace(dialect, frame=replace(frame, length_max=max(frame.length_max - room, 1)))
