"""The teller's shell as a process: its lines through a pipe, or its keys through a pseudo-terminal."""

import codecs
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from tests.support.tree import ROOT

WITHIN_S = 60
COMMAND = [sys.executable, "-m", "offline_collect_terminal.cli.main", "shell"]
_TAKE_TERMINAL = """
import fcntl, runpy, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
runpy.run_module("offline_collect_terminal.cli.main", run_name="__main__")
"""
"""Makes the pseudo-terminal the controlling one, so that its Ctrl-C is a signal, and goes on as the command."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>]|\][^\x07]*\x07)")


def run_shell(port: int, journal: Path, *lines: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
    """Feed lines through a pipe; return the exit code and the output."""
    command = [*COMMAND, "--port", str(port), "--journal", str(journal), *options]
    done = subprocess.run(
        command, cwd=ROOT, input="".join(f"{line}\n" for line in lines), capture_output=True, text=True,
        check=False, timeout=WITHIN_S, encoding="utf-8",
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


class TerminalShell:
    """The shell at a keyboard.

    Attributes:
        said: the whole output, without the codes that move the cursor.
    """

    def __init__(self, port: int, journal: Path, *options: str) -> None:
        self.said = ""
        command = [
            sys.executable,
            "-c",
            _TAKE_TERMINAL,
            "shell",
            "--port",
            str(port),
            "--journal",
            str(journal),
            *options,
        ]
        ours, theirs = pty.openpty()
        # No terminal here answers a query for the cursor's position.
        quiet = {"PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm", "COLUMNS": "120", "LINES": "50"}
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            env={**os.environ, **quiet},
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

    def expect(self, text: str) -> str:
        """Wait until a text appears after the last one; return the output up to its end."""
        until = time.monotonic() + WITHIN_S
        # A prompt ends in a move of the cursor where a line ends in a space.
        text = text.rstrip()
        while (at := self.said.find(text, self._seen)) < 0:
            assert time.monotonic() < until, f"{text!r} did not come after\n{self.said[-2000:]}"
            assert self._read(), f"the shell ended without {text!r}:\n{self.said[-2000:]}"
        came = self.said[self._seen : at + len(text)]
        self._seen = at + len(text)
        return came

    def type(self, *lines_and_prompts: str) -> None:
        """Type lines, each after its prompt: prompt, line, prompt, line …"""
        for prompt, line in zip(lines_and_prompts[::2], lines_and_prompts[1::2], strict=True):
            self.expect(prompt)
            self.press(f"{line}\r")

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._terminal, keys.encode())

    def kill(self) -> None:
        """Kill it, like a power cut."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(WITHIN_S)

    def wait(self) -> int:
        """Read to its end; return the exit code."""
        until = time.monotonic() + WITHIN_S
        while self._read():
            assert time.monotonic() < until, f"the shell does not end:\n{self.said[-2000:]}"
        return self.process.wait(WITHIN_S)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], 1)
        if not ready:
            return self.process.poll() is None
        try:
            data = os.read(self._terminal, 65_536)
        except OSError:
            return False
        self.said = _ESCAPES.sub("", self.said + self._decoder.decode(data))
        return bool(data)
