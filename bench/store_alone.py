"""What the store alone costs: the loads and writes of batches of payments, without codec, sockets or lanes.

    python bench/store_alone.py --url sqlite:////tmp/bench.db --bills 10000 --batches 30

Prints one JSON document a database. The database must be empty; a SQLite file is made.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import time
from collections.abc import Iterator
from itertools import islice

from offline_collect.domain.commands import Channel, Payment, Tender
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.decide import decide, want
from offline_collect.domain.deciding import NUMBERS_A_COMMAND, Context, Terms
from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.ports import Session
from offline_collect.store import (
    CHUNK_MAX,
    BillRecord,
    CustomerRecord,
    SqlStore,
    StoreSettings,
    add_merchant,
    open_first_day,
    open_store,
    publish_form,
    put_bills,
    put_customers,
    upgrade,
)

MERCHANTS = ("SCHOOL01", "WATER001", "ESTATE01")
TODAY = BusinessDate(2026, 11, 20)
NOW = dt.datetime(2026, 11, 20, 8, 30, tzinfo=dt.UTC)
BILLS_A_CUSTOMER = 4
AMOUNT_MINOR = 12_345
STAGES = ("begin", "load", "write", "commit")


def bill_of(place: int) -> tuple[str, str]:
    """Return merchant and number of the bill at a place; neighbours are of different merchants."""
    return MERCHANTS[place % len(MERCHANTS)], f"S2026-11-{place:08d}"


def fill(store: SqlStore, count: int) -> None:
    """Write merchants, customers and ``count`` bills."""
    form = PaymentForm(1, "缴费", (Input("student_no", "学号", "请输入学号"),))
    for merchant_id in MERCHANTS:
        numbers = [number for owner, number in map(bill_of, range(count)) if owner == merchant_id]
        with store.transaction() as tx:
            open_first_day(tx, TODAY, NOW)
            add_merchant(tx, Merchant(merchant_id, "阳光小学", "school", "6222000000000001"))
            publish_form(tx, merchant_id, form, NOW)
            last = len(numbers) // BILLS_A_CUSTOMER
            for first in range(0, last + 1, CHUNK_MAX):
                places = range(first, min(first + CHUNK_MAX, last + 1))
                people = [CustomerRecord(f"C{n:08d}", "王小明", {"student_no": f"{n:010d}"}) for n in places]
                put_customers(tx, merchant_id, people)
            for first in range(0, len(numbers), CHUNK_MAX):
                put_bills(tx, merchant_id, _records(numbers[first : first + CHUNK_MAX], first))


def _records(numbers: list[str], first: int) -> list[BillRecord]:
    due = dt.date(2026, 11, 30)
    return [
        BillRecord(number, f"C{(first + n) // BILLS_A_CUSTOMER:08d}", AMOUNT_MINOR, due, period="2026-11")
        for n, number in enumerate(numbers)
    ]


def payments(count: int, bills: int) -> Iterator[Payment]:
    """Give payments of bills spread evenly over all there are."""
    for n in range(count):
        merchant_id, bill_no = bill_of(n * (bills // count))
        yield Payment(
            link="fep-1",
            institution="12345678",
            terminal=f"T{n % 100:07d}",
            stan=f"{n % 1_000_000:06d}",
            sent_at=NOW,
            received_at=NOW,
            allowed_ms=10_000,
            key=f"P|12345678|T{n % 100:07d}|{n % 1_000_000:06d}|20261120{n:06d}",
            trace=f"P|12345678|T{n % 100:07d}|{n % 1_000_000:06d}|{n:012d}",
            fingerprint=f"500000|{AMOUNT_MINOR:012d}|{merchant_id}|156|{bill_no}",
            repeat=False,
            rrn=f"{n:012d}",
            journal=f'{{"mti":"0200","3":"500000","4":"{AMOUNT_MINOR:012d}","41":"T{n % 100:07d}"}}' * 4,
            merchant_id=merchant_id,
            bill_no=bill_no,
            amount_minor=AMOUNT_MINOR,
            currency="156",
            tender=Tender.CASH,
            channel=Channel.TELLER,
            teller="T0001",
            local_date=TODAY,
        )


def run_batch(session: Session, batch: list[Payment], number: int) -> dict[str, float]:
    """Take a batch of payments; return the seconds of the store's stages."""
    clock = time.perf_counter
    marks = [clock()]
    facts = Facts(session.begin())
    marks.append(clock())
    loaded = 0.0
    while missing := _missing(batch, facts):
        begun = clock()
        session.load(missing, facts)
        loaded += clock() - begun
    effects = _decide(batch, facts, number)
    begun = clock()
    session.write(effects)
    written = clock()
    session.commit()
    return dict(
        zip(STAGES, (marks[1] - marks[0], loaded, written - begun, clock() - written), strict=True),
    )


def _missing(batch: list[Payment], facts: Facts) -> Wants:
    wants = Wants()
    for command in batch:
        want(command, facts, wants)
    return facts.missing(wants)


def _decide(batch: list[Payment], facts: Facts, number: int) -> list[Effects]:
    effects = []
    for place, command in enumerate(batch):
        context = Context(NOW, number + place * NUMBERS_A_COMMAND, Terms())
        answer, changes = decide(command, facts, context)
        assert answer.approved, answer
        facts.apply(changes)
        effects.append(changes)
    return effects


def measure(url: str, bills: int, batches: int, size: int) -> dict[str, object]:
    """Fill a new database, run batches on it and return what a batch costs."""
    settings = StoreSettings(url)
    upgrade(settings)
    store = open_store(settings)
    begun = time.perf_counter()
    fill(store, bills)
    filled = time.perf_counter() - begun
    session = store.write_session()
    first = session.reserve_numbers(batches * size * NUMBERS_A_COMMAND)
    commands = payments(batches * size, bills)
    stages: list[dict[str, float]] = []
    while batch := list(islice(commands, size)):
        stages.append(run_batch(session, batch, first + len(stages) * size * NUMBERS_A_COMMAND))
    session.close()
    store.dispose()
    return _summary(url, bills, size, stages) | {"fill_s": round(filled, 2)}


def _summary(url: str, bills: int, size: int, stages: list[dict[str, float]]) -> dict[str, object]:
    medians = {name: statistics.median(stage[name] for stage in stages) for name in STAGES}
    whole = statistics.median(sum(stage.values()) for stage in stages)
    return {
        "database": url.partition(":")[0],
        "bills": bills,
        "batch": size,
        "batches": len(stages),
        "batch_ms": round(whole * 1e3, 3),
        "payments_per_s": round(size / whole),
        "stages_ms": {name: round(seconds * 1e3, 3) for name, seconds in medians.items()},
    }


def main() -> None:
    """Measure every database that was named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", action="append", required=True, help="an empty database; may be repeated")
    parser.add_argument("--bills", type=int, default=10_000)
    parser.add_argument("--batches", type=int, default=30)
    parser.add_argument("--size", type=int, default=256)
    asked = parser.parse_args()
    for url in asked.url:
        print(json.dumps(measure(url, asked.bills, asked.batches, asked.size), ensure_ascii=False))


if __name__ == "__main__":
    main()
