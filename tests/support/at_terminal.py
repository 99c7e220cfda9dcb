"""The command line as a process at a pseudo-terminal: its keys and what it shows."""

import codecs
import os
import pty
import re
import select
import subprocess
import sys
import time
from typing import Self

WITHIN_S = 60
UP, ENTER = "\x1b[A", "\r"
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>]|\][^\x07]*\x07)")


class AtTerminal:
    """A command at a keyboard.

    Attributes:
        said: the whole output, without the codes that move the cursor.
    """

    def __init__(self, *arguments, folder) -> None:
        self.said = ""
        ours, theirs = pty.openpty()
        # No terminal here answers a query for the cursor's position.
        quiet = {"PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm", "COLUMNS": "160", "LINES": "50"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "offline_collect", *map(str, arguments)], cwd=folder, stdin=theirs, stdout=theirs,
            stderr=theirs, start_new_session=True, env={**os.environ, **quiet},
        )  # fmt: skip
        os.close(theirs)
        self._terminal = ours
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._seen = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(WITHIN_S)
        os.close(self._terminal)

    def expect(self, text):
        """Wait until a text appears after the last one."""
        until = time.monotonic() + WITHIN_S
        while (at := self.said.find(text, self._seen)) < 0:
            assert time.monotonic() < until, f"{text!r} did not come after\n{self.said[-2000:]}"
            assert self._read(), f"the command ended without {text!r}:\n{self.said[-2000:]}"
        self._seen = at + len(text)

    def press(self, keys):
        """Press keys."""
        os.write(self._terminal, keys.encode())

    def ended(self):
        """Read to the end, and return the exit code."""
        while self._read():
            pass
        return self.process.wait(WITHIN_S)

    def _read(self):
        ready, _, _ = select.select([self._terminal], [], [], WITHIN_S)
        try:
            found = os.read(self._terminal, 65_536) if ready else b""
        except OSError:
            # The other end is closed.
            return False
        self.said += _ESCAPES.sub("", self._decoder.decode(found))
        return bool(found)
