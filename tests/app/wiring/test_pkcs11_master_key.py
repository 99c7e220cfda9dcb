"""The master key in a PKCS#11 module (SoftHSM2): keys sealed and opened in it, failures, and no secret shown."""

import re
import shutil
import threading
from dataclasses import replace

import pytest
from pkcs11 import Attribute, KeyType
from pydantic import ValidationError

from offline_collect.app.config.key_settings import KeySettings, MasterKeySettings, Pkcs11Settings
from offline_collect.app.config.settings import LinkSettings, Settings
from offline_collect.app.errors import KeyModuleError, MasterKeyError
from offline_collect.app.wiring import pkcs11_token
from offline_collect.app.wiring.key_custody import PIN_VARIABLE, custody, make_master_key
from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.sealing import MasterKey
from tests.modules.softhsm import OFFICER_PIN, PIN

KEY, PLACE, NONCE = bytes(range(32)), "fep-1 KEK 1", b"twelve bytes"
FORMS = {None: "hsm-gcm", "CKM_AES_GCM": "hsm-wrap"}


@pytest.fixture(params=FORMS)
def form(request, softhsm):
    """The form of stored keys, with a module that has AES-GCM and with one that has not."""
    softhsm.configure(request.param)
    return FORMS[request.param]


@pytest.fixture
def place(softhsm):
    """The settings of a master key that is not made yet."""
    return place_of(softhsm, softhsm.token())


@pytest.fixture
def master(place):
    return make(place)


def place_of(softhsm, token, label="master"):
    pin_file = str(softhsm.pin_file())
    return Pkcs11Settings(module=softhsm.library, token=token, label=label, pin_file=pin_file)


def make(place):
    return make_master_key(MasterKeySettings(pkcs11=place))[0]


def opened(place):
    return custody(Settings(links=(LinkSettings(),), keys=KeySettings(pkcs11=place))).master


def test_a_key_is_sealed_in_the_module_and_opened_by_the_next_process(softhsm, form, place):
    sealed = make(place).seal(KEY, PLACE, NONCE)
    assert re.fullmatch(f"{form}:[0-9a-f]+", sealed)
    assert KEY.hex() not in sealed
    pkcs11_token.end_module(softhsm.library)
    assert opened(place).open(sealed, PLACE) == KEY


@pytest.mark.parametrize("size", [8, 16, 24, 32])
def test_keys_of_every_length_fit_the_store(form, master, size):
    sealed = master.seal(KEY[:size], PLACE, NONCE)
    assert master.open(sealed, PLACE) == KEY[:size]
    assert len(sealed) <= 200


@pytest.mark.parametrize("damage", ["place", "changed", "cut", "no hex", "other key"])
def test_a_sealed_key_opens_nowhere_else(softhsm, form, master, damage):
    sealed = master.seal(KEY, PLACE, NONCE)
    by, at = master, PLACE
    if damage == "place":
        at = "fep-2 KEK 1"
    elif damage == "changed":
        sealed = sealed[:-2] + f"{int(sealed[-2:], 16) ^ 1:02x}"
    elif damage == "cut":
        sealed = sealed[:-2]
    elif damage == "no hex":
        sealed = f"{form}:no hex"
    else:
        other = softhsm.token()
        pkcs11_token.end_module(softhsm.library)
        by = make(place_of(softhsm, other))
    with pytest.raises(KeyFormatError, match=f"the key of {at} cannot be decrypted with the master key"):
        by.open(sealed, at)
    assert master.open(master.seal(KEY, PLACE, NONCE), PLACE) == KEY, "the module works on"


def test_each_kind_of_master_key_names_the_other(master):
    in_memory = MasterKey(KEY)
    with pytest.raises(KeyFormatError, match=r"in a hardware security module, and .* set keys\.pkcs11"):
        in_memory.open(master.seal(KEY, PLACE, NONCE), PLACE)
    with pytest.raises(KeyFormatError, match="under a master key of a file or the environment"):
        master.open(in_memory.seal(KEY, PLACE, NONCE), PLACE)


def test_the_check_value_is_that_of_the_key_in_the_module(softhsm, place, master):
    softhsm.configure("CKM_AES_CMAC")
    pkcs11_token.end_module(softhsm.library)
    own = opened(place).check_value
    assert re.fullmatch("[0-9A-F]{6}", own)
    assert own != master.check_value, "it is of another kind without AES-CMAC"
    assert repr(master) == f"<ModuleMasterKey {master.check_value}>"


def test_a_master_key_that_is_there_is_left(place, master):
    with pytest.raises(KeyModuleError, match="the key master exists already and was not changed"):
        make(place)
    assert opened(place).check_value == master.check_value


