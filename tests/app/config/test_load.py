"""Loading the configuration: what is accepted, and how errors are worded."""

from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml

from offline_collect.app.config.load import load_configuration, masked_settings, render_configuration
from offline_collect.app.errors import ConfigurationError
from offline_collect.app.wiring.backoffice import store_settings
from offline_collect.wire.errors import SchemaError
from tests.support.tree import ROOT

ONE_LINK = "links: [{}]\n"


def test_everything_but_links_has_a_default(load):
    settings = load(ONE_LINK).settings
    assert settings.database.url == "sqlite:///var/offline-collect.db"
    assert settings.business.timezone == "Asia/Shanghai"
    assert (settings.lanes.write, settings.lanes.batch_max, settings.lanes.queue_max) == (1, 256, 20000)
    link = settings.links[0]
    assert (link.name, link.listen, link.dialect) == ("fep-1", "127.0.0.1:8583", "ascii")
    assert link.allow == (ip_network("127.0.0.0/8"),)


def test_the_example_of_the_manual_is_taken_whole(load):
    settings = load("""
database: {url: "sqlite:///var/offline-collect.db"}
business: {timezone: Asia/Shanghai, cutover: "23:30", currency: CNY, quote_grace_minutes: 30, skew_s: 60}
lanes: {write: 1, read: 1, batch_max: 256, queue_max: 20000}
links:
  - {name: fep-1, listen: "127.0.0.1:8583", dialect: ascii, institutions: ["12345678"], allow: ["127.0.0.0/8"],
     sign_on: optional, mac: none, connections_max: 1000, in_flight_max: 512, idle_timeout_s: 300,
     request_timeout_ms: 10000, insecure: false}
drain_timeout_s: 10
log: {format: console, level: info}
metrics: {listen: "127.0.0.1:9583"}
""").settings
    assert settings == load(ONE_LINK).settings


@pytest.mark.parametrize("name", ["demo", "sqlite", "postgresql"])
def test_shipped_configurations_are_good(name):
    assert load_configuration(ROOT / "config" / f"{name}.yaml", {}).settings.links


