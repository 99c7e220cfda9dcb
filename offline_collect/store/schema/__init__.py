"""The tables, their version and their migration."""

# Whoever imports one table gets the metadata of all.
from offline_collect.store.schema import console_tables as console_tables
from offline_collect.store.schema import notice_address_tables as notice_address_tables
from offline_collect.store.schema import notice_tables as notice_tables
from offline_collect.store.schema import payout_tables as payout_tables
from offline_collect.store.schema import teller_tables as teller_tables
