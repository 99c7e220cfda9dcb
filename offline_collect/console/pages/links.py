"""Links: who is signed on, how each is configured, the server's last errors, and the decoder of messages."""

from __future__ import annotations

from dataclasses import dataclass, field

from offline_collect.console.errors import MissingPageError
from offline_collect.console.link_desk import ConfiguredLink, Decoded, LinkDesk
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.server_figures import answer_times, answers_by_code
from offline_collect.console.visit import Visit
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.view import view_organisations
from offline_collect.merchant.access.view_status import view_waiting
from offline_collect.merchant.keys.ceremony import listed

TITLE = Phrase("Links")
_DECODER = Phrase("Decode a message")


@dataclass(frozen=True, slots=True)
class Pasted:
    """A message that was pasted, and what it is."""

    dialect: str
    text: str = field(repr=False)
    decoded: Decoded | None = None


def show_all(visit: Visit) -> Answer:
    """Show the links of the user's banks, and what the server does if it is his to see."""
    waiting = view_waiting(visit.store, visit.actor, visit.now)
    server = visit.part(LinkDesk).ask_server() if waiting.sees_server else None
    running = {} if server is None else {each.name: each for each in server.links}
    return Shown(
        "links.html",
        {
            "links": [(each, running.get(each.name)) for each in _seen(visit)],
            "server": server,
            "answers": answers_by_code(server),
            "times": answer_times(server),
            "waiting": waiting,
        },
    )


def _seen(visit: Visit) -> list[ConfiguredLink]:
    """Return the links of the organisations that the user sees."""
    own = {each.organisation_id for each in view_organisations(visit.store, visit.actor)}
    return [each for each in visit.part(LinkDesk).links if each.organisation in own]


def show(visit: Visit) -> Answer:
    """Show one link's configuration, and its keys by their check values."""
    name = visit.parts_of_path["link"]
    link = next((each for each in _seen(visit) if each.name == name), None)
    if link is None:
        raise MissingPageError
    keys = [] if link.keys is None else listed(visit.store, [link.keys], visit.actor)
    return Shown("link.html", {"link": link, "keys": keys})


def ask_decode(visit: Visit) -> Answer:
    """Show the form for a message."""
    desk = visit.part(LinkDesk)
    first = desk.links[0].dialect if desk.links else ""
    return _decoder(visit, Pasted(visit.form.get("dialect", first), visit.form.get("message")))


def decode(visit: Visit) -> Answer:
    """Show what a message says, masked."""
    text, dialect = visit.form.get("message"), visit.form.get("dialect")
    return _decoder(visit, Pasted(dialect, text, visit.part(LinkDesk).decode(text, dialect)))


def _decoder(visit: Visit, pasted: Pasted) -> Answer:
    return Shown("decode.html", {"pasted": pasted, "dialects": visit.part(LinkDesk).dialects})


PAGES = (
    Page(path="/links", title=TITLE, handler=show_all, menu=75),
    Page(path="/links/{link}", title=Phrase("Link"), handler=show),
    Page(path="/decode", title=_DECODER, handler=ask_decode),
    Page(path="/decode", title=_DECODER, handler=decode, method="POST", again=ask_decode, once=False),
)
