"""Changes of a merchant in the back office apply on the wire from the next message on."""

from tests.databases.school import MERCHANT, findings
from tests.e2e.forked import command


def answers(front_end, *messages):
    return [answer.elements[39] for answer in front_end.ask(*messages)]


def told(config, *words):
    done = command(config, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_merchant_that_is_suspended_resumed_and_closed_while_the_server_runs(config, server, store, pay):
    with server.connect() as front_end:
        assert answers(front_end, pay(0)) == ["00"]
        told(config, "merchant", "suspend", MERCHANT)
        assert answers(front_end, pay(1)) == ["U5"]
        told(config, "merchant", "resume", MERCHANT)
        assert answers(front_end, pay(2)) == ["00"]
        assert told(config, "merchant", "close", MERCHANT) == (
            "merchant SCHOOL01 is CLOSED; 2998 unpaid bills are not collected any more\n"
        )
        assert answers(front_end, pay(3)) == ["03"]
    assert findings(store) == []


def test_a_limit_that_is_set_while_the_server_runs(config, server, pay):
    with server.connect() as front_end:
        assert answers(front_end, pay(0)) == ["00"]
        limits = [f"limits.{channel}=100.00" for channel in ("TELLER", "KIOSK", "MOBILE", "ONLINE")]
        told(config, "merchant", "set", MERCHANT, *limits)
        assert answers(front_end, pay(1)) == ["61"]
        told(config, "merchant", "set", MERCHANT, "limits=null")
        assert answers(front_end, pay(2)) == ["00"]
