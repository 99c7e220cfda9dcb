"""To whom a notice goes."""

from dataclasses import replace

import pytest

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.recipients import Recipient, recipient_of
from tests.domain.notices.test_second_look import PAYER

APP, FILE = NoticeChannel.WEBHOOK, NoticeChannel.FILE
SMS, GATEWAY = NoticeChannel.KANNEL, NoticeChannel.GATEWAY


@pytest.mark.parametrize(
    ("gone", "channels", "expected"),
    [
        ((), (APP, FILE), (APP, "u-17")),
        (("app_user",), (APP, FILE), (FILE, "13800138000")),
        (("app_user", "mobile"), (APP, FILE), (FILE, "wang@example.com")),
        (("app_user", "mobile", "email"), (APP, FILE), None),
        (("app_user",), (APP,), None),
        ((), (FILE,), (FILE, "u-17")),
        ((), (), None),
        ((), (SMS, FILE), (SMS, "13800138000")),
        ((), (GATEWAY,), (GATEWAY, "13800138000")),
        (("mobile",), (SMS, GATEWAY, FILE), (FILE, "u-17")),
    ],
)
def test_a_notice_goes_to_the_first_channel_that_reaches_the_payer(gone, channels, expected):
    payer = replace(PAYER, **dict.fromkeys(gone))
    assert recipient_of(payer, channels) == (expected and Recipient(*expected))


def test_an_address_is_not_shown_and_its_digest_tells_channels_apart():
    app, file = Recipient(APP, "u-17"), Recipient(FILE, "u-17")
    assert "u-17" not in repr(app)
    assert app.digest == Recipient(APP, "u-17").digest != file.digest
