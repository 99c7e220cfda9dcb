"""The process that sends by HTTP: it works beside the sender, and may be killed at any point."""

import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.app.wiring.notify_http import http_process_terms
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.gateway_templates import GatewayTemplate
from offline_collect.domain.notices.results import ACCEPTED, Verdict
from offline_collect.notify.ahead import SenderAhead
from offline_collect.notify.channels.http_exchange import HttpTerms
from offline_collect.notify.channels.http_process import ENDED, HttpOutlet, HttpProcess
from offline_collect.notify.channels.terms import GatewayTerms, KannelTerms, WebhookTerms
from offline_collect.notify.gateway.account import GatewayAccount
from offline_collect.notify.send import Sender, SenderName
from tests.notify.conftest import TERMS, WORDS
from tests.notify.receiver import KEY, Receiver
from tests.notify.test_webhook import message
from tests.support.actors import user
from tests.support.samples import PUPIL

WEBHOOK = NoticeChannel.WEBHOOK
CHANNEL_TERMS = replace(TERMS, channels={WEBHOOK: TERMS.channels[NoticeChannel.FILE]})
PAYERS = 5


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def terms(url, batch_s=30.0):
    return http_process_terms({WEBHOOK: WebhookTerms(url, 30.0, 4, private=True, key=KEY)}, batch_s)


@pytest.fixture
def process(receiver):
    made = HttpProcess(terms(receiver.url))
    yield made
    made.close()


def messages(*numbers):
    return [message(number) for number in numbers]


def kills(process):
    """A receiver that kills the process which sends to it, as often as it is asked."""

    def killed(_handler):
        os.kill(process.pid, signal.SIGKILL)

    return killed


