"""Changes that need two people on a real store: a request changes nothing, an approval does the whole change."""

import datetime as dt
import json
import threading
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from offline_collect.domain.access.actor import SYSTEM, NotPermittedError
from offline_collect.domain.access.approvals import PENDING_MAX, ApprovalState, DualAction
from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.access.organisation import GROUP, OrganisationKind, Scope, organisation_under
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.days import CLOCK
from offline_collect.domain.errors import PostingError
from offline_collect.domain.merchants import FeeRule, MerchantStatus
from offline_collect.merchant.access.approvals import CARRY_OUT, approve, find, reject, show, withdraw
from offline_collect.merchant.access.errors import (
    ApprovalError,
    ChangedSinceError,
    DisabledUserError,
    TooManyRequestsError,
)
from offline_collect.merchant.access.requests import Asked, DualControl
from offline_collect.merchant.access.user_changes import UserChange
from offline_collect.merchant.access.users import register_user, set_user
from offline_collect.merchant.common.errors import MerchantExistsError
from offline_collect.merchant.common.refused_rows import ListRefusedError
from offline_collect.merchant.postings.paid_at_office import settle_outside
from offline_collect.merchant.profile.lifecycle import change_status, register_merchant
from offline_collect.store import (
    AuditFilter,
    NotFoundError,
    add_organisation,
    audit_rows,
    get_merchant,
    organisations_of_merchants,
)
from offline_collect.store.schema.user_tables import audit_trail
from tests.fakes.bank import NOON
from tests.store.asking import ANNA, BOB, CARL, NEW, Office, outside
from tests.store.keyed import CUSTODY
from tests.support.actors import person
from tests.support.samples import SCHOOL

OTHER = organisation_under(GROUP, "BANK2", OrganisationKind.BANK, "Second bank")
LATER = NOON + dt.timedelta(hours=72)


@pytest.fixture
def office(teller, tmp_path):
    """A store with an ADMIN, two CHECKERs, and 123.45 in suspense."""
    for name, role in (("bob", Role.CHECKER), ("carl", Role.CHECKER), ("anna", Role.ADMIN)):
        register_user(teller.store, name, [role], SYSTEM, NOON)
    return Office(teller, tmp_path)


def test_every_action_has_its_use_case():
    assert set(CARRY_OUT) == set(DualAction)


@pytest.mark.parametrize("action", DualAction)
def test_what_one_user_asks_for_is_done_when_another_one_approves(office, action):
    number = office.ask(action)
    assert not office.done(action)
    assert office.trail(1) == [("anna", None, "approvals ask", str(number))]
    approved = approve(office.store, number, BOB, LATER - dt.timedelta(seconds=1), lambda: CUSTODY)
    assert office.done(action)
    assert (approved.state, approved.decided_by) == (ApprovalState.APPROVED, "bob")
    done, decided = office.trail()
    assert (done[0], decided) == ("anna", ("bob", None, "approvals approve", str(number)))
    assert office.teller.report().findings == ()


@pytest.mark.parametrize("action", DualAction)
def test_the_system_user_does_at_once_what_needs_two_people(office, action):
    assert not isinstance(office.use_case(action, SYSTEM), Asked)
    assert office.done(action)


@pytest.mark.parametrize("action", DualAction)
def test_what_is_rejected_is_not_done(office, action):
    number = office.ask(action)
    rejected = reject(office.store, number, BOB, NOON, " not ours ")
    assert (rejected.state, rejected.reason) == (ApprovalState.REJECTED, "not ours")
    with pytest.raises(ApprovalError, match=f"^approval {number} is REJECTED already$"):
        approve(office.store, number, CARL, NOON)
    assert not office.done(action)


@pytest.mark.parametrize(
    ("asks", "decides"),
    [
        (ANNA, ANNA),
        (person("anna", through="root"), person("bob", through="root")),
        (ANNA, person("bob", through="anna")),
        (person("anna", through="carl"), CARL),
    ],
    ids=["himself", "both through one", "through who asked", "who was acted through"],
)
def test_nobody_decides_what_he_asked_for(office, asks, decides):
    number = office.ask("user add", asks)
    for decide in (approve, reject):
        with pytest.raises(ApprovalError, match=r"was asked for by the same person \(anna\)"):
            decide(office.store, number, replace(decides, roles=ANNA.roles), NOON)
    assert office.state(number) is ApprovalState.PENDING
    assert not office.done("user add")


def test_who_asked_withdraws_and_nobody_else(office):
    number = office.ask("user add")
    with pytest.raises(
        ApprovalError, match="was asked for by anna, and only the requester may withdraw it: reject it"
    ):
        withdraw(office.store, number, BOB, NOON)
    assert withdraw(office.store, number, ANNA, NOON).state is ApprovalState.WITHDRAWN
    assert office.trail(1) == [("anna", None, "approvals withdraw", str(number))]


