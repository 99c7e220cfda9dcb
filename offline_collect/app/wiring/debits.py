"""What batches of debits depend on by the configuration."""

from __future__ import annotations

from offline_collect.app.config.settings import Settings
from offline_collect.domain.debits.batches import MessageParties


def message_parties(settings: Settings) -> MessageParties:
    """Return whom a message of ISO 20022 names by the configuration; the merchant is named where this says nothing."""
    debits = settings.debits
    return MessageParties(
        initiator=debits.initiator,
        creditor_name=debits.creditor_name,
        creditor_account=debits.creditor_account,
        creditor_bank=debits.creditor_bank,
        clearing_system=debits.clearing_system,
    )
