"""The files of docs/operating: units, alerts, dashboard. What they name is there in the program."""

import configparser
import json
import re
import shlex
import shutil
import subprocess

import promql_parser
import pytest
import yaml
from typer.main import get_command

from offline_collect.app.cli.main import app
from offline_collect.app.config.load import load_configuration
from offline_collect.app.observability.metrics import Metrics
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.imports.life import ImportState
from offline_collect.server.scheduling.throttle import Throttled
from tests.support.tree import ROOT

FOLDER = ROOT / "docs" / "operating"
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
UNITS = ("offline-collect.service", "offline-collect-backup.service", "offline-collect-backup.timer")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("_total",), "gauge": ("",)}
PROCESS = {"up", "process_cpu_seconds_total", "process_resident_memory_bytes"}
TARGETS = {"job", "instance"}
RULES = yaml.safe_load((FOLDER / "prometheus-rules.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((FOLDER / "grafana-dashboard.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [rule["expr"] for rule in RULES] + [
    target["expr"].replace("$__rate_interval", "5m") for panel in PANELS for target in panel["targets"]
]


def unit(name):
    """Return a unit's settings by section, each with all its values."""
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string((FOLDER / name).read_text(encoding="utf-8"))
    return parser


def families():
    """Return the series of each metric, with the labels that docs/configuration.md lists (held by a test there)."""
    labels = dict(re.findall(r"^\| `(offline_collect\w+)` \| ([\w, ]*?) *\|", CONFIGURATION, re.MULTILINE))
    found = {}
    for family in Metrics().registry.collect():
        own = {
            label
            for label in labels.get(f"{family.name}{'_total' if family.type == 'counter' else ''}", "").split(
                ", "
            )
            if label
        }
        for suffix in SUFFIXES[family.type]:
            le = {"le"} if suffix == "_bucket" else set()
            found[family.name + suffix] = (own | le | TARGETS, family.documentation)
    return found


FAMILIES = families()


def selectors(query):
    """Yield the name and the matchers of each series that a query reads; a wrong query raises."""
    found = []
    promql_parser.walk(promql_parser.parse(query), found.append)
    for each in found:
        if isinstance(each, promql_parser.VectorSelector):
            yield each.name, each.matchers.matchers


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_reads_metrics_that_the_program_has(query):
    read = list(selectors(query))
    assert read
    for name, matchers in read:
        if name in PROCESS:
            continue
        labels, meaning = FAMILIES[name]
        assert {each.name for each in matchers} <= labels
        for each in matchers:
            if "$" not in each.value:
                assert_value(each.name, each.value, meaning)


def assert_value(label, value, meaning):
    """Assert that a series may have a label's value."""
    known = {
        "code": set(ResponseCode),
        "state": set(ImportState),
        "what": set(Throttled),
        "message": {"payment"},
        "job": {"offline-collect"},
    }
    assert value in known.get(label, set()) or re.search(rf"\b{value}\b", meaning), (label, value)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_groups_by_labels_that_its_metrics_have(query):
    names = {name for name, _ in selectors(query)} - PROCESS
    grouped = set(re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]*)\)", query))))
    there = [FAMILIES[name][0] for name in names]
    assert grouped <= set().union(*there, TARGETS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_what_to_do(rule):
    texts = rule["annotations"]
    assert set(texts) == {"summary", "action"}
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    named = set(re.findall(r"\$labels\.(\w+)", texts["summary"]))
    grouped = set(re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]*)\)", rule["expr"]))))
    assert named <= (grouped or TARGETS)
    for page, heading in re.findall(r"docs/(\w+)\.md, ([\w ]+)", texts["action"]):
        assert f"# {heading}\n" in (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")


def test_each_metric_that_the_page_says_to_watch_has_an_alert():
    listed = PAGE.split("Set alarms for these metrics", 1)[1].split("Logs never hold", 1)[0]
    named = set(re.findall(r"`(offline_collect_\w+)", listed))
    assert len(named) > 5
    assert named <= {name for rule in RULES for name, _ in selectors(rule["expr"])}


@pytest.mark.parametrize(
    "wanted",
    ["Throughput", "Answers by code", "Latency", "Queues", "Connections", "Business day", "Imports by state"],
)
def test_the_dashboard_has_a_panel_for(wanted):
    assert [panel for panel in PANELS if panel["title"].startswith(wanted)]


def test_the_panels_of_the_dashboard_do_not_overlap():
    cells = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for at in [panel["gridPos"]]
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells))
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_the_service_runs_a_command_that_the_program_has():
    service = unit("offline-collect.service")["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert program.endswith("/bin/offline-collect")
    option, _, verb = words
    root = get_command(app)
    assert option in {name for each in root.params for name in each.opts}
    assert root.get_command(None, verb) is not None
    assert service["KillMode"] == "mixed", "the first process drains; the lanes' process ends with it"
    assert "HUP" in service["ExecReload"]


def test_the_service_has_time_to_drain_and_room_for_connections():
    service = unit("offline-collect.service")["Service"]
    settings = load_configuration(ROOT / "config" / "postgresql.yaml").settings
    assert int(service["TimeoutStopSec"]) > settings.drain_timeout_s
    assert int(service["LimitNOFILE"]) > sum(link.connections_max for link in settings.links) + 200


def test_the_variable_of_the_environments_file_is_a_setting(monkeypatch):
    (name,) = re.findall(
        r"^# Passwords.*?: (\w+)=", (FOLDER / UNITS[0]).read_text(encoding="utf-8"), re.MULTILINE
    )
    monkeypatch.setenv(name, "postgresql://u@h/d")
    assert (
        load_configuration(ROOT / "config" / "postgresql.yaml").settings.database.url == "postgresql://u@h/d"
    )


SYSTEMD = shutil.which("systemd-analyze")


@pytest.mark.skipif(SYSTEMD is None, reason="systemd is not installed")
def test_systemd_accepts_the_units(tmp_path):
    for name in UNITS:
        text = (FOLDER / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(
            text.replace("/opt/offline-collect/bin/offline-collect", "/bin/true"), encoding="utf-8"
        )
    done = subprocess.run(
        [SYSTEMD, "verify", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert (done.returncode, told) == (0, [])


def test_the_page_names_every_file_of_the_folder():
    named = set(re.findall(r"\(operating/([\w@.-]+)\)", PAGE))
    assert named == {path.name for path in FOLDER.iterdir()}


def test_no_page_has_a_path_of_somebodys_own_folder():
    pages = [*(ROOT / "docs").glob("*.md"), *FOLDER.iterdir(), ROOT / "README.md"]
    assert [
        page.name for page in pages if re.search(r"/(home|Users|root)/", page.read_text(encoding="utf-8"))
    ] == []
