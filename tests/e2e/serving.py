"""The real server as a process, and a front end that talks to it over a real socket."""

import datetime as dt
import queue
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.messages.message import Message
from tests.e2e.forked import WITHIN_S, Running
from tests.messages.golden import codec, shipped
from tests.support.tree import ROOT

COMMAND = [sys.executable, "-m", "offline_collect"]
CONFIG = """
database: {{url: "{url}"}}
business: {{cutover: null}}
lanes: {{own_process: {own_process}}}
drain_timeout_s: {drain_timeout_s}
links:
  - {{name: fep-1, listen: "127.0.0.1:{port}", institutions: ["12345678"]{link}}}
{more_links}metrics: {{listen: {metrics}}}
"""


# A server refuses a time that is months away, and the message has it without its year.
ECHO = Message("0800", {7: f"{dt.datetime.now(dt.UTC):%m%d%H%M%S}", 11: "999999", 70: "301"})


def write_config(
    folder: Path,
    url: str,
    port: int = 0,
    drain_timeout_s: int = 20,
    metrics: str = '"127.0.0.1:0"',
    own_process: str = "true",
    link: str = "",
    more_links: str = "",
) -> Path:
    """Write a server's configuration; port 0 takes a free one.

    Args:
        link: further keys of the link, each after a comma.
        more_links: further links, a line each.
    """
    path = folder / "config.yaml"
    text = CONFIG.format(
        url=url,
        port=port,
        drain_timeout_s=drain_timeout_s,
        metrics=metrics,
        own_process=own_process,
        link=link,
        more_links=more_links,
    )
    path.write_text(text, encoding="utf-8")
    return path


def run(config: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    command = [*COMMAND, "--config", str(config), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=WITHIN_S)


class Server:
    """A running server.

    Attributes:
        log: its log so far, a line each.
    """

    def __init__(self, config: Path, *, forked: bool = True) -> None:
        line = ("--config", str(config), "serve")
        self.log: list[str] = []
        self._fresh: queue.Queue[str] = queue.Queue()
        self.process = Running(*line) if forked else _started(*line)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.metrics_port = self._port(r"metrics and health on \S+:(\d+)")
        self.port = self._port(r"listens on \S+:(\d+)")

    def children(self) -> list[int]:
        """The processes that it has started."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def connect(self) -> "FrontEnd":
        """Connect a front end; the server's answer to its echo says that it runs."""
        front_end = FrontEnd(self.port)
        assert [answer.elements[39] for answer in front_end.ask(ECHO)] == ["00"]
        return front_end

    def get(self, path: str) -> tuple[int, str]:
        """Query the operator's HTTP side; return status and text."""
        url = f"http://127.0.0.1:{self.metrics_port}{path}"
        try:
            with urllib.request.urlopen(url, timeout=WITHIN_S) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def stop(self) -> int:
        """Send SIGTERM and return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """Kill it, like a power cut."""
        self.process.kill()
        self.wait()

    def wait(self) -> int:
        """Wait for its end; return the exit code."""
        code = self.process.wait(WITHIN_S)
        self._reader.join(WITHIN_S)
        return code

    @property
    def has_gone(self) -> bool:
        """Whether every process that could write to its log has ended."""
        return not self._reader.is_alive()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for line in stream:
                self.log.append(line)
                self._fresh.put(line)

    def wait_for(self, pattern: str) -> "re.Match[str]":
        """Wait for a new line of the log; return what was found in it."""
        while True:
            line = self._fresh.get(timeout=WITHIN_S)
            found = re.search(pattern, line)
            if found:
                return found

    def _port(self, pattern: str) -> int:
        return int(self.wait_for(pattern)[1])


def _started(*line: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([*COMMAND, *line], cwd=ROOT, stderr=subprocess.PIPE, text=True)


@contextmanager
def serving(config: Path, *, forked: bool = True) -> Iterator[Server]:
    """Run a server until the block ends.

    Args:
        forked: from a process that has its modules, instead of by a new interpreter.
    """
    server = Server(config, forked=forked)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()


class FrontEnd:
    """One connection.

    Attributes:
        was_reset: whether the server cut it off instead of closing it.
    """

    def __init__(self, port: int, tls: ssl.SSLContext | None = None, dialect: str = "ascii") -> None:
        self._dialect = dialect
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=WITHIN_S)
        if tls is not None:
            self._socket = tls.wrap_socket(self._socket, server_hostname="127.0.0.1")
        self._begin()

    @classmethod
    def accepted(cls, connection: socket.socket) -> Self:
        """Return a front end that listens, on a connection that the platform has made to it."""
        front_end = cls.__new__(cls)
        front_end._dialect = "ascii"
        front_end._socket = connection
        front_end._begin()
        return front_end

    def _begin(self) -> None:
        self._frames = FrameDecoder(shipped(self._dialect).frame)
        self._arrived: list[Message] = []
        self.was_reset = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, *requests: Message) -> None:
        """Send messages in one write."""
        format_, written = shipped(self._dialect).frame, codec(self._dialect)
        self.send_bytes(b"".join(encode_frame(format_, written.encode(each)) for each in requests))

    def send_bytes(self, data: bytes) -> None:
        """Send bytes."""
        self._socket.sendall(data)

    def half_close(self) -> None:
        """Close the sending direction; answers may still arrive."""
        self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close the connection properly."""
        self._socket.close()

    def reset(self) -> None:
        """Disappear at once, like a front end that is killed or whose network is cut."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def ask(self, *requests: Message) -> list[Message]:
        """Send messages and return the same number of answers, in order of arrival."""
        self.send(*requests)
        return self.receive(len(requests))

    def is_refused(self) -> bool:
        """Whether the server closes the connection instead of answering an echo test."""
        try:
            self.send(ECHO)
            while not self._arrived:
                if not self._take():
                    return True
        except ConnectionError:
            return True
        self._arrived.clear()
        return False

    def receive(self, count: int) -> list[Message]:
        """Return ``count`` answers."""
        while len(self._arrived) < count:
            assert self._take(), "the server hung up"
        answers, self._arrived = self._arrived[:count], self._arrived[count:]
        return answers

    def rest(self) -> list[Message]:
        """Return everything received until the server closes or resets the connection."""
        try:
            while self._take():
                pass
        except ConnectionResetError:
            self.was_reset = True
        answers, self._arrived = self._arrived, []
        return answers

    def _take(self) -> bool:
        data = self._socket.recv(65_536)
        self._arrived += [codec(self._dialect).decode(frame.message) for frame in self._frames.feed(data)]
        return bool(data)


def by_stan(answers: Sequence[Message]) -> dict[str, Message]:
    """Return answers by the STAN of their requests."""
    return {answer.elements[11]: answer for answer in answers}
