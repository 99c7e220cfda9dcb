"""The options of ``offline-collect-terminal``, and the parsers of their values."""

from __future__ import annotations

import datetime as dt
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from offline_collect.domain.commands import Channel
from offline_collect.domain.currencies import CURRENCIES, CURRENCY_CODES
from offline_collect.domain.errors import AmountError
from offline_collect.domain.money import parse_major
from offline_collect.translations import Language
from offline_collect.wire.security.mac_settings import MacAlgorithm, MacPadding
from offline_collect_terminal.load.bills import BillRange
from offline_collect_terminal.load.settings import Kind
from offline_collect_terminal.teller.link.requests import Sender
from offline_collect_terminal.wire.signing import KEY_VARIABLE, MacOptions, read_key

TERMINAL_LENGTH = 8
"""Characters of DE 41."""

INSTITUTION_LENGTH = 11
"""Digits of DE 32."""

TERMINALS_MAX = 100_000

TELLER_LENGTH = 32
"""Characters of PDS 0060."""


class ChannelName(StrEnum):
    """The channels that the shell can be."""

    TELLER = "teller"
    KIOSK = "kiosk"


Host = Annotated[str, typer.Option(help="Where the platform listens.")]
Port = Annotated[int, typer.Option(min=1, max=65_535, help="Its port.")]
DialectName = Annotated[
    str, typer.Option("--dialect", help="The link's dialect: a shipped one or a YAML file.")
]
Institution = Annotated[str, typer.Option(help="Acquiring institution, DE 32.")]
Timezone = Annotated[str, typer.Option(help="The business's time zone, for DE 12 and 13.")]
Timeout = Annotated[float, typer.Option(min=0.1, max=600, help="Seconds to wait for an answer.")]

TlsCa = Annotated[
    Path | None,
    typer.Option(
        help="Connect with TLS; a PEM file of those who may have signed the platform's certificate."
    ),
]
TlsCertificate = Annotated[Path | None, typer.Option(help="PEM file of the terminal's own certificate.")]
TlsKey = Annotated[Path | None, typer.Option(help="PEM file of its private key.")]
TlsName = Annotated[
    str | None, typer.Option(help="The name on the platform's certificate; by default the host.")
]

MacName = Annotated[
    MacAlgorithm | None,
    typer.Option(
        "--mac",
        help="Algorithm of the link's MACs: each message gets a MAC, and each answer must have a correct one.",
    ),
]
MacKeyFile = Annotated[
    Path | None,
    typer.Option(
        "--mac-key-file",
        help=f"File of the working key as hex digits; by default the environment variable {KEY_VARIABLE}.",
        show_default=False,
    ),
]
MacPaddingName = Annotated[
    MacPadding | None, typer.Option("--mac-padding", help="Padding of MACs; the dialect's by default.")
]

Scenarios = Annotated[
    list[str] | None,
    typer.Argument(help="Scenario files, or names of shipped ones; by default all that need no preparation."),
]
Terminal = Annotated[str, typer.Option(help="Terminal, DE 41.")]
Seed = Annotated[int | None, typer.Option(help="Makes STANs repeatable; from the clock by default.")]
Var = Annotated[list[str] | None, typer.Option(help="A variable, name=value; may be repeated.")]
State = Annotated[
    Path | None,
    typer.Option(help="File of what scenarios keep for a later run, say after a cutover."),
]
ListScenarios = Annotated[
    bool, typer.Option("--list", help="List the shipped scenarios and what each needs; nothing is sent.")
]
AsJson = Annotated[bool, typer.Option("--json", help="With --list: print JSON.")]
SignOn = Annotated[
    bool,
    typer.Option("--sign-on", help="Sign on first on every connection, for a link that requires it."),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show every element, masked.")]
Transcript = Annotated[bool, typer.Option("--transcript", help="Show one line a message, in words.")]
Hexed = Annotated[
    bool, typer.Option("--hex", help="Show the bytes of each message, those of personal data hidden.")
]
Unmask = Annotated[bool, typer.Option("--unmask", help="With --hex: hide nothing.")]

Teller = Annotated[str, typer.Option(help="Teller, PDS 0060.")]
ShellChannel = Annotated[ChannelName, typer.Option(help="Whether a teller or the payer sits here, PDS 0062.")]
ShellLanguage = Annotated[Language, typer.Option("--language", help="What the shell speaks.")]
KioskLanguage = Annotated[
    Language, typer.Option("--language", help="What the kiosk speaks first; payers can switch.")
]
WebPort = Annotated[
    int, typer.Option(min=0, max=65_535, help="Where browsers of this machine find it; 0 takes a free port.")
]
PlatformConfig = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="The platform's configuration: beyond loopback it must mark the link of this port `test: true`.",
        show_default=False,
    ),
]
CurrencyCode = Annotated[str, typer.Option(help="Currency of the bills, DE 49: CNY or 156.")]
JournalFolder = Annotated[
    Path | None,
    typer.Option(
        "--journal",
        help="Folder of the terminals' journals; by default offline-collect-terminal in the user's state folder.",
        show_default=False,
    ),
]

Receipts = Annotated[
    Path | None,
    typer.Option(
        "--receipts",
        help="Folder for receipts as text of 40 columns, one file each, for a printer.",
        show_default=False,
    ),
]

