"""Which of a merchant's customers a form finds, which it does not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from offline_collect.domain.forms import Input, InputProblem, PaymentForm, read_inputs
from offline_collect.domain.lookup_keys import lookup_key
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.forms.duplicate_keys import SharedKeys
from offline_collect.store import CustomerInputs, StoreTransaction, each_customers_inputs

Problem = tuple[str, str | None, Phrase]
"""An input's label, what is stored for it, and why that does not find the customer."""


@dataclass(frozen=True, slots=True)
class InputCount:
    """How many customers have a value for an input.

    Attributes:
        blank: customers without a value, which only matters where no other group finds them.
    """

    label: str
    fits: int
    refused: int
    blank: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a customer does not fit a form.

    Attributes:
        label: of the input; several, joined, if the complaint is about a whole set.
        value: what is stored for it; None if nothing is stored.
    """

    customer_no: str
    name: str = field(repr=False)
    label: str
    value: str | None = field(repr=False)
    reason: Phrase


@dataclass(frozen=True, slots=True)
class FormReport:
    """What checking a form against a merchant's customers found.

    Attributes:
        found: customers whose inputs complete a set that the form asks for.
        shared: customers that share such a set with an earlier customer: a lookup by it finds neither.
        shared_is_least: whether there may be more shared ones.
        ways: each set of inputs by its labels, with how many customers complete it.
        complaints: at most as many as requested; ``complaint_count`` counts all.
    """

    customers: int
    found: int
    shared: int
    shared_is_least: bool
    ways: Mapping[str, int]
    inputs: tuple[InputCount, ...]
    complaints: tuple[Complaint, ...]
    complaint_count: int


def check_form(tx: StoreTransaction, merchant_id: str, form: PaymentForm, most: int) -> FormReport:
    """Check a form against all customers of a merchant, in memory that does not grow with them.

    Args:
        tx: a snapshot; all customers are read twice.
        form: published or not.
        most: the most complaints to return.
    """
    checking = _Checking(form, most)
    for customer in each_customers_inputs(tx, merchant_id):
        checking.take(customer)
    if checking.doubtful:
        for customer in each_customers_inputs(tx, merchant_id):
            checking.compare(customer)
    return checking.report()


class _Checking:
    """Counts customers one by one."""

    def __init__(self, form: PaymentForm, most: int) -> None:
        self._form = form
        self._most = most
        self._counts: Counter[tuple[str, str]] = Counter()
        self._ways = dict.fromkeys(map(_labels, form.alternatives), 0)
        self._shared_keys = SharedKeys()
        self._customers = self._found = self._shared = self._complained = 0
        self._complaints: list[Complaint] = []

    @property
    def doubtful(self) -> bool:
        """Whether the customers have to be compared with each other."""
        return self._shared_keys.doubtful

    def take(self, customer: CustomerInputs) -> None:
        """Count a customer."""
        self._customers += 1
        problems, given = self._judged(customer.inputs)
        keys = _keys(self._form, given)
        self._found += bool(keys)
        for key, labels in keys:
            self._shared_keys.count(key)
            self._ways[labels] += 1
        if not keys and not problems:
            problems = [self._missing(given)]
        for label, value, reason in problems:
            self._complain(customer, label, value, reason)

    def _judged(self, inputs: Mapping[str, str]) -> tuple[list[Problem], dict[str, str]]:
        """Count each input; return the inputs that the form refuses, and those that find the customer."""
        problems: list[Problem] = []
        given: dict[str, str] = {}
        for asked in self._form.inputs:
            value = inputs.get(asked.key)
            reason = None if value is None else problem_with(asked, value)
            if value is None:
                self._counts[asked.key, "blank"] += 1
            elif reason is None:
                self._counts[asked.key, "fits"] += 1
                given[asked.key] = value
            else:
                self._counts[asked.key, "refused"] += 1
                problems.append((asked.label, value, reason))
        return problems, given

    def _missing(self, given: Mapping[str, str]) -> Problem:
        read = read_inputs(self._form, tuple(given.get(asked.key) for asked in self._form.inputs))
        assert isinstance(read, InputProblem)  # each given input fits, but no alternative is complete
        return read.label, None, read.reason

    def compare(self, customer: CustomerInputs) -> None:
        """In the second pass, check whether an earlier customer has the same inputs."""
        shared = False
        for key, labels in _keys(self._form, _fitting(self._form, customer.inputs)):
            other = self._shared_keys.first_with(key, customer.customer_no)
            if other is not None:
                shared = True
                self._complain(
                    customer, labels, None, Phrase("customer {customer_no} has the same", customer_no=other)
                )
        self._shared += shared

    def _complain(self, customer: CustomerInputs, label: str, value: str | None, reason: Phrase) -> None:
        self._complained += 1
        if len(self._complaints) < self._most:
            self._complaints.append(Complaint(customer.customer_no, customer.name, label, value, reason))

    def report(self) -> FormReport:
        """Return the result."""
        inputs = tuple(
            InputCount(asked.label, *(self._counts[asked.key, verdict] for verdict in _VERDICTS))
            for asked in self._form.inputs
        )
        return FormReport(
            customers=self._customers,
            found=self._found,
            shared=self._shared,
            shared_is_least=not self._shared_keys.complete,
            ways=self._ways,
            inputs=inputs,
            complaints=tuple(self._complaints),
            complaint_count=self._complained,
        )


_VERDICTS = ("fits", "refused", "blank")


def _labels(alternative: tuple[Input, ...]) -> str:
    return " + ".join(asked.label for asked in alternative)


def _keys(form: PaymentForm, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the lookup keys of inputs that fit, each with the labels of its inputs."""
    return [
        (lookup_key({asked.key: given[asked.key] for asked in alternative}), _labels(alternative))
        for alternative in _complete(form, given)
    ]


