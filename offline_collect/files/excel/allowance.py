"""What the process that reads a workbook may take of memory and time."""

from __future__ import annotations

from offline_collect.files.cells import MIB

CPU_SECONDS_LEAST = 10
CPU_SECONDS_A_MIB = 10
CPU_SECONDS_MAX = 300
"""Processor time of the child, in seconds: about ten times what a sheet takes, by the size of its file."""

MEMORY_LEAST = 1024 * MIB
MEMORY_A_BYTE = 64
MEMORY_MAX = 4096 * MIB
"""Address space of the child, in bytes: several times what a sheet takes, by the size of its file."""


def allowance(size: int) -> tuple[int, int]:
    """Return the address space in bytes and the seconds of processor time for a workbook of ``size`` bytes.

    A small file that a fault or an enemy has made must not take what only the largest sheets need.
    """
    memory = min(MEMORY_LEAST + MEMORY_A_BYTE * size, MEMORY_MAX)
    return memory, min(CPU_SECONDS_LEAST + CPU_SECONDS_A_MIB * size // MIB, CPU_SECONDS_MAX)
