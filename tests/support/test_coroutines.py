"""Coroutines of tests."""

import asyncio

from tests.support.coroutines import finished


async def one():
    await asyncio.sleep(0)
    return 1


async def beside():
    return finished(one())


def test_a_coroutine_is_run_where_another_loop_runs():
    assert finished(beside()) == 1
