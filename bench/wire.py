"""``make bench-wire``: µs of a golden payment in each stage of the wire; ``BEFORE=path`` compares another tree.

The trees take turns, each in a process of its own, so that both meet the same moments of a busy machine. Of the chunks of a
turn the fastest counts: those before it fill the processor's caches again. Shown are the medians of all turns; a ratio
is the median of the ratios of single turns, to the first tree's `ascii` and to the same dialect there.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

STAGES = ("decode", "conversion", "answer", "encode")
PAYMENTS = {
    "ascii": ("payment", dt.datetime(2026, 11, 22, 9, 30, 12, tzinfo=dt.UTC)),
    "bcd": ("payment", dt.datetime(2026, 11, 22, 9, 30, 12, tzinfo=dt.UTC)),
    "ppob-postpaid": ("payment_request", dt.datetime(2026, 11, 28, 7, 0, 45, tzinfo=dt.UTC)),
}
"""The golden payment of each dialect, and when it comes."""

TURNS, CHUNKS, CHUNK = 150, 8, 50
VALUES = {
    "approval_code": "A00001",
    "bill_no": "S2026-11-0001",
    "serial_number": "20261122000000000001",
    "posted_at": "2026-11-22T17:30:11+08:00",
    "receipt": "Received 123.45 for bill S2026-11-0001",
}


def stages_of(name: str) -> Callable[[int], dict[str, float]]:
    """Return a function that measures the stages of messages from a STAN on, in µs a message, in the imported tree."""
    # Imported here, as the tree is known only in the process that measures it.
    answers = import_module("offline_collect.domain.answers")
    codes = import_module("offline_collect.domain.codes")
    dates = import_module("offline_collect.domain.business_days.dates")
    golden = import_module("tests.messages.golden")
    vector, now = PAYMENTS[name]
    message, _ = golden.golden(vector, name)
    codec = golden.codec(name)
    institutions = [message.elements[32].lstrip("0")]
    reader = golden.reader(golden.shipped(name), institutions)
    writer = golden.writer(golden.shipped(name))
    day = dates.BusinessDate(2026, 11, 22)
    answer = answers.Answer(codes.ResponseCode.APPROVED, day, None, None, VALUES)

    def measured(first: int) -> dict[str, float]:
        spent: dict[str, float] = {}

        def timed(stage: str, work: Any, given: list[Any]) -> list[Any]:
            begun = time.thread_time_ns()
            done = [work(each) for each in given]
            spent[stage] = (time.thread_time_ns() - begun) / len(given) / 1000
            return done

        raws = []
        for stan in range(first, first + CHUNK):
            message.elements |= {11: f"{stan % 10**6:06d}", 37: f"{stan:012d}"}
            raws.append(codec.encode(message))
        requests = timed("decode", codec.decode, raws)
        commands = timed("conversion", lambda request: reader.read(request, now), requests)
        assert hasattr(commands[0], "bill_no"), commands[0]
        responses = timed("answer", lambda request: writer.write(request, answer, day), requests)
        timed("encode", lambda pair: codec.encode(*pair), list(zip(responses, requests, strict=True)))
        return spent

    return measured


def measure_turns() -> None:
    """Measure one turn for each line that is read, and print it; only dialects that the tree has golden messages of."""
    gc.disable()
    present = {name: stages_of(name) for name in PAYMENTS if Path(f"tests/vectors/{name}.yaml").exists()}
    for turn, _ in enumerate(sys.stdin):
        firsts = range(turn * CHUNKS * CHUNK, (turn + 1) * CHUNKS * CHUNK, CHUNK)
        fastest = {
            name: min((measured(first) for first in firsts), key=_together)
            for name, measured in present.items()
        }
        print(json.dumps(fastest), flush=True)


def turns_of(tree: Path) -> Iterator[dict[str, dict[str, float]]]:
    """Yield the turns of a tree, each when it is asked for."""
    with subprocess.Popen(  # noqa: S603 - this file
        [sys.executable, __file__, "--here"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None, "a pipe"
        assert process.stdout is not None, "a pipe"
        while True:
            print(file=process.stdin, flush=True)
            yield json.loads(process.stdout.readline())


def main() -> None:
    """Print a line for each tree and dialect."""
    if sys.argv[1:] == ["--here"]:
        measure_turns()
        return
    trees = [Path(tree).resolve() for tree in (*sys.argv[1:], ".")]
    measuring = [turns_of(tree) for tree in trees]
    turns = [[next(tree) for tree in measuring] for _ in range(TURNS)]
    for at, tree in enumerate(trees):
        for name in turns[0][at]:
            stages = [median(turn[at][name][stage] for turn in turns) for stage in STAGES]
            shown = "  ".join(f"{stage} {micros:5.1f}" for stage, micros in zip(STAGES, stages, strict=True))
            ratio = median(_together(turn[at][name]) / _together(turn[0]["ascii"]) for turn in turns)
            whole = median(_together(turn[at][name]) for turn in turns)
            line = f"{tree.name:12} {name:14} {shown}  together {whole:5.1f} µs, {ratio:.2f} of ascii"
            if at and name in turns[0][0]:
                own = median(_together(turn[at][name]) / _together(turn[0][name]) for turn in turns)
                line += f", {own:.2f} of its own before"
            print(line)


def _together(stages: dict[str, float]) -> float:
    return sum(stages.values())


if __name__ == "__main__":
    main()