def test_sqlite_yaml_writes_the_defaults_out(load):
    shipped = load_configuration(ROOT / "config" / "sqlite.yaml", {}).settings
    assert shipped == load(ONE_LINK).settings


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must be a mapping of keys to values"),
        ("lanes: {}", "links: is missing"),
        ("links: []", "links: must name at least one"),
        ("links: [{}]\nlinks: [{}]", "line 2: the key links is there twice"),
        ("links: [", "line 1: expected the node content, but found '<stream end>'"),
        (
            ONE_LINK + "lane: {write: 1}",
            "lane: unknown key; known here: database, store, business, lanes, links, ",
        ),
        (ONE_LINK + "lanes: {writes: 1}", "lanes.writes: unknown key; known here: write, read, batch_max"),
        (ONE_LINK + "lanes: {read: 0}", "lanes.read: must be greater than or equal to 1"),
        (ONE_LINK + "lanes: {read: '1'}", "lanes.read: must be a whole number, without quotes"),
        (ONE_LINK + "lanes: {read: 1.5}", "lanes.read: must be a whole number, without quotes"),
        (ONE_LINK + "lanes: {read: true}", "lanes.read: must be a whole number, without quotes"),
        (
            ONE_LINK + "lanes: {write: 2}",
            "lanes.write: SQLite has one writer: set it to 1, or use PostgreSQL",
        ),
        (ONE_LINK + "lanes: {queue_max: 100}", "lanes: queue_max must not be under batch_max"),
        (ONE_LINK + "business: {cutover: 23:30}", 'business.cutover: must be "HH:MM" in quotes, or null'),
        (ONE_LINK + "business: {cutover: '24:00'}", 'business.cutover: must be "HH:MM" in quotes, or null'),
        (ONE_LINK + "business: {timezone: Mars/Base}", "business.timezone: must be a time zone of the IANA"),
        (ONE_LINK + "business: {timezone: ../etc}", "business.timezone: must be a time zone of the IANA"),
        (ONE_LINK + "business: {currency: XYZ}", "business.currency: must be a currency of ISO 4217"),
        (ONE_LINK + "business: {skew_s: -1}", "business.skew_s: must be greater than or equal to 0"),
        (ONE_LINK + "drain_timeout_s: 9999", "drain_timeout_s: must be less than or equal to 3600"),
        (ONE_LINK + "log: {level: loud}", "log.level: must be 'debug', 'info', 'warning' or 'error'"),
        (ONE_LINK + "metrics: {listen: here}", "metrics.listen: must be an address and a port"),
        (ONE_LINK + "schemas_dir: /nowhere", "schemas_dir: is not a folder"),
        (
            ONE_LINK + "database: {url: 'mysql://h/d'}",
            "database.url: must begin with sqlite:///, postgresql://",
        ),
        (ONE_LINK + "database: {url: 'sqlite://'}", "database.url: must name a database file"),
        (ONE_LINK + "database: {url: 'sqlite:///:memory:'}", "database.url: must name a database file"),
        (
            ONE_LINK + "database: {url: 'postgresql+pg8000://h/d'}",
            "database.url: must name a driver of postgresql's",
        ),
        (ONE_LINK + "throttle: {}", "throttle: is not available in this version: leave it out"),
        ("links: [{dialect: foo}]", "links[0].dialect: no dialect foo: there are ascii, base24, bcd"),
        (
            "links: [{dialect: ../x}]",
            "links[0].dialect: must be small letters, digits, dashes or underscores",
        ),
        ("links: [{listen: 'bank.example:1'}]", "links[0].listen: must name an IP address of this machine"),
        ("links: [{listen: '127.0.0.1:70000'}]", "links[0].listen: must have a port from 0 to 65535"),
        ("links: [{institutions: []}]", "links[0].institutions: must name at least one"),
        ("links: [{institutions: [12345678]}]", "links[0].institutions[0]: must be a string; quote it"),
        ("links: [{institutions: ['12345678901234']}]", "links[0].institutions[0]: must be 1 to 11 digits"),
        ("links: [{organisation: A/B}]", "links[0].organisation: must be 1 to 15 letters, digits"),
        ("links: [{institutions: ['0']}]", "links[0].institutions[0]: must be 1 to 11 digits"),
        ("links: [{allow: ['10.0.0.1/8']}]", "links[0].allow[0]: must be a network such as"),
        ("links: [{allow: [10]}]", "links[0].allow[0]: must be a network in quotes"),
        ("links: [{sign_on: yes}]", "links[0].sign_on: must be 'required' or 'optional'"),
        ("links: [{insecure: 1}]", "links[0].insecure: must be true or false"),
        ("links: [{mac: md5}]", "links[0].mac.algorithm: must be 'none', 'aes-cmac', 'x9.9', 'x9.19'"),
        ("links: [{mac: [aes-cmac]}]", "links[0].mac: must be a mapping of keys to values"),
        ("links: [{mac: {padding: pkcs7}}]", "links[0].mac.padding: must be 'zero' or '80-00'"),
        ("links: [{tls: {key: k}}]", "links[0].tls.certificate: "),
        (
            "links: [{tls: {certificate: c, key: k, clients: {'12345678': [fep]}}}]",
            "links[0].tls: clients: names of certificates say nothing where none are asked for: set client_ca",
        ),
        (
            "links: [{tls: {certificate: c, key: k, client_ca: a, clients: {'99': [fep]}}}]",
            "links[0]: tls.clients: 99 is not among the link's institutions",
        ),
        (
            "links: [{mac: {secret: '00'}}]",
            "links[0].mac.secret: unknown key; known here: algorithm, key, kek, padding",
        ),
        (
            "links: [{mac: aes-cmac}, {name: b, listen: '127.0.0.1:1', mac: {algorithm: x9.19, key: fep-1}}]",
            "links[1].mac: shares the keys of links[0], but has another algorithm, kek or organisation",
        ),
        ("links: [{throttle: {misses: 1}}]", "links[0].throttle.misses: "),
        ("links: [{listen: '0.0.0.0:1'}]", "links[0]: listens beyond loopback with neither TLS nor a MAC"),
        ("links: [{}, {listen: '127.0.0.1:1'}]", "links[1].name: fep-1 is the name of links[0] too"),
        (
            "links: [{}, {name: b}]",
            "links[1].listen: 127.0.0.1:8583 is taken by links[0].listen (127.0.0.1:8583)",
        ),
        (
            "links: [{}, {name: b, listen: '0.0.0.0:8583', insecure: true}]",
            "links[1].listen: 0.0.0.0:8583 is taken by links[0].listen",
        ),
        (
            ONE_LINK + "metrics: {listen: '10.0.0.1:9583'}",
            "metrics: listens beyond loopback with neither TLS nor a password",
        ),
        (ONE_LINK + "metrics: {listen: '[::]:9583'}", "metrics: listens beyond loopback"),
        (
            ONE_LINK + "database: {url: 'postgresql://h/d'}\nstore: {group: bank}",
            "store.group: is of SQLite's files: leave it out",
        ),
        (ONE_LINK + "store: {group: ''}", "store.group: "),
        ("links: [{listen: '127.0.0.1:9583'}]", "metrics.listen: 127.0.0.1:9583 is taken by links[0].listen"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_path(refused, text, problem):
    (line,) = refused(text)
    assert line.removeprefix(", ").startswith(problem)


@pytest.mark.parametrize("text", [ONE_LINK + "lanes: 3", ONE_LINK + "lanes: [3]", "links: [3]", "links: 3"])
def test_no_class_of_the_program_is_named(refused, text):
    (problem,) = refused(text)
    assert problem in {
        "lanes: must be a mapping of keys to values",
        "links[0]: must be a mapping of keys to values",
        "links: must be a list",
    }


def test_every_problem_is_told_at_once(refused):
    assert len(refused("links: [{tls: 1, sign_on: 1}]\nlanes: {read: 0, batch_max: 0}")) == 4


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml: cannot be read: no such file"):
        load_configuration(Path("nowhere.yaml"), {})


def test_links_may_leave_their_ports_to_the_system(load):
    text = "links: [{listen: '127.0.0.1:0'}, {name: b, listen: '127.0.0.1:0'}]"
    assert [link.address.port for link in load(text).settings.links] == [0, 0]


def test_a_link_beyond_loopback_starts_where_it_is_declared_insecure(load):
    assert load("links: [{listen: '[::]:8583', insecure: true}]").settings.links[0].listen == "[::]:8583"


@pytest.mark.parametrize("written", ["CNY", "'156'", "156"])
def test_a_currency_is_known_by_code_and_number(load, written):
    assert load(f"{ONE_LINK}business: {{currency: {written}}}").settings.business.currency == "CNY"


def test_metrics_beyond_loopback_start_where_they_are_declared_insecure(load):
    assert load(ONE_LINK + "metrics: {listen: '0.0.0.0:9583', insecure: true}").settings.metrics.insecure
    for inside in ("'[::1]:9583'", "'localhost:9583'", "null"):
        assert not load(ONE_LINK + f"metrics: {{listen: {inside}}}").settings.metrics.insecure


def test_a_group_is_handed_to_the_store(load):
    assert store_settings(load(ONE_LINK + "store: {group: bank}").settings).group == "bank"
    assert store_settings(load(ONE_LINK).settings).group is None


def test_leading_zeros_of_an_institution_do_not_count(load):
    assert load("links: [{institutions: ['0012345678']}]").settings.links[0].institutions == ("12345678",)


def test_the_environment_overrides_scalars_of_every_kind(load):
    settings = load(
        ONE_LINK + "database: {url: 'sqlite:///a.db'}",
        OFFLINE_COLLECT__DATABASE__URL="postgresql://u@h/d",
        OFFLINE_COLLECT__LANES__WRITE="4",
        OFFLINE_COLLECT__BUSINESS__CUTOVER="null",
        OFFLINE_COLLECT__LOG__FORMAT="json",
        OFFLINE_COLLECT__DRAIN_TIMEOUT_S="3",
    ).settings
    assert settings.database.url == "postgresql://u@h/d"
    assert (settings.lanes.write, settings.drain_timeout_s) == (4, 3)
    assert settings.business.cutover is None
    assert settings.log.format == "json"


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("OFFLINE_COLLECT__LANES__WRITES", "1", "OFFLINE_COLLECT__LANES__WRITES: names no setting"),
        ("OFFLINE_COLLECT__LANES", "1", "OFFLINE_COLLECT__LANES: names no setting"),
        ("OFFLINE_COLLECT__", "1", "OFFLINE_COLLECT__: names no setting"),
        ("OFFLINE_COLLECT__LOG__LEVEL__X", "1", "OFFLINE_COLLECT__LOG__LEVEL__X: names no setting"),
        ("OFFLINE_COLLECT__LINKS__0__NAME", "b", "OFFLINE_COLLECT__LINKS__0__NAME: links can only be given"),
        (
            "OFFLINE_COLLECT__LANES__READ",
            "many",
            "OFFLINE_COLLECT__LANES__READ: lanes.read: must be a whole number",
        ),
    ],
)
def test_a_wrong_override_is_refused_by_its_name(refused, variable, value, problem):
    (line,) = refused(ONE_LINK, **{variable: value})
    assert line.startswith(problem)


