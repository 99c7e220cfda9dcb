"""A connection's session: who is signed on, and what an 0800 gets (wire.md, Link). Pure."""

from __future__ import annotations

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command, NetworkFunction, NetworkManagement

_APPROVED = Answer(ResponseCode.APPROVED)


class Session:
    """Sign-on belongs to a connection and an institution.

    Args:
        institutions: DE 32 that may speak on the link.
        sign_on_required: whether they must sign on first.
    """

    def __init__(self, institutions: frozenset[str], *, sign_on_required: bool) -> None:
        self._institutions = institutions
        self._required = sign_on_required
        self.signed_on: set[str] = set()

    def refuse_institution(self, institution: str | None) -> Answer | None:
        """Return the refusal of an institution that is not of this link; None lets it pass.

        It comes before anything else is looked at, so that a stranger learns nothing.
        """
        if institution is None or institution in self._institutions:
            return None
        return decline(
            ResponseCode.NOT_PERMITTED,
            "institution",
            f"institution {institution} is not of this link",
        )

    def refuse(self, command: Command) -> Answer | None:
        """Return the refusal of a command whose institution has not signed on; None lets it pass."""
        if isinstance(command, NetworkManagement) or not self._required:
            return None
        if command.institution in self.signed_on:
            return None
        return decline(ResponseCode.NOT_PERMITTED, "not signed on", "sign on first (0800, DE 70 001)")

    def manage(self, command: NetworkManagement) -> Answer:
        """Answer an 0800 and remember what it changes."""
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
