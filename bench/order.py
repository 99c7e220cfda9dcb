"""Which bills a load pays, and in what order: random bills of many merchants, the same ones in every run."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

SEED = 20_261_129
"""Of the random order; runs print it."""

TERMINALS = 2_000
FOLDER = Path("var/bench/files")
BILL = "B{:08d}"
AMOUNT = "123.45"


def merchant_id(number: int) -> str:
    """Return the id of a merchant; they are numbered from 0 on."""
    return f"BENCH{number + 1:03d}"


def merchant_of(bill: int, bills: int, merchants: int) -> str:
    """Return the merchant of a bill: each has an equal part of the numbers, as its import left them."""
    return merchant_id(bill * merchants // bills)


@cache
def random_order(bills: int, seed: int = SEED) -> Sequence[int]:
    """Return the numbers of all bills in random order, each once."""
    numbers = list(range(bills))
    random.Random(seed).shuffle(numbers)
    return tuple(numbers)


def bills_file(bills: int, merchants: int, first: int, count: int) -> Path:
    """Write the load generator's file of ``count`` bills of the random order, from place ``first`` on."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"pay-{bills}-{merchants}-{first}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("merchant_id", "bill_no", "amount"))
        for number in random_order(bills)[first : first + count]:
            writer.writerow((merchant_of(number, bills, merchants), BILL.format(number), AMOUNT))
    return path
