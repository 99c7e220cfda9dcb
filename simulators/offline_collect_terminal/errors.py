"""The simulators' errors.

The tree::

    SimulatorError
      ExpectationFailedError
      JournalError
      KeyFileError
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
    """

    def __init__(self, file: str, path: str, reason: str) -> None:
        super().__init__(f"{file}: {path}: {reason}" if path else f"{file}: {reason}")
        self.file = file
        self.path = path
        self.reason = reason


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
