"""Keys in a partner's own messages, over a real socket: from its first key to the next, and keys that do not fit."""

import datetime as dt
from contextlib import closing

import pytest

from offline_collect.domain.access.roles import Role
from offline_collect.domain.keys.life import KeyPurpose, KeyState
from offline_collect.merchant.keys.components import Component, enter_component
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.store import StoreSettings, keys_of, open_store
from offline_collect.wire.frame.frames import encode_frame
from offline_collect.wire.messages.message import Message
from offline_collect.wire.security.check_value import check_block
from offline_collect.wire.security.ciphers import KeyCipher
from offline_collect.wire.security.key_transit import Kek, KeyForm, KeyTransit, unwrap_key, wrap_key
from offline_collect.wire.security.mac_settings import MacAlgorithm
from offline_collect.wire.security.sealing import MasterKey
from offline_collect_terminal.wire.connection import Connection
from offline_collect_terminal.wire.dialects import load_codec
from offline_collect_terminal.wire.signing import MacOptions
from tests.databases.school import bill_no, fill, findings, in_force
from tests.e2e.serving import WITHIN_S, serving
from tests.messages.golden import SHANGHAI
from tests.support.actors import person

MASTER = bytes(range(32))
ONE, OTHER = bytes(range(16)), b"0123456789abcdef"
KEK = bytes(a ^ b for a, b in zip(ONE, OTHER, strict=True))
KEYS = [bytes(range(start, start + 16)) for start in (1, 101)]
FORMS = {
    "des-ecb": ("x9.19", "des", KeyForm.ECB),
    "sm4-cbc": ("sm4-cbc-mac", "sm4", KeyForm.CBC),
    "des-tr-31": ("x9.19", "des", KeyForm.TR_31),
}
CONFIG = """
database: {{url: "{url}"}}
business: {{cutover: null}}
schemas_dir: {schemas}
keys: {{master_key_file: "{master}", overlap_minutes: 5}}
links:
  - name: fep-1
    listen: "127.0.0.1:0"
    dialect: northbank
    institutions: ["12345678"]
    mac: {{algorithm: {algorithm}, kek: {kek}}}
metrics: {{listen: "127.0.0.1:0"}}
"""
DIALECT = """
name: northbank
like: sulteng
keys: {{form: {form}, check_digits: 8}}
elements:
  52: null
  53: ans16 Key set
  62: ans...999 Key
layouts:
  key: {{fixed: [{{check: an8}}], rest: true}}
messages:
  - name: key-request
    command: NetworkManagement
    requests: ["0800"]
    when: {{70: "161"}}
    must: [7, 11, 70]
    layout: {{answer: {{62: key}}}}
    fields: {{function: {{is: NEW_KEY}}}}
    answer:
      echo: [70]
      put: {{62.check: key_check_value, 62.rest: key_block}}
  - name: key-delivery
    command: NetworkManagement
    requests: ["0800"]
    when: {{70: "162"}}
    must: [7, 11, 53, 62, 62.check, 70]
    layout: {{request: {{62: key}}}}
    fields:
      function: {{is: NEW_KEY}}
      new_key: {{from: 62.rest, as: key}}
      key_check_value: {{from: 62.check, as: key_check_value}}
      key_set: {{from: 53, as: identifier}}
    answer: {{echo: [53, 70], codes: {{SECURITY: "A7"}}}}
"""


class Bank:
    """A bank with a partner whose dialect carries keys in a form."""

    def __init__(self, folder, url, form):
        algorithm, self.cipher, self.form = FORMS[form]
        self.algorithm = MacAlgorithm(algorithm)
        self.transit = KeyTransit(self.form, check_digits=8)
        self.kek = Kek(KeyCipher(self.cipher.upper()), KEK)
        fill(url, bills=20)
        (folder / "schemas" / "dialects").mkdir(parents=True)
        self.dialect = folder / "schemas" / "dialects" / "northbank.yaml"
        self.dialect.write_text(DIALECT.format(form=self.form.value))
        master = folder / "master.key"
        master.write_text(MASTER.hex())
        master.chmod(0o600)
        self.config = folder / "config.yaml"
        self.config.write_text(
            CONFIG.format(
                url=url, schemas=folder / "schemas", master=master, algorithm=algorithm, kek=self.cipher
            )
        )
        self._enter_kek(url)

    def _enter_kek(self, url):
        store = open_store(StoreSettings(url))
        kept_by = Custody(MasterKey(MASTER), dt.timedelta(minutes=5))
        terms = KeyTerms("fep-1", self.algorithm, "BANK", self.kek.cipher)
        for number, (name, value) in enumerate((("anna", ONE), ("bob", OTHER)), 1):
            actor, component = person(name, Role.OPERATOR), Component(number, value)
            enter_component(store, kept_by, terms, KeyPurpose.KEK, component, actor, dt.datetime.now(dt.UTC))
        store.dispose()

    def delivery(self, key, check=None):
        """The elements of a message that brings a key."""
        cipher = KeyCipher.SM4 if self.cipher == "sm4" else KeyCipher.DES
        shown = check or check_block(cipher, key).hex().upper()[:8]
        return {
            53: "MAC KEY 01",
            62: shown + wrap_key(self.kek, key, self.algorithm, self.transit),
            70: "162",
        }


