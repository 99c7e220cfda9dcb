"""What payers type does not pass to another customer in two imports, as long as the first one owes something."""

import pytest

from offline_collect.merchant.imports.identity import IdentityError
from tests.merchant.importing import bills_of, counts

HEAD = "客户编号,姓名,学号\n"
LEFT = HEAD + "C1,王小明,2026039901\n"
TAKEN = HEAD + "C9,新同学,2026030117\n"


def owes(desk, text="A,C1,1.00,2026-10"):
    desk.take("bills", bills_of(text))


def test_an_input_of_somebody_who_owes_something_is_not_given_away(pupils):
    owes(pupils)
    pupils.take("customers", LEFT)
    with pytest.raises(IdentityError) as caught:
        pupils.take("customers", TAKEN)
    assert (
        "it would bring inputs that were other customers' until a change, who still have unpaid bills: C1, now C9;"
        in str(caught.value)
    )
    assert pupils.preview("customers", TAKEN).identity.stop
    assert counts(pupils.take("customers", TAKEN, identity_changes=True)) == {"new": 1}


def test_a_customer_who_changes_takes_an_input_over_as_a_new_one_does(pupils):
    owes(pupils)
    pupils.take("customers", LEFT)
    with pytest.raises(IdentityError, match="C1, now C2"):
        pupils.take("customers", HEAD + "C2,李雷,2026030117\n")


def test_an_input_of_somebody_who_owes_nothing_is_free(pupils):
    pupils.take("customers", LEFT)
    assert counts(pupils.take("customers", TAKEN)) == {"new": 1}


def test_a_customer_gets_an_input_of_its_own_back(pupils):
    owes(pupils)
    pupils.take("customers", LEFT)
    assert counts(pupils.take("customers", HEAD + "C1,王小明,2026030117\n")) == {"changed": 1}


def test_what_was_meant_once_is_not_asked_again(pupils):
    owes(pupils)
    pupils.take("customers", LEFT)
    pupils.take("customers", TAKEN, identity_changes=True)
    again = "客户编号,姓名,学号,手机\nC9,新同学,2026030117,13800000000\n"
    assert counts(pupils.take("customers", again)) == {"changed": 1}
