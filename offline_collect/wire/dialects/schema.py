"""Reads typed values from a mapping that came from YAML, and refuses unknown keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from offline_collect.wire.elements.element import LAST_ELEMENT
from offline_collect.wire.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


class Section:
    """One mapping of a schema file, with the file and the path to it.

    Every key must be asked for: `finish` refuses the rest as unknown.

    Attributes:
        values: the mapping, unread.
        file: the file's name.
        path: the position in it; '' for the whole file.
    """

    def __init__(self, value: object, file: str, path: str = "") -> None:
        self.file = file
        self.path = path
        if not isinstance(value, Mapping):
            self.fail(f"must be a mapping, not {_kind(value)}")
        self.values = value
        self._asked: set[object] = set()
        self._known: set[object] = set()

    def at(self, key: object) -> str:
        """The path of `key` in this section."""
        return f"{self.path}.{key}" if self.path else f"{key}"

    def fail(self, reason: str, key: object = None) -> NoReturn:
        """Refuse this section, or one key of it."""
        raise SchemaError(self.file, self.path if key is None else self.at(key), reason)

    def has(self, key: str) -> bool:
        """Whether an optional key is there."""
        self._known.add(key)
        return key in self.values

    def take(self, key: int | str) -> object:
        """The raw value of a mandatory key."""
        self._asked.add(key)
        if key not in self.values:
            self.fail("missing", key)
        return self.values[key]

    def text(self, key: int | str) -> str:
        """A string that is not empty; YAML's bare numbers are refused, as they lose leading zeros."""
        value = self.take(key)
        if not isinstance(value, str):
            self.fail(f"must be a string, not {_kind(value)}; quote it", key)
        if not value:
            self.fail("must not be empty", key)
        return value

    def choice(self, key: int | str, options: Collection[str], default: str | None = None) -> str:
        """One of `options`; a key that has a default may be left out."""
        if default is not None and not self.has(str(key)):
            return default
        value = self.take(key)
        if not isinstance(value, str) or value not in options:
            self.fail(f"must be one of {', '.join(options)}", key)
        return value

    def integer(self, key: int | str, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fail(f"must be a whole number from {least} to {most}", key)
        return value

    def boolean(self, key: int | str) -> bool:
        """`true` or `false`."""
        value = self.take(key)
        if not isinstance(value, bool):
            self.fail("must be true or false", key)
        return value

    def items(self, key: int | str) -> list[object]:
        """A list."""
        value = self.take(key)
        if not isinstance(value, list):
            self.fail(f"must be a list, not {_kind(value)}", key)
        return value

    def choices(self, key: str, options: Collection[str], default: Collection[str]) -> list[str]:
        """Some of `options`, none twice; `default` where the key is left out."""
        if not self.has(key):
            return list(default)
        chosen: list[str] = []
        for index, value in enumerate(self.items(key)):
            if not isinstance(value, str) or value not in options or value in chosen:
                self.fail(f"must be some of {', '.join(options)}, none twice", f"{key}[{index}]")
            chosen.append(value)
        return chosen

    def integers(self, key: str, least: int, most: int) -> tuple[int, ...]:
        """A list of different whole numbers from `least` to `most`, in the file's order."""
        values = self.items(key)
        numbers: list[int] = []
        for index, value in enumerate(values):
            place = f"{key}[{index}]"
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                self.fail(f"must be a whole number from {least} to {most}", place)
            if value in numbers:
                self.fail(f"{value} is there twice", place)
            numbers.append(value)
        return tuple(numbers)

    def section(self, key: int | str) -> Section:
        """A mapping inside this one."""
        return Section(self.take(key), self.file, self.at(key))

    def sections(self, key: str) -> Iterator[Section]:
        """A list of mappings."""
        for index, value in enumerate(self.items(key)):
            yield Section(value, self.file, self.at(f"{key}[{index}]"))

    def keys(self) -> list[str]:
        """All keys, for a section whose keys are data; they must be strings."""
        for key in self.values:
            if not isinstance(key, str):
                self.fail(f"the key must be a string, not {_kind(key)}; quote it", key)
        return list(self.values)

    def numbers(self) -> list[int]:
        """All keys, for a section whose keys are element numbers."""
        for key in self.values:
            if isinstance(key, bool) or not isinstance(key, int) or not 2 <= key <= LAST_ELEMENT:  # noqa: PLR2004
                self.fail(f"the key must be an element's number, 2 to {LAST_ELEMENT}", key)
        return list(self.values)

    def finish(self) -> None:
        """Refuse the keys that no code has read."""
        unknown = [key for key in self.values if key not in self._asked]
        if unknown:
            known = ", ".join(sorted(map(str, self._asked | self._known)))
            self.fail(f"unknown key; known here: {known}", unknown[0])


def tag_of(section: Section, key: str, value: object) -> str:
    """Check that a value is a PDS tag, 4 digits in quotes."""
    return _four_digits(section, key, value, "a tag")


def mti_of(section: Section, key: str, value: object) -> str:
    """Check that a value is an MTI, 4 digits in quotes."""
    return _four_digits(section, key, value, "an MTI")


def _four_digits(section: Section, key: str, value: object, what: str) -> str:
    if not (isinstance(value, str) and len(value) == 4 and value.isascii() and value.isdigit()):  # noqa: PLR2004
        section.fail(f"must be {what}: 4 digits, quoted", key)
    return value


def _kind(value: object) -> str:
    """The YAML type of a value, in words for the file's author."""
    if value is None:
        return "nothing"
    return "a number" if isinstance(value, int | float) else f"a {type(value).__name__}"
