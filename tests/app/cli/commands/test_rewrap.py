"""The change of the master key with commands: from file to file, and from a file into a module (SoftHSM2)."""

from pathlib import Path

import pytest

ANNA, BOB, CARL = (("--as", name) for name in ("anna", "bob", "carl"))
ONE, OTHER = "00112233445566778899AABBCCDDEEFF", "0123456789ABCDEFFEDCBA9876543210"
OLD = "master_key_file: master.key"


@pytest.fixture
def configure(prepared):
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("user", "add", "anna", "--role", "OPERATOR"),
        ("user", "add", "bob", "--role", "OPERATOR"),
        ("user", "add", "carl", "--role", "CHECKER"),
    )
    config = Path("bank.yaml")
    text = config.read_text(encoding="utf-8").replace('"127.0.0.1:0"}', '"127.0.0.1:0", mac: aes-cmac}')

    def write(keys):
        config.write_text(f"{text}keys: {{{keys}}}\n", encoding="utf-8")

    write(OLD)
    return write


@pytest.fixture
def keyed(configure, done):
    """A bank with a KEK and a working key under a master key in a file."""
    done("keys", "init", *ANNA)
    done("keys", "import", "fep-1", "kek", "--component", "1", *ANNA, input=f"{ONE}\n")
    done("keys", "import", "fep-1", "kek", "--component", "2", *BOB, input=f"{OTHER}\n")
    done("keys", "generate", "fep-1", *ANNA)
    done("approvals", "approve", "1", *CARL)
    return done


def change(configure, done, following):
    """Change the master key by the steps of docs/operating.md."""
    configure(f"{OLD}, next: {{{following}}}")
    made = done("keys", "init", "--next", *ANNA)
    assert "approval 2 waits" in done("keys", "rewrap", *BOB)
    done("approvals", "approve", "2", *CARL)
    assert "the store is whole" in done("verify", *CARL)
    configure(following)
    return made


def checked(done):
    shown = done("verify", *CARL)
    assert "not opened" not in shown
    return [line.split()[4] for line in done("keys", "list", *CARL).splitlines()[1:]]


def test_from_file_to_file(configure, keyed, refused):
    before = checked(keyed)
    made = change(configure, keyed, "master_key_file: next.key")
    assert "made in next.key" in made
    assert checked(keyed) == before
    assert keyed("keys", "export", "fep-1", *BOB).startswith("D0144M6AC00N")
    configure(OLD)
    assert "cannot be decrypted with the master key" in refused("keys", "export", "fep-1", *BOB)


def test_from_a_file_into_a_module(configure, keyed, softhsm):
    before = checked(keyed)
    place = (
        f"{{module: {softhsm.library}, token: {softhsm.token()}, label: m, pin_file: {softhsm.pin_file()}}}"
    )
    made = change(configure, keyed, f"pkcs11: {place}")
    assert "made as m in token bank 1; it cannot leave the module" in made
    assert checked(keyed) == before
    keyed("keys", "rotate", "fep-1", *ANNA)
    keyed("approvals", "approve", "3", *CARL)
    assert keyed("keys", "export", "fep-1", *BOB).startswith("D0144M6AC00N")


def test_without_a_next_master_key_it_is_refused(keyed, refused):
    assert "keys.next is not set" in refused("keys", "init", "--next", *ANNA, code=2)
    assert "there is no next master key: set keys.next" in refused("keys", "rewrap", *ANNA)


def test_verify_without_the_master_key_says_what_it_did_not_open(configure, keyed):
    configure("master_key_file: none.key")
    shown = keyed("verify", *CARL)
    assert "2 keys of links not opened, because the master key is not here: none.key" in shown
    assert '"keys_not_opened": 2' in keyed("verify", "--json", *CARL)


def test_verify_finds_a_key_of_another_master_key(configure, keyed, cli):
    Path("other.key").write_text("00" * 32, encoding="ascii")
    Path("other.key").chmod(0o600)
    configure("master_key_file: other.key")
    result = cli("verify", *CARL)
    assert (result.exit_code, "fep-1 KEK 1" in result.output) == (1, True)