def _complete(form: PaymentForm, given: Mapping[str, str]) -> list[tuple[Input, ...]]:
    return [each for each in form.alternatives if all(asked.key in given for asked in each)]


def problem_with(asked: Input, stored: str) -> Phrase | None:
    """Return why an input, typed as stored, does not find its customer; None if it does."""
    read = asked.read(stored)
    if isinstance(read, InputProblem):
        return read.reason
    return (
        None
        if read == stored
        else Phrase(
            "{label} is stored as an earlier form wrote it; import the customer again", label=asked.label
        )
    )


def _fitting(form: PaymentForm, inputs: Mapping[str, str]) -> dict[str, str]:
    return {
        asked.key: inputs[asked.key]
        for asked in form.inputs
        if asked.key in inputs and problem_with(asked, inputs[asked.key]) is None
    }


@dataclass(frozen=True, slots=True)
class Reach:
    """Which customers a form finds, compared with the previous version.

    Attributes:
        lost: customers that the previous version finds and this one does not.
        idle: labels of sets of inputs that find no customer at all.
        shared: customers that share a set of inputs with an earlier customer: a lookup by it finds neither.
        shared_is_least: whether there may be more shared ones.
    """

    customers: int = 0
    lost: int = 0
    idle: tuple[str, ...] = ()
    shared: int = 0
    shared_is_least: bool = False


def compare_reach(tx: StoreTransaction, merchant_id: str, before: PaymentForm, after: PaymentForm) -> Reach:
    """Count customers that only ``before`` finds, and sets of inputs that find no customer or several."""
    customers = lost = 0
    keys = SharedKeys()
    idle = dict.fromkeys(map(_labels, after.alternatives))
    for customer in each_customers_inputs(tx, merchant_id):
        customers += 1
        fitting = _fitting(after, customer.inputs)
        complete = _complete(after, fitting)
        for key, labels in _keys(after, fitting):
            idle.pop(labels, None)
            keys.count(key)
        if not complete:
            lost += bool(_complete(before, _fitting(before, customer.inputs)))
    shared = _count_shared(tx, merchant_id, after, keys) if keys.doubtful else 0
    return Reach(customers, lost, tuple(idle) if customers else (), shared, not keys.complete)


def _count_shared(tx: StoreTransaction, merchant_id: str, form: PaymentForm, keys: SharedKeys) -> int:
    """Read the customers a second time; count those that share inputs with an earlier customer."""
    shared = 0
    for customer in each_customers_inputs(tx, merchant_id):
        found = [
            keys.first_with(key, customer.customer_no)
            for key, _ in _keys(form, _fitting(form, customer.inputs))
        ]
        shared += any(found)
    return shared
