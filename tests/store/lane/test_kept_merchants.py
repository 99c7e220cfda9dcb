"""Merchants and forms are parsed once a version; whatever changes them, the next batch decides by it."""

from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import update

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Channel
from offline_collect.domain.facts import Wants
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.merchants import MerchantStatus, SettlementAccount
from offline_collect.store import (
    StoreSettings,
    open_store,
    publish_form,
    replace_merchant,
    set_merchant_status,
)
from offline_collect.store.backoffice.manual_postings import read_facts
from offline_collect.store.schema.tables import merchants
from tests.fakes.bank import NOON
from tests.store.teller import loaded, published
from tests.support.samples import SCHOOL, WATER

SCHOOL_ID, WATER_ID = SCHOOL.merchant_id, WATER.merchant_id
LIMITED = replace(SCHOOL, limits_minor={Channel.TELLER: 1})
OTHER_FORM = PaymentForm(2, "学费", (Input("class_no", "班级", "请输入班级"),))


class RolledBackError(Exception):
    """Ends an office's transaction."""


@pytest.fixture(params=["write_session", "read_session"])
def session(request, teller):
    with closing(getattr(teller.store, request.param)()) as opened:
        yield opened


def school(session):
    return loaded(session, merchants={SCHOOL_ID}).merchants[SCHOOL_ID]


def current_form(session):
    return loaded(session, current_forms={SCHOOL_ID}).current_forms[SCHOOL_ID]


def test_an_unchanged_merchant_and_its_form_are_parsed_once_for_all_lanes(teller, session):
    merchant, form = school(session), current_form(session)
    with closing(teller.store.read_session()) as another:
        assert school(another) is school(session) is merchant
        assert current_form(another) is current_form(session) is form


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda tx: replace_merchant(tx, LIMITED), LIMITED),
        (
            lambda tx: set_merchant_status(tx, SCHOOL_ID, MerchantStatus.SUSPENDED),
            replace(SCHOOL, status=MerchantStatus.SUSPENDED),
        ),
        (lambda tx: publish_form(tx, SCHOOL_ID, OTHER_FORM, NOON), replace(SCHOOL, form_version=2)),
    ],
)
def test_a_change_of_the_office_holds_from_the_next_batch(teller, session, change, expected):
    school(session)
    with teller.store.transaction() as tx:
        change(tx)
    assert school(session) == replace(published(expected), form_version=expected.form_version or 1)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("name", "月光小学", replace(SCHOOL, name="月光小学")),
        ("trade", "water", replace(SCHOOL, trade="water")),
        ("settlement_account", "42", replace(SCHOOL, settlement_account=SettlementAccount("42"))),
        ("status", "CLOSED", replace(SCHOOL, status=MerchantStatus.CLOSED)),
        ("currency", "344", replace(SCHOOL, currency="344")),
        ("notices", 1, replace(SCHOOL, notices=True)),
    ],
)
def test_a_change_by_any_other_program_holds_too(teller, session, column, value, expected):
    school(session)
    with teller.store.transaction() as tx:
        own = merchants.c.merchant_id == SCHOOL_ID
        tx.connection.execute(update(merchants).where(own).values({column: value}))
    assert school(session) == published(expected)


def test_a_change_holds_on_a_lane_that_did_not_parse_the_merchant(teller, session):
    with closing(teller.store.write_session()) as another:
        school(another)
        with teller.store.transaction() as tx:
            replace_merchant(tx, LIMITED)
        school(another)
        assert school(session) == published(LIMITED)


def test_a_new_limit_refuses_the_next_payment(teller):
    assert teller.pay("S1")[1].approved
    with teller.store.transaction() as tx:
        replace_merchant(tx, LIMITED)
    assert teller.pay("S2")[1].code is ResponseCode.OVER_LIMIT
    with teller.store.transaction() as tx:
        replace_merchant(tx, SCHOOL)
    assert teller.pay("S2")[1].approved


def changed_and_rolled_back(store):
    """Change the school, see the change in the same transaction, and roll back."""
    with store.transaction() as tx:
        replace_merchant(tx, LIMITED)
        publish_form(tx, SCHOOL_ID, OTHER_FORM, NOON)
        seen = read_facts(tx, Wants(merchants={SCHOOL_ID}, current_forms={SCHOOL_ID}))
        assert seen.merchants[SCHOOL_ID] == replace(published(LIMITED), form_version=2)
        assert seen.current_forms[SCHOOL_ID] == OTHER_FORM
        raise RolledBackError


def test_what_an_office_rolls_back_reaches_no_lane(teller, session):
    before, form = school(session), current_form(session)
    with pytest.raises(RolledBackError):
        changed_and_rolled_back(teller.store)
    assert (school(session), current_form(session)) == (before, form)
    again = replace(OTHER_FORM, title="学杂费")
    with teller.store.transaction() as tx:
        publish_form(tx, SCHOOL_ID, again, NOON)
    assert current_form(session) == again


@pytest.mark.parametrize("cache_bytes", [1, 3_500])
def test_without_room_all_are_parsed_again_and_are_the_same(migrated_url, teller, cache_bytes):
    store = open_store(StoreSettings(migrated_url, cache_bytes=cache_bytes))
    names = {SCHOOL_ID, WATER_ID}
    with closing(store.write_session()) as small:
        for _ in range(2):
            facts = loaded(small, merchants=names, current_forms=names)
            assert facts.merchants == {SCHOOL_ID: published(SCHOOL), WATER_ID: published(WATER)}
            assert facts.current_forms == loaded(teller.session, current_forms=names).current_forms
    store.dispose()


def test_more_forms_than_there_is_room_for_are_read_again(migrated_url, teller):
    with teller.store.transaction() as tx:
        for number in range(3):
            publish_form(tx, WATER_ID, PaymentForm(1, f"{number}", (Input("a", "a", "a"),)), NOON)
    wanted = {(WATER_ID, version) for version in range(1, 5)}
    store = open_store(StoreSettings(migrated_url, cache_bytes=5_000))
    with closing(store.write_session()) as small:
        for _ in range(2):
            found = loaded(small, forms=wanted).forms
            titles = {version: form.title for (_, version), form in found.items()}
            assert titles == {1: "水费缴纳", 2: "0", 3: "1", 4: "2"}
    store.dispose()
