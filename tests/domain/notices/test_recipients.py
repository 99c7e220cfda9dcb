"""To whom a notice goes."""

from dataclasses import replace

import pytest

from offline_collect.domain.notices.addresses import AddressKind, address_digest, address_of
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.opt_out import AddressFault
from offline_collect.domain.notices.recipients import Recipient, first_usable, other_digests, ways_to
from tests.domain.notices.test_second_look import PAYER

APP, FILE, SMTP = NoticeChannel.WEBHOOK, NoticeChannel.FILE, NoticeChannel.SMTP
SMS, GATEWAY = NoticeChannel.KANNEL, NoticeChannel.GATEWAY
KEY = b"k" * 32


@pytest.mark.parametrize(
    ("gone", "channels", "expected"),
    [
        ((), (APP, FILE), (APP, "u-17")),
        (("app_user",), (APP, FILE), (FILE, "13800138000")),
        (("app_user", "mobile"), (APP, FILE), (FILE, "wang@example.com")),
        (("app_user", "mobile", "email"), (APP, FILE), None),
        (("app_user",), (APP,), None),
        ((), (FILE,), (FILE, "u-17")),
        ((), (SMTP, FILE), (SMTP, "wang@example.com")),
        ((), (), None),
        ((), (SMS, FILE), (SMS, "13800138000")),
        ((), (GATEWAY,), (GATEWAY, "13800138000")),
        (("mobile",), (SMS, GATEWAY, FILE), (FILE, "u-17")),
    ],
)
def test_a_notice_goes_to_the_first_channel_that_reaches_the_payer(gone, channels, expected):
    payer = replace(PAYER, **dict.fromkeys(gone))
    to, fault = first_usable(ways_to(payer, channels, KEY), lambda _: None)
    assert (to and (to.channel, to.address), fault) == (expected, None)


def test_a_way_with_a_fault_is_passed_over_and_the_first_fault_told():
    ways = ways_to(PAYER, (APP, FILE), KEY)
    faults = {"u-17": AddressFault.BAD, "13800138000": AddressFault.SHARED}
    to, fault = first_usable(ways, lambda way: faults.get(way.address))
    assert (to.channel, to.address, fault) == (FILE, "wang@example.com", None)
    assert first_usable(ways[:3], lambda way: faults[way.address]) == (None, AddressFault.BAD)


def test_an_address_is_not_shown_and_has_one_digest_on_all_channels():
    app, file, mobile, _ = ways_to(PAYER, (APP, FILE), KEY)
    assert "u-17" not in repr(app)
    assert mobile.masked == "138****8000"
    assert app.digest == file.digest != mobile.digest
    assert app.digest == address_digest(KEY, address_of(AddressKind.APP, "u-17"))
    assert app == Recipient(APP, "u-17", app.digest)


def test_what_he_said_of_an_address_that_no_channel_uses_is_looked_for_too():
    def digest(kind, text):
        return address_digest(KEY, address_of(kind, text))

    assert other_digests(PAYER, (SMTP,), KEY) == (
        digest(AddressKind.APP, "u-17"),
        digest(AddressKind.MOBILE, "13800138000"),
    )
    assert other_digests(replace(PAYER, app_user=None), (SMTP, SMS), KEY) == ()
    assert other_digests(PAYER, (FILE,), KEY) == ()
