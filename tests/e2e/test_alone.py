"""Payments that come alone are decided in the server's own process, others beside it: as if by one lane."""

import re

from tests.databases.school import bill_no, findings, in_force
from tests.e2e.serving import by_stan, serving
from tests.e2e.test_serve import repeat_of, said

ALONE, TOGETHER = 12, 60


def decided_by(server):
    """How many commands each write lane has decided."""
    pattern = r'offline_collect_commands_total\{lane="(write-[^"]+)"\} (\d+)'
    return {lane: int(count) for lane, count in re.findall(pattern, server.get("/metrics")[1])}


def test_what_comes_alone_and_what_comes_together_are_one_ledger(server, store, pay):
    alone, together = (
        [pay(nth) for nth in range(ALONE)],
        [pay(nth) for nth in range(ALONE, ALONE + TOGETHER)],
    )
    with server.connect() as front_end:
        first = [front_end.ask(payment)[0] for payment in alone]
        assert {answer.elements[39] for answer in first} == {"00"}
        lanes = decided_by(server)
        assert lanes["write-alone"] > 0
        assert sum(lanes.values()) == ALONE
        again = front_end.ask(*map(repeat_of, alone), *together)
        assert [said(by_stan(again)[payment.elements[11]]) for payment in alone] == list(map(said, first))
        assert {answer.elements[39] for answer in again} == {"00"}
        for payment, answer in zip(alone, first, strict=True):
            assert said(front_end.ask(repeat_of(payment))[0]) == said(answer)
        assert decided_by(server)["write-alone"] > lanes["write-alone"]
        assert server.stop() == 0
    assert in_force(store) == {bill_no(nth): 1 for nth in range(ALONE + TOGETHER)}
    assert findings(store) == []


def test_what_was_answered_alone_outlives_a_killed_server(config, store, pay):
    payments = [pay(nth) for nth in range(ALONE)]
    with serving(config) as server, server.connect() as front_end:
        answers = [front_end.ask(payment)[0] for payment in payments]
        front_end.send(pay(ALONE))
        server.kill()
    with serving(config) as server, server.connect() as front_end:
        for payment, answer in zip(payments, answers, strict=True):
            assert said(front_end.ask(repeat_of(payment))[0]) == said(answer)
        assert front_end.ask(pay(ALONE))[0].elements[39] in {"00", "U1"}
    assert in_force(store) == {bill_no(nth): 1 for nth in range(ALONE + 1)}
    assert findings(store) == []
