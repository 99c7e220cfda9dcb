"""Opt-outs by an operator, the app and the links of mails."""

from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import NotPermittedError, ScopeError
from offline_collect.domain.access.organisation import BANK, Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.notices.addresses import AddressKind, address_of
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.opt_out import OptOutSource
from offline_collect.domain.notices.unsubscribe import Unsubscription, make_token
from offline_collect.notify.opt_outs import OptOutOrder, opt_in, opt_out, unsubscribe, view_opt_outs
from offline_collect.store import NotFoundError, StoreSettings, open_store, upgrade
from offline_collect.store.notices.addresses import address_key
from tests.notify.conftest import FILE, TERMS
from tests.notify.test_replies import told
from tests.support.actors import user
from tests.support.samples import PUPIL

OPS = user("ops")
MOBILE = address_of(AddressKind.MOBILE, "138-2603-0117")
ORDER = OptOutOrder("SCHOOL01", MOBILE, NoticeClass.SERVICE)


def test_an_opt_out_holds_at_once_and_an_opt_in_takes_it_back(desk):
    desk.teller.pay("S1")
    desk.wait()
    assert opt_out(desk.store, OPS, ORDER, desk.now())
    assert not opt_out(desk.store, OPS, ORDER, desk.now())
    desk.sender().round()
    assert (desk.channel.ids, desk.states()) == ([], ["SUPPRESSED"])
    opt_in(desk.store, OPS, ORDER, desk.now())
    assert told(desk, "S2") == ("SENT", None)
    with pytest.raises(NoticeError, match=r"138\*\*\*\*0117 has not opted out of SERVICE"):
        opt_in(desk.store, OPS, ORDER, desk.now())


def test_an_opt_out_holds_also_where_no_channel_uses_its_address(desk):
    desk.customer("SCHOOL01", PUPIL, email="wang@example.com")
    terms = replace(TERMS, channels={NoticeChannel.SMTP: TERMS.channels[FILE]})
    for bill, states in (("S1", ["SENT"]), ("S2", ["SENT", "SUPPRESSED"])):
        desk.teller.pay(bill)
        desk.wait()
        desk.sender(terms=terms).round()
        assert desk.states() == states
        opt_out(desk.store, OPS, ORDER, desk.now())


def test_an_opt_out_is_of_one_merchant(desk):
    opt_out(desk.store, OPS, replace(ORDER, merchant_id="WATER001"), desk.now())
    assert told(desk, "S1") == ("SENT", None)


def test_opt_outs_are_listed_by_pages_with_masked_addresses(desk):
    app = address_of(AddressKind.APP, "u-17")
    opt_out(desk.store, OPS, ORDER, desk.now())
    opt_out(desk.store, OPS, replace(ORDER, notice_class=NoticeClass.COMMERCIAL), desk.now())
    opt_out(desk.store, OPS, replace(ORDER, address=app, source=OptOutSource.APP), desk.now())
    found, after = [], None
    while True:
        page = view_opt_outs(desk.store, OPS, "SCHOOL01", (after, 1))
        found += page.documents
        after = page.following
        if after is None:
            break
    shown = {(each["address"], each["class"], each["source"]) for each in found}
    assert shown == {
        ("138****0117", "SERVICE", "OPERATOR"),
        ("138****0117", "COMMERCIAL", "OPERATOR"),
        ("u***", "SERVICE", "APP"),
    }
    assert len(found) == 3


def test_the_link_of_a_mail_opts_its_address_out(desk):
    desk.customer("SCHOOL01", PUPIL, mobile=None, email="wang@example.com")
    assert told(desk, "S1") == ("SENT", None)
    digest = desk.channel.messages[0].to.digest
    said = Unsubscription("SCHOOL01", NoticeClass.SERVICE, digest, "w***@example.com")
    token = make_token(b"k" * 32, said)
    with pytest.raises(NoticeError, match="not one that this platform has signed"):
        unsubscribe(desk.store, OPS, lambda: b"x" * 32, token, desk.now())
    assert unsubscribe(desk.store, OPS, lambda: b"k" * 32, token, desk.now())
    assert not unsubscribe(desk.store, OPS, lambda: b"k" * 32, token, desk.now())
    assert told(desk, "S2") == ("SUPPRESSED", "the payer wants no more of it")
    (kept,) = view_opt_outs(desk.store, OPS, "SCHOOL01", (None, 10)).documents
    assert (kept["address"], kept["source"]) == ("w***@example.com", "EMAIL")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"merchant_id": "NONE"}, NotFoundError),
        ({"address": address_of(AddressKind.MOBILE, "12")}, NoticeError),
        ({"address": address_of(AddressKind.EMAIL, "wang")}, NoticeError),
    ],
)
def test_an_opt_out_of_nothing_is_refused(desk, changes, error):
    with pytest.raises(error):
        opt_out(desk.store, OPS, replace(ORDER, **changes), desk.now())


def test_only_who_may_send_keeps_opt_outs(desk):
    ann = user("ann", Role.AUDITOR)
    for refused in (opt_out, opt_in):
        with pytest.raises(NotPermittedError):
            refused(desk.store, ann, ORDER, desk.now())
    own = replace(user("otto", Role.OPERATOR), scope=Scope(BANK.path))
    for actor, error in ((ann, NotPermittedError), (own, ScopeError)):
        with pytest.raises(error):
            unsubscribe(desk.store, actor, bytes, "", desk.now())


def test_each_store_has_a_key_of_its_own(tmp_path):
    keys = set()
    for name in ("one", "other"):
        settings = StoreSettings(f"sqlite:///{tmp_path}/{name}.db")
        upgrade(settings)
        store = open_store(settings)
        with store.snapshot() as reading:
            keys.add(address_key(reading))
        store.dispose()
    assert len(keys) == 2
    assert {len(each) for each in keys} == {32}
