"""The store: tables, facts, effects, migrations and verification; the only room that speaks SQL."""

from offline_collect.store.audit import append_audit
from offline_collect.store.bills import BillDetails, BillOutcome, BillRecord, bill_details, put_bills
from offline_collect.store.customer_keys import customers_by_key
from offline_collect.store.customers import (
    CHUNK_MAX,
    Change,
    CustomerRecord,
    MandateStatus,
    get_customer,
    put_customers,
)
from offline_collect.store.days import cutover, open_day, open_first_day, recent_days
from offline_collect.store.errors import (
    NotThere,
    StoreError,
    StoreMissing,
    StoreOutdated,
    Taken,
    UrlError,
)
from offline_collect.store.imported_files import ImportedFile, find_imported_file, register_file
from offline_collect.store.merchants import (
    add_merchant,
    get_merchant,
    list_merchants,
    replace_merchant,
    require_merchant,
    set_merchant_status,
)
from offline_collect.store.publishing import get_form, next_form_version, publish_form
from offline_collect.store.schema import create_schema, upgrade
from offline_collect.store.settings import StoreSettings
from offline_collect.store.store import SqlStore, open_store
from offline_collect.store.transaction import StoreTransaction
from offline_collect.store.verification import Finding, Report, verify

__all__ = [
    "CHUNK_MAX",
    "BillDetails",
    "BillOutcome",
    "BillRecord",
    "Change",
    "CustomerRecord",
    "Finding",
    "ImportedFile",
    "MandateStatus",
    "NotThere",
    "Report",
    "SqlStore",
    "StoreError",
    "StoreMissing",
    "StoreOutdated",
    "StoreSettings",
    "StoreTransaction",
    "Taken",
    "UrlError",
    "add_merchant",
    "append_audit",
    "bill_details",
    "create_schema",
    "customers_by_key",
    "cutover",
    "find_imported_file",
    "get_customer",
    "get_form",
    "get_merchant",
    "list_merchants",
    "next_form_version",
    "open_day",
    "open_first_day",
    "open_store",
    "publish_form",
    "put_bills",
    "put_customers",
    "recent_days",
    "register_file",
    "replace_merchant",
    "require_merchant",
    "set_merchant_status",
    "upgrade",
    "verify",
]