def test_a_folder_of_schemas_adds_a_dialect(load, tmp_path):
    (tmp_path / "dialects").mkdir()
    text = (ROOT / "schemas" / "dialects" / "ascii.yaml").read_text(encoding="utf-8")
    (tmp_path / "dialects" / "partner.yaml").write_text(
        text.replace("name: ascii", "name: partner"), encoding="utf-8"
    )
    configuration = load(f"links: [{{dialect: partner}}]\nschemas_dir: {tmp_path}")
    assert configuration.schemas().dialect("partner").name == "partner"
    assert configuration.schemas().dialect("bcd").name == "bcd"


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("postgresql://u:hunter2@h:5432/d", "postgresql://u:***@h:5432/d"),
        ("postgresql://u:hun@ter2@h/d", "postgresql://u:***@h/d"),
        ("postgresql://h/d?user=u&password=hunter2&x=1", "postgresql://h/d?user=u&password=***&x=1"),
        ("postgresql://h/d?password=hunt@er2", "postgresql://h/d?password=***"),
        ("oracle+oracledb://u:hunter2@h/?service_name=x", "oracle+oracledb://u:***@h/?service_name=x"),
        ("sqlite:///var/a.db", "sqlite:///var/a.db"),
    ],
)
def test_passwords_never_show(load, url, masked):
    configuration = load(ONE_LINK, OFFLINE_COLLECT__DATABASE__URL=url)
    assert masked_settings(configuration.settings)["database"]["url"] == masked
    assert "hun" not in render_configuration(configuration)
    assert "hun" not in repr(configuration)


