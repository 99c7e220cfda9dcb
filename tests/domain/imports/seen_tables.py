"""Files as a proposal sees them, from titles and rows of texts."""

import re
from dataclasses import replace

from offline_collect.domain.imports.left_out import is_nothing
from offline_collect.domain.imports.proposal import SeenTable, WantedColumn
from offline_collect.domain.imports.seen_columns import SeenColumn

KNOWN = frozenset({"C1", "C2", "C3"})
PAYERS = frozenset({"王小明", "李雷", "韩梅梅"})
ROOMS = frozenset({"1-101", "1-102", "1-103"})
BILLS = {
    "bill_no": "单号",
    "customer_no": "客户编号",
    "amount": "金额",
    "due_date": "截止日",
    "description": "项目",
    "period": "账期",
}
CUSTOMERS = {"customer_no": "客户编号", "name": "姓名", "mobile": "手机"}
REQUIRED = {"bill_no", "customer_no", "amount", "due_date", "name"}


def seen(place, title, texts):
    """Return a column whose values are counted as an import would."""
    filled = [text for text in texts if text]
    return SeenColumn(
        place=place,
        letter="ABCDEFGHIJ"[place],
        title=title,
        texts=texts,
        dates=sum(re.fullmatch(r"20\d\d-\d\d-\d\d", text) is not None for text in filled),
        amounts=sum(is_nothing(text) or bool(re.fullmatch(r"\d+(\.\d\d?)?", text)) for text in filled),
        customers=sum(text in KNOWN for text in filled),
        payers=sum(text in PAYERS for text in filled),
        known_inputs={"room": sum(text in ROOMS for text in filled)},
        taken_inputs={"room": sum(re.fullmatch(r"\d-\d{3}", text) is not None for text in filled)},
    )


def wanted(titles, key, label, doubts, usual, *, guessed):
    """Return a column of ours and where its title stands; ``doubts`` and ``usual`` as for :func:`table`."""
    certain = (label, *(usual or {}).get(key, ()))
    return WantedColumn(
        key=key,
        label=label,
        required=key in REQUIRED,
        places=[place for place, title in enumerate(titles) if title in certain],
        doubts=[place for place, title in enumerate(titles) if title in (doubts or {}).get(key, ())],
        guessed=guessed,
        is_input=False,
        also=frozenset(),
    )


def table(
    *rows,
    bills=True,
    header=True,
    doubts=None,
    guessed=(),
    also=(),
    groups=({"room"},),
    year=None,
    due_date=None,
    payers=False,
    usual=None,
):
    """Return a file; a title that is one of ours is found, and 房号 is the form's input.

    Args:
        doubts: titles in doubt, by our key.
        also: titles that usually mean 房号.
        usual: further titles of a column or input, by our key.
        payers: whether the name of a bill's payer, 姓名, may say whose it is.
    """
    titles, *body = rows if header else ([""] * len(rows[0]), *rows)
    columns = [seen(place, title, [row[place] for row in body]) for place, title in enumerate(titles)]

    names = BILLS if bills else CUSTOMERS
    names = names | {"name": "姓名"} if payers else names
    return SeenTable(
        key="bill_no" if bills else "customer_no",
        columns=columns,
        wanted=[
            *(wanted(titles, *each, doubts, usual, guessed=each[0] in guessed) for each in names.items()),
            replace(
                wanted(titles, "room", "房号", doubts, usual, guessed="room" in guessed),
                is_input=True,
                also=frozenset(also),
            ),
        ],
        groups=list(map(frozenset, groups)),
        has_header=header,
        year=year,
        due_date=due_date,
    )


def chosen(proposal):
    """Return the letters of the chosen columns, by key."""
    return {choice.key: "ABCDEFGHIJ"[choice.place] for choice in proposal.choices}


def doubted(proposal):
    """Return the letters of the columns in doubt, by key."""
    return {doubt.key: "".join("ABCDEFGHIJ"[place] for place in doubt.places) for doubt in proposal.doubts}
