"""The application's errors, in one tree; each has its exit code.

The tree::

    AppError
      DemoError
      DialectProblemsError
      DoubtfulMappingError
      FirstDayError
      LanesLostError
      ListenError
      MasterKeyError
        KeyModuleError
      MessageError
      NotConfirmedError
      NotStartingError
      PackagerError
      SampleError
      SamplesError
      SchemaFileError
      TlsFilesError
      UnknownFileError
      UnknownLinkError
      UnknownOrganisationError
      UsageError
        ConfigurationError
      YamlError
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from offline_collect.domain.texts.phrases import Phrase, in_lines


class AppError(Exception):
    """Root: refused for the reason that the message states, exit 1."""

    exit_code = 1


class UsageError(AppError):
    """The command line or the configuration is wrong: exit 2."""

    exit_code = 2


class ConfigurationError(UsageError):
    """The configuration cannot be used; the message has one line for each problem: file, path, reason."""


class YamlError(AppError):
    """A YAML file cannot be read: its name, the line, and what to do."""


class SchemaFileError(AppError):
    """A schema (dialect, message set, layout) is missing or cannot be read."""


class UnknownLinkError(AppError):
    """The configuration has no such link with MACs that the acting user may see."""


class ListenError(AppError):
    """An address of the configuration cannot be listened on."""


class TlsFilesError(AppError):
    """The certificates or key of a link or of the console cannot be used, so it does not start."""


class DemoError(AppError):
    """A step of the demo failed."""


class MasterKeyError(AppError):
    """The master key cannot be read, or others can read its file."""


class KeyModuleError(MasterKeyError):
    """The hardware security module that has the master key cannot be opened, or fails."""


class DoubtfulMappingError(AppError):
    """A proposed mapping is written, but something in it is not certain."""

    def __init__(self, path: Path, doubts: Sequence[Phrase], then: Phrase) -> None:
        lines = in_lines([Phrase("- {doubt}", doubt=doubt) for doubt in doubts])
        super().__init__(
            Phrase(
                "{path}: is written, and must be completed before the import; it lacks what is not certain:\n{doubts}\n"
                "then {then}",
                path=str(path.absolute()),
                doubts=lines,
                then=then,
            )
        )


class MessageError(AppError):
    """`message decode` or `message encode` was given something that is not a message."""
