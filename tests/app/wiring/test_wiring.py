"""From the configuration to the settings of each room."""

import datetime as dt

import pytest

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.notify_settings import NotifySettings
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.config.settings import BusinessSettings, LaneSettings, Settings
from offline_collect.app.wiring.backoffice import cutover_times, store_settings
from offline_collect.app.wiring.notify import send_terms
from offline_collect.app.wiring.server import engine_settings, link_settings, translator
from offline_collect.wire.errors import SchemaError


def settings(**changes):
    return Settings(**{"links": (LinkSettings(),), **changes})


def test_house_rules_reach_the_engine():
    business = BusinessSettings(timezone="UTC", quote_grace_minutes=5, skew_s=7)
    found = engine_settings(settings(business=business, lanes=LaneSettings(read=3, batch_max=9)))
    assert (found.write_lanes, found.read_lanes, found.batch_max) == (1, 3, 9)
    assert (found.terms.quote_grace, found.terms.skew) == (dt.timedelta(minutes=5), dt.timedelta(seconds=7))


def test_the_stores_patience_is_shorter_than_every_links():
    links = (LinkSettings(), LinkSettings(name="b", listen="127.0.0.1:1", request_timeout_ms=900))
    found = store_settings(settings(links=links))
    assert found.lock_timeout_ms < 900
    assert found.statement_timeout_ms < 900
    assert store_settings(settings()).lock_timeout_ms == 2000


def test_the_bound_of_the_lanes_caches_reaches_the_store():
    assert store_settings(settings(lanes=LaneSettings(cache_mib=3))).cache_bytes == 3 * 1024 * 1024


def test_a_link_is_mapped_key_by_key():
    found = link_settings(
        LinkSettings(sign_on="required", institutions=("1", "2"), listen="[::1]:9"), settings()
    )
    assert (found.host, found.port, found.sign_on_required) == ("::1", 9, True)
    assert found.institutions == {"1", "2"}
    assert found.admits("127.0.0.9")
    assert not found.admits("10.0.0.1")


def test_a_link_for_tests_and_a_live_business_reach_the_server():
    found = link_settings(LinkSettings(test=True), settings(business=BusinessSettings(live=True)))
    assert (found.test, found.live) == (True, True)
    found = link_settings(LinkSettings(), settings())
    assert (found.test, found.live) == (False, False)


def test_the_bounds_of_a_links_connections_reach_the_server():
    link = LinkSettings(
        connections_max=9,
        connections_max_per_peer=8,
        connections_max_per_institution=7,
        frame_timeout_s=6,
        sign_on_timeout_s=5,
    )
    found = link_settings(link, settings(business=BusinessSettings(timezone="Europe/Paris", skew_s=30)))
    assert (found.skew_s, str(found.zone)) == (30, "Europe/Paris")
    assert (found.connections_max, found.connections_max_per_peer) == (9, 8)
    assert found.connections_max_per_institution == 7
    assert (found.frame_timeout_s, found.sign_on_timeout_s) == (6, 5)


def test_a_link_speaks_its_dialect():
    schemas = Schemas()
    link = LinkSettings(dialect="bcd")
    spoken = translator(link, settings(links=(link,)), schemas, schemas.message_set())
    assert [row.name for row in spoken.frame_format.header] == ["TPDU", "destination", "source"]


def test_a_link_whose_dialect_cannot_carry_its_cutover_notices_is_refused(tmp_path):
    file = tmp_path / "dialects/partner.yaml"
    file.parent.mkdir()
    file.write_text(
        "{name: partner, like: ascii, elements: {15: null}, always: {15: null}}", encoding="utf-8"
    )
    schemas = Schemas(tmp_path)
    silent = LinkSettings(dialect="partner")
    assert translator(silent, settings(links=(silent,)), schemas, Schemas().message_set())
    link = LinkSettings(dialect="partner", cutover_notice=True)
    with pytest.raises(
        SchemaError, match=r"^partner: elements\.15: is missing: link fep-1 has cutover_notice"
    ):
        translator(link, settings(links=(link,)), schemas, Schemas().message_set())


@pytest.mark.parametrize("dialect", ["ascii", "cuppos", "iso93"])
def test_other_dialects_can_carry_them(dialect):
    link = LinkSettings(dialect=dialect, cutover_notice=True)
    schemas = Schemas()
    assert translator(link, settings(links=(link,)), schemas, schemas.message_set())


def test_the_day_ends_when_the_configuration_says():
    times = cutover_times(settings(business=BusinessSettings(cutover="22:15")))
    assert times.at == dt.time(22, 15)
    assert times.timezone.key == "Asia/Shanghai"


def test_a_sender_has_a_claim_for_the_batch_that_it_sends_and_the_one_that_it_has_claimed_ahead():
    webhook = {"url": "https://app.bank.example/", "secret_file": "s", "timeout_s": 10, "at_once": 20}
    notify = NotifySettings(channels=["webhook"], webhook=webhook, batch_max=200)
    batch_s = 200 / 20 * 10
    assert send_terms(notify, dt.UTC).claim >= dt.timedelta(seconds=2 * batch_s)
