"""The command ``offline-collect-terminal``: the other end of the wire."""

from __future__ import annotations

import datetime as dt
import signal
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from offline_collect.translations import Language
from offline_collect.wire.elements.codec import Codec
from offline_collect_terminal.cli import options
from offline_collect_terminal.cli.listing import list_scenarios
from offline_collect_terminal.cli.load import run_load
from offline_collect_terminal.cli.run import RunSettings, run_scenarios
from offline_collect_terminal.errors import KeyFileError, ScenarioError, SimulatorError
from offline_collect_terminal.load.bills import Bill, BillRange, endless, once, read_bills
from offline_collect_terminal.load.settings import Kind, LoadSettings
from offline_collect_terminal.scenario.report import Detail
from offline_collect_terminal.scenario.runner import Timeouts
from offline_collect_terminal.wire.dialects import load_codec
from offline_collect_terminal.wire.tls import read_tls

REFUSED, WRONG_USAGE = 1, 2

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"offline-collect-terminal {installed_version('offline-collect')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Plays the terminals and the front-end processor: a teller's shell, a kiosk, scenarios and load.

    Exit codes: 0 done, 1 refused or not as expected, 2 wrong usage.
    """


@app.command()
def run(
    scenarios: options.Scenarios = None,
    host: options.Host = "127.0.0.1",
    port: options.Port = 8583,
    dialect: options.DialectName = "ascii",
    institution: options.Institution = "12345678",
    terminal: options.Terminal = "TERM0001",
    timezone: options.Timezone = "Asia/Shanghai",
    seed: options.Seed = None,
    var: options.Var = None,
    timeout: options.Timeout = 15.0,
    state: options.State = None,
    sign_on: options.SignOn = False,
    mac: options.MacName = None,
    mac_key_file: options.MacKeyFile = None,
    mac_padding: options.MacPaddingName = None,
    verbose: options.Verbose = False,
    transcript: options.Transcript = False,
    hexed: options.Hexed = False,
    unmask: options.Unmask = False,
    listed: options.ListScenarios = False,
    as_json: options.AsJson = False,
    tls_ca: options.TlsCa = None,
    tls_cert: options.TlsCertificate = None,
    tls_key: options.TlsKey = None,
    tls_name: options.TlsName = None,
) -> None:
    """Run scenarios: messages to send, and answers to expect.

    A failed expectation shows the difference by element.

    Exit codes: 0 all as expected; 1 an expectation failed, or the platform cannot be reached; 2 a scenario or
    an option is wrong.
    """
    if as_json and not listed:
        raise typer.BadParameter("--json goes with --list")
    if listed:
        list_scenarios(Console(), as_json=as_json)
        return
    settings = RunSettings(
        host=host, port=port, dialect=dialect, institution=institution, terminal=terminal,
        timezone=options.read_timezone(timezone), seed=seed, given=options.read_variables(var or []),
        detail=Detail(transcript, verbose, hexed, unmask), timeouts=Timeouts(answer_s=timeout), state=state,
        tls=read_tls(tls_ca, tls_cert, tls_key, tls_name),
        mac=options.read_mac(mac, mac_key_file, mac_padding), sign_on=sign_on,
    )  # fmt: skip
    if not run_scenarios(scenarios or [], settings, Console(), _now):
        raise typer.Exit(REFUSED)


@app.command()
def load(
    host: options.Host = "127.0.0.1",
    port: options.Port = 8583,
    dialect: options.DialectName = "ascii",
    institution: options.Institution = "12345678",
    timezone: options.Timezone = "Asia/Shanghai",
    terminal: options.Terminals = "LD{:06d}",
    terminals: options.TerminalCount = None,
    kind: options.LoadKind = Kind.PAYMENT,
    connections: options.Connections = 16,
    in_flight: options.InFlight = 16,
    count: options.Count = None,
    duration: options.Duration = None,
    warmup: options.Warmup = 0.0,
    rate: options.Rate = None,
    start_at: options.StartAt = 1,
    merchant: options.Merchant = None,
    bill: options.BillPattern = None,
    bills: options.Bills = 10_000_000,
    amount: options.Amount = "1.00",
    currency: options.CurrencyCode = "CNY",
    bills_file: options.BillsFile = None,
    by_input: options.ByInput = False,
    half_close: options.HalfClose = False,
    timeout: options.Timeout = 30.0,
    json_file: options.JsonFile = None,
    tls_ca: options.TlsCa = None,
    tls_cert: options.TlsCertificate = None,
    tls_key: options.TlsKey = None,
    tls_name: options.TlsName = None,
    mac: options.MacName = None,
    mac_key_file: options.MacKeyFile = None,
    mac_padding: options.MacPaddingName = None,
) -> None:
    """Put load on the platform: a closed loop of connections times requests in flight, or an open one.

    Ends after --count, --duration or an interrupt, or with the bills; lookups begin again at the first.

    Exit codes: 0 all answered; 1 something was not, or the platform cannot be reached; 2 an option is wrong.
    """
    settings = LoadSettings(
        host=host, port=port, kind=kind, connections=connections, in_flight=in_flight, institution=institution,
        terminal=options.read_terminals(terminal, terminals), terminals=terminals, count=count, rate=rate,
        timezone=options.read_timezone(timezone), duration_s=duration, warmup_s=warmup, start_at=start_at,
        currency=options.read_currency(currency), stall_s=timeout, half_close=half_close,
        tls=read_tls(tls_ca, tls_cert, tls_key, tls_name),
    )  # fmt: skip
    source = _source(bills_file, merchant, bill, amount, start_at, bills)
    codec = load_codec(dialect, options.read_mac(mac, mac_key_file, mac_padding))
    _put(settings, codec, source, by_input=by_input, json_file=json_file)


def _put(
    settings: LoadSettings,
    codec: Codec,
    source: list[Bill] | BillRange,
    *,
    by_input: bool,
    json_file: Path | None,
) -> None:
    """Put the load on the platform, once its settings make sense together."""
    _refuse_contradictions(settings, by_input=by_input)
    bills = endless(source) if settings.kind is Kind.LOOKUP else once(source)
    _end(run_load(settings, codec, bills, Console(), by_input=by_input, json_file=json_file))


def _source(
    file: Path | None, merchant: str | None, bill: str | None, amount: str, first: int, size: int
) -> list[Bill] | BillRange:
    """Return the bills of a file, or of a pattern; raises BadParameter."""
    return options.read_range(merchant, bill, amount, first, size) if file is None else read_bills(file)


def _end(well: bool) -> None:
    """End with exit code 1 unless all went well."""
    if not well:
        raise typer.Exit(REFUSED)


def _refuse_contradictions(settings: LoadSettings, *, by_input: bool) -> None:
    kind = settings.kind
    if settings.rate is not None and kind is Kind.MIXED:
        raise typer.BadParameter("--rate goes with --kind payment or lookup")
    if settings.terminals is not None and settings.terminals < settings.connections:
        raise typer.BadParameter(
            f"--terminals {settings.terminals}: each of {settings.connections} connections needs one"
        )
    if by_input and kind is not Kind.LOOKUP:
        raise typer.BadParameter("--by-input goes with --kind lookup")
    if kind is Kind.LOOKUP and settings.count is None and settings.duration_s is None:
        raise typer.BadParameter("lookups never use the bills up: say --count or --duration")


@app.command()
def shell(
    host: options.Host = "127.0.0.1",
    port: options.Port = 8583,
    dialect: options.DialectName = "ascii",
    institution: options.Institution = "12345678",
    terminal: options.Terminal = "TERM0001",
    teller: options.Teller = "T001",
    channel: options.ShellChannel = options.ChannelName.TELLER,
    language: options.ShellLanguage = Language.EN,
    currency: options.CurrencyCode = "CNY",
    timezone: options.Timezone = "Asia/Shanghai",
    timeout: options.Timeout = 15.0,
    journal: options.JournalFolder = None,
    receipts: options.Receipts = None,
    tls_ca: options.TlsCa = None,
    tls_cert: options.TlsCertificate = None,
    tls_key: options.TlsKey = None,
    tls_name: options.TlsName = None,
    mac: options.MacName = None,
    mac_key_file: options.MacKeyFile = None,
    mac_padding: options.MacPaddingName = None,
) -> None:
    """Be a teller's terminal: choose a merchant, fill its form in, take payments, undo them, count them.

    Each payment is in the journal before it is sent; what has no answer is offered again at the next start.
    Lines may come from a pipe. At each prompt `?` tells what can be typed.

    Exit codes: 0 nothing is left without an answer; 1 something is, or the journal cannot be used; 2 an option
    is wrong.
    """
    from offline_collect_terminal.cli.shell import ShellSettings, run_shell  # noqa: PLC0415 - run and load start faster
    from offline_collect_terminal.teller.opening import TerminalSettings  # noqa: PLC0415 - likewise

    institution, terminal = options.read_terminal(institution, terminal)
    at = TerminalSettings(
        host=host, port=port, dialect=dialect, institution=institution, terminal=terminal,
        sender=options.read_sender(teller, channel, currency),
        timezone=options.read_timezone(timezone), timeout_s=timeout, journal=options.read_journal(journal),
        tls=read_tls(tls_ca, tls_cert, tls_key, tls_name),
        mac=options.read_mac(mac, mac_key_file, mac_padding),
    )  # fmt: skip
    ended_well = run_shell(ShellSettings(at, language, receipts), _now)
    # Ignore a second Ctrl-C while the first one ends the shell.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not ended_well:
        raise typer.Exit(REFUSED)


@app.command()
def kiosk(
    host: options.Host = "127.0.0.1",
    port: options.Port = 8583,
    dialect: options.DialectName = "ascii",
    config: options.PlatformConfig = None,
    institution: options.Institution = "12345678",
    terminal: options.Terminal = "KIOSK001",
    web_port: options.WebPort = 8080,
    language: options.KioskLanguage = Language.ZH,
    currency: options.CurrencyCode = "CNY",
    timezone: options.Timezone = "Asia/Shanghai",
    timeout: options.Timeout = 15.0,
    journal: options.JournalFolder = None,
    tls_ca: options.TlsCa = None,
    tls_cert: options.TlsCertificate = None,
    tls_key: options.TlsKey = None,
    tls_name: options.TlsName = None,
    mac: options.MacName = None,
    mac_key_file: options.MacKeyFile = None,
    mac_padding: options.MacPaddingName = None,
) -> None:
    """Be a customer terminal in a browser, for tests and demonstrations: its money is simulated.

    It starts only against loopback, or a link that the platform's configuration marks `test: true`.
    Ctrl-C ends it. What has no answer then is asked for at the next start.

    Exit codes: 0 nothing is left without an answer; 1 something is, the platform is not for tests, or the
    journal or the port cannot be used; 2 an option is wrong.
    """
    from offline_collect_terminal.cli.kiosk import KioskSettings, run_kiosk  # noqa: PLC0415 - run and load start faster
    from offline_collect_terminal.teller.opening import TerminalSettings  # noqa: PLC0415 - likewise

    institution, terminal = options.read_terminal(institution, terminal)
    at = TerminalSettings(
        host=host, port=port, dialect=dialect, institution=institution, terminal=terminal,
        sender=options.read_sender("-", options.ChannelName.KIOSK, currency),
        timezone=options.read_timezone(timezone), timeout_s=timeout, journal=options.read_journal(journal),
        tls=read_tls(tls_ca, tls_cert, tls_key, tls_name),
        mac=options.read_mac(mac, mac_key_file, mac_padding),
    )  # fmt: skip
    _end(run_kiosk(KioskSettings(at, language, web_port, config), _now))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def main() -> None:
    """Run the command; errors are one line on standard error, never a traceback."""
    try:
        app(prog_name="offline-collect-terminal")
    except (ScenarioError, KeyFileError) as error:
        _refuse(error, WRONG_USAGE)
    except SimulatorError as error:
        _refuse(error, REFUSED)


def _refuse(error: SimulatorError, code: int) -> None:
    Console(stderr=True).print(f"Error: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
