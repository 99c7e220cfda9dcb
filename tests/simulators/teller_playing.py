"""A teller's shell without keyboard and socket: the test feeds lines and answers, and keeps screens and requests."""

import datetime as dt
from collections import deque
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from rich.console import Console

from offline_collect.domain.commands import Channel
from offline_collect.translations import Language, catalogue
from offline_collect.wire.dialects.dialect import Sent
from offline_collect.wire.layouts.pds import build_pds, parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.teller.journal.journal import Journal
from offline_collect_terminal.teller.journal.numbering import Numbering
from offline_collect_terminal.teller.link.answers import Answers
from offline_collect_terminal.teller.link.requests import Requests, Sender
from offline_collect_terminal.teller.screen.console import draw
from offline_collect_terminal.teller.screen.steps import Answered, Ask, Key, Send, Show, Unanswered
from offline_collect_terminal.teller.screen.words import Words
from offline_collect_terminal.teller.tasks.session import Session, Terminal
from offline_collect_terminal.wire.dialects import load_codec
from offline_collect_terminal.wire.stamps import Stamps
from tests.simulators.peer import answer

NOW = dt.datetime(2026, 11, 22, 1, 30, tzinfo=dt.UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SILENT = Unanswered("none within 15 s")
READS = {"380000": "lookup", "390000": "form", "391000": "directory", "360000": "status"}
WRITES = {"02": "payment", "04": "reversal", "05": "totals", "08": "network"}

STUDENT = {
    "0001": "student_no", "0002": "学号", "0003": "请输入10位学号", "0004": "NUMERIC", "0005": "10",
    "0006": "10", "0007": "Y", "0008": "[0-9]{10}", "0009": "2026030117",
}  # fmt: skip


def records(*each):
    """Elements from 120 on, one record each."""
    return {f"de{number}": pds(tags) for number, tags in enumerate(each, 120)}


def pds(tags):
    return build_pds(list(tags.items()), "utf-8")


def bill(nth=1, payable=12345, **tags):
    """A bill's record; tags such as ``t0057`` on top."""
    told = {
        "0030": f"S-{nth:04d}", "0050": "十一月餐费", "0051": "2026-11", "0052": "20261130",
        "0053": str(payable), "0054": "0", "0055": str(payable), "0056": "OPEN",
    }  # fmt: skip
    return told | {name[1:]: value for name, value in tags.items()}


@dataclass
class Platform:
    """Answers like a platform with one merchant, unless a test says otherwise.

    Attributes:
        instead: replacements for its answers, by kind of request; used one by one.
        requests: the requests that it got.
    """

    merchants: list = field(
        default_factory=lambda: [{"0002": "阳光小学", "0003": "school", "0005": "SCHOOL01"}]
    )
    inputs: list = field(default_factory=lambda: [STUDENT])
    bills: list = field(default_factory=lambda: [bill()])
    instead: dict = field(default_factory=dict)
    requests: list = field(default_factory=list)

    def kind(self, request):
        return (
            READS.get(request.elements.get(3, ""), "") if request.mti == "0100" else WRITES[request.mti[:2]]
        )

    def deliver(self, request):
        self.requests.append(request)
        kind = self.kind(request)
        waiting = self.instead.get(kind)
        if waiting:
            said = waiting.popleft()
            said = said(request) if callable(said) else said
            return Answered(said) if isinstance(said, Message) else said
        return Answered(getattr(self, f"_{kind}")(request))

    def say(self, kind, *answers):
        """Set other answers for the next requests of a kind."""
        self.instead.setdefault(kind, deque()).extend(answers)

    def of(self, *kinds):
        """The requests of some kinds."""
        return [request for request in self.requests if self.kind(request) in kinds]

    def _network(self, request):
        return answer(request)

    def _directory(self, request):
        return answer(request, de48=pds({"0041": str(len(self.merchants))}), **records(*self.merchants))

    def _form(self, request):
        told = {
            "0001": "3",
            "0002": "阳光小学缴费",
            "0003": "学号见学生证背面",
            "0004": str(len(self.inputs)),
        }
        return answer(request, de48=pds(told), **records(*self.inputs))

    def _lookup(self, request):
        tags = parse_pds(request.elements[48], "utf-8")
        start = int(tags.get("0040", "0"))
        page = self.bills[start : start + 6]
        told = {"0031": "2026030117", "0032": "王*明", "0041": str(len(self.bills))}
        if start + 6 < len(self.bills):
            told["0040"] = str(start + 6)
        return answer(request, de48=pds(told), **records(*page))

    def _payment(self, request):
        paid = bills_of(request)
        self.bills = [each for each in self.bills if each["0030"] not in paid]
        return approval(request)

    def _status(self, request):
        told = {"0070": SERIAL, "0080": "APPROVED", "0081": "00"}
        return answer(request, de38="A00001", de48=pds(told))

    def _totals(self, request):
        figures = {f"de{number}": text for number, text in request.elements.items() if number >= 74}
        return answer(request, de66="1", **figures)

    def _reversal(self, request):
        return answer(request, de48=pds({"0070": "20261122000000000002", "0082": "APPLIED"}))


SERIAL = "20261122000000000001"


def bills_of(request):
    """The bills of a payment with their own amounts; None for the amount of one bill."""
    records = [request.elements[number] for number in range(120, 126) if number in request.elements]
    each = [parse_pds(record, "utf-8") for record in records or [request.elements[48]]]
    return {tags["0030"]: tags.get("0059") for tags in each}


def approval(request, **tags):
    """The answer to a payment or advice that is taken; of several bills none is named."""
    paid = bills_of(request)
    told = {"0030": next(iter(paid))} if len(paid) == 1 else {}
    told |= {
        "0070": SERIAL, "0071": "2026-11-22T09:30:00+08:00", "0072": "十一月餐费 2026-11|123.45",
    }  # fmt: skip
    return answer(request, de38="A00001", de48=pds(told | {name[1:]: value for name, value in tags.items()}))


def declined(code, **more):
    """Makes the refusal with a code."""
    return lambda request: answer(request, code, **more)


class StrictWords(Words):
    """Refuses a text of the shell without a Chinese translation."""

    def __call__(self, text, /, **values):
        if any(each.isalpha() for each in _without_places(text)):
            assert catalogue(Language.ZH, "terminal").gettext(text) != text, f"not there in Chinese: {text}"
        return super().__call__(text, **values)


def _without_places(text):
    return "".join(part.partition("}")[2] if "}" in part else part for part in text.split("{"))


@dataclass
class Player:
    """Feeds a dialogue.

    Attributes:
        shown: everything shown and asked, as text.
        result: the return value of the dialogue.
    """

    session: Session
    platform: Platform
    shown: list = field(default_factory=list)
    result: object = None

    @property
    def text(self):
        return "\n".join(self.shown)

    @property
    def journal(self):
        return self.session.journal

    def play(self, dialogue, *lines, all_of_them=True):
        """Run a dialogue on lines (or a :class:`Key`) until it ends or no lines are left."""
        self.shown = []
        waiting, reply = deque(lines), None
        steps = dialogue(self.session)
        while True:
            try:
                effect = steps.send(reply)
            except StopIteration as ended:
                self.result = ended.value
                assert not (waiting and all_of_them), f"nobody asked for {list(waiting)} after\n{self.text}"
                return self.text
            reply = self._do(effect, waiting)

    def _do(self, effect, waiting):
        match effect:
            case Show():
                self.shown.append(rendered(effect.screen))
                return None
            case Ask():
                reply = waiting.popleft() if waiting else Key.END
                self.shown.append(f"{effect.prompt}{reply if isinstance(reply, str) else f'<{reply.name}>'}")
                return reply
            case Send():
                return self.platform.deliver(effect.request)


def rendered(screen):
    """A screen as text, without the space that tables leave at the right."""
    console = Console(width=120, color_system=None, force_terminal=False)
    with console.capture() as captured:
        draw(console, screen)
    return "\n".join(line.rstrip() for line in captured.get().splitlines() if line.strip())


def session_of(
    folder, *, language=Language.EN, channel=Channel.TELLER, run="run-1", platform="127.0.0.1:8583"
):
    """A session whose journal is in a folder, at :data:`NOW`."""
    dialect = load_codec("ascii").dialect
    journal = Journal(folder, first_stan=0)
    stamps = lambda first: Stamps(  # noqa: E731 - as short as what it stands for
        institution="12345678", terminal="TERM0001", timezone=SHANGHAI, sent=Sent(),
        clock=lambda: NOW, first=first,
    )  # fmt: skip
    requests = Requests(dialect, Numbering(journal, stamps).next, Sender("T001", channel, "156"))
    terminal = Terminal(run, platform, "12345678", "TERM0001", SHANGHAI, lambda: NOW)
    return Session(terminal, StrictWords(language), requests, Answers(dialect), journal)
