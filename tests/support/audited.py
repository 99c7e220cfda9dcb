"""Rows of the audit trail as tests write them: one text for the action and its subject."""

from offline_collect.domain.access.audit import Subject, SubjectType

_TYPES = {
    "bills": SubjectType.BILL,
    "customers": SubjectType.CUSTOMER,
    "form": SubjectType.FORM,
    "mandates": SubjectType.MANDATE,
    "merchant": SubjectType.MERCHANT,
    "suspense": SubjectType.PAYMENT,
}


def about(what):
    """Return action and subject: of ``bills set SCHOOL01 S1``, ``bills set`` and bill S1 of SCHOOL01."""
    thing, *words = what.split(" ")
    verb, *names = words or [""]
    if not names:
        # ``change 3`` and similar texts have no subject.
        return what, Subject(SubjectType.STORE)
    merchant = None if thing == "suspense" else names[0]
    return f"{thing} {verb}", Subject(_TYPES[thing], names[-1], merchant)


def said(row):
    """Return the action and the subject of a row of the trail, in one line."""
    names = dict.fromkeys(name for name in (row.merchant_id, row.subject_id) if name is not None)
    return " ".join([row.action, *names])
