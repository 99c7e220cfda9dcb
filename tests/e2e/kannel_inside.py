"""Runs Kannel in a network of its own, with one of two jobs beside it, which prints its result.

Arguments: the job, the folder of `config.yaml` and `kannel.conf`, and the port for the operator.
"""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.e2e.serving import COMMAND
from tests.modules.kannel import Box, bring_loopback_up, running_kannel, texting

URL = "http://127.0.0.1:13013/cgi-bin/sendsms"
RIGHT = {
    "X-Kannel-Username": "bank",
    "X-Kannel-To": "13800138000",
    "X-Kannel-From": "10690000",
    "X-Kannel-Coding": "2",
    "Content-Type": "text/plain; charset=UTF-8",
}
WRONG = (
    {"X-Kannel-Password": "another"},
    {"X-Kannel-From": None},
    {"X-Kannel-To": "abc"},
    {"Content-Type": "application/json"},
)


def asked(url: str, password: str, **changes: str | None) -> list[object]:
    """Ask a Kannel to send; return the status and the words of its answer."""
    headers = {"X-Kannel-Password": password, **RIGHT, **changes}
    present = {name: text for name, text in headers.items() if text is not None}
    request = urllib.request.Request(url, "缴费".encode(), present)  # noqa: S310 - a Kannel of the test
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - likewise
            return [answer.status, answer.read().decode("ascii")]
    except urllib.error.HTTPError as error:
        with error:
            return [error.code, error.read().decode("ascii")]


def answers(url: str, password: str) -> list[list[object]]:
    """What a Kannel answers to a right request, and to wrong ones."""
    return [asked(url, password, **changes) for changes in ({}, *WRONG)]


def told(bearer: Box, operator: Box) -> str:
    """The answers of the real one; the last is that after its operator has gone."""
    said = answers(URL, "change-me")
    operator.end()
    bearer.wait_for("fakesmsc client. Closing connection")
    # It writes this line a little before it knows.
    later = (asked(URL, "change-me") for _ in range(1_000))
    return json.dumps([*said, next(each for each in later if each != said[0])])


ANSWER = "13800138000 1069000001 text TD"
"""What the payer answers to the merchant's extension, as fakesmsc takes it."""


def sent(folder: Path, boxes: tuple[Box, Box], operator_port: int) -> str:
    """What the operator gets from `notify run`, which ends when the payer's answer is taken.

    He answers when the delivery report is taken.
    """
    bearer, operator = boxes
    command = [*COMMAND, "--config", str(folder / "config.yaml"), "notify", "run"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sender:
        assert sender.stdout is not None
        told = iter(sender.stdout)
        assert any("delivery reports: 1 taken" in line for line in told)
        operator.end()
        bearer.wait_for("fakesmsc client. Closing connection")
        with texting(operator_port, ANSWER):
            assert any("answers of payers: 1 no more notices" in line for line in told)
        sender.send_signal(signal.SIGTERM)
        assert sender.wait() == 0
    return "\n".join(each for each in operator.lines if "Got message" in each)


def main(job: str, folder: Path, operator_port: int) -> None:
    bring_loopback_up()
    with running_kannel(folder / "kannel.conf", operator_port) as (bearer, operator):
        sys.stdout.write(
            told(bearer, operator) if job == "answers" else sent(folder, (bearer, operator), operator_port)
        )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
