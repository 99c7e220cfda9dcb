"""Where a merchant's own notices go: not its payers', but those to the merchant itself."""

from __future__ import annotations

from dataclasses import field

from offline_collect.domain.values import value


@value
class MerchantContacts:
    """A merchant's own addresses; None for what it does not have.

    Attributes:
        mobile: at most 20 characters.
        email: at most 100 characters.
        app_user: its user of the bank's app, at most 60 characters.
    """

    mobile: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    app_user: str | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return self != NO_CONTACTS


NO_CONTACTS = MerchantContacts()