def ends(pid):
    """Wait until a child of this process has ended, and leave its exit code to whom it belongs."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_it_sends_what_it_is_handed_and_says_what_came_of_each(process, receiver):
    receiver.says = [410]
    results = process.begin(WEBHOOK, messages(*range(9)))()
    assert sorted(each.verdict for each in results) == [Verdict.ACCEPTED] * 8 + [Verdict.STOP]
    assert sorted(receiver.ids) == [f"PAID:{number}" for number in range(9)]
    assert process.pid != os.getpid()


def test_two_batches_are_under_way_and_their_results_come_in_order(process, receiver):
    first, second = process.begin(WEBHOOK, messages(1)), process.begin(WEBHOOK, messages(2, 3))
    assert (first(), second()) == ([ACCEPTED], [ACCEPTED] * 2)


def test_results_that_nobody_asked_for_are_not_those_of_another_batch(process, receiver):
    process.begin(WEBHOOK, messages(1, 2, 3))
    assert process.begin(WEBHOOK, messages(4))() == [ACCEPTED]


def test_it_gets_neither_the_settings_nor_a_secret_where_others_can_read_them(receiver, monkeypatch):
    monkeypatch.setenv("OFFLINE_COLLECT__DATABASE__URL", "postgresql://bank:geheim@db/bank")
    process = HttpProcess(terms(receiver.url))
    assert process.begin(WEBHOOK, messages(1))() == [ACCEPTED]
    seen = (
        Path(f"/proc/{process.pid}/cmdline").read_bytes() + Path(f"/proc/{process.pid}/environ").read_bytes()
    )
    assert b"notify_process" in seen
    assert not any(each in seen for each in (b"geheim", KEY, receiver.url.encode()))
    process.close()


def test_it_ends_when_the_sender_closes_its_end_also_with_messages_in_hand(receiver):
    receiver.says = [lambda _: receiver.released.wait()]
    process = HttpProcess(terms(receiver.url))
    process.begin(WEBHOOK, messages(1))
    pid = process.pid
    process.close()
    assert not Path(f"/proc/{pid}").exists()


def test_what_it_had_when_it_was_killed_is_tried_again_by_another_one_under_its_id(process, receiver):
    receiver.says = [kills(process)]
    former = process.pid
    assert process.begin(WEBHOOK, messages(1))() == [ENDED]
    ends(former)
    assert process.begin(WEBHOOK, messages(1))() == [ACCEPTED]
    assert process.pid != former
    assert receiver.ids == ["PAID:1", "PAID:1"]


def test_what_it_had_said_before_it_was_killed_counts(process):
    results = process.begin(WEBHOOK, messages(1, 2))
    later = process.begin(WEBHOOK, messages(3))
    assert later() == [ACCEPTED]
    os.kill(process.pid, signal.SIGKILL)
    ends(process.pid)
    following = process.begin(WEBHOOK, messages(4))
    assert following() == [ACCEPTED]
    assert len(results()) == 2


def test_one_that_says_nothing_is_killed(receiver):
    process = HttpProcess(terms(receiver.url, batch_s=0.05))
    os.kill(process.pid, signal.SIGSTOP)
    assert process.begin(WEBHOOK, messages(1))() == [ENDED]
    ends(process.pid)
    process.close()


def test_where_none_can_begin_the_messages_wait(receiver):
    process = HttpProcess(replace(terms(receiver.url), command=["/bin/false"]))
    ends(process.pid)
    assert process.begin(WEBHOOK, messages(1))() == [ENDED]
    ends(process.pid)
    process._terms = replace(process._terms, command=["/nowhere/python"])
    assert process.begin(WEBHOOK, messages(1))() == [ENDED]
    process.close()
    with pytest.raises(OSError, match="nowhere"):
        HttpProcess(replace(terms(receiver.url), command=["/nowhere/python"]))


def test_it_opens_every_channel_over_http():
    account = GatewayAccount(
        "http://127.0.0.1:9/", "K", "secret", "阳光缴费", "86", {"region": "cn-hangzhou"}
    )
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        kannel = KannelTerms(url, "bank", "p", None, 9, 5.0, 4, None)
        templates = {("PAID", "zh"): GatewayTemplate("T1", [])}
        form = Schemas().gateway("aliyun-sms")
        gateway = GatewayTerms(form, replace(account, url=url), templates, HttpTerms(5.0, 4, private=True))
        channels = {NoticeChannel.KANNEL: kannel, NoticeChannel.GATEWAY: gateway}
        process = HttpProcess(http_process_terms(channels, 30.0))
        begun = [process.begin(each, messages(1)) for each in channels]
        reasons = [results()[0].reason for results in begun]
    process.close()
    assert [each.startswith("the receiver cannot be connected to") for each in reasons] == [True, True]


class Paying:
    """Five payers of a school, each with a receipt that is due; the bank's app gets them by the process."""

    def __init__(self, desk, process):
        self.desk = desk
        for number in range(1, PAYERS + 1):
            desk.pupil(f"P{number}", f"X{number}")
            desk.customer(
                "SCHOOL01",
                replace(PUPIL, customer_no=f"P{number}", inputs={"student_no": f"P{number}"}),
                app_user=f"u-{number}",
            )
            desk.teller.pay(f"X{number}")
        desk.wait()
        who = SenderName("one", user("ops"))
        outlets = {WEBHOOK: HttpOutlet(process, WEBHOOK)}
        made = Sender(
            desk.store, desk, CHANNEL_TERMS, WORDS, who=who, outlets=outlets, share=lambda: 1.0, batch_max=2
        )
        self.sender = SenderAhead(made)

    def all_sent(self):
        """Do rounds until nothing is left; time passes for what is tried again."""
        for _ in range(20):
            while not self.sender.round().idle:
                pass
            if set(self.desk.states()) == {"SENT"}:
                return
            self.desk.wait(600)

    def told(self, receiver):
        """The ids under which each notice arrived."""
        found = {}
        for message_id, document in receiver.got:
            for notice in document["data"]["notices"]:
                found.setdefault(notice["id"], set()).add(message_id)
        return found


@pytest.mark.parametrize("nth", range(PAYERS))
def test_wherever_it_is_killed_no_notice_is_lost_and_none_goes_out_under_two_ids(
    desk, process, receiver, nth
):
    paying = Paying(desk, process)
    receiver.says = [204] * nth + [kills(process)]
    paying.all_sent()
    assert desk.states() == ["SENT"] * PAYERS
    told = paying.told(receiver)
    assert len(told) == PAYERS
    assert all(len(ids) == 1 for ids in told.values())
    assert len(receiver.ids) > PAYERS, "what was in hand came again"
