"""`config check` tells before a start what would stop it."""

from pathlib import Path


def test_a_good_configuration_is_told_so(done, prepared):
    said = done("config", "check")
    assert said == f"{Path.cwd()}/bank.yaml: a server can start; the store was not asked (--store asks it)\n"
    assert not Path("bank.db").exists()
    prepared(("init", "--business-date", "2026-11-22", "--yes"))
    assert (
        done("config", "check", "--store")
        == f"{Path.cwd()}/bank.yaml: a server can start; the store can be used\n"
    )


def test_settings_that_are_wrong_are_exit_2(refused):
    Path("bank.yaml").write_text("links: [{listen: here}]", encoding="utf-8")
    assert refused("config", "check", code=2).startswith(f"Error: {Path.cwd()}/bank.yaml: links[0].listen: ")


def test_every_reason_is_a_line_of_exit_1(refused):
    tls = "tls: {certificate: none.pem, key: none.pem}"
    Path("bank.yaml").write_text(f"links: [{{mac: aes-cmac, {tls}}}]", encoding="utf-8")
    lines = refused("config", "check").splitlines()
    assert [line.startswith("Error: ") for line in lines] == [True, True]
    assert "no such file" in refused("config", "check").lower()


def test_a_store_that_is_not_there_is_refused_if_it_is_asked(refused):
    assert f"there is no store at {Path.cwd()}/bank.db" in refused("config", "check", "--store")


def test_a_module_of_the_master_key_that_cannot_be_opened_is_refused_in_one_sentence(refused, softhsm):
    place = f"{{module: {softhsm.library}, token: none, label: master, pin_file: {softhsm.pin_file()}}}"
    text = f"links: [{{mac: aes-cmac}}]\nkeys: {{pkcs11: {place}}}\n"
    Path("bank.yaml").write_text(text, encoding="utf-8")
    assert refused("config", "check").splitlines() == [
        f"Error: token none of {softhsm.library}: cannot be opened: the module has no such token"
    ]