def test_the_pin_comes_from_the_environment_where_no_file_is_named(place, master, monkeypatch):
    pkcs11_token.end_module(place.module)
    without = place.model_copy(update={"pin_file": None})
    with pytest.raises(
        MasterKeyError, match=f"there is no PIN: name its file with pin_file, or set {PIN_VARIABLE}"
    ):
        opened(without)
    monkeypatch.setenv(PIN_VARIABLE, PIN)
    assert opened(without).check_value == master.check_value


def test_a_pin_file_that_others_can_read_is_refused(softhsm, place):
    softhsm.pin_file().chmod(0o640)
    with pytest.raises(MasterKeyError, match="others can read the PIN: run chmod 600"):
        opened(place)


def test_a_wrong_pin_is_tried_once_so_that_the_token_is_not_locked(softhsm, place, master):
    pkcs11_token.end_module(softhsm.library)
    softhsm.pin_file().write_text("000000\n")
    with pytest.raises(KeyModuleError, match="cannot be opened: the PIN is wrong") as caught:
        opened(place)
    with pytest.raises(KeyModuleError, match="it is not tried again until it changes"):
        opened(place)
    assert "000000" not in str(caught.value)
    softhsm.pin_file()
    assert opened(place).check_value == master.check_value


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"module": "/none/libnone.so"}, "token bank 1 of /none/libnone.so: cannot be opened: "),
        ({"token": "another"}, "the module has no such token"),
        (
            {"label": "another"},
            r"has no key another: `keys init` makes one \(`keys init --next` that of keys.next\)",
        ),
    ],
)
def test_a_place_without_a_master_key_is_named(place, master, change, reason):
    with pytest.raises(KeyModuleError, match=reason):
        opened(place.model_copy(update=change))


def test_a_module_that_fails_is_named_and_used_again_when_it_works(softhsm, place, master):
    sealed = master.seal(KEY, PLACE, NONCE)
    away = softhsm.folder / "away"
    softhsm.tokens.rename(away)
    softhsm.tokens.mkdir()
    for failing in (
        master.check,
        lambda: master.seal(KEY, PLACE, NONCE),
        lambda: master.open(sealed, PLACE),
    ):
        with pytest.raises(KeyModuleError, match="token bank 1 of "):
            failing()
    shutil.rmtree(softhsm.tokens)
    away.rename(softhsm.tokens)
    assert master.check() is None
    assert master.open(sealed, PLACE) == KEY


def test_a_key_that_can_be_read_from_the_module_is_refused(softhsm, place):
    template = {Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True, Attribute.SIGN: True}
    token = pkcs11_token.Token(softhsm.library, place.token, lambda: PIN)
    token.run(
        lambda session: session.generate_key(KeyType.AES, 256, label="master", store=True, template=template),
        write=True,
    )
    with pytest.raises(KeyModuleError, match="the key master can be read from the module"):
        opened(place)


def test_another_key_of_the_same_label_is_noticed(softhsm, place, master):
    shutil.rmtree(softhsm.tokens)
    softhsm.tokens.mkdir()
    softhsm.token()
    pkcs11_token.end_module(softhsm.library)
    renamed = place.model_copy(update={"token": "bank 2"})
    make(renamed)
    master._token = replace(master._token, label="bank 2")
    with pytest.raises(KeyModuleError, match="the key master is another one than at the start"):
        master.check()


def test_threads_share_one_session(place, master):
    wrong = []

    def use(number):
        value = bytes([number]) * 16
        for _ in range(20):
            same = master.open(master.seal(value, PLACE, NONCE), PLACE) == value
            wrong.extend(() if same else (number,))

    threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    sessions = pkcs11_token._MODULES[place.module].sessions
    assert (wrong, list(sessions)) == ([], [place.token])


def test_a_module_that_hangs_does_not_collect_threads(place, master, monkeypatch):
    monkeypatch.setattr(pkcs11_token, "WAIT_S", 0.0)
    with (
        pkcs11_token._MODULES[place.module].lock,
        pytest.raises(KeyModuleError, match="the module does not answer"),
    ):
        master.check()


def test_neither_pin_nor_key_is_shown(place, master, caplog):
    shown = f"{place!r}{master!r}{master._token}{caplog.text}"
    assert [secret for secret in (PIN, OFFICER_PIN) if secret in shown] == []


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (
            {"master_key_file": "x", "pkcs11": {"module": "m", "token": "t", "label": "l"}},
            "in a file or in a module",
        ),
        ({"next": {}}, "the next master key has no place"),
        ({"pkcs11": {"module": "m", "token": "t", "label": "l", "pin": "1234"}}, "pin"),
    ],
)
def test_settings_name_one_place_and_no_pin(keys, reason):
    with pytest.raises(ValidationError, match=reason):
        KeySettings.model_validate(keys)
