"""Numbers of notices for a server's metrics."""

from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.results import Result, Verdict
from offline_collect.notify.backlog import notice_backlog
from tests.notify.conftest import FILE


def test_notices_are_counted_by_state_and_channel(desk):
    desk.teller.pay("S1")
    assert notice_backlog(desk.store, desk.now()).outbox == 1
    sender = desk.sender()
    desk.wait()
    sender.round()
    desk.teller.pay("S2")
    desk.channel.says = Result(Verdict.STOP, "answered 410")
    sender.round()
    desk.wait()
    sender.round()
    desk.teller.pay("S3")
    sender.round()
    found = notice_backlog(desk.store, desk.now())
    assert (found.outbox, found.sent) == (0, {FILE: 1} | {each: 0 for each in found.sent if each is not FILE})
    assert {key: number for key, number in found.open.items() if number} == {
        (NoticeState.WAITING, None): 1,
        (NoticeState.DEAD, FILE): 1,
    }


def test_messages_of_more_than_an_hour_ago_are_not_counted(desk):
    desk.teller.pay("S1")
    desk.wait()
    desk.sender().round()
    desk.wait(3601)
    assert notice_backlog(desk.store, desk.now()).sent[FILE] == 0
