"""Names as different people and programs write them: steps that make them equal before they are compared."""

from __future__ import annotations

import re
import unicodedata

from offline_collect.domain.texts.characters import IGNORED, todays

_WIDE = "\u2e80-\U0010ffff"
"""Chinese characters and other scripts that are written without spaces between words."""

_SPACE_BESIDE_WIDE = re.compile(f"(?<=[{_WIDE}]) | (?=[{_WIDE}])")

_DOT = "·"
_DOTS = re.compile(
    "[·•‧・･∙⋅⸱⸳ꞏ᛫⦁●\u0387\U00010101]"
    # A full stop is a dot only between such characters: J. Smith keeps his.
    f"|(?<=[{_WIDE}])[.．。｡․﹒](?=[{_WIDE}])"
)

_RADICALS = {
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪": "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺民氵氺灬爫爫丬牛犭王𤴔",
    "⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒": "目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸",
    "⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲": "长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
}
"""CJK radicals that NFKC leaves, in rows, with the characters that they stand for (Unicode's EquivalentUnifiedIdeograph)."""

_CHARACTERS = str.maketrans("".join(_RADICALS), "".join(_RADICALS.values()))


def without_ignored(text: str) -> str:
    """Return a text without characters that are not shown, and with old private characters at today's places."""
    return IGNORED.sub("", todays(text))


def usual_characters(text: str) -> str:
    """Return a text with Kangxi radicals, CJK radicals and compatibility characters as the usual ones (NFKC)."""
    return unicodedata.normalize("NFKC", text).translate(_CHARACTERS)


def usual_spaces(text: str) -> str:
    """Return a text with single spaces, and none at its ends or beside a Chinese character."""
    return _SPACE_BESIDE_WIDE.sub("", " ".join(text.split()))


def usual_dots(text: str) -> str:
    """Return a text with ``·`` for each kind of dot between the parts of a name, without spaces around it."""
    return _DOT.join([part.strip() for part in _DOTS.split(text)])