def test_deciding_takes_the_permission_to_approve_and_not_that_of_the_thing_itself(office):
    number = office.ask("user add")
    operator = person("olga", Role.OPERATOR)
    for decide in (approve, reject):
        with pytest.raises(NotPermittedError, match=r"\(APPROVE\)"):
            decide(office.store, number, operator, NOON)
    assert approve(office.store, number, BOB, NOON)


def test_a_request_expires(office):
    number = office.ask("user add")
    for decide in (approve, reject):
        with pytest.raises(ApprovalError, match=f"approval {number} is EXPIRED already"):
            decide(office.store, number, BOB, LATER)
    assert office.trail(1) == [(CLOCK, None, "approvals expire", str(number))]
    assert not office.done("user add")


def test_how_long_a_request_waits_is_the_caller_s_to_say(office):
    control = DualControl(dt.timedelta(hours=1))
    asked = register_user(office.store, "dora", [Role.MAKER], ANNA, NOON, control)
    assert show(office.store, asked.number, BOB).expires_at == NOON + dt.timedelta(hours=1)


def test_who_asked_must_still_be_allowed_to(office):
    number = office.ask("merchant add")
    set_user(office.store, "anna", UserChange(roles=(Role.AUDITOR,)), SYSTEM, NOON)
    with pytest.raises(NotPermittedError, match="anna may not register"):
        approve(office.store, number, BOB, NOON)
    set_user(office.store, "anna", UserChange(disabled=True), SYSTEM, NOON)
    with pytest.raises(DisabledUserError, match="anna is disabled"):
        approve(office.store, number, BOB, NOON)
    assert office.state(number) is ApprovalState.PENDING


def test_a_merchant_that_changed_meanwhile_is_not_changed(office):
    number = office.ask("merchant set")
    change_status(office.store, "SCHOOL01", MerchantStatus.SUSPENDED, ANNA, NOON)
    assert office.change({"name": "三小"}, ANNA).differences
    trail = office.trail(5)
    with pytest.raises(ChangedSinceError):
        approve(office.store, number, BOB, NOON)
    assert office.state(number) is ApprovalState.PENDING
    assert office.trail(5) == trail


def test_a_merchant_that_was_suspended_meanwhile_is_changed_and_stays_suspended(office):
    number = office.ask("merchant set")
    change_status(office.store, "SCHOOL01", MerchantStatus.SUSPENDED, ANNA, NOON)
    approve(office.store, number, BOB, NOON)
    with office.store.snapshot() as reading:
        assert get_merchant(reading, "SCHOOL01").status is MerchantStatus.SUSPENDED


def test_a_user_who_changed_meanwhile_is_not_changed(office):
    number = office.ask("user set")
    assert set_user(office.store, "carl", UserChange(disabled=True), ANNA, NOON) is True, "at once"
    with pytest.raises(ChangedSinceError):
        approve(office.store, number, BOB, NOON)


def test_money_that_went_elsewhere_meanwhile_is_not_posted_twice(office):
    first, second = office.ask("suspense refund"), office.ask("suspense apply")
    approve(office.store, first, BOB, NOON)
    with pytest.raises(PostingError, match="was refunded"):
        approve(office.store, second, BOB, NOON)
    assert office.state(second) is ApprovalState.PENDING
    assert reject(office.store, second, BOB, NOON).state is ApprovalState.REJECTED


def test_a_bill_that_was_paid_meanwhile_is_not_settled_again(office):
    single, whole = office.ask("bills settle-outside"), office.ask("bills settle-outside --file")
    office.teller.pay("S2")
    office.teller.pay("S5")
    with pytest.raises(PostingError, match="paid already"):
        approve(office.store, single, BOB, NOON)
    with pytest.raises(ListRefusedError):
        approve(office.store, whole, BOB, NOON)
    assert {office.state(number) for number in (single, whole)} == {ApprovalState.PENDING}


def test_what_cannot_be_done_is_not_asked_for(office):
    office.teller.pay("S2")
    with pytest.raises(PostingError, match="paid already"):
        settle_outside(office.store, outside("S2"), ANNA, NOON)
    with pytest.raises(MerchantExistsError):
        register_merchant(office.store, replace(SCHOOL, name="x"), ANNA, NOON)
    assert find(office.store, BOB, NOON) == []


def test_what_needs_one_person_is_done_at_once(office):
    assert office.change({"limits.TELLER": "80000.00", "late_fee.rule": "NONE"}).differences
    assert set_user(office.store, "carl", UserChange(disabled=True), ANNA, NOON) is True
    assert find(office.store, BOB, NOON) == []


def test_a_fee_that_is_approved_after_a_cutover_does_not_reach_back(office):
    office.teller.pay("S1")
    asked = office.change({"fee.per_payment": "0.50"})
    with office.store.transaction() as tx:
        tx.connection.execute(text("UPDATE business_days SET business_date = '2026-11-25'"))
    approve(office.store, asked.number, BOB, NOON)
    with office.store.snapshot() as reading:
        fee = get_merchant(reading, "SCHOOL01").fee
    assert (fee.per_payment_minor, fee.starts) == (50, dt.date(2026, 11, 26))
    assert fee.former.per_payment_minor == 0


