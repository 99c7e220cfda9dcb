"""Runs Kannel and `notify run` in a network of their own until a delivery report is taken; prints what the operator got.

Arguments: the platform's configuration, Kannel's, and the port for its operator.
"""

import signal
import subprocess
import sys
from pathlib import Path

from tests.e2e.serving import COMMAND
from tests.modules.kannel import bring_loopback_up, running_kannel


def main(config: str, conf: str, operator_port: str) -> None:
    bring_loopback_up()
    with running_kannel(Path(conf), int(operator_port)) as operator:
        command = [*COMMAND, "--config", config, "notify", "run"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sender:
            assert sender.stdout is not None
            for line in sender.stdout:
                if "delivery report" in line or "failed" in line:
                    break
            sender.send_signal(signal.SIGTERM)
            assert sender.wait() == 0
        got = [each for each in operator.lines if "Got message" in each]
    sys.stdout.write("\n".join(got))


if __name__ == "__main__":
    main(*sys.argv[1:])
