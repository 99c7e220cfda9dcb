"""Kannel, the SMS gateway, as Debian has it: its boxes, each started when the one before is ready."""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path

FAKE_SMSC = ("/usr/lib/kannel/test/fakesmsc", "/usr/local/lib/kannel/test/fakesmsc")
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
_ENDS_TOGETHER = ("--pid", "--fork", "--kill-child")
_ALONE = (("unshare", "-n", *_ENDS_TOGETHER), ("unshare", "-rn", *_ENDS_TOGETHER))


def find_kannel() -> tuple[str, str, str] | None:
    """Find bearerbox, smsbox and the false operator; None if one is missing."""
    boxes = [
        shutil.which(each, path=f"{os.environ.get('PATH', '')}:/usr/sbin") for each in ("bearerbox", "smsbox")
    ]
    fake = next((each for each in FAKE_SMSC if Path(each).is_file()), None)
    bearer, sms = boxes
    return None if bearer is None or sms is None or fake is None else (bearer, sms, fake)


def alone() -> tuple[str, ...]:
    """The command that gives a process a network of its own, where that is allowed: else nothing. Its children end with it.

    The port for the false operator listens on all addresses of its machine.
    """
    for command in _ALONE:
        tool = shutil.which(command[0])
        if tool and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return ()


def bring_loopback_up() -> None:
    """Let the processes of a new network talk to each other."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        found = fcntl.ioctl(made, _GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", found)[1]
        if not flags & _UP:
            fcntl.ioctl(made, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


class Box:
    """A running box, whose log is read."""

    _more = threading.Condition()
    """One for all: a box that ends may be what another waits for."""

    def __init__(self, command: list[str]) -> None:
        self.lines: list[str] = []
        self._ended = False
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._more:
                self.lines.append(line.rstrip("\n"))
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()

    def wait_for(self, words: str, needs: "Box | None" = None) -> None:
        """Wait until the log has a line with some words.

        Args:
            needs: another box, without which that line never comes.
        """
        boxes = [self] if needs is None else [self, needs]
        with self._more:
            self._more.wait_for(lambda: self._has(words) or any(each._ended for each in boxes))
            assert self._has(words), "\n".join(line for each in boxes for line in each.lines[-30:])

    def _has(self, words: str) -> bool:
        return any(words in each for each in self.lines)

    def end(self) -> None:
        """End it at once: it has nothing to keep."""
        self.process.kill()
        self.process.wait()
        self._reader.join()


@contextmanager
def texting(operator_port: int, message: str):
    """Have a payer send an SMS by a false operator, in the place of one that has gone.

    Args:
        message: number, number that it is to, and what fakesmsc has after these.
    """
    found = find_kannel()
    assert found is not None
    box = Box([found[2], "-H", "127.0.0.1", "-r", str(operator_port), "-m", "1", message])
    try:
        yield box
    finally:
        box.end()


@contextmanager
def running_kannel(conf: Path, operator_port: int):
    """Run Kannel with a false operator; give the box that speaks to it, and its own, whose log has what it got."""
    found = find_kannel()
    assert found is not None
    bearer_tool, sms_tool, fake_tool = found
    with ExitStack() as stack:

        def started(command: list[str]) -> Box:
            box = Box(command)
            stack.callback(box.end)
            return box

        bearer = started([bearer_tool, "-v", "1", str(conf)])
        bearer.wait_for("Start-up done")
        fake = started([fake_tool, "-H", "127.0.0.1", "-r", str(operator_port), "-m", "0", "1 2 text none"])
        bearer.wait_for("Fakesmsc client connected", needs=fake)
        sms = started([sms_tool, "-v", "0", str(conf)])
        # The smsbox of 1.4.5 ends by a fault of its own if a message comes before this thread, its last one, has begun.
        sms.wait_for("heartbeat_thread) maps to")
        yield bearer, fake
