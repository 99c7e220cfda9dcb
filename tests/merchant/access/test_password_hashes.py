"""Passwords are kept as Argon2id hashes of the recommended strength."""

from argon2 import PasswordHasher, Type, extract_parameters

from offline_collect.merchant.access.password_hashes import hash_password, is_outdated, matches

PASSWORD = "correct horse battery"


def test_a_hash_is_of_argon2id_with_the_parameters_of_rfc_9106():
    found = extract_parameters(hash_password(PASSWORD))
    assert found.type is Type.ID
    assert (found.time_cost, found.memory_cost, found.parallelism) == (3, 65_536, 4)


def test_a_password_matches_its_own_hash_only_and_each_hash_has_its_own_salt():
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first != second
    assert matches(first, PASSWORD)
    assert not matches(first, PASSWORD + " ")
    assert not matches(None, PASSWORD)
    assert not matches("no hash", PASSWORD)


def test_a_hash_of_less_work_is_made_again():
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    assert matches(weak, PASSWORD)
    assert is_outdated(weak)
    assert not is_outdated(hash_password(PASSWORD))