class Partner:
    """The partner's front end."""

    def __init__(self, bank, port):
        self._bank = bank
        self._plain = load_codec(str(bank.dialect))
        self._connection = Connection("127.0.0.1", port, self._plain.dialect.frame, WITHIN_S)
        self._stan = 0

    def close(self):
        """Hang up."""
        self._connection.close()

    def ask(self, mti, key, elements, *, answered_without=False):
        """Send a message; the answer must have a MAC of the message's key, if that is one of the link's."""
        codec = self._plain
        if key is not None:
            codec = load_codec(str(self._bank.dialect), MacOptions(self._bank.algorithm, key))
        self._stan += 1
        local = dt.datetime.now(SHANGHAI)
        known = {7: f"{local:%m%d%H%M%S}", 11: f"{self._stan:06d}"}
        raw = codec.encode(Message(mti, dict(sorted((known | elements).items()))))
        self._connection.send(encode_frame(codec.dialect.frame, raw), WITHIN_S)
        frame = self._connection.receive(WITHIN_S)
        assert frame is not None
        return (self._plain if answered_without else codec).decode(frame.message).elements

    def pay(self, nth, key, **how):
        """Pay a bill; return DE 39."""
        local = dt.datetime.now(SHANGHAI)
        elements = {
            3: "500000",
            4: "000000012345",
            12: f"{local:%H%M%S}",
            13: f"{local:%m%d}",
            32: "12345678",
            37: f"63260930{nth:04d}",
            41: "TERM0001",
            42: "SCHOOL01       ",
            49: "156",
            61: "0" * 13 + " " * 14 + "0" * 13,
            63: bill_no(nth),
        }
        return self.ask("0200", key, elements, **how)[39]

    def bring(self, key, sign_with=None, check=None):
        """Send a key; return DE 39."""
        return self.ask("0800", sign_with, self._bank.delivery(key, check))[39]


@pytest.fixture(params=FORMS)
def bank(request, tmp_path, sqlite_url):
    return Bank(tmp_path, sqlite_url, request.param)


def test_a_partner_brings_its_keys(bank, sqlite_url):
    first, second = KEYS
    with serving(bank.config) as server, closing(Partner(bank, server.port)) as partner:
        assert partner.pay(0, None) == "63", "there is no key yet"
        assert partner.bring(first, check="00000000") == "A7"
        assert partner.pay(0, first, answered_without=True) == "63", "no key of the link"
        assert partner.bring(first) == "00"
        assert partner.bring(first) == "00", "sent again"
        assert partner.pay(0, first) == "00"
        assert partner.bring(second, first, check="00000000") == "A7"
        strange = bytes(range(60, 76))
        assert partner.ask("0800", strange, bank.delivery(second), answered_without=True)[39] == "A7"
        assert partner.pay(1, second, answered_without=True) == "63", "it came with a wrong MAC"
        assert [partner.pay(1, first), partner.bring(second, first)] == ["00", "00"]
        assert [partner.pay(2, first), partner.pay(3, second), partner.pay(4, first)] == ["00"] * 3
        assert partner.bring(first, second) == "A7", "a former key"
        assert partner.ask("0800", None, bank.delivery(bytes(range(50, 66))) | {62: "0" * 60})[39] == "A7"
        assert server.stop() == 0
    log = "".join(server.log)
    assert "the partner's key 3 (its MAC KEY 01) was taken" in log
    secrets = [MASTER, KEK, *KEYS]
    secrets += [
        bytes.fromhex(wrap_key(bank.kek, key, bank.algorithm, KeyTransit(KeyForm.ECB))) for key in KEYS
    ]
    assert [each for each in secrets if each.hex() in log.lower()] == []
    store = open_store(StoreSettings(sqlite_url))
    assert in_force(store) == {bill_no(nth): 1 for nth in range(5)}
    assert findings(store) == []
    with store.snapshot() as reading:
        states = [key.state for key in keys_of(reading, "fep-1")]
    store.dispose()
    assert states == [KeyState.ACTIVE, KeyState.RETIRING, KeyState.ACTIVE]


def test_a_partner_requests_its_keys(bank):
    with serving(bank.config) as server, closing(Partner(bank, server.port)) as partner:
        elements = partner.ask("0800", None, {70: "161"})
        shown, text = elements[62][:8], elements[62][8:]
        key = unwrap_key(bank.kek, text, bank.algorithm, bank.transit)
        cipher = KeyCipher.SM4 if bank.cipher == "sm4" else KeyCipher.DES
        assert check_block(cipher, key).hex().upper()[:8] == shown
        assert partner.pay(0, key) == "00"
        assert server.stop() == 0
