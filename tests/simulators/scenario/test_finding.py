import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.layouts.pds import build_pds
from offline_collect_terminal.errors import ScenarioError
from offline_collect_terminal.wire.dialects import load_codec
from tests.simulators.peer import answer, serving

OWED = {
    "001": {"B1": "18000", "B2": "20050"},
    "002": {},
    "003": {"B3": "00500", "BAD": "x"},
    "004": {"B4": "12345"},
}
FIND = "find: {merchant: S, among: ['{001..004}']"


def bills(_, request):
    if request.mti != "0100":
        return answer(request)
    customer = request.elements[48][7:]
    records = {
        f"de{120 + n}": build_pds([("0030", bill), ("0051", "2026-11"), ("0055", amount)], "utf-8")
        for n, (bill, amount) in enumerate(OWED[customer].items())
    }
    return answer(request, de48=build_pds([("0041", str(len(records)))], "utf-8"), **records)


@pytest.fixture
def found(codec, start):
    """Runs steps on a peer with bills; returns the run and the customers that were looked up."""

    def run(steps, **keys):
        with serving(codec, bills) as peer:
            done = start(steps, peer, **keys)
        return done, [request.elements[48][7:] for request in peer.requests if request.mti == "0100"]

    return run


def test_the_first_customer_with_an_open_bill_sets_the_variables(found):
    run, asked = found(f"- {{{FIND}}}}}")
    assert asked == ["001"]
    assert run.variables.values == {
        **run.variables.values,
        "bill": "B1", "amount": "18000", "payable": "180.00", "period": "2026-11", "total": "38050",
        "bill2": "B2", "amount2": "20050", "payable2": "200.50", "input": "001",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "asked", "bill"),
    [
        ("bills: 1", ["001", "002", "003", "004"], "B4"),
        ("bills: 2", ["001"], "B1"),
        ("where: {'0055': '12345'}", ["001", "002", "003", "004"], "B4"),
        ("where: {'0030': '/2$/'}", ["001"], "B2"),
    ],
)
def test_customers_are_asked_until_one_has_what_is_wanted(found, wanted, asked, bill):
    run, customers = found(f"- {{{FIND}, {wanted}}}}}")
    assert customers == asked
    assert run.variables.values["bill"] == bill


def test_two_finds_give_two_customers_and_each_has_its_name(found):
    run, customers = found(f"- {{{FIND}}}, as: one}}\n- {{{FIND}}}, as: two, note: another}}")
    assert customers == ["001", "002", "003"]
    assert (run.variables.values["one.bill"], run.variables.values["two.bill"]) == ("B1", "B3")
    assert "bill" not in run.variables.values


def test_a_bill_of_the_command_line_is_used_as_it_is(found):
    run, customers = found(f"- {{{FIND}}}}}", given={"bill": "MINE", "amount": "1"})
    assert customers == []
    assert run.variables.values["bill"] == "MINE"


def test_where_nobody_has_one_the_scenario_fails_and_says_what_is_needed(found):
    run, _ = found(f"- {{{FIND}, bills: 3}}}}")
    assert run.outcome.failure.path == "steps[0]"
    assert "no customer named here has exactly 3 open bills of S" in run.outcome.failure.summary


def test_a_merchant_that_is_not_there_is_asked_once_and_named(codec, start):
    unknown = codec.dialect.response_codes[ResponseCode.UNKNOWN_MERCHANT]
    with serving(codec, lambda _, request: answer(request, unknown)) as peer:
        run = start(f"- {{{FIND}}}}}", peer)
        asked = [request for request in peer.requests if request.mti == "0100"]
    assert len(asked) == 1
    assert "the platform has no merchant S, of which the scenario needs" in run.outcome.failure.summary


def test_a_dialect_with_messages_of_its_own_has_none_to_find(start):
    with (
        serving(load_codec("ppob-postpaid")) as peer,
        pytest.raises(ScenarioError, match="shared message set only"),
    ):
        start(f"- {{{FIND}}}}}", peer, codec=load_codec("ppob-postpaid"))
