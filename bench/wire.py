"""``make bench-wire``: µs of a golden payment in each stage of the wire; ``BEFORE=path`` compares another tree.

The trees take turns in one run. Of many short chunks the 5th percentile counts: what is above it is the machine's noise.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

STAGES = ("decode", "conversion", "answer", "encode")
PAYMENTS = {
    "ascii": ("payment", dt.datetime(2026, 11, 22, 9, 30, 12, tzinfo=dt.UTC)),
    "bcd": ("payment", dt.datetime(2026, 11, 22, 9, 30, 12, tzinfo=dt.UTC)),
    "ppob-postpaid": ("payment_request", dt.datetime(2026, 11, 28, 7, 0, 45, tzinfo=dt.UTC)),
}
"""The golden payment of each dialect, and when it comes."""

ROUNDS, CHUNKS, CHUNK = 12, 200, 50
VALUES = {
    "approval_code": "A00001",
    "bill_no": "S2026-11-0001",
    "serial_number": "20261122000000000001",
    "posted_at": "2026-11-22T17:30:11+08:00",
    "receipt": "Received 123.45 for bill S2026-11-0001",
}


def measured(name: str) -> dict[str, float]:
    """Return the µs of each stage, in the tree that is imported."""
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
    spent: dict[str, list[float]] = {stage: [] for stage in STAGES}

    def timed(stage: str, work: Any, given: list[Any]) -> list[Any]:
        begun = time.thread_time_ns()
        done = [work(each) for each in given]
        spent[stage].append((time.thread_time_ns() - begun) / len(given) / 1000)
        return done

    for chunk in range(CHUNKS):
        raws = []
        for stan in range(chunk * CHUNK, (chunk + 1) * CHUNK):
            message.elements |= {11: f"{stan:06d}", 37: f"{stan:012d}"}
            raws.append(codec.encode(message))
        requests = timed("decode", codec.decode, raws)
        commands = timed("conversion", lambda request: reader.read(request, now), requests)
        assert hasattr(commands[0], "bill_no"), commands[0]
        responses = timed("answer", lambda request: writer.write(request, answer, day), requests)
        timed("encode", lambda pair: codec.encode(*pair), list(zip(responses, requests, strict=True)))
    return {stage: sorted(chunks)[len(chunks) // 20] for stage, chunks in spent.items()}


def _of_tree(tree: Path) -> dict[str, dict[str, float]]:
    """Measure in a process of its own; only dialects that the tree has golden messages of."""
    done = subprocess.run(  # noqa: S603 - this file
        [sys.executable, __file__, "--here"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found


def _best(rounds: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    return {
        name: {stage: min(each[name][stage] for each in rounds) for stage in STAGES} for name in rounds[0]
    }


def main() -> None:
    """Print a line for each tree and dialect."""
    if sys.argv[1:] == ["--here"]:
        gc.disable()
        present = [name for name in PAYMENTS if Path(f"tests/vectors/{name}.yaml").exists()]
        print(json.dumps({name: measured(name) for name in present}))
        return
    trees = [Path(tree).resolve() for tree in (*sys.argv[1:], ".")]
    rounds: dict[Path, list[dict[str, dict[str, float]]]] = {tree: [] for tree in trees}
    for _ in range(ROUNDS):
        for tree in trees:
            rounds[tree].append(_of_tree(tree))
    base = sum(_best(rounds[trees[0]])["ascii"].values())
    for tree in trees:
        for name, stages in _best(rounds[tree]).items():
            shown = "  ".join(f"{stage} {micros:5.1f}" for stage, micros in stages.items())
            whole = sum(stages.values())
            print(f"{tree.name:12} {name:14} {shown}  together {whole:5.1f} µs, {whole / base:.2f} of ascii")


if __name__ == "__main__":
    main()
