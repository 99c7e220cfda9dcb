"""Certificates are read again at SIGHUP; the log and the page /status give their end in local time."""

import datetime as dt
import logging
from zoneinfo import ZoneInfo

from offline_collect.app.observability.metrics import Metrics
from offline_collect.app.serving.certificates import Certificates
from offline_collect.app.wiring.clock import LocalClock
from offline_collect.server.errors import CertificateError
from tests.fakes.clock import HandClock

END = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


class Held:
    """A link's certificate that ends at the end of the year."""

    expires_at = END

    def __init__(self, broken=False):
        self.broken = broken

    def reload(self):
        if self.broken:
            raise CertificateError("fep-2: tls.key: no such file")

    def note(self, _now):
        return None


def test_what_was_read_again_is_told_with_its_end_and_what_was_not_with_its_reason(caplog):
    clock = LocalClock(HandClock(dt.datetime(2026, 11, 22, tzinfo=dt.UTC)), ZoneInfo("Asia/Shanghai"))
    certificates = Certificates({"fep-1": Held(), "fep-2": Held(broken=True)}, clock, Metrics())
    with caplog.at_level(logging.INFO):
        certificates.reload()
    assert [each.getMessage() for each in caplog.records] == [
        "link fep-1: certificates were read again; the first expires 2027-01-01 08:00:00+08:00",
        "fep-2: tls.key: no such file; link fep-2 continues with its present certificate",
    ]
    assert certificates.expiries()["fep-1"] == "2027-01-01 08:00:00+08:00"
