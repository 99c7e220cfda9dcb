"""A new merchant, walked in a browser: from its two workbooks to its first payment at a kiosk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook
from playwright.sync_api import Browser, Locator, Page

from tests.e2e.at_kiosk import kiosk_on
from tests.modules.chromium import new_page

CLERK, CHECKER = "clerk", "checker"
FIRST_PASSWORD, PASSWORD = "several plain words", "quite other plain words"
MERCHANT, NAME, METER = "GAS00001", "蓝焰燃气", "10020007"

CUSTOMERS = [("户号", "户名", "手机", "表具号")] + [
    (f"{nth:06}", name, f"138001380{nth:02}", f"100200{nth:02}")
    for nth, name in enumerate(
        ("何建国", "吴秀兰", "郑海涛", "冯丽", "陈志强", "褚敏", "卫东明", "蒋玉梅"), 1
    )
]
BILLS = [("户号", "月份", "燃气费", "最晚缴费日")] + [
    (f"{nth:06}", "2026-11", 60 + 7 * nth, "2026-12-31") for nth in range(1, len(CUSTOMERS))
]
"""Tables as a gas company may have them: no column has the name that the platform gives it."""

KEYS_OF = {"customers": {"customer_no": "户号", "name": "户名", "mobile": "手机", "meter_no": "表具号"}}
KEYS_OF["bills"] = {"customer_no": "户号", "amount": "燃气费", "period": "月份", "due_date": "最晚缴费日"}


@dataclass(frozen=True)
class Pace:
    """How fast a person is, in milliseconds; a test does not wait.

    Attributes:
        key: for each character that is typed.
        aim: before each click, choice or field.
        read: for each page that is new.
    """

    key: int = 0
    aim: int = 0
    read: int = 0


PERSON = Pace(key=300, aim=1_500, read=8_000)


@dataclass
class Step:
    """One step of the walk.

    Attributes:
        seconds: from the step before to its end.
        characters, clicks, pages: what its person has typed, clicked, chosen or begun to fill in, and read.
    """

    who: str
    what: str
    seconds: float = 0.0
    characters: int = 0
    clicks: int = 0
    pages: int = 0

    def at(self, pace: Pace) -> float:
        """Return how long its person takes at a pace, without the machine, in seconds."""
        return (self.characters * pace.key + self.clicks * pace.aim + self.pages * pace.read) / 1000


class Hand:
    """A person at a page of a browser, at a pace."""

    def __init__(self, page: Page, address: str, pace: Pace) -> None:
        self.page, self.address, self.pace = page, address, pace
        self.step = Step("", "")

    def read(self) -> None:
        """Read the page."""
        self.step.pages += 1
        self._wait(self.pace.read)

    def fill(self, name: str, text: str) -> None:
        """Type into a field."""
        self._wait(self.pace.aim)
        place = self.page.locator(f"[name='{name}']").last
        self.step.clicks += 1
        self.step.characters += len(text)
        place.fill("")
        place.press_sequentially(text, delay=self.pace.key)

    def choose(self, name: str, label: str) -> None:
        """Choose in a list."""
        self._wait(self.pace.aim)
        self.step.clicks += 1
        field_of = self.page.locator(f"[name='{name}']")
        value = field_of.locator("option", has_text=label).first.get_attribute("value")
        field_of.select_option(value)

    def correct(self, name: str, label: str) -> None:
        """Choose in a list unless it is chosen already."""
        chosen = self.page.locator(f"[name='{name}'] option:checked").inner_text()
        if label not in chosen:
            self.choose(name, label)

    def take_file(self, path: Path) -> None:
        """Choose a file."""
        self._wait(self.pace.aim)
        self.step.clicks += 1
        self.page.set_input_files("[name=file]", path)

    def click(self, what: Locator) -> None:
        """Click, and read what comes."""
        self._wait(self.pace.aim)
        self.step.clicks += 1
        what.click()
        self.page.wait_for_load_state()

    def press(self, words: str, *, exact: bool = True) -> None:
        """Press a button of the page."""
        self.click(self.page.locator("main").get_by_role("button", name=words, exact=exact))
        if self.page.locator("main [name=_proof]").count():
            self.fill("_proof", PASSWORD)
            self.click(self.page.get_by_role("button", name="Confirm"))
        self.read()

    def follow(self, words: str) -> None:
        """Follow a link of the page."""
        self.click(self.page.locator("main").get_by_role("link", name=words, exact=True).first)
        self.read()

    def menu(self, words: str) -> None:
        """Follow a link of the navigation."""
        self.click(self.page.get_by_role("navigation").get_by_role("link", name=words, exact=True))
        self.read()

    def sign_in(self, name: str) -> None:
        """Sign in for the first time, and choose a password of one's own."""
        self.page.goto(self.address)
        self.fill("name", name)
        self.fill("password", FIRST_PASSWORD)
        self.press("Sign in")
        self.fill("old_password", FIRST_PASSWORD)
        self.fill("new_password", PASSWORD)
        self.fill("new_password_again", PASSWORD)
        self.press("Change the password")

    def _wait(self, milliseconds: int) -> None:
        if milliseconds:
            self.page.wait_for_timeout(milliseconds)


