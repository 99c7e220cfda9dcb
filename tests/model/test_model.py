"""The model must notice faults: it finds systems that do one thing wrong."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import Phase, settings

from offline_collect.domain.codes import ResponseCode
from tests.model.playing import make_machine, playing
from tests.model.system import InMemorySystem
from tests.model.world import World


class Forgetful(InMemorySystem):
    """Loses its journal in a restart."""

    def restart(self):
        super().restart()
        self._bank.store.tables.transactions.clear()


class Twofold(InMemorySystem):
    """Gives every approved payment the serial number of the first."""

    def submit(self, commands):
        answers = super().submit(commands)
        serial = {"serial_number": "20261122000000000001"}
        return [
            replace(answer, values={**answer.values, **serial})
            if "approval_code" in answer.values
            else answer
            for answer in answers
        ]


class Lenient(InMemorySystem):
    """Approves payments of bills that are already paid."""

    def submit(self, commands):
        answers = super().submit(commands)
        return [
            replace(answer, code=ResponseCode.APPROVED, brief=None)
            if answer.code is ResponseCode.ALREADY_PAID
            else answer
            for answer in answers
        ]


class Backdated(InMemorySystem):
    """Always answers with the first business date."""

    def submit(self, commands):
        return [replace(answer, business_date=World().day) for answer in super().submit(commands)]


class Leaking(InMemorySystem):
    """Loses an entry of the ledger."""

    def cutover(self):
        opened = super().cutover()
        if self._bank.tables.entries:
            self._bank.tables.entries.popitem()
        return opened


@pytest.mark.parametrize("faulty", [Forgetful, Twofold, Lenient, Backdated, Leaking])
def test_a_system_with_a_fault_is_found_out(faulty: Callable[[World], InMemorySystem]):
    # The example need not be short: the test only checks that it is found.
    once = settings(playing(examples=200, steps=40), phases=[Phase.generate], derandomize=True, database=None)
    case = make_machine(faulty, once)
    with pytest.raises(AssertionError):
        case("runTest").debug()