def test_a_change_of_rules_by_registering_again_waits_too(office):
    asked = register_merchant(office.store, replace(SCHOOL, fee=FeeRule(7)), ANNA, NOON, overwrite=True)
    assert show(office.store, asked.number, BOB).action is DualAction.MERCHANT_SET
    approve(office.store, asked.number, BOB, NOON)
    with office.store.snapshot() as reading:
        assert get_merchant(reading, "SCHOOL01").fee.per_payment_minor == 7


def test_the_same_merchant_registered_meanwhile_ends_the_request(office):
    number = office.ask("merchant add")
    register_merchant(office.store, NEW, SYSTEM, NOON)
    assert approve(office.store, number, BOB, NOON).state is ApprovalState.APPROVED


def test_a_request_is_decided_once_by_however_many(office):
    number = office.ask("bills settle-outside")
    begin = threading.Barrier(2)

    def decide(actor):
        begin.wait()
        with suppress(ApprovalError, PostingError):
            won.append(approve(office.store, number, actor, NOON).decided_by)

    won = []
    threads = [threading.Thread(target=decide, args=(actor,)) for actor in (BOB, CARL)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [show(office.store, number, BOB).decided_by] == won
    assert office.teller.report().findings == ()


def test_requests_of_one_user_are_bounded(office):
    number = office.ask("user add")
    with office.store.transaction() as tx:
        columns = "action, organisation_id, subject, payload, asked_by, asked_at, expires_at, state"
        tx.connection.execute(
            text(
                f"INSERT INTO approvals (approval_id, {columns}) "
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) "
                f"SELECT 1000 + i, {columns} FROM approvals, n"
            ),
            {"most": PENDING_MAX - 1},
        )
    with pytest.raises(TooManyRequestsError, match=r"^1000 requests of anna wait"):
        office.ask("merchant add")
    withdraw(office.store, number, ANNA, NOON)
    assert office.ask("merchant add") == number + 1


def test_the_audit_names_what_is_asked_for_and_no_account(office):
    office.ask("merchant set")
    with office.store.snapshot() as reading:
        latest = select(audit_trail.c.after).order_by(audit_trail.c.sequence.desc()).limit(1)
        after = reading.connection.execute(latest).scalar_one()
    assert "6222000000000077" not in after
    said = json.loads(after)
    assert (said["asks_for"], said["subject"], said["asked_by"]) == ("merchant set", "SCHOOL01", "anna")


def test_requests_are_found_by_state_and_merchant(office):
    first, second = office.ask("merchant set"), office.ask("user add")
    reject(office.store, second, BOB, NOON)
    found = find(office.store, person("wang", Role.AUDITOR), NOON, ApprovalState.PENDING, "SCHOOL01")
    assert [each.approval_id for each in found] == [first]
    assert [each.approval_id for each in find(office.store, BOB, NOON)] == [second, first]
    with pytest.raises(NotPermittedError):
        find(office.store, replace(BOB, roles=frozenset()), NOON)
    with pytest.raises(NotPermittedError):
        show(office.store, first, replace(BOB, roles=frozenset()))


def test_a_request_is_seen_and_decided_by_users_of_what_it_belongs_to(office):
    with office.store.transaction() as tx:
        add_organisation(tx, OTHER)
    first, second = office.ask("merchant add"), office.ask("user set")
    other = office.store.within(Scope(OTHER.path))
    assert find(other, BOB, NOON) == []
    for decide in (approve, reject, withdraw):
        with pytest.raises(NotFoundError, match=f"there is no approval {first};"):
            decide(other, first, BOB, NOON)
    own = office.store.within(Scope("/BANK/"))
    assert [each.approval_id for each in find(own, BOB, NOON)] == [second, first]
    with own.snapshot() as reading, other.snapshot() as elsewhere:
        wanted = AuditFilter(subject_type=SubjectType.APPROVAL)
        assert [row.subject_id for row in audit_rows(reading, wanted)] == [str(first), str(second)]
        assert list(audit_rows(elsewhere, wanted)) == []
    assert approve(own, second, BOB, NOON).state is ApprovalState.APPROVED
    people = office.store.within(Scope("/BANK/", frozenset({"SCHOOL02"})))
    assert [each.approval_id for each in find(people, BOB, NOON)] == [first]


def test_who_approves_need_not_see_all_that_who_asked_sees(office):
    with office.store.transaction() as tx:
        add_organisation(tx, OTHER)
    asked = register_merchant(office.store, NEW, ANNA, NOON, organisation_id="BANK2")
    approve(office.store.within(Scope(OTHER.path)), asked.number, BOB, NOON)
    with office.store.snapshot() as reading:
        assert organisations_of_merchants(reading, "SCHOOL02") == {"SCHOOL02": "BANK2"}
