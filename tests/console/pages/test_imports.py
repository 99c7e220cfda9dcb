"""Imports in a browser: upload, preview, columns, import, release by another person, undo, the error workbook."""

import io
from dataclasses import replace
from urllib.parse import unquote

import openpyxl
import pytest

from offline_collect.console.kept_files import LASTS, OF_ONE_MAX
from offline_collect.domain.imports.life import ImportEnd
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store import ImportState, list_imports
from offline_collect.store.backoffice.mappings import list_mappings
from tests.console.browser import text_of
from tests.console.test_jobs import LONG_S, Slow
from tests.console.town import NIGHT
from tests.support.actors import user
from tests.support.samples import SCHOOL

DUE = "2030-12-31"
GOOD = f"账单编号,客户编号,金额,截止日期\nX1,2026030117,10.50,{DUE}\nX2,2026030117,20.50,{DUE}\n"
BAD = GOOD.replace("20.50", "twenty")
OWN_TITLES = f"阳光小学收费表,,,\n票据流水,学生卡,本次收取,最后交款日\nX1,2026030117,10.50,{DUE}\nX2,2026030117,20.50,{DUE}\n合计,,31.00,\n"


def upload(browser, content=GOOD, *, merchant="SCHOOL01", name="十二月.csv", kind="bills", **fields):
    """Send a file, and return the address of its page."""
    sent = {"merchant": merchant, "kind": kind, **fields}
    files = {"file": (name, content.encode() if isinstance(content, str) else content)}
    return browser.post("/imports/new", sent, files=files)


def uploaded(browser, *given, **fields):
    """Send a file, and return the address of its page once it was read."""
    response = upload(browser, *given, **fields)
    assert response.status_code == 303, text_of(response)
    return response.headers["location"]


def imported(store):
    """Return the imports, the latest first."""
    with store.snapshot() as reading:
        return list_imports(reading)


def test_a_file_is_previewed_and_nothing_is_done(as_user, store):
    browser = as_user("max")
    text = text_of(browser.get(uploaded(browser)))
    assert "2 rows 2 new 0 changed" in text
    assert "This is a preview: nothing was done yet." in text
    assert "the first that would be new, of 2:" in text
    assert "X1" in text
    assert "10.50" in text
    assert imported(store) == []


def test_a_previewed_file_is_imported_and_listed(as_user, store):
    browser = as_user("max")
    page = uploaded(browser)
    assert browser.post(page, {"do": "import"}).headers["location"] == page
    (record,) = imported(store)
    assert (record.state, record.name, record.who, record.counts.new) == (
        ImportState.RELEASED,
        "十二月.csv",
        "max",
        2,
    )
    assert "Imported: 2 rows, 2 new" in text_of(browser.get(page))
    listed = text_of(browser.get("/imports"))
    assert "十二月.csv" in listed
    assert "RELEASED" in listed
    assert f"Import {record.import_id}" in text_of(browser.get(f"/imports/{record.import_id}"))


def test_the_same_file_is_imported_again_only_if_its_user_says_so(as_user, store):
    browser = as_user("max")
    browser.post(uploaded(browser), {"do": "import"})
    page = uploaded(browser)
    browser.post(page, {"do": "import"})
    assert "this very file was imported before" in text_of(browser.get(page))
    assert len(imported(store)) == 1
    browser.post(page, {"do": "import", "again": "on"})
    assert len(imported(store)) == 2


@pytest.mark.parametrize("files", [{}, {"file": ("empty.csv", b"")}], ids=["none", "empty"])
def test_no_file_is_an_error_with_words(as_user, files):
    browser = as_user("max")
    response = browser.post("/imports/new", {"merchant": "SCHOOL01", "kind": "bills"}, files=files)
    assert response.status_code == 422
    assert "no file was chosen, or it is empty" in text_of(response)


def test_what_is_no_table_is_refused_with_words(as_user):
    browser = as_user("max")
    page = uploaded(browser, b"\x00\x01\x02", name="photo.xlsx")
    text = text_of(browser.get(page))
    assert " photo.xlsx: " in text
    assert "offline-collect-" not in text
    assert '<div class="refused" role="alert">' in browser.get(page).text
    assert 'value="import"' not in browser.get(page).text


def test_a_file_that_is_too_large_is_refused(as_user, office):
    browser = as_user("max")
    response = upload(browser, b"x" * (office.settings.body_max + 1))
    assert response.status_code == 413


def test_a_name_with_folders_stays_in_the_private_folder(as_user, desk):
    browser = as_user("max")
    number = uploaded(browser, name="../../etc/..\\evil.csv").rpartition("/")[2]
    (kept,) = desk.files._files.values()
    assert kept.number == number
    assert kept.path.name == "evil.csv"
    assert kept.path.parent.parent == desk.files._folder
    assert desk.files._folder.stat().st_mode & 0o777 == 0o700


