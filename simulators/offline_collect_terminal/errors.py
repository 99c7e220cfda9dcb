"""The simulators' errors.

The tree::

    SimulatorError
      BusyError
      ExpectationFailedError
      JournalError
      KeyFileError
      KioskError
      LoadError
      PeerClosedError
      ScenarioError
      UnknownVariableError
      UnreachableError
      UnreadableAnswerError
"""

from __future__ import annotations


class SimulatorError(Exception):
    """Root: an error that ends a run for a stated reason."""


class ScenarioError(SimulatorError):
    """A scenario, or a file that scenarios need, is invalid.

    Attributes:
        file: the file's name as given.
        path: the place in it: ``steps[3].elements.48``; '' for the file as a whole.
        reason: what is wrong there, and what is right.
        line: of the place, from 1; None if it is not known.
    """

    def __init__(self, file: str, path: str, reason: str, line: int | None = None) -> None:
        where = file if line is None else f"{file}:{line}"
        super().__init__(f"{where}: {path}: {reason}" if path else f"{where}: {reason}")
        self.file = file
        self.path = path
        self.reason = reason
        self.line = line


class UnknownVariableError(SimulatorError):
    """A text names a variable that is not set; the caller adds the place and raises ScenarioError."""


class UnreachableError(SimulatorError):
    """No connection to the platform: it does not listen, or the connection was refused or lost."""


class LoadError(SimulatorError):
    """A load cannot be put on the platform as requested."""


class KeyFileError(SimulatorError):
    """A working key cannot be read, or does not fit the algorithm."""


class JournalError(SimulatorError):
    """The shell's journal cannot be read or written, or another shell holds it."""


class KioskError(SimulatorError):
    """The kiosk may not start against this platform, or cannot listen."""


class BusyError(SimulatorError):
    """Too much waits for the kiosk's terminal, or too many people use the kiosk."""
