"""Files in the inbox: taken once, refused with the reason beside them, or left."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from offline_collect.app.config.load import load_configuration
from offline_collect.domain.file_arrival import Completion
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.settlement.incoming_files import Fate, Folders, Inbox, Judged, Taker

NOW = dt.datetime(2030, 11, 22, 23, 40, tzinfo=dt.UTC)
VECTORS = Path(__file__).parents[1] / "vectors" / "files"


class Store:
    """Takes results; knows bytes that it has taken."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refuses = ""
        self.is_away = False

    def take(self, path: Path) -> Judged:
        if self.is_away:
            raise ConnectionError("the store is away")
        if self.refuses:
            return Judged(Fate.REFUSED, self.refuses)
        content = path.read_bytes()
        if content in self.taken:
            return Judged(Fate.TAKEN_BEFORE, f"{path.name}: was taken already")
        self.taken.append(content)
        return Judged(Fate.TAKEN, "batch 1: 3 settled")


@pytest.fixture(scope="module")
def layouts() -> dict[str, FixedLayout]:
    return dict(load_configuration(None).schemas().fixed_layouts())


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    found = Folders(
        tmp_path / "inbox",
        tmp_path / "taken",
        tmp_path / "refused",
        Completion.RENAME,
        dt.timedelta(seconds=30),
    )
    for folder in (found.inbox, found.taken, found.refused):
        folder.mkdir()
    return found


@pytest.fixture
def inbox(folders: Folders, layouts: dict[str, FixedLayout], store: Store) -> Inbox:
    takers: dict[str, Taker] = {"debit-result": store.take}
    return Inbox(folders, layouts, takers)


def put(folders: Folders, vector: str = "debit-result", name: str = "result.dat") -> bytes:
    content = (VECTORS / f"{vector}.dat").read_bytes()
    (folders.inbox / name).write_bytes(content)
    return content


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_taken_by_its_layout_and_moved(inbox: Inbox, folders: Folders, store: Store) -> None:
    content = put(folders)
    (found,) = inbox.take(NOW)
    assert found.judged == Judged(Fate.TAKEN, "batch 1: 3 settled")
    assert store.taken == [content]
    assert found.now_at == folders.taken / "result.dat"
    assert found.now_at.read_bytes() == content
    assert names(folders.inbox) == []
    assert list(inbox.take(NOW)) == []


def test_a_refused_file_has_the_reason_beside_it(inbox: Inbox, folders: Folders, store: Store) -> None:
    store.refuses = "record 2: 学费 has another amount"
    put(folders)
    (found,) = inbox.take(NOW)
    assert found.judged.fate is Fate.REFUSED
    assert names(folders.refused) == ["result.dat", "result.dat.reason.txt"]
    reason = (folders.refused / "result.dat.reason.txt").read_text("utf-8")
    assert reason == "2030-11-22 23:40:00+0000 record 2: 学费 has another amount\n"


def test_a_file_of_no_layout_is_refused_with_those_that_there_are(inbox: Inbox, folders: Folders) -> None:
    (folders.inbox / "list.xlsx").write_bytes(b"PK\x03\x04")
    (folders.inbox / "empty.dat").write_bytes(b"")
    assert [found.judged.fate for found in inbox.take(NOW)] == [Fate.REFUSED] * 2
    assert "debit-out, debit-result" in (folders.refused / "list.xlsx.reason.txt").read_text()


def test_our_own_file_put_into_the_inbox_is_refused(inbox: Inbox, folders: Folders) -> None:
    put(folders, "debit-out")
    (found,) = inbox.take(NOW)
    assert found.judged == Judged(Fate.REFUSED, "is a debit-out, which others take, not the platform")


def test_a_second_file_with_the_same_bytes_is_refused(inbox: Inbox, folders: Folders) -> None:
    put(folders)
    list(inbox.take(NOW))
    put(folders)
    (found,) = inbox.take(NOW)
    assert found.judged == Judged(Fate.REFUSED, "result.dat: was taken already")
    assert names(folders.taken) == ["result.dat"]


def test_a_file_of_a_program_that_was_killed_before_it_moved_it_counts_as_taken(
    inbox: Inbox, folders: Folders, store: Store
) -> None:
    store.taken.append(put(folders))
    (found,) = inbox.take(NOW)
    assert found.judged.fate is Fate.TAKEN_BEFORE
    assert (names(folders.inbox), names(folders.taken)) == ([], ["result.dat"])


def test_a_file_that_fails_for_another_reason_stays(inbox: Inbox, folders: Folders, store: Store) -> None:
    content = put(folders)
    store.is_away = True
    with pytest.raises(ConnectionError):
        list(inbox.take(NOW))
    assert names(folders.inbox) == ["result.dat"]
    store.is_away = False
    assert [found.judged.fate for found in inbox.take(NOW)] == [Fate.TAKEN]
    assert store.taken == [content]


def test_a_file_that_another_program_has_at_this_moment_is_left(
    folders: Folders, layouts: dict[str, FixedLayout]
) -> None:
    inside: list[object] = []

    def take(path: Path) -> Judged:
        inside.extend(other.take(NOW))
        return Judged(Fate.TAKEN, path.name)

    other = Inbox(folders, layouts, {"debit-result": take})
    put(folders)
    (found,) = Inbox(folders, layouts, {"debit-result": take}).take(NOW)
    assert found.judged.fate is Fate.TAKEN
    assert inside == []


def test_a_file_that_grows_is_left_until_it_rests(
    folders: Folders, layouts: dict[str, FixedLayout], store: Store
) -> None:
    resting = Folders(folders.inbox, folders.taken, folders.refused, Completion.REST, folders.rest)
    inbox = Inbox(resting, layouts, {"debit-result": store.take})
    content = put(folders)
    ahead = dt.datetime.now(dt.UTC)
    (folders.inbox / "result.dat").write_bytes(content[:100])
    now = dt.datetime.fromtimestamp((folders.inbox / "result.dat").stat().st_mtime, dt.UTC)
    assert list(inbox.take(now)) == []
    assert list(inbox.waiting) == ["result.dat"]
    (folders.inbox / "result.dat").write_bytes(content)
    assert list(inbox.take(now + dt.timedelta(seconds=25))) == []
    assert [each.judged.fate for each in inbox.take(ahead + dt.timedelta(seconds=90))] == [Fate.TAKEN]
    assert inbox.waiting == {}


@pytest.mark.parametrize(("kind", "version"), [("pain.002", "001.10"), ("camt.054", "001.08")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_message_is_known_by_its_namespace(
    folders: Folders, layouts: dict[str, FixedLayout], store: Store, kind: str, version: str, encoding: str
) -> None:
    message = f'<?xml version="1.0"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}.{version}"/>'
    (folders.inbox / "message.xml").write_text(message, encoding)
    (found,) = Inbox(folders, layouts, {kind: store.take}).take(NOW)
    assert found.judged.fate is Fate.TAKEN


def test_our_own_message_put_into_the_inbox_is_refused(inbox: Inbox, folders: Folders) -> None:
    message = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"/>'
    (folders.inbox / "message.xml").write_text(message)
    (found,) = inbox.take(NOW)
    assert found.judged.says.endswith("settle-result, pain.002, camt.054")