def test_bad_rows_are_told_and_the_error_workbook_has_them(as_user, store):
    browser = as_user("max")
    page = uploaded(browser, BAD)
    text = text_of(browser.get(page))
    assert "1 refused" in text
    assert "twenty" in text
    browser.post(page, {"do": "import"})
    assert "nothing was imported: 1 problem in 2 rows" in text_of(browser.get(page))
    response = browser.get(f"{page}/errors")
    named = response.headers["content-disposition"]
    assert named.startswith("attachment; ")
    assert unquote(named.rpartition("''")[2]) == "十二月-errors.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet.cell(2, 2).value == "X2"
    assert sheet.cell(2, 4).value == "twenty"
    assert [each.state for each in imported(store)] == [ImportState.REJECTED]


def test_good_rows_are_imported_if_bad_ones_may_stay_out(as_user, store):
    browser = as_user("max")
    page = uploaded(browser, BAD)
    browser.post(page, {"do": "import", "rows": "good"})
    (record,) = imported(store)
    assert (record.state, record.counts.new, record.counts.refused) == (ImportState.RELEASED, 1, 1)
    assert browser.get(f"{page}/errors").status_code == 200


def test_there_is_no_error_workbook_without_bad_rows(as_user):
    browser = as_user("max")
    assert browser.get(f"{uploaded(browser)}/errors").status_code == 404


def test_titles_of_their_own_are_proposed_corrected_and_remembered(as_user, store):
    browser = as_user("max")
    page = uploaded(browser, OWN_TITLES)
    assert "choose the columns: the page proposes them" in text_of(browser.get(page))
    columns = browser.get(f"{page}/columns")
    text = text_of(columns)
    assert "One row above the table is a title." in text
    assert "are left out: row 5." in text
    assert "B 学生卡" in text
    assert "2026030117" in text
    picked = {"at.bill_no": "0", "at.customer_no": "1", "at.amount": "2", "at.due_date": "3"}
    assert browser.post(f"{page}/columns", picked).headers["location"] == page
    text = text_of(browser.get(page))
    assert "2 rows 2 new" in text
    assert "left out 1 row above the table" in text
    assert "left out 1 row: totals (5)" in text
    browser.post(page, {"do": "import"})
    assert "the next file with these titles is read with this mapping" in text_of(browser.get(page))
    with store.snapshot() as reading:
        (remembered,) = list_mappings(reading, "SCHOOL01")
    assert remembered.mapping["columns"]["customer_no"] == "学生卡"
    again = uploaded(browser, OWN_TITLES.replace("X1", "X3").replace("X2", "X4"))
    assert "read with the columns that are remembered" in text_of(browser.get(again))


def test_a_value_of_all_rows_is_asked_for_with_the_next_file(as_user):
    browser = as_user("max")
    without_day = "\n".join(line.rpartition(",")[0] for line in OWN_TITLES.splitlines())
    page = uploaded(browser, without_day)
    picked = {"at.bill_no": "0", "at.customer_no": "1", "at.amount": "2", "constant.due_date": DUE}
    browser.post(f"{page}/columns", picked)
    browser.post(page, {"do": "import"})
    again = uploaded(browser, without_day.replace("X1", "X3").replace("X2", "X4"))
    assert 'name="constant.due_date"' in browser.get(again).text
    assert "is to be given for each: due_date" in text_of(browser.get(again))
    browser.post(again, {"do": "preview", "constant.due_date": "2031-01-31"})
    text = text_of(browser.get(again))
    assert "2 rows 2 new" in text
    assert "2031-01-31" in text


def test_changes_of_whose_bills_they_are_must_be_meant(as_user, store):
    browser = as_user("max")
    page = uploaded(browser, GOOD.replace("X1", "1").replace("X2", "2"))
    browser.post(page, {"do": "import"})
    text = text_of(browser.get(page))
    assert "say so below" in text
    assert "--identity-changes" not in text
    browser.post(page, {"do": "import", "identity_changes": "on"})
    assert imported(store)[0].state is ImportState.RELEASED


def test_columns_that_contradict_each_other_are_refused_and_stay_chosen(as_user):
    browser = as_user("max")
    page = uploaded(browser, OWN_TITLES)
    picked = {"at.bill_no": "0", "at.customer_no": "1", "at.amount": "2", "at.due_date": "3"}
    response = browser.post(f"{page}/columns", {**picked, "constant.due_date": DUE})
    assert response.status_code == 422
    assert "is among the columns too" in text_of(response)
    assert '<option value="3" selected>D 最后交款日' in response.text


@pytest.fixture
def two_people(store):
    """The school needs a second person to release its imports."""
    register_merchant(store, replace(SCHOOL, maker_checker=True), user("anna"), NIGHT, overwrite=True)


@pytest.mark.usefixtures("two_people")
def test_another_person_releases_and_undoes_an_import(as_user, store):
    maker, checker = as_user("max"), as_user("carla")
    page = uploaded(maker)
    maker.post(page, {"do": "import"})
    assert "It waits: nothing of it is in effect until another person releases it." in text_of(
        maker.get(page)
    )
    (record,) = imported(store)
    path = f"/imports/{record.import_id}"
    assert "/release" not in maker.get(path).text
    assert maker.post(f"{path}/release").status_code == 403
    assert "1 imports to be released" in text_of(checker.get("/"))
    assert checker.post(f"{path}/release").headers["location"] == path
    assert imported(store)[0].state is ImportState.RELEASED
    assert "is in effect" in text_of(checker.get(path))
    assert checker.post(f"{path}/undo", {"reason": "wrong month"}).headers["location"] == path
    assert imported(store)[0].state is ImportState.UNDONE
    again = checker.post(f"{path}/release")
    assert again.status_code == 422


