"""What a sender says of what came in by HTTP."""

import pytest

from offline_collect.app.cli.support.notices_came import came_text
from offline_collect.notify.callbacks.counts import CameIn
from offline_collect.notify.replies import RepliesTaken
from offline_collect.notify.reports import Taken


@pytest.mark.parametrize(
    ("came", "text"),
    [
        (CameIn(), None),
        (
            CameIn(reports=Taken(1, 2, 3)),
            "delivery reports: 1 taken, 2 without news, 3 on no message of ours",
        ),
        (
            CameIn(replies=RepliesTaken(1, 2, 3)),
            "answers of payers: 1 no more notices, 2 not the customer, 3 something else",
        ),
        (CameIn(app=2), "the app: 2 no more notices"),
        (CameIn(links=1, unread=2), "links to unsubscribe: 1 used; requests: 2 not to be read"),
        (
            CameIn(reports=Taken(applied=1)) + CameIn(replies=RepliesTaken(others=1)),
            "delivery reports: 1 taken; answers of payers: 1 something else",
        ),
    ],
)
def test_it_is_one_line_of_what_there_is(came, text):
    assert came_text(came) == text
