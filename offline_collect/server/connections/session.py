"""A connection's session: its signed-on institutions, and the answers to 0800. Pure."""

from __future__ import annotations

from collections.abc import Callable

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command, NetworkFunction, NetworkManagement
from offline_collect.server.connections.connection_bounds import Places

_APPROVED = Answer(ResponseCode.APPROVED)
_NOT_SIGNED_ON = decline(ResponseCode.NOT_PERMITTED, "not signed on", "sign on first (0800, DE 70 001)")
_NOT_OF_THE_CERTIFICATE = decline(
    ResponseCode.NOT_PERMITTED,
    "not of this certificate",
    "the certificate of this connection does not identify this institution",
)
_TOO_MANY = decline(
    ResponseCode.NOT_PERMITTED,
    "too many connections",
    "the institution has as many connections as it may have on this link: use those, or close some",
)


class Session:
    """Sign-on belongs to a connection and an institution.

    An institution takes a place on a connection at its sign-on. If sign-on is optional, it takes one with its first
    message other than network management. It returns the place at its sign-off or when the connection ends.

    Args:
        sign_on_required: whether an institution must sign on first.
        places: the places of institutions on the link's connections.
        refused: called once for each institution that found no place.
    """

    def __init__(self, *, sign_on_required: bool, places: Places, refused: Callable[[str], None]) -> None:
        self._required = sign_on_required
        self._places = places
        self._refused = refused
        self._told: set[str] = set()
        self._placed: set[str] = set()
        self._signed_on: set[str] = set()
        self._certified: frozenset[str] | None = None

    def certify(self, institutions: frozenset[str] | None) -> None:
        """Restrict the connection to the institutions of its peer's certificate; None allows all of the link."""
        self._certified = institutions

    @property
    def signed_on(self) -> bool:
        """Whether requests are accepted: an institution is signed on, or sign-on is not required."""
        return bool(self._placed) or not self._required

    def serves(self, institution: str) -> bool:
        """Whether an institution has a place on this connection."""
        return institution in self._placed

    @property
    def institutions(self) -> frozenset[str]:
        """The institutions that have a place on this connection."""
        return frozenset(self._placed)

    @property
    def signed_on_institutions(self) -> frozenset[str]:
        """The institutions that have signed on, and not off again."""
        return frozenset(self._signed_on)

    def foreign(self, command: Command) -> Answer | None:
        """Return the refusal of an institution that the peer's certificate does not identify; None if it does."""
        institution = command.institution
        if self._certified is None or institution is None or institution in self._certified:
            return None
        return _NOT_OF_THE_CERTIFICATE

    def answer(self, command: Command) -> Answer | None:
        """Return the session's own answer; None passes the command to the engine."""
        institution = command.institution
        foreign = self.foreign(command)
        if foreign is not None:
            return foreign
        if isinstance(command, NetworkManagement):
            return self._manage(command)
        if institution in self._placed:
            return None
        if self._required:
            return _NOT_SIGNED_ON
        if institution is None or self._place(institution):
            return None
        return _TOO_MANY

    def _manage(self, command: NetworkManagement) -> Answer:
        match command.function:
            case NetworkFunction.SIGN_ON if command.institution is not None:
                if not self._place(command.institution):
                    return _TOO_MANY
                self._signed_on.add(command.institution)
            case NetworkFunction.SIGN_OFF if command.institution in self._placed:
                self._placed.remove(command.institution)
                self._signed_on.discard(command.institution)
                self._places.give_back(command.institution)
            case NetworkFunction.NEW_KEY | NetworkFunction.CUTOVER:
                return decline(
                    ResponseCode.NOT_PERMITTED,
                    "not on this link",
                    "this link has no working keys and takes no notices",
                )
            case _:
                pass
        return _APPROVED

    def _place(self, institution: str) -> bool:
        if institution in self._placed:
            return True
        if self._places.take(institution):
            self._placed.add(institution)
            return True
        if institution not in self._told:
            self._told.add(institution)
            self._refused(institution)
        return False

    def end(self) -> None:
        """Return all places."""
        self._signed_on.clear()
        while self._placed:
            self._places.give_back(self._placed.pop())