@pytest.mark.usefixtures("two_people")
def test_its_maker_and_another_person_may_reject_an_import(as_user, store):
    maker = as_user("max")
    for who in ("max", "carla"):
        maker.post(uploaded(maker), {"do": "import"})
        number = imported(store)[0].import_id
        browser = as_user(who)
        assert "Reject" in text_of(browser.get(f"/imports/{number}"))
        browser.post(f"/imports/{number}/reject", {"reason": "wrong month"})
        assert imported(store)[0].state is ImportState.REJECTED
    assert as_user("wang.fang").post(f"/imports/{number}/reject").status_code == 403


def test_the_list_goes_on_page_by_page_and_is_narrowed(as_user, store):
    browser = as_user("max")
    for name in ("first.csv", "second.csv"):
        browser.post(uploaded(browser, name=name), {"do": "import", "again": "on"})
    first, second = sorted(each.import_id for each in imported(store))
    after = browser.get(f"/imports?after={second}").text
    assert f'href="/imports/{first}"' in after
    assert f'href="/imports/{second}"' not in after
    assert "There is no import here yet" in text_of(browser.get("/imports?state=WAITING"))
    assert "second.csv" in text_of(browser.get("/imports?merchant=SCHOOL01&state=nonsense"))


def test_another_banks_merchant_and_imports_do_not_exist(as_user, store):
    maker, stranger = as_user("max"), as_user("otto")
    assert upload(maker, merchant="SCHOOL02").status_code == 404
    maker.post(uploaded(maker), {"do": "import"})
    number = imported(store)[0].import_id
    assert stranger.get(f"/imports/{number}").status_code == 404
    assert "十二月.csv" not in text_of(stranger.get("/imports"))
    assert stranger.get("/imports?merchant=SCHOOL01").status_code == 404


def test_a_file_is_its_users_alone(as_user):
    page = uploaded(as_user("max"))
    other = as_user("mei")
    for path in (page, f"{page}/columns", f"{page}/errors", "/imports/files/nothing"):
        assert other.get(path).status_code == 404
    for path in (page, f"{page}/columns"):
        assert other.post(path, {"do": "import"}).status_code == 404


@pytest.mark.parametrize("name", ["olga", "carla", "wang.fang"])
def test_who_may_not_import_may_look(as_user, name):
    browser = as_user(name)
    assert browser.get("/imports").status_code == 200
    assert "Import a file" not in text_of(browser.get("/imports")).replace("“Import a file”", "")
    assert browser.get("/imports/new").status_code == 403
    assert upload(browser).status_code == 403


def test_a_user_keeps_a_few_files_for_an_hour(as_user, clock):
    browser = as_user("max")
    pages = [uploaded(browser, name=f"{at}.csv") for at in range(OF_ONE_MAX + 1)]
    assert [browser.get(page).status_code for page in pages] == [404, *[200] * OF_ONE_MAX]
    assert "Files that you uploaded in the last hour" in text_of(browser.get("/imports"))
    clock.advance(LASTS.total_seconds())
    browser.sign_in("max")
    assert browser.get(pages[-1]).status_code == 404
    assert "Files that you uploaded in the last hour" not in text_of(browser.get("/imports"))


def test_the_progress_is_there_after_a_reload_until_the_work_is_done(as_user, desk):
    browser, work = as_user("max"), Slow()
    page = uploaded(browser)
    file = desk.files.find(page.rpartition("/")[2], "max", NIGHT)
    file.job = desk.jobs.begin("slow", work)
    assert work.begun.wait(LONG_S)
    for _ in range(2):
        response = browser.get(page)
        assert '<div data-live="2000">' in response.text
        assert 'value="0.500"' in response.text
        assert "10 rows" in text_of(response)
    assert file.job.runs
    work.go_on.set()
    file.job.wait(LONG_S)
    assert "data-live" not in browser.get(page).text


def test_an_import_that_the_consoles_end_stops_has_no_effect_and_is_listed(as_user, desk, store):
    browser = as_user("max")
    page = uploaded(browser)
    desk.jobs._ending.set()
    browser.post(page, {"do": "import"})
    assert "the console was stopped before this was done" in text_of(browser.get(page))
    (record,) = imported(store)
    assert record.ended is ImportEnd.INTERRUPTED
    assert "INTERRUPTED" in text_of(browser.get("/imports"))


@pytest.mark.parametrize("path", ["/imports", "/imports/new"])
def test_the_pages_are_in_chinese_too(as_user, path):
    text = text_of(as_user("max", **{"Accept-Language": "zh-CN"}).get(path))
    assert "导入" in text
