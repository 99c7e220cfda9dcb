"""What the simulators refuse or cannot do.

The tree::

    SimulatorError
      ExpectationFailedError
      JournalError
      LoadError
      PeerClosedError
      ScenarioError
      UnknownVariableError
      UnreachableError
      UnreadableAnswerError
"""

from __future__ import annotations


class SimulatorError(Exception):
    """Anything that ends a run for a stated reason."""


class ScenarioError(SimulatorError):
    """A scenario, or a file that scenarios need, is not written as it must be.

    Attributes:
        file: the file as it was named.
        path: the place in it: ``steps[3].elements.48``; '' for the file as a whole.
        reason: what is wrong there, and what would be right.
    """

    def __init__(self, file: str, path: str, reason: str) -> None:
        super().__init__(f"{file}: {path}: {reason}" if path else f"{file}: {reason}")
        self.file = file
        self.path = path
        self.reason = reason


class UnknownVariableError(SimulatorError):
    """A text names a variable that nothing has set yet; the code that knows the place makes it a ScenarioError."""


class UnreachableError(SimulatorError):
    """No connection to the platform: nobody listens there, or it was refused or lost."""


class LoadError(SimulatorError):
    """A load cannot be put on the platform as it was asked for."""


class JournalError(SimulatorError):
    """The shell's journal cannot be read or written, or another shell holds it."""