Terminals = Annotated[str, typer.Option("--terminal", help="Terminals, a pattern of the terminal's number.")]
TerminalCount = Annotated[
    int | None,
    typer.Option(
        "--terminals",
        min=1,
        max=TERMINALS_MAX,
        help="How many terminals, shared out over the connections; by default one a connection.",
        show_default=False,
    ),
]
LoadKind = Annotated[Kind, typer.Option(help="What to send; mixed looks each bill up and then pays it.")]
Connections = Annotated[int, typer.Option(min=1, max=5_000, help="TCP connections.")]
InFlight = Annotated[int, typer.Option(min=1, max=10_000, help="Requests in flight a connection.")]
Count = Annotated[int | None, typer.Option(min=1, help="How many messages to measure.")]
Duration = Annotated[float | None, typer.Option(min=0.1, help="Seconds to measure.")]
Warmup = Annotated[float, typer.Option(min=0, help="Seconds to send before anything is measured.")]
Rate = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        max=1_000_000,
        help="Open loop: so many messages a second, answered or not; --in-flight bounds the unanswered.",
    ),
]
StartAt = Annotated[int, typer.Option(min=1, help="Where STANs, and the counter of --bill, begin.")]
Merchant = Annotated[str | None, typer.Option(help="Merchant of --bill, DE 42.")]
BillPattern = Annotated[str | None, typer.Option(help="Bill numbers, a pattern of a counter: B{:08d}.")]
Bills = Annotated[int, typer.Option(min=1, help="How many bills --bill stands for.")]
Amount = Annotated[str, typer.Option(help="Amount of each bill of --bill, major units.")]
BillsFile = Annotated[
    Path | None,
    typer.Option(help="CSV of bills instead of --bill: merchant_id, bill_no, amount."),
]
ByInput = Annotated[
    bool,
    typer.Option("--by-input", help="Look up by the form's first input, which --bill then is a pattern of."),
]
HalfClose = Annotated[
    bool,
    typer.Option(
        "--half-close",
        help="Close each connection's sending direction behind its last message (TCP half-close).",
    ),
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]


def read_mac(
    algorithm: MacAlgorithm | None, file: Path | None, padding: MacPadding | None
) -> MacOptions | None:
    """Return the options of MACs, with the key from its file or the environment; None without MACs.

    Raises:
        KeyFileError: there is no key, or it cannot be read.
    """
    if algorithm is None:
        if file is not None or padding is not None:
            raise typer.BadParameter("--mac-key-file and --mac-padding need --mac")
        return None
    return MacOptions(algorithm, read_key(file), padding)


def read_timezone(name: str) -> dt.tzinfo:
    """Return the time zone of a name; raises BadParameter."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise typer.BadParameter(f"{name} is not a time zone; write it like Asia/Shanghai") from None


def read_variables(pairs: list[str]) -> dict[str, str]:
    """Return name=value pairs as a mapping; raises BadParameter."""
    given = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if not (name and value):
            raise typer.BadParameter(f"{pair!r}: write a variable like day=1122")
        given[name] = value
    return given


def read_terminals(pattern: str, terminals: int | None) -> str:
    """Return the pattern if it makes so many distinct terminals; raises BadParameter."""
    try:
        first, second, last = (pattern.format(number) for number in (1, 2, terminals or 1))
    except (ValueError, IndexError, KeyError):
        raise typer.BadParameter(f"{pattern!r}: write terminals like LD{{:06d}}") from None
    if first == second or max(len(first), len(last)) > TERMINAL_LENGTH:
        raise typer.BadParameter(f"{pattern!r}: terminals must differ and have {TERMINAL_LENGTH} characters")
    return pattern


def read_range(merchant: str | None, bill: str | None, amount: str, first: int, size: int) -> BillRange:
    """Return the bills of a pattern; raises BadParameter."""
    if not (merchant and bill):
        raise typer.BadParameter("say which bills: --merchant and --bill, or --bills-file")
    try:
        return BillRange(merchant, bill, parse_major(amount), first, size)
    except AmountError as error:
        raise typer.BadParameter(f"--amount: {error}") from None


def read_sender(teller: str, channel: ChannelName, currency: str) -> Sender:
    """Return the shell's sender data; raises BadParameter."""
    number = read_currency(currency)
    if not (teller.isascii() and teller.isprintable() and teller.strip() and len(teller) <= TELLER_LENGTH):
        raise typer.BadParameter(f"--teller: 1 to {TELLER_LENGTH} letters, digits and signs")
    return Sender(teller, Channel(channel.upper()), number)


def read_currency(currency: str) -> str:
    """Return a currency's number; raises BadParameter."""
    known = CURRENCIES.get(currency) or CURRENCY_CODES.get(currency.upper())
    if known is None:
        raise typer.BadParameter(f"--currency: {currency!r} is not known; write it like CNY or 156")
    return known.number


def read_terminal(institution: str, terminal: str) -> tuple[str, str]:
    """Return DE 32 and 41 if they are valid; raises BadParameter."""
    if not (institution.isascii() and institution.isdigit() and len(institution) <= INSTITUTION_LENGTH):
        raise typer.BadParameter(f"--institution: 1 to {INSTITUTION_LENGTH} digits")
    printable = terminal.isascii() and terminal.isprintable() and bool(terminal.strip())
    if not printable or len(terminal) > TERMINAL_LENGTH:
        raise typer.BadParameter(f"--terminal: 1 to {TERMINAL_LENGTH} letters, digits and signs")
    return institution, terminal.rstrip()


def read_journal(folder: Path | None) -> Path:
    """Return the folder of the journals: the given one, or the one in the user's state folder."""
    if folder is not None:
        return folder
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "offline-collect-terminal"
