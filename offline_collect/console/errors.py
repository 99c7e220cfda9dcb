"""Errors of the console, in one tree.

The tree::

    ConsoleError
      BusyError
      ChoiceError
      ConfirmationNeededError
      DecoderError
      ForgedFormError
      MissingPageError
      NoFileError
      RefusedFileError
      StaleFormError
      UnreadableTextError
      UploadTooLargeError
"""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.texts.phrases import Phrase


class ConsoleError(Exception):
    """Root of the console's errors; the message is for the person at the browser."""

    def __init__(self, words: Phrase) -> None:
        super().__init__(words)


class MissingPageError(ConsoleError):
    """There is no such page, or nothing of that id that the user may see."""

    def __init__(self) -> None:
        super().__init__(Phrase("there is nothing at this address, or nothing that you may see"))


class BusyError(ConsoleError):
    """The console has too much to do, or does this already; later it can."""


class DecoderError(ConsoleError):
    """What was pasted to be decoded is no message, or in no known dialect."""


class ChoiceError(ConsoleError):
    """A choice of a form was not made."""


class NoFileError(ConsoleError):
    """A form that brings a file came without one."""

    def __init__(self) -> None:
        super().__init__(Phrase("no file was chosen, or it is empty: choose one"))


class RefusedFileError(ConsoleError):
    """A bank's file was refused as a whole: nothing of it was taken."""

    def __init__(self, why: str) -> None:
        super().__init__(Phrase("the file was refused: {why}", why=why))


class ForgedFormError(ConsoleError):
    """A form without its token: another site sent it, or the page is of an earlier session."""

    def __init__(self) -> None:
        super().__init__(
            Phrase("this form is not of your session: open the page again, and send it from there")
        )


class StaleFormError(ConsoleError):
    """What a form changes was changed after the page was opened.

    Attributes:
        changes: what it is about, what it was, and what it is now.
    """

    def __init__(self, changes: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(
            Phrase("somebody has changed this since you opened the page: nothing was done; look again")
        )
        self.changes = tuple(changes)


class ConfirmationNeededError(ConsoleError):
    """The change moves money or lets somebody in, and its user must say again who he is."""

    def __init__(self) -> None:
        super().__init__(Phrase("this moves money or lets somebody in: give your password again"))


class UnreadableTextError(ConsoleError):
    """A field has control characters, which no keyboard types."""

    def __init__(self) -> None:
        super().__init__(Phrase("a field has characters that are no text: type it anew, without copying it"))


class UploadTooLargeError(ConsoleError):
    """A form or a file is larger than the console takes."""

    def __init__(self, most_mib: int) -> None:
        super().__init__(Phrase("the file is larger than {most} MiB: use the command instead", most=most_mib))
