"""Coroutines of tests, whatever loop the tests' own thread has."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def finished(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end, and return its result.

    It has a thread of its own: in that of the tests a loop of Playwright runs, once a test has opened a browser.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
