"""``offline-collect-terminal run``: runs scenarios against a running platform."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect_terminal.errors import ScenarioError
from offline_collect_terminal.scenario.model import Scenario, Template
from offline_collect_terminal.scenario.outcome import ScenarioResult
from offline_collect_terminal.scenario.own_requests import own_templates
from offline_collect_terminal.scenario.reader import load_scenario, load_templates
from offline_collect_terminal.scenario.report import ConsoleReporter, Detail
from offline_collect_terminal.scenario.runner import ScenarioRun, Terminal, Timeouts
from offline_collect_terminal.scenario.state import load_state, save_state
from offline_collect_terminal.scenario.variables import Named
from offline_collect_terminal.wire.dialects import load_codec, meant
from offline_collect_terminal.wire.signing import MacOptions
from offline_collect_terminal.wire.stamps import STANS, Stamps
from offline_collect_terminal.wire.tls import Tls

SCENARIOS = Path(__file__).parent.with_name("scenarios")


@dataclass(frozen=True, slots=True)
class RunSettings:
    """The settings of a run of scenarios.

    Attributes:
        seed: makes the first STAN; None takes it from the clock, so that two runs do not collide.
        given: variables that override the scenarios' own.
        state: file with the kept messages of an earlier run, and of this one; None for no file.
        mac: how messages are authenticated; None on a link without MACs.
        sign_on: whether to sign on first on every connection.
    """

    host: str
    port: int
    dialect: str
    institution: str
    terminal: str
    timezone: dt.tzinfo
    seed: int | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    detail: Detail = field(default_factory=Detail)
    timeouts: Timeouts = field(default_factory=Timeouts)
    state: Path | None = None
    tls: Tls | None = None
    mac: MacOptions | None = None
    sign_on: bool = False


def load_scenarios(names: Sequence[str], dialect: Dialect | None = None) -> list[Scenario]:
    """Return the scenarios of names: paths, or shipped ones such as ``payment``.

    Without names these are all shipped scenarios that need no preparation, in their own order. A dialect with
    messages of its own has its own requests.

    Raises:
        ScenarioError: there is no such file, or it is invalid.
    """
    templates = all_templates(dialect)
    if names:
        return [load_scenario(_find(name), templates) for name in names]
    shipped = (load_scenario(file, templates) for file in SCENARIOS.glob("*.yaml"))
    return sorted(shipped, key=lambda scenario: (scenario.order, scenario.file))


def all_templates(dialect: Dialect | None) -> dict[str, Template]:
    """Return the requests by name, a dialect's own in place of the shared ones."""
    return load_templates() | ({} if dialect is None else own_templates(dialect))


def _find(name: str) -> Path:
    shipped = SCENARIOS / f"{name}.yaml"
    for file in (Path(name), shipped):
        if file.is_file():
            return file
    known = sorted(
        path.relative_to(SCENARIOS).with_suffix("").as_posix() for path in SCENARIOS.rglob("*.yaml")
    )
    reason = "no such file, nor a shipped scenario; `run --list` lists those"
    raise ScenarioError(name, "", reason + meant(name, known))


def run_scenarios(
    names: Sequence[str],
    settings: RunSettings,
    console: Console,
    clock: Callable[[], dt.datetime],
) -> bool:
    """Run scenarios one after the other; a failed one does not stop the others.

    Args:
        names: see :func:`load_scenarios`; all files are read before anything is sent.

    Returns:
        Whether all went as expected; False if no scenario is for this dialect.

    Raises:
        ScenarioError: a file is invalid, or one of its steps cannot be sent.
        UnreachableError: the platform does not listen.
    """
    codec = load_codec(settings.dialect, settings.mac)
    scenarios = load_scenarios(names, codec.dialect)
    named = load_state(settings.state) if settings.state else {}
    reporter = ConsoleReporter(console, codec.dialect, settings.detail)
    terminal = _terminal(settings, codec, reporter, clock, named)
    outcomes = [
        outcome
        for scenario in scenarios
        if (outcome := _run(scenario, terminal, reporter, named)) is not None
    ]
    if settings.state:
        save_state(settings.state, named)
    reporter.summary(outcomes)
    return bool(outcomes) and all(outcome.failure is None for outcome in outcomes)


def _run(
    scenario: Scenario,
    terminal: Terminal,
    reporter: ConsoleReporter,
    named: dict[str, Named],
) -> ScenarioResult | None:
    """Run one scenario and keep its named messages; None if it is not for this dialect."""
    dialect = terminal.codec.dialect
    is_for_all = not scenario.dialects and dialect.messages is None
    if not is_for_all and dialect.name not in scenario.dialects:
        reporter.skipped(scenario)
        return None
    reporter.begin(scenario)
    run = ScenarioRun(scenario, terminal)
    outcome = run.run()
    named |= {name: run.variables.named[name] for name in scenario.keep if name in run.variables.named}
    reporter.ended(outcome)
    return outcome


def _terminal(
    settings: RunSettings,
    codec: Codec,
    reporter: ConsoleReporter,
    clock: Callable[[], dt.datetime],
    named: Mapping[str, Named],
) -> Terminal:
    now = clock()
    seed = int(now.timestamp() * 1000) if settings.seed is None else settings.seed
    stamps = Stamps(
        institution=settings.institution,
        terminal=settings.terminal,
        timezone=settings.timezone,
        sent=codec.dialect.sent,
        clock=clock,
        first=seed % STANS,
    )
    return Terminal(
        host=settings.host,
        port=settings.port,
        codec=codec,
        stamps=stamps,
        reporter=reporter,
        pause=time.sleep,
        year=now.year,
        timeouts=settings.timeouts,
        given=settings.given,
        named=named,
        tls=settings.tls,
        sign_on=all_templates(codec.dialect)["sign_on"] if settings.sign_on else None,
    )
