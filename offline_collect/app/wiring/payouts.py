"""What runs of payouts depend on by the configuration."""

from __future__ import annotations

from offline_collect.app.config.calendar import read_calendar
from offline_collect.app.config.load import Configuration
from offline_collect.settlement.payouts.make import PayoutTerms
from offline_collect.settlement.payouts.out_file import OUT_LAYOUT


def payout_terms(configuration: Configuration) -> PayoutTerms:
    """Return what runs depend on beside the merchants' terms."""
    settings = configuration.settings
    return PayoutTerms(
        calendar=read_calendar(settings),
        layout=configuration.schemas().fixed_layouts()[OUT_LAYOUT],
        bank_numbers=settings.settlement.bank_numbers(),
    )
