"""What elements are called, in the reader's language."""

from offline_collect.app.config.schemas import Schemas
from offline_collect.translations import Language, catalogue
from offline_collect.wire.elements.element_words import element_word


def test_every_element_of_iso87_has_a_chinese_name():
    chinese = catalogue(Language.ZH)
    names = {each.name for each in Schemas().dialect("iso87").elements.values()}
    words = {name: element_word(name) for name in names}
    assert words["Processing code"].said(chinese) == "处理码"
    left = {name for name, word in words.items() if not hasattr(word, "said")}
    assert {
        name for name in left if not any(mark in name.lower() for mark in ("reserved", "private", "record"))
    } == set()


def test_a_partner_s_own_name_stays():
    assert element_word("Kode produk") == "Kode produk"
