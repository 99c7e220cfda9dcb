"""SoftHSM2, a PKCS#11 module in software: a folder of its own with new tokens for each test."""

import itertools
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN = "582913"
OFFICER_PIN = "10487755"


def find_softhsm() -> tuple[Path, str] | None:
    """Find the library and the tool that makes tokens; None if one of the two is missing."""
    library = next((Path(each) for each in LIBRARIES if Path(each).is_file()), None)
    tool = shutil.which("softhsm2-util")
    return None if library is None or tool is None else (library, tool)


@dataclass
class SoftHsm:
    """A folder of tokens, with the settings that the library reads from SOFTHSM2_CONF."""

    folder: Path
    library: str
    tool: str
    _serial: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.tokens.mkdir(parents=True)
        self.configure()

    @property
    def tokens(self) -> Path:
        """The folder of the tokens."""
        return self.folder / "tokens"

    @property
    def conf(self) -> Path:
        """The file that SOFTHSM2_CONF names."""
        return self.folder / "softhsm2.conf"

    def configure(self, without: str | None = None) -> None:
        """Write the settings, with all mechanisms or without one."""
        # SoftHSM2 2.6 ignores the first name after the minus sign.
        mechanisms = "ALL" if without is None else f"-NONE,{without}"
        lines = [
            f"directories.tokendir = {self.tokens}",
            "objectstore.backend = file",
            "log.level = ERROR",
            f"slots.mechanisms = {mechanisms}",
        ]
        self.conf.write_text("\n".join(lines) + "\n", encoding="ascii")

    def token(self) -> str:
        """Make a new token and return its label."""
        label = f"bank {next(self._serial)}"
        pins = ["--so-pin", OFFICER_PIN, "--pin", PIN]
        command = [self.tool, "--init-token", "--free", "--label", label, *pins]
        done = subprocess.run(
            command,
            env={"SOFTHSM2_CONF": str(self.conf)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return label

    def pin_file(self) -> Path:
        """Return a file of the user PIN that only its owner can read."""
        path = self.folder / "pin"
        path.write_text(f"{PIN}\n", encoding="ascii")
        path.chmod(0o600)
        return path
