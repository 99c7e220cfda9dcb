"""What stops a server from starting is found by `config check` too, in the same words and without a trace."""

import pytest
from twisted.internet.defer import maybeDeferred

from offline_collect.app.config.load import load_configuration
from offline_collect.app.serving.serve import Platform
from offline_collect.app.serving.start_checks import check_start
from offline_collect.app.wiring.key_custody import MASTER_KEY_VARIABLE
from offline_collect.store import StoreSettings, open_store
from tests.databases.school import fill
from tests.fakes.bank import NOON
from tests.fakes.clock import HandClock
from tests.server.reactor import HandReactor

TLS = "tls: {certificate: none.pem, key: none.pem}"
BROKEN = "name: partner\nlike: ascii\nresponse_codes: {APPROVED: '61'}\n"


@pytest.fixture
def settings(tmp_path, sqlite_url, monkeypatch):
    """Settings of a store and links; the dialect `partner` is broken, and there is no master key."""
    monkeypatch.delenv(MASTER_KEY_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "schemas/dialects"
    folder.mkdir(parents=True)
    (folder / "partner.yaml").write_text(BROKEN, encoding="utf-8")
    (folder / "lean.yaml").write_text("name: lean\nlike: ascii\nelements: {15: null}\n", encoding="utf-8")
    fill(sqlite_url)

    def settings(*links, url=sqlite_url):
        written = "".join(
            f"  - {{name: l{at}, listen: '127.0.0.1:{at}', {link}}}\n" for at, link in enumerate(links, 1)
        )
        file = tmp_path / "bank.yaml"
        file.write_text(
            f"database: {{url: '{url}'}}\nmetrics: {{listen: null}}\nschemas_dir: schemas\nlinks:\n{written}"
        )
        return load_configuration(file, {}).settings

    return settings


def refusal(call):
    with pytest.raises(Exception, match=r".") as caught:
        call()
    return type(caught.value), str(caught.value)


def started(settings):
    Platform(settings, HandReactor(), None, HandClock(NOON), maybeDeferred)


@pytest.mark.parametrize(
    ("links", "said"),
    [
        (["dialect: partner"], ["partner.yaml: response_codes"]),
        (["dialect: partner", "dialect: partner"], ["partner.yaml: response_codes"]),
        ([TLS], ["l1: tls.certificate: none.pem: "]),
        (["mac: aes-cmac"], ["there is no master key"]),
        (
            [f"dialect: partner, mac: aes-cmac, {TLS}", "dialect: lean"],
            ["there is no master key", "l1: tls.", "partner.yaml: ", "lean"],
        ),
    ],
)
def test_what_serve_refuses_is_refused_in_the_same_words(settings, links, said):
    made = settings(*links)
    kind, text = refusal(lambda: check_start(made, with_store=False))
    assert (kind, text) == refusal(lambda: started(made))
    assert len(text.splitlines()) == len(said)
    for line, part in zip(text.splitlines(), said, strict=True):
        assert part in line


def test_a_dialect_that_no_link_speaks_stops_nothing(settings):
    assert check_start(settings("dialect: ascii"), with_store=True) is None


def test_the_store_is_asked_only_if_that_is_wanted(settings, tmp_path):
    made = settings("dialect: ascii", url="sqlite:///nowhere.db")
    assert check_start(made, with_store=False) is None
    with pytest.raises(Exception, match=r"there is no store at /.*/nowhere\.db"):
        check_start(made, with_store=True)
    assert not (tmp_path / "nowhere.db").exists()


def test_an_organisation_that_the_store_lacks_is_refused(settings):
    with pytest.raises(Exception, match="organisation BR9: the store has none of this id"):
        check_start(settings("organisation: BR9"), with_store=True)


def test_nothing_is_written(settings, sqlite_url, monkeypatch):
    monkeypatch.setenv(MASTER_KEY_VARIABLE, "00" * 32)
    store = open_store(StoreSettings(sqlite_url))
    with store.snapshot() as reading:
        before = reading.connection.exec_driver_sql("PRAGMA data_version").scalar()
        check_start(settings("mac: aes-cmac"), with_store=True)
        assert reading.connection.exec_driver_sql("PRAGMA data_version").scalar() == before
    store.dispose()
