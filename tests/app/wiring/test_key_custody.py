"""The master key: its file or variable, the permissions of its file, and messages that do not show it."""

import pytest

from offline_collect.app.config.key_settings import KeySettings, MacSettings
from offline_collect.app.config.settings import LinkSettings, Settings
from offline_collect.app.errors import MasterKeyError, UnknownLinkError
from offline_collect.app.wiring.key_custody import (
    MASTER_KEY_VARIABLE,
    custody,
    key_terms,
    make_master_key_file,
    terms_of,
)
from offline_collect.merchant.keys.custody import KeyTerms
from offline_collect.wire.security.mac_settings import MacAlgorithm

VALUE = bytes(range(32))
LINKS = (
    LinkSettings(mac=MacSettings(algorithm="x9.19")),
    LinkSettings(name="plain", listen="127.0.0.1:1"),
    LinkSettings(name="shares", listen="127.0.0.1:2", mac=MacSettings(algorithm="x9.19", key="fep-1")),
)


def settings(file=None):
    return Settings(links=LINKS, keys=KeySettings(master_key_file=None if file is None else str(file)))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "master.key"
    make_master_key_file(path, VALUE)
    return path


def test_the_master_key_is_made_for_its_owner_alone(file):
    assert file.stat().st_mode & 0o777 == 0o600
    assert custody(settings(file)).master.value == VALUE


def test_a_master_key_that_is_there_is_left(file):
    before = file.read_bytes()
    with pytest.raises(MasterKeyError, match="the file exists already and was not changed"):
        make_master_key_file(file, bytes(32))
    assert file.read_bytes() == before


def test_it_comes_from_the_environment_where_no_file_is_named(monkeypatch):
    monkeypatch.setenv(MASTER_KEY_VARIABLE, VALUE.hex())
    assert custody(settings()).master.value == VALUE
    monkeypatch.delenv(MASTER_KEY_VARIABLE)
    with pytest.raises(
        MasterKeyError, match=r"there is no master key: name its file with keys\.master_key_file"
    ):
        custody(settings())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(file, mode):
    file.chmod(mode)
    with pytest.raises(MasterKeyError, match=f"others can read the master key: run chmod 600 {file}"):
        custody(settings(file))


@pytest.mark.parametrize("content", [b"", b"00" * 31, b"secret" * 20, b"\xff\xfe"])
def test_what_is_no_master_key_is_refused_without_showing_it(file, content):
    file.write_bytes(content)
    with pytest.raises(MasterKeyError, match="a master key is 64 hex digits") as caught:
        custody(settings(file))
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(
        MasterKeyError, match="the master key cannot be read: No such file or directory; `keys init` makes it"
    ):
        custody(settings(tmp_path / "none"))
    with pytest.raises(
        MasterKeyError, match="cannot be written: No such file or directory; the folder must be there"
    ):
        make_master_key_file(tmp_path / "none" / "master.key", VALUE)


def test_a_link_says_what_its_keys_are():
    expected = KeyTerms("fep-1", MacAlgorithm.X9_19, "BANK")
    for name in ("fep-1", "shares"):
        assert terms_of(settings(), {"BANK"}, name) == [expected]
    assert terms_of(settings(), {"BANK"}) == [expected, expected]
    assert terms_of(settings(), {"BANK2"}) == []


@pytest.mark.parametrize(
    ("organisation", "name", "known"),
    [("BANK", "plain", "fep-1, shares"), ("BANK", "fep-9", "fep-1, shares"), ("BANK2", "fep-1", "none")],
)
def test_a_link_without_macs_or_of_others_is_as_if_it_were_not_there(organisation, name, known):
    with pytest.raises(UnknownLinkError, match=f"has no link {name} with a MAC; it has {known} "):
        terms_of(settings(), {organisation}, name)


@pytest.mark.parametrize(("kek", "cipher"), [("aes", "AES"), ("des", "DES"), ("sm4", "SM4")])
def test_a_link_says_the_cipher_of_its_kek(kek, cipher):
    link = LinkSettings(mac=MacSettings(algorithm="x9.19", kek=kek))
    assert key_terms(link).kek_cipher == cipher
