"""Downloads: an attachment with a plain name, on record before the first byte; and parameters of addresses."""

from urllib.parse import quote

import pytest

from offline_collect.console.page import Download, Page, Redirect
from offline_collect.console.site import build
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store import AuditFilter, audit_rows
from tests.console.browser import Browser

TITLE = Phrase("Today")
NAME = '报表 "a"\r\nX: y.xlsx'


def hand_out(visit):
    about = Subject(SubjectType.REPORT, str(visit.number("id")), "SCHOOL01")
    return Download(NAME, iter([b"one,", b"two"]), "text/csv", about)


def to_number(visit):
    return Redirect(f"/?{visit.number('id')}")


PAGES = (
    Page(path="/files/{id}", title=TITLE, handler=hand_out),
    Page(path="/numbers/{id}", title=TITLE, handler=to_number),
)


@pytest.fixture
def reader(office):
    """A browser of olga where there are files."""
    with Browser(build(office, PAGES), office) as browser:
        browser.sign_in("olga")
        yield browser


def downloads(store):
    with store.snapshot() as reading:
        return list(audit_rows(reading, AuditFilter(action="console download")))


def test_a_file_is_an_attachment_that_no_browser_guesses_the_type_of(reader):
    response = reader.get("/files/7")
    assert response.content == b"one,two"
    kind, plain, whole = response.headers["content-disposition"].split("; ")
    assert (kind, plain) == ("attachment", 'filename="____a___X__y.xlsx"')
    assert whole == f"filename*=UTF-8''{quote(NAME)}"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"


def test_a_download_is_on_record(reader, store):
    reader.get("/files/7")
    (row,) = downloads(store)
    assert (row.actor, row.subject_type, row.subject_id, row.merchant_id) == (
        "olga",
        "report",
        "7",
        "SCHOOL01",
    )


def test_without_a_session_nothing_is_handed_out(office, store):
    with Browser(build(office, PAGES), office) as browser:
        assert browser.get("/files/7").status_code == 401
    assert downloads(store) == []


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "１", "9" * 19, "%00", "1 or 1=1"])
def test_what_is_no_number_is_no_address(reader, text):
    assert reader.get(f"/numbers/{text}").status_code == 404
