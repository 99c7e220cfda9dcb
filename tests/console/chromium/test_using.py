"""What only a browser shows: the keyboard, pages without scripts, buttons pressed twice, figures that renew themselves."""

from offline_collect.store.schema.console_tables import console_forms
from tests.console.town import PASSWORD


def test_the_keyboard_is_enough(window):
    opened = window()
    opened.open("/")
    keyboard = opened.page.keyboard
    keyboard.type("olga")
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    opened.page.wait_for_selector("h1:text('Today')")
    keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.className") == "skip"
    keyboard.press("Enter")
    assert opened.page.evaluate("document.activeElement.id") == "main"


def test_everything_works_without_scripts(window):
    opened = window(java_script_enabled=False, locale="en-US")
    opened.sign_in("olga")
    opened.page.click("text=中文")
    assert opened.page.inner_text("h1") == "今日"
    opened.page.click("text=退出")
    assert opened.page.inner_text("h1") == "登录"


def test_a_button_that_is_pressed_twice_sends_its_form_once(window, store):
    opened = window()
    opened.sign_in("olga")
    opened.open("/account")
    for name in ("old_password", "new_password", "new_password_again"):
        opened.page.fill(f"[name={name}]", PASSWORD if name == "old_password" else "four other plain words")
    opened.page.dblclick("text=Change the password")
    opened.page.wait_for_selector("[role=status]")
    with store.snapshot() as reading:
        assert len(reading.connection.execute(console_forms.select()).all()) == 1


def test_no_script_can_read_the_session(window):
    opened = window()
    opened.sign_in("olga")
    assert opened.page.evaluate("document.cookie") == ""


def test_a_script_in_line_does_not_run(window):
    opened = window()
    opened.sign_in("olga")
    opened.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s); }"
    )
    assert opened.page.evaluate("window.ran === undefined")
    assert any("Content Security Policy" in each for each in opened.complaints)
