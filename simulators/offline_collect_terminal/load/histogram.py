"""Latencies in bounded memory, for loads of any length."""

from __future__ import annotations

from array import array

FINE_US = 100_000
COARSE_STEP_US = 100
COARSE_BUCKETS = 600_000
"""1 µs steps up to 0.1 s, then 0.1 ms steps to one minute; the last bucket holds all others."""

STRIDE = 1024
"""Buckets that are summed together: this is much faster than a loop over them."""


class Latencies:
    """Counts by latency: percentiles are exact to 1 µs, over 0.1 s to 0.1 ms."""

    def __init__(self) -> None:
        self._fine = array("L", bytes(array("L").itemsize * FINE_US))
        self._coarse = array("L", bytes(array("L").itemsize * COARSE_BUCKETS))
        self.count = 0
        self.greatest_ns = 0

    def add(self, latency_ns: int) -> None:
        """Count one latency."""
        self.count += 1
        self.greatest_ns = max(self.greatest_ns, latency_ns)
        latency_us = latency_ns // 1000
        if latency_us < FINE_US:
            self._fine[latency_us] += 1
        else:
            self._coarse[min(latency_us // COARSE_STEP_US, COARSE_BUCKETS - 1)] += 1

    def percentile_ms(self, percent: float) -> float:
        """Return the latency that ``percent`` of all do not exceed, in milliseconds; 0 without any."""
        if not self.count:
            return 0.0
        rank = max(1, -(-self.count * percent // 100))
        fine = _bucket_of(self._fine, rank)
        if fine is not None:
            return min(fine * 1000, self.greatest_ns) / 1_000_000
        coarse = _bucket_of(self._coarse, rank - sum(self._fine))
        if coarse is None or coarse == COARSE_BUCKETS - 1:
            return self.greatest_ms
        return min(coarse * COARSE_STEP_US * 1000, self.greatest_ns) / 1_000_000

    @property
    def greatest_ms(self) -> float:
        """The greatest latency, in milliseconds."""
        return self.greatest_ns / 1_000_000


def _bucket_of(buckets: array[int], rank: float) -> int | None:
    """Return the bucket with the latency of this rank; None if there are fewer."""
    for start in range(0, len(buckets), STRIDE):
        some = buckets[start : start + STRIDE]
        if (held := sum(some)) < rank:
            rank -= held
            continue
        for bucket, number in enumerate(some, start):
            rank -= number
            if rank <= 0:
                return bucket
    return None
