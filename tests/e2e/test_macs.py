"""Links with MACs over real sockets, in both dialects: the ceremony, the first key, the next key, refused messages."""

import datetime as dt
import subprocess
import sys
from contextlib import closing

import pytest

from offline_collect.domain.access.roles import Role
from offline_collect.domain.commands import NetworkFunction
from offline_collect.domain.keys.life import KeyPurpose, KeyState
from offline_collect.merchant.keys.components import Component, enter_component
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.store import StoreSettings, keys_of, open_store
from offline_collect.wire.frame.frames import encode_frame
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect.wire.security.check_value import CIPHERS, check_value
from offline_collect.wire.security.key_block import unwrap
from offline_collect.wire.security.mac_settings import MacAlgorithm, MacPadding
from offline_collect.wire.security.sealing import MasterKey
from offline_collect_terminal.wire.connection import Connection
from offline_collect_terminal.wire.dialects import load_codec
from offline_collect_terminal.wire.signing import MacOptions
from tests.databases.school import bill_no, fill, findings, in_force
from tests.e2e.serving import WITHIN_S, serving
from tests.messages.golden import SHANGHAI
from tests.support.actors import person
from tests.support.tree import ROOT

MASTER = bytes(range(32))
FIRST, SECOND = bytes(range(16)), b"0123456789abcdef"
KEK = bytes(a ^ b for a, b in zip(FIRST, SECOND, strict=True))
ALGORITHMS = {"ascii": MacAlgorithm.AES_CMAC, "bcd": MacAlgorithm.X9_19}
CONFIG = """
database: {{url: "{url}"}}
business: {{cutover: null}}
keys: {{master_key_file: "{master}", overlap_minutes: 5}}
links:
  - name: fep-1
    listen: "127.0.0.1:0"
    dialect: {dialect}
    institutions: ["12345678"]
    mac: {{algorithm: {algorithm}, padding: 80-00}}
metrics: {{listen: "127.0.0.1:0"}}
"""


@pytest.fixture(params=ALGORITHMS)
def dialect(request):
    return request.param


@pytest.fixture
def config(tmp_path, sqlite_url, dialect):
    """A server's configuration, a store with bills, and a KEK that two people entered."""
    fill(sqlite_url, bills=300)
    master = tmp_path / "master.key"
    master.write_text(MASTER.hex())
    master.chmod(0o600)
    file, algorithm = tmp_path / "config.yaml", ALGORITHMS[dialect]
    file.write_text(CONFIG.format(url=sqlite_url, master=master, dialect=dialect, algorithm=algorithm.value))
    enter_kek(sqlite_url, algorithm)
    return file


def enter_kek(url, algorithm):
    store = open_store(StoreSettings(url))
    kept_by = Custody(MasterKey(MASTER), dt.timedelta(minutes=5))
    terms = KeyTerms("fep-1", algorithm, "BANK")
    for number, (name, value) in enumerate((("anna", FIRST), ("bob", SECOND)), 1):
        actor, component = person(name, Role.OPERATOR), Component(number, value)
        enter_component(store, kept_by, terms, KeyPurpose.KEK, component, actor, dt.datetime.now(dt.UTC))
    store.dispose()


