"""Importing a merchant's own table in a real browser, from the file to the list; each page is looked at."""

import pytest

from tests.console.chromium.conftest import WINDOWS
from tests.console.chromium.test_pages import looked_at
from tests.console.pages.test_imports import BAD, OWN_TITLES


def choose(opened, name, content):
    """Fill in the form for a file, and send it."""
    opened.open("/imports/new")
    opened.page.select_option("[name=merchant]", "SCHOOL01")
    file = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    opened.page.set_input_files("[name=file]", file)
    opened.page.click("main form button")
    opened.page.wait_for_url("**/imports/files/*")


@pytest.mark.parametrize("kind", WINDOWS)
def test_a_table_of_ones_own_is_imported(window_of, kind):
    opened = window_of("max", **WINDOWS[kind])
    choose(opened, "一年级1班收费表.csv", OWN_TITLES)
    looked_at(opened, f"console-import-refused-{kind}")
    opened.page.click("a[href$='/columns']")
    looked_at(opened, f"console-import-columns-{kind}")
    places = {"bill_no": "0", "customer_no": "1", "amount": "2", "due_date": "3"}
    for key, place in places.items():
        opened.page.select_option(f"[name='at.{key}']", place)
    opened.page.select_option("[name='at.customer_no']", "2")
    assert "10.50 | 20.50" in opened.page.inner_text("tr:has([name='at.customer_no'])")
    opened.page.select_option("[name='at.customer_no']", "1")
    assert "2026030117" in opened.page.inner_text("tr:has([name='at.customer_no'])")
    opened.page.click("main form button")
    opened.page.wait_for_selector("button[value=import]")
    looked_at(opened, f"console-import-preview-{kind}")
    opened.page.click("button[value=import]")
    opened.page.wait_for_selector("main .said")
    looked_at(opened, f"console-import-done-{kind}")
    opened.page.click("main .said + p a")
    looked_at(opened, f"console-import-{kind}")
    opened.open("/imports")
    looked_at(opened, f"console-imports-{kind}")
    assert opened.complaints == []


def test_bad_rows_are_shown_and_their_workbook_is_downloaded(window_of):
    opened = window_of("max", **WINDOWS["phone-zh"])
    choose(opened, "十二月.csv", BAD)
    looked_at(opened, "console-import-bad-phone-zh")
    with opened.page.expect_download() as download:
        opened.page.click("a[href$='/errors']")
    assert download.value.suggested_filename.endswith("-errors.xlsx")


def test_a_file_is_imported_without_scripts(window_of):
    opened = window_of("max", java_script_enabled=False, locale="en-US")
    choose(opened, "december.csv", BAD.replace("twenty", "20.50"))
    opened.page.click("button[value=import]")
    assert "2 rows, 2 new" in opened.page.inner_text("main .said")
