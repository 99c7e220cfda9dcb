"""Whoever reads Chinese reads no English sentence: on no page, and in no refusal of a form."""

import re
from html.parser import HTMLParser

import pytest

from tests.console.crawling import send, walk
from tests.console.two_banks import store

__all__ = ["store"]

EMPTY = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
VERBATIM = {"code", "pre", "script", "style", "svg", "textarea", "time"}
SPOKEN = ("alt", "aria-label", "placeholder", "title")
SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z']{2,}")
CHINESE = re.compile("[\u4e00-\u9fff]")
OF_DATA = {"Li Lei", "Meter no", "Student no"}
"""Names of people, and what merchants call their inputs."""

COMMANDS = re.compile(
    r"(: – → )?[a-z-]+ (add|apply|import|notify|publish|refund|release|run|set|show|undo|withdraw)"
)
"""What the audit trail has of a change: the words of its command."""

OWN_SESSION = {"/sign-out", "/sessions", "/language", "/sign-in"}


class Texts(HTMLParser):
    """The texts of a page, without identifiers, codes and what somebody has typed."""

    def __init__(self):
        super().__init__()
        self.found, self._open = [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.found += [given[name] for name in SPOKEN if given.get(name)]
        if tag not in EMPTY:
            self._open.append((tag, tag in VERBATIM or "id" in (given.get("class") or "").split()))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(verbatim for _, verbatim in self._open):
            self.found.append(data.strip())


def english_on(page):
    texts = Texts()
    texts.feed(page)
    return {
        text
        for text in texts.found
        if SENTENCE.search(text)
        and not CHINESE.search(text)
        and text not in OF_DATA
        and not COMMANDS.fullmatch(text)
    }


def sent(browser, name, found):
    """Send a form of each kind as it is, so most are refused; yield what comes back."""
    for form, *_ in found.forms.values():
        if form.action not in OWN_SESSION:
            yield form.action, send(browser, name, form, dict(form.fields)).text


def test_an_english_sentence_would_be_found():
    assert english_on("<p>the store is busy</p>") == {"the store is busy"}
    assert english_on('<input placeholder="type it again">') == {"type it again"}
    assert english_on('<p>请重试</p><p class="id">NO SUCH</p>') == set()


@pytest.mark.parametrize("name", ["anna", "mei", "olga"])
def test_a_chinese_page_says_no_english_sentence(as_user, name):
    browser = as_user(name, **{"Accept-Language": "zh"})
    found = walk(browser)
    pages = {address: text for address, (_, text) in found.answers.items() if "<html" in text}
    pages |= {f"POST {action}": text for action, text in sent(browser, name, found) if "<html" in text}
    assert len(pages) > 20
    assert {address: left for address, text in pages.items() if (left := english_on(text))} == {}
