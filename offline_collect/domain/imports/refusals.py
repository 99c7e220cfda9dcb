"""Why a row of an import, or a change by hand, is refused: values that the outer rooms put into words."""

from __future__ import annotations

from enum import StrEnum

from offline_collect.domain.values import value


class Touch(StrEnum):
    """Why the content of a bill can no longer be changed."""

    IN_BATCH = "IN_BATCH"
    WITHDRAWN = "WITHDRAWN"
    PAID = "PAID"


@value
class ImportBusy:
    """An import with this row is taking effect or being undone at the moment: try again later."""

    import_id: int
    undoing: bool


@value
class ImportWaits:
    """An import that waits for its release would add the row's number, or change its version in effect.

    Attributes:
        brings: whether it would add the number.
    """

    import_id: int
    brings: bool


Claim = ImportBusy | ImportWaits
"""The claim of an unfinished import on a number."""


@value
class UnknownCustomer:
    """The customer of the bill does not exist.

    Attributes:
        similar: an existing customer's number that differs only in leading zeros; None if there is none.
        waits: the import that waits to bring the customer; None if none does.
    """

    customer_no: str
    similar: str | None = None
    waits: int | None = None


@value
class UnknownBill:
    """The bill to withdraw does not exist."""

    bill_no: str


@value
class BillClaimed:
    """An unfinished import has a claim on the bill."""

    bill_no: str
    claim: Claim


@value
class CustomerClaimed:
    """An unfinished import has a claim on the customer."""

    customer_no: str
    claim: Claim


@value
class BillTouched:
    """The bill was paid, withdrawn or put into a batch, so it can no longer be changed or withdrawn by a file.

    Attributes:
        withdrawal: whether the file would withdraw it.
    """

    bill_no: str
    touch: Touch
    withdrawal: bool


@value
class KeyHolder:
    """Another customer has the same lookup key.

    Attributes:
        customer_no: the number of that other customer.
        labels: the labels of the inputs that are the same; '' until they are looked up.
        in_file: whether it is a row of the same file.
        import_id: the import that waits to add it, or is being undone; None if it is in effect.
        undoing: whether that import is being undone.
    """

    customer_no: str
    labels: str = ""
    in_file: bool = False
    import_id: int | None = None
    undoing: bool = False

    @property
    def in_effect(self) -> bool:
        """Whether a lookup finds it now; the rest of a file may still change that."""
        return not self.in_file and self.import_id is None


@value
class MandateTaken:
    """The mandate is another customer's.

    Attributes:
        customer_no: the number of that other customer.
        in_file: whether it is a row of the same file.
    """

    reference: str
    customer_no: str
    in_file: bool = False


RowRefusal = (
    UnknownCustomer | UnknownBill | BillClaimed | CustomerClaimed | BillTouched | KeyHolder | MandateTaken
)
"""Why a row is refused."""


@value
class ChangedSince:
    """The row has been changed since it was imported, or another import waits to change it.

    Attributes:
        import_id: the import that changed it; None if a user changed it by hand.
        waits: whether that import is not released yet.
    """

    import_id: int | None
    waits: bool = False


@value
class HasBills:
    """The customer that the import added now has bills."""

    customer_no: str


@value
class InputsTaken:
    """Another customer now has the lookup key that the undo would restore."""

    holder: KeyHolder


UndoObstacle = ChangedSince | Touch | HasBills | InputsTaken | MandateTaken
"""Why a row cannot be undone."""