class Partner:
    """A front end with the link's KEK.

    Attributes:
    """

    def __init__(self, port, dialect):
        self.plain = load_codec(dialect)
        self.algorithm = ALGORITHMS[dialect]
        self._connection = Connection("127.0.0.1", port, self.plain.dialect.frame, WITHIN_S)
        self._stan = 0

    def close(self):
        """Hang up."""
        self._connection.close()

    def ask(self, mti, key, **elements):
        """Send a message and return its answer; the answer must have a MAC of the message's key."""
        codec = self.plain if key is None else self.signing(key)
        self._stan += 1
        now = f"{dt.datetime.now(dt.UTC):%m%d%H%M%S}"
        values = {7: now, 11: f"{self._stan:06d}", 32: "12345678"} | {
            int(name[2:]): value for name, value in elements.items()
        }
        raw = codec.encode(Message(mti, dict(sorted(values.items()))))
        self._connection.send(encode_frame(codec.dialect.frame, raw, bytes(5)), WITHIN_S)
        frame = self._connection.receive(WITHIN_S)
        assert frame is not None
        return codec.decode(frame.message)

    def signing(self, key):
        return load_codec(self.plain.dialect.name, MacOptions(self.algorithm, key, MacPadding.ONE_AND_ZEROS))

    def pay(self, nth, key):
        """Pay a bill; return DE 39."""
        local = dt.datetime.now(SHANGHAI)
        elements = {
            "de3": "500000",
            "de4": "000000012345",
            "de12": f"{local:%H%M%S}",
            "de13": f"{local:%m%d}",
            "de37": f"63260930{nth:04d}",
            "de41": "TERM0001",
            "de42": "SCHOOL01",
            "de49": "156",
            "de48": f"0030{len(bill_no(nth)):03d}{bill_no(nth)}0060004T0010061004CASH0062006TELLER",
        }
        return self.ask("0200", key, **elements).elements[39]

    def new_key(self, key=None):
        """Request a working key, and decrypt it with the KEK."""
        code = self.plain.dialect.network_codes[NetworkFunction.NEW_KEY]
        answer = self.ask("0800", key, de70=code)
        assert answer.elements[39] == "00", answer
        private = parse_pds(answer.elements[48], self.plain.dialect.charset)
        made = unwrap(KEK, private["0090"], self.algorithm)
        assert check_value(CIPHERS[self.algorithm], made) == private["0091"]
        return made


def test_a_link_with_macs_from_its_first_key_to_the_next(config, dialect, sqlite_url):
    with serving(config) as server, closing(Partner(server.port, dialect)) as partner:
        assert partner.pay(0, None) == "63", "there is no key yet"
        first = partner.new_key()
        assert partner.new_key() == first, "it was not used yet"
        assert partner.pay(0, first) == "00"
        assert partner.pay(1, None) == "63"
        second = partner.new_key(first)
        assert second != first
        assert [partner.pay(1, first), partner.pay(2, second), partner.pay(3, first)] == ["00"] * 3
        _, metrics = server.get("/metrics")
        assert 'offline_collect_unauthentic_total{link="fep-1",reason="no_key"} 1.0' in metrics
        assert 'offline_collect_unauthentic_total{link="fep-1",reason="missing"} 1.0' in metrics
        assert server.stop() == 0
    log = "".join(server.log).lower()
    assert [key for key in (first, second, KEK, MASTER) if key.hex() in log] == []
    store = open_store(StoreSettings(sqlite_url))
    assert in_force(store) == {bill_no(nth): 1 for nth in range(4)}
    assert findings(store) == []
    with store.snapshot() as reading:
        states = [key.state for key in keys_of(reading, "fep-1")]
    store.dispose()
    assert states == [KeyState.ACTIVE, KeyState.RETIRING, KeyState.ACTIVE]


def terminal(*arguments):
    command = [sys.executable, "-m", "offline_collect_terminal.cli.main", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=WITHIN_S)


def test_the_simulator_speaks_over_a_link_with_macs(config, dialect, tmp_path):
    file = tmp_path / "working.key"
    with serving(config) as server:
        asked = terminal("run", "with_macs/new_key", "--port", str(server.port), "--dialect", dialect)
        assert asked.returncode == 0, asked.stdout + asked.stderr
        with closing(Partner(server.port, dialect)) as partner:
            file.write_text(partner.new_key().hex())
        link = ["--port", str(server.port), "--dialect", dialect, "--mac", ALGORITHMS[dialect].value]
        link += ["--mac-key-file", str(file), "--mac-padding", "80-00"]
        ran = terminal("run", "with_macs/macs", *link)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        bills = ["--merchant", "SCHOOL01", "--bill", "S-{:04d}", "--bills", "200"]
        load = terminal("load", "--connections", "2", "--in-flight", "4", *bills, "--amount", "123.45", *link)
        assert load.returncode == 0, load.stdout + load.stderr
        assert server.stop() == 0
    assert "payment 00 APPROVED" in load.stdout


def test_a_server_without_the_master_key_does_not_start(config, tmp_path):
    (tmp_path / "master.key").chmod(0o644)
    command = [sys.executable, "-m", "offline_collect", "--config", str(config), "serve"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=WITHIN_S)
    assert ran.returncode == 1
    assert "others can read the master key: run chmod 600" in ran.stderr
    assert "Traceback" not in ran.stderr
