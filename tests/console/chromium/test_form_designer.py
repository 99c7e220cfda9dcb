"""The form designer in a real browser: looked at, and the screens while typing."""

import pytest

from tests.console.chromium.conftest import WINDOWS
from tests.console.chromium.test_pages import looked_at


@pytest.mark.parametrize("kind", WINDOWS)
def test_a_form_is_changed_and_published(window_of, kind):
    opened = window_of("olga", **WINDOWS[kind])
    opened.open("/forms/SCHOOL01")
    opened.page.fill("[name='0.prompt']", "学生证背面的10位学号")
    opened.page.wait_for_selector("[data-preview] .kiosk :text('学生证背面的10位学号')")
    opened.page.click("button[value=check]")
    looked_at(opened, f"console-form-designer-{kind}")
    opened.page.click("button[formaction$='/publish']")
    opened.page.wait_for_selector("main .said")
    assert "2" in opened.page.inner_text("main .said")
    assert opened.complaints == []


def test_inputs_are_moved_with_the_keyboard_and_without_scripts(window_of):
    opened = window_of("olga", java_script_enabled=False, locale="en-US")
    opened.open("/forms/SCHOOL01")
    opened.page.press("button[value=add]", "Enter")
    opened.page.fill("[name='1.label']", "姓名")
    opened.page.press("button[value='up.1']", "Enter")
    assert opened.page.input_value("[name='0.label']") == "姓名"
    assert opened.page.input_value("[name='1.label']") == "学号"