@dataclass
class Walk:
    """The walk.

    Attributes:
        folder: for the workbooks and the kiosk's journal.
        picture: is shown each page that is worth a picture, with its name.
        steps: that were walked.
    """

    browser: Browser
    console: str
    port: int
    folder: Path
    pace: Pace = Pace()
    picture: Callable[[Page, str], object] = lambda _page, _name: None
    steps: list[Step] = field(default_factory=list)

    def walk(self) -> str:
        """Walk from the sign-in to the payment; return what the kiosk says."""
        self._began = time.monotonic()
        clerk = Hand(self._page(), self.console, self.pace)
        checker = Hand(self._page(), self.console, self.pace)
        with self._step(clerk, CLERK, "signs in, and chooses a password"):
            clerk.sign_in(CLERK)
        with self._step(clerk, CLERK, "registers the merchant"):
            self._register(clerk)
        with self._step(checker, CHECKER, "signs in, and approves it"):
            checker.sign_in(CHECKER)
            checker.menu("Approvals")
            checker.follow("1")
            checker.press("Approve: it is done at once")
        with self._step(clerk, CLERK, "publishes the form, from a pattern"):
            self._publish(clerk)
        for kind, rows in (("customers", CUSTOMERS), ("bills", BILLS)):
            with self._step(clerk, CLERK, f"imports the {kind}, and says which column is which"):
                self._import(clerk, kind, rows)
            with self._step(checker, CHECKER, f"releases the {kind}"):
                checker.menu("Imports")
                checker.click(checker.page.locator("main td a").first)
                checker.read()
                checker.press("Release")
        return self._pay()

    def _page(self) -> Page:
        return new_page(self.browser, width=1200, height=900, locale="en-US")

    @contextmanager
    def _step(self, hand: Hand, who: str, what: str) -> Iterator[None]:
        hand.step = Step(who, what)
        yield
        now = time.monotonic()
        hand.step.seconds, self._began = now - self._began, now
        self.steps.append(hand.step)

    def _register(self, clerk: Hand) -> None:
        clerk.menu("Merchants")
        clerk.follow("Register a merchant")
        given = {"id": MERCHANT, "name": NAME, "trade": "燃气", "settlement_account": "6222000000000077"}
        for name, text in given.items():
            clerk.fill(name, text)
        clerk.click(clerk.page.locator("[name=maker_checker]"))
        self.picture(clerk.page, "register")
        clerk.press("Register")

    def _publish(self, clerk: Hand) -> None:
        clerk.menu("Merchants")
        clerk.follow(MERCHANT)
        clerk.follow("Publish its payment form")
        clerk.follow("water, electricity or gas: by the meter's number")
        clerk.fill("title", "燃气费缴纳")
        self.picture(clerk.page, "form")
        clerk.press("Publish as the next version")

    def _import(self, clerk: Hand, kind: str, rows: list[tuple[object, ...]]) -> None:
        clerk.menu("Merchants")
        clerk.follow(MERCHANT)
        clerk.follow(f"Import {kind}")
        path = self.folder / f"{kind}.xlsx"
        write_workbook(path, f"蓝焰燃气 {kind}", rows)
        clerk.take_file(path)
        clerk.press("Look at it")
        clerk.follow("Choose the columns")
        for key, title in KEYS_OF[kind].items():
            clerk.correct(f"at.{key}", title)
        self.picture(clerk.page, f"columns-{kind}")
        clerk.press("Look at the file with these columns")
        clerk.page.locator("button[value=import]").wait_for()
        self.picture(clerk.page, f"preview-{kind}")
        clerk.press("Import")
        clerk.page.locator("main .said").wait_for()

    def _pay(self) -> str:
        with kiosk_on(self.port, self.folder / "journal") as address:
            payer = Hand(new_page(self.browser, width=760, height=640), address, self.pace)
            with self._step(payer, "payer", "pays at the kiosk"):
                page = payer.page
                page.goto(f"{address}/m/{MERCHANT}")
                page.get_by_label("请输入表号").press_sequentially(METER, delay=self.pace.key)
                payer.click(page.get_by_role("button", name="查询账单"))
                for box in page.get_by_role("checkbox").all():
                    box.check()
                payer.click(page.get_by_role("button", name="下一步"))
                payer.click(page.locator("button", has_text="支付").first)
                page.get_by_role("heading", name="缴费成功").wait_for()
                self.picture(page, "paid")
                said = page.locator("main").inner_text()
        return said


def write_workbook(path: Path, title: str, rows: list[tuple[object, ...]]) -> None:
    """Write a workbook as people have it: a title above the table."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([title])
    for row in rows:
        sheet.append(row)
    book.save(path)
