"""Metrics: the reports of lanes and links are written in Prometheus' format."""

import pytest

from offline_collect.app.observability.metrics import Metrics
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.imports.life import ImportState
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.ports import Cause
from offline_collect.notify.backlog import Backlog


@pytest.fixture
def metrics():
    return Metrics()


def samples(metrics):
    lines = metrics.render().decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if line.startswith("offline_collect"))


def test_messages_are_counted_by_link_type_and_code(metrics):
    for _ in range(2):
        metrics.answered("fep-1", "payment", ResponseCode.APPROVED, 0.004)
    metrics.answered("fep-1", "payment", ResponseCode.ALREADY_PAID, 0.3)
    shown = samples(metrics)
    assert shown['offline_collect_messages_total{code="APPROVED",link="fep-1",message="payment"}'] == "2.0"
    assert (
        shown['offline_collect_messages_total{code="ALREADY_PAID",link="fep-1",message="payment"}'] == "1.0"
    )
    assert shown['offline_collect_request_seconds_bucket{le="0.005",link="fep-1",message="payment"}'] == "2.0"
    assert shown['offline_collect_request_seconds_count{link="fep-1",message="payment"}'] == "3.0"


def test_imports_are_shown_by_state(metrics):
    metrics.imports({ImportState.WAITING: 2, ImportState.RELEASED: 0})
    shown = samples(metrics)
    assert shown['offline_collect_imports{state="WAITING"}'] == "2.0"
    assert shown['offline_collect_imports{state="RELEASED"}'] == "0.0"


def test_notices_are_shown_by_state_and_channel(metrics):
    waiting = {(NoticeState.WAITING, None): 2, (NoticeState.DEAD, NoticeChannel.FILE): 1}
    metrics.notices(Backlog(3, waiting, {NoticeChannel.FILE: 4}))
    shown = samples(metrics)
    assert shown['offline_collect_notices{channel="none",state="OUTBOX"}'] == "3.0"
    assert shown['offline_collect_notices{channel="none",state="WAITING"}'] == "2.0"
    assert shown['offline_collect_notices{channel="FILE",state="DEAD"}'] == "1.0"
    assert shown['offline_collect_notices_sent_lately{channel="FILE"}'] == "4.0"


def test_a_time_counts_in_every_bucket_that_it_does_not_exceed():
    metrics = Metrics()
    for seconds in (0.005, 1.0, 11.0):
        metrics.answered("fep-1", "payment", ResponseCode.APPROVED, seconds)
    shown, name = samples(metrics), "offline_collect_request_seconds"
    buckets = {
        bound: shown[f'{name}_bucket{{le="{bound}",link="fep-1",message="payment"}}']
        for bound in ("0.002", "0.005", "0.5", "1.0", "10.0", "+Inf")
    }
    assert buckets == {
        "0.002": "0.0",
        "0.005": "1.0",
        "0.5": "1.0",
        "1.0": "2.0",
        "10.0": "2.0",
        "+Inf": "3.0",
    }
    assert float(shown[f'{name}_sum{{link="fep-1",message="payment"}}']) == pytest.approx(12.005)


def test_connections_rise_and_fall(metrics):
    metrics.connected("fep-1")
    metrics.connected("fep-1")
    metrics.disconnected("fep-1")
    metrics.refused("fep-1", "network")
    metrics.hung_up("fep-1", "frame_timeout_s")
    metrics.accept_failed()
    metrics.unanswered("fep-1", "gone")
    shown = samples(metrics)
    assert shown['offline_collect_connections{link="fep-1"}'] == "1.0"
    assert shown['offline_collect_connections_accepted_total{link="fep-1"}'] == "2.0"
    assert shown['offline_collect_connections_refused_total{link="fep-1",reason="network"}'] == "1.0"
    assert shown['offline_collect_connections_hung_up_total{link="fep-1",reason="frame_timeout_s"}'] == "1.0"
    assert shown["offline_collect_accept_failures_total"] == "1.0"
    assert shown['offline_collect_unanswered_total{link="fep-1",reason="gone"}'] == "1.0"


def test_a_batch_tells_its_size_its_stages_and_whether_it_committed(metrics):
    metrics.batch("write-0", 200, {"load": 0.5, "commit": 0.25})
    metrics.batch("write-0", 1, {"load": 0.5})
    metrics.stage("decode", 0.125, 3)
    shown = samples(metrics)
    assert shown['offline_collect_batch_size_bucket{lane="write-0",le="1.0"}'] == "1.0"
    assert shown['offline_collect_batch_size_sum{lane="write-0"}'] == "201.0"
    assert shown['offline_collect_commands_total{lane="write-0"}'] == "201.0"
    assert shown['offline_collect_commits_total{lane="write-0"}'] == "1.0"
    assert shown['offline_collect_stage_seconds_total{stage="load"}'] == "1.0"
    assert shown['offline_collect_stage_seconds_total{stage="decode"}'] == "0.125"
    assert shown['offline_collect_stage_messages_total{stage="decode"}'] == "3.0"


def test_queues_and_retries_are_told_by_lane(metrics):
    metrics.queued("write-0", 7)
    metrics.queued("write-0", 3)
    metrics.retried("write-0", "conflict")
    shown = samples(metrics)
    assert shown['offline_collect_queue_depth{lane="write-0"}'] == "3.0"
    assert shown['offline_collect_retries_total{lane="write-0",reason="conflict"}'] == "1.0"


def test_an_outage_shows_its_cause_and_ends(metrics):
    metrics.outage("write-0", Cause.DISK_FULL)
    metrics.outage("write-0", Cause.READ_ONLY)
    shown = samples(metrics)
    assert shown['offline_collect_outage{cause="disk_full",lane="write-0"}'] == "0.0"
    assert shown['offline_collect_outage{cause="read_only",lane="write-0"}'] == "1.0"
    metrics.outage("write-0", None)
    assert samples(metrics)['offline_collect_outage{cause="read_only",lane="write-0"}'] == "0.0"


def test_what_is_not_ready_shows_every_cause_that_there_is(metrics):
    metrics.unready({"lanes", "disk_full"})
    metrics.unready({"lanes"})
    shown = samples(metrics)
    assert shown['offline_collect_unready{cause="lanes"}'] == "1.0"
    assert shown['offline_collect_unready{cause="disk_full"}'] == "0.0"


def test_two_servers_in_one_process_do_not_share_counts(metrics):
    metrics.queued("write-0", 7)
    metrics.clock_jumped()
    metrics.day_in_doubt(doubt=True)
    assert set(samples(Metrics()).values()) == {"0.0"}


def test_uses_of_the_broken_glass_are_counted(metrics):
    for times in (3, 0, 1):
        metrics.glass_broken(times)
    assert samples(metrics)["offline_collect_break_glass_total"] == "4.0"


def test_doubts_about_the_clock_are_told(metrics):
    metrics.clock_jumped()
    metrics.redated("fep-1")
    for doubt in (False, True):
        metrics.day_in_doubt(doubt=doubt)
        assert samples(metrics)["offline_collect_clock_disagrees"] == str(float(doubt))
    assert samples(metrics)["offline_collect_clock_jumps_total"] == "1.0"
    assert samples(metrics)['offline_collect_redated_total{link="fep-1"}'] == "1.0"
