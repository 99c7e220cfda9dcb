"""A bank whose evenings run by themselves: days of payments with the front end's files, and folders."""

import yaml

from offline_collect.store import BillRecord, put_bills
from tests.settlement.evening import Evening
from tests.settlement.fep import Book
from tests.support.samples import DUE, TENANT

FOLDERS = ("inbox", "outbox", "taken", "refused")


class RunningBank:
    """A bank with a configuration for `day run`."""

    def __init__(self, desk, url):
        self.evening = Evening(desk)
        self.store, self.folder = desk.store, desk.folder
        folders = {name: str(self.folder / name) for name in FOLDERS}
        for name in FOLDERS:
            (self.folder / name).mkdir()
        settings = {
            "database": {"url": url},
            "business": {"cutover": None},
            "links": [{"institutions": ["12345678"]}],
            "files": {**folders, "completion": "rename"},
        }
        self.config = self.folder / "config.yaml"
        self.config.write_text(yaml.safe_dump(settings), encoding="utf-8")
        more = [BillRecord(f"W{nth}", TENANT.customer_no, 20_000, DUE) for nth in range(2, 13)]
        with self.store.transaction() as tx:
            put_bills(tx, "WATER001", more)

    def close(self, nth=0):
        """Take the nth day's payments, and close it; the front end's file waits in the inbox."""
        evening = self.evening
        evening.pay(f"S{2 * nth + 1}", f"S{2 * nth + 2}", f"W{nth + 1}")
        day = evening.day
        evening.book.write(self.folder / "inbox" / f"fep-{day.compact}.dat")
        evening.day = evening.desk.cutover(day)
        evening.book = Book(day=evening.day)
        return day
