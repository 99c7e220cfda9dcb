"""Reads YAML that people write: plain data only, no repeated keys, nothing too large."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import yaml
from yaml.constructor import ConstructorError
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node

from offline_collect.app.errors import YamlError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.os_words import os_words

SIZE_MAX = 1024 * 1024
DEPTH_MAX = 30
_NO_SUCH_VALUE = "has a number or date that does not exist; correct it, or quote it if it is text"


_KEY_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "merge"))


class _Loader(yaml.SafeLoader):
    """SafeLoader that also refuses repeated keys, aliases and deep nesting."""

    depth = 0
    aliases = False

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        if not self.aliases and self.check_event(AliasEvent):
            self._refuse("aliases (*name) are not taken; write it out")
        self.depth += 1
        if self.depth > DEPTH_MAX:
            self._refuse(f"nested more than {DEPTH_MAX} deep")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def compose_mapping_node(self, anchor: Any) -> MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if key.tag not in _KEY_TAGS:
                problem = "a key must be a word or a number; quote it"
                raise ConstructorError(None, None, problem, key.start_mark)
            if (key.tag, key.value) in seen:
                raise ConstructorError(None, None, f"the key {key.value} is there twice", key.start_mark)
            seen.add((key.tag, key.value))
        return node

    def construct_object(self, node: Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError:
            raise ConstructorError(None, None, _NO_SUCH_VALUE, node.start_mark) from None

    def _refuse(self, problem: str) -> NoReturn:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        raise ConstructorError(None, None, problem, event.start_mark)


class _FastLoader(_Loader):
    """Takes its events from libyaml, in a sixth of the time; libyaml words its errors otherwise."""

    def __init__(self, content: bytes | str) -> None:
        super().__init__("")
        # PyYAML can be built without libyaml.
        self._events: Any = (yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)(content)

    def check_event(self, *choices: Any) -> bool:
        return bool(self._events.check_event(*choices))

    def peek_event(self) -> Any:
        return self._events.peek_event()

    def get_event(self) -> Any:
        return self._events.get_event()


class _AliasLoader(_Loader):
    """Allows aliases, for the project's own files."""

    aliases = True


class _FastAliasLoader(_FastLoader):
    """Allows aliases, for the project's own files."""

    aliases = True


def read_yaml(path: Path, *, aliases: bool = False) -> Any:
    """Return the content of a YAML file.

    Args:
        path: the file.
        aliases: accept aliases (``*name``): a few lines of them can expand to gigabytes, so only our own
            files may have them.

    Raises:
        YamlError: it cannot be read, is over a mebibyte, or is not plain YAML; names the place.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(SIZE_MAX + 1)
    except OSError as error:
        raise YamlError(
            Phrase("{path}: cannot be read: {reason}", path=str(path), reason=os_words(error))
        ) from None
    if len(content) > SIZE_MAX:
        raise YamlError(
            Phrase(
                "{path}: is over {most} bytes; check that it is the right file", path=str(path), most=SIZE_MAX
            )
        )
    return parse_yaml(content, str(path), aliases=aliases)


def parse_yaml(content: bytes | str, name: str, *, aliases: bool = False) -> Any:
    """Return the content of YAML text.

    Args:
        content: the text, or its UTF-8.
        name: its source, for errors.
        aliases: as in :func:`read_yaml`.

    Raises:
        YamlError: it is not plain YAML; names the place, and quotes nothing of it.
    """
    # What libyaml does not take is read once more, for the words.
    with suppress(yaml.YAMLError, ValueError, OverflowError):
        return yaml.load(content, _FastAliasLoader if aliases else _FastLoader)  # noqa: S506 - SafeLoaders
    try:
        return yaml.load(content, _AliasLoader if aliases else _Loader)  # noqa: S506 - SafeLoaders
    except yaml.MarkedYAMLError as error:
        place = "" if error.problem_mark is None else f", line {error.problem_mark.line + 1}"
        raise YamlError(f"{name}{place}: {_reason(error)}") from None
    except yaml.reader.ReaderError:
        raise YamlError(Phrase("{name}: has bytes that are no text; save it as UTF-8", name=name)) from None
    except (ValueError, OverflowError):
        raise YamlError(f"{name}: has an escape (\\U…) of no character; write the character itself") from None


def _reason(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "is no YAML"
    if problem.startswith("could not determine a constructor"):
        return "tags (!name) are not taken; write plain values"
    return problem