def test_a_wrong_url_is_refused_without_being_quoted(refused):
    assert "hunter2" not in refused(f"{ONE_LINK}database: {{url: 'mysql://u:hunter2@h/d'}}")[0]


def test_what_is_shown_can_be_loaded_again(load):
    configuration = load("links: [{}]\nbusiness: {cutover: '22:05'}", OFFLINE_COLLECT__LANES__READ="2")
    shown = render_configuration(configuration)
    assert "# lanes.read from OFFLINE_COLLECT__LANES__READ" in shown
    assert load(shown).settings == configuration.settings
    assert yaml.safe_load(shown)["business"]["cutover"] == "22:05"


@pytest.mark.parametrize("mac", ["aes-cmac", "{algorithm: x9.19, padding: 80-00}"])
def test_a_link_with_a_mac_listens_beyond_loopback(load, mac):
    link = load(f"links: [{{listen: '0.0.0.0:1', mac: {mac}}}]").settings.links[0]
    assert link.has_mac
    assert not link.insecure


def test_links_share_keys_by_their_name(load):
    text = (
        "links: [{mac: aes-cmac}, {name: b, listen: '127.0.0.1:1', mac: {algorithm: aes-cmac, key: fep-1}}]"
    )
    assert [link.key_name for link in load(text).settings.links] == ["fep-1", "fep-1"]


def test_a_broken_dialect_that_no_link_speaks_stops_no_form(load, tmp_path):
    folder = tmp_path / "dialects"
    folder.mkdir()
    (folder / "bcd.yaml").write_text("name: bcd\n", encoding="utf-8")
    configuration = load(f"links: [{{}}]\nschemas_dir: {tmp_path}\n")
    assert configuration.form_dialects().keys() == {"ascii"}
    spoken = load(f"links: [{{dialect: bcd}}]\nschemas_dir: {tmp_path}\n")
    with pytest.raises(SchemaError, match=r"bcd\.yaml: frame: missing"):
        spoken.form_dialects()
