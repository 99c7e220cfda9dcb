"""The ceremony of keys with commands."""

import re
from pathlib import Path

import pytest

from offline_collect.wire.security.key_block import unwrap, wrap
from offline_collect.wire.security.mac_settings import MacAlgorithm

ANNA, BOB, CARL = (("--as", name) for name in ("anna", "bob", "carl"))
ONE, OTHER = "00112233445566778899AABBCCDDEEFF", "0123456789ABCDEFFEDCBA9876543210"
KEK = bytes(a ^ b for a, b in zip(bytes.fromhex(ONE), bytes.fromhex(OTHER), strict=True))
AES = MacAlgorithm.AES_CMAC


@pytest.fixture
def bank(prepared, done):
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("user", "add", "anna", "--role", "OPERATOR"),
        ("user", "add", "bob", "--role", "OPERATOR"),
        ("user", "add", "carl", "--role", "CHECKER"),
    )
    config = Path("bank.yaml")
    text = config.read_text(encoding="utf-8").replace('"127.0.0.1:0"}', '"127.0.0.1:0", mac: aes-cmac}')
    config.write_text(f"{text}keys: {{master_key_file: master.key}}\n", encoding="utf-8")
    return done


@pytest.fixture
def keyed(bank):
    """A bank with a master key and a KEK that two people entered."""
    bank("keys", "init", *ANNA)
    bank("keys", "import", "fep-1", "kek", "--component", "1", *ANNA, input=f"{ONE}\n")
    bank("keys", "import", "fep-1", "kek", "--component", "2", *BOB, input=f"{OTHER}\n")
    return bank


def test_the_master_key_is_made_once(bank, refused):
    said = bank("keys", "init", *ANNA)
    assert re.fullmatch(r"master key [0-9A-F]{6}: made in master\.key; keep a copy of it apart .*\n", said)
    assert Path("master.key").stat().st_mode & 0o777 == 0o600
    assert "exists already" in refused("keys", "init", *ANNA)
    assert "MAINTAIN_KEYS" in refused("keys", "init", *CARL)


def test_two_people_enter_a_kek(bank, refused):
    bank("keys", "init", *ANNA)
    kek = ("keys", "import", "fep-1", "kek", "--component")
    said = bank(*kek, "1", "--check-value", "53e107", *ANNA, input=f"{ONE}\n")
    assert said.splitlines()[0] == "component 1 53E107: entered"
    assert "by the same person (anna)" in refused(*kek, "2", *ANNA, input=f"{OTHER}\n")
    assert bank(*kek, "2", *BOB, input=f"{OTHER}\n").splitlines() == [
        "component 2 2090A6: entered",
        "key fep-1 KEK 1 195C2D: ACTIVE",
    ]


def test_a_working_key_is_made_exported_and_followed(keyed, refused):
    assert "approval 1 waits" in keyed("keys", "generate", "fep-1", *ANNA)
    keyed("approvals", "approve", "1", *CARL)
    first = unwrap(KEK, keyed("keys", "export", "fep-1", *BOB).strip(), AES)
    assert "has a working key: `keys rotate`" in refused("keys", "generate", "fep-1", *ANNA)
    keyed("keys", "rotate", "fep-1", "--at-once", *ANNA)
    keyed("approvals", "approve", "2", *CARL)
    assert unwrap(KEK, keyed("keys", "export", "fep-1", *BOB).strip(), AES) != first
    listed = [line.split()[1:6] for line in keyed("keys", "list", "--all", *CARL).splitlines()[1:]]
    assert [(number, state) for number, _, _, _, state in listed] == [
        ("1", "ACTIVE"),
        ("2", "RETIRED"),
        ("3", "ISSUED"),
    ]
    assert len(keyed("keys", "list", "fep-1", *CARL).splitlines()) == 3


def test_the_partners_key_comes_in_as_a_key_block(keyed, refused):
    Path("theirs.txt").write_text(wrap(KEK, bytes(range(16)), AES), encoding="ascii")
    block = ("keys", "import", "fep-1", "mac", "--block", "theirs.txt")
    assert "not 000000" in refused(*block, "--check-value", "000000", *ANNA)
    keyed(*block, *ANNA)
    keyed("approvals", "approve", "1", *CARL)
    assert unwrap(KEK, keyed("keys", "export", "fep-1", *BOB).strip(), AES) == bytes(range(16))


def test_no_command_shows_a_key(keyed):
    keyed("keys", "generate", "fep-1", *ANNA)
    keyed("approvals", "approve", "1", *CARL)
    key = unwrap(KEK, keyed("keys", "export", "fep-1", *BOB).strip(), AES)
    shown = [
        keyed("keys", "list", "--all", *ANNA),
        keyed("approvals", "show", "1", *CARL),
        keyed("audit", "show"),
        keyed("config", "show"),
    ]
    master = Path("master.key").read_text(encoding="ascii").strip()
    secrets = [ONE, OTHER, KEK.hex().upper(), key.hex().upper(), master]
    assert [secret for secret in secrets if secret in "".join(shown).upper()] == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("import", "fep-1", "kek"), "give exactly one of"),
        (("import", "fep-1", "kek", "--component", "1", "--block", "x"), "give exactly one of"),
        (("import", "fep-1", "kek", "--block", "x"), "is entered in two components"),
        (("import", "fep-1", "mac", "--block", "none.txt"), "none.txt: cannot be read"),
        (("import", "fep-1", "kek", "--component", "1"), "a component must be hex digits"),
    ],
)
def test_wrong_usage_is_refused(keyed, cli, arguments, reason):
    result = cli("keys", *arguments, *ANNA, input="no key\n")
    assert result.exit_code == 2
    assert reason in result.output
    assert "no key" not in result.output


def test_a_link_that_is_not_there_is_refused(keyed, refused):
    assert "has no link fep-9 with a MAC; it has fep-1" in refused("keys", "generate", "fep-9", *ANNA)


def test_keys_init_needs_a_file_to_be_named(prepared, cli):
    prepared(("init", "--business-date", "2026-11-22", "--yes"))
    result = cli("keys", "init")
    assert (result.exit_code, "keys.master_key_file is not set" in result.output) == (2, True)
