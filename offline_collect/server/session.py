"""A connection's session: who is signed on, and what an 0800 gets (wire.md, Link). Pure."""

from __future__ import annotations

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command, NetworkFunction, NetworkManagement

_APPROVED = Answer(ResponseCode.APPROVED)


class Session:
    """Sign-on belongs to a connection and an institution.

    Args:
        sign_on_required: whether an institution must sign on before anything else.
    """

    def __init__(self, *, sign_on_required: bool) -> None:
        self._required = sign_on_required
        self.signed_on: set[str] = set()

    def answer(self, command: Command) -> Answer | None:
        """Answer what the session answers itself; None hands the command on to the engine."""
        if isinstance(command, NetworkManagement):
            return self._manage(command)
        if self._required and command.institution not in self.signed_on:
            return decline(ResponseCode.NOT_PERMITTED, "not signed on", "sign on first (0800, DE 70 001)")
        return None

    def _manage(self, command: NetworkManagement) -> Answer:
        match command.function:
            case NetworkFunction.SIGN_ON if command.institution is not None:
                self.signed_on.add(command.institution)
            case NetworkFunction.SIGN_OFF if command.institution is not None:
                self.signed_on.discard(command.institution)
            case NetworkFunction.NEW_KEY | NetworkFunction.CUTOVER:
                return decline(
                    ResponseCode.NOT_PERMITTED,
                    "not on this link",
                    "this link has no working keys and takes no notices",
                )
            case _:
                pass
        return _APPROVED
