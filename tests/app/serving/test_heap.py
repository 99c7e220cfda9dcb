"""The console's threads share one heap: what one has freed, another one takes."""

import platform
import subprocess
import sys

import pytest

HEAPS = """
import ctypes, sys
from threading import Barrier, Thread
from offline_collect.app.serving.heap import keep_one_heap

if sys.argv[1] == "one":
    keep_one_heap()
together = Barrier(4)
threads = [Thread(target=lambda: (together.wait(), bytes(2_000), together.wait())) for _ in range(4)]
for each in threads:
    each.start()
for each in threads:
    each.join()
c = ctypes.CDLL(None)
c.fdopen.restype = ctypes.c_void_p
c.malloc_info(0, ctypes.c_void_p(c.fdopen(1, b"w")))
c.fflush(None)
"""
"""Four threads take memory at the same time; then the C library tells of its heaps."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has a heap for each thread")
def test_threads_share_one_heap():
    heaps = {
        asked: subprocess.run(
            [sys.executable, "-c", HEAPS, asked], capture_output=True, text=True, check=True
        ).stdout.count("<heap nr=")
        for asked in ("one", "own")
    }
    assert heaps["one"] == 1
    assert heaps["own"] > 1
