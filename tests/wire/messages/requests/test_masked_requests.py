"""Any decoded message can be masked for a log: also one that was refused."""

from tests.messages.golden import NOW, golden, reader


def test_any_message_is_masked_as_its_journal_would_be():
    message, _ = golden("payment")
    assert reader().masked("payment", message) == reader().read(message, NOW).journal
    message.elements[48] = "?"
    assert " 48=[***] " in reader().masked("payment", message)


def test_a_message_that_is_not_in_the_message_set_shows_no_private_data():
    message, _ = golden("payment")
    assert " 48=*** " in reader().masked("unknown", message)
