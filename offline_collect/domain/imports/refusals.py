"""Why a row of an import, or a change by hand, is refused: values that the edge puts into words."""

from __future__ import annotations

from enum import StrEnum

from offline_collect.domain.values import value


class Touch(StrEnum):
    """What was done to a bill that keeps its content from being changed."""

    IN_BATCH = "IN_BATCH"
    WITHDRAWN = "WITHDRAWN"
    PAID = "PAID"


@value
class ImportBusy:
    """An import is just taking effect, or just being undone, and one of its rows is concerned: try again later."""

    import_id: int
    undoing: bool


@value
class ImportWaits:
    """An import waits for its release that would bring the row's number, or change what is there of it."""

    import_id: int
    brings: bool


Claim = ImportBusy | ImportWaits
"""What an import that is not done yet wants with a number."""


@value
class UnknownCustomer:
    """There is no such customer whose bill it could be."""

    customer_no: str


@value
class UnknownBill:
    """There is no such bill to withdraw."""

    bill_no: str


@value
class BillClaimed:
    """An import that is not done yet has a claim on the bill."""

    bill_no: str
    claim: Claim


@value
class CustomerClaimed:
    """An import that is not done yet has a claim on the customer."""

    customer_no: str
    claim: Claim


@value
class BillTouched:
    """Something was done to the bill, so it can no longer be changed, or be withdrawn by a file."""

    bill_no: str
    touch: Touch
    withdrawal: bool


@value
class KeyHolder:
    """Another customer has the same lookup key.

    Attributes:
        customer_no: of that other customer.
        labels: of the inputs that are the same; '' where nobody has asked yet.
        in_file: whether it is a row of the same file.
        import_id: the import that waits to bring it, or is just being undone; None where it is in effect.
    """

    customer_no: str
    labels: str = ""
    in_file: bool = False
    import_id: int | None = None
    undoing: bool = False

    @property
    def in_effect(self) -> bool:
        """Whether a lookup finds it already; the rest of a file may yet change that."""
        return not self.in_file and self.import_id is None


RowRefusal = UnknownCustomer | UnknownBill | BillClaimed | CustomerClaimed | BillTouched | KeyHolder
"""Why a row is refused."""


@value
class ChangedSince:
    """Somebody has changed the row since it was imported, or waits to.

    Attributes:
        import_id: the import that did; None where a person did it by hand.
        waits: whether that import has yet to be released.
    """

    import_id: int | None
    waits: bool = False


@value
class HasBills:
    """The customer that the import brought has bills by now."""

    customer_no: str


@value
class InputsTaken:
    """Another customer has the lookup key by now that undoing would give back."""

    holder: KeyHolder


UndoObstacle = ChangedSince | Touch | HasBills | InputsTaken
"""What keeps a row from being undone."""
