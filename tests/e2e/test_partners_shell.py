"""The teller's shell in dialects with messages of their own, against the real server."""

from contextlib import contextmanager

from tests.e2e.electricity import (
    ELECTRICITY,
    NOVEMBER,
    OCTOBER,
    SUBSCRIBER,
    SUBSCRIBER_OF_13,
    finally_paid,
)
from tests.e2e.serving import serving, write_config
from tests.e2e.terminal_shell import run_shell


@contextmanager
def shell_of(url, folder, dialect):
    """A function that runs the teller's shell with some lines on a link of a dialect, and returns what it says."""
    config = write_config(folder, url, link=f", dialect: {dialect}")
    with serving(config) as server:

        def shell(*lines):
            options = ("--dialect", dialect, "--currency", "IDR")
            code, said = run_shell(server.port, folder / "journal", *lines, options=options)
            assert code == 0, said
            return said

        yield shell
        assert server.stop() == 0


def test_a_teller_pays_one_bill_and_then_several_of_a_switch_and_takes_them_back(
    charged_electricity_url, tmp_path
):
    with shell_of(charged_electricity_url, tmp_path, "ppob-postpaid") as shell:
        said = shell("1", ELECTRICITY, SUBSCRIBER, "1", "", "y", "menu", "2", "", "y", "q")
        for told in ("Signed on.", "open bills: 2", "B*** S******", "Payer's fee: 3000.00 IDR", "2099-10"):
            assert told in said, said
        assert "of 67000.00 IDR" in said
        assert "is reversed completely." in said
        finally_paid(charged_electricity_url)
        said = shell("1", "1", SUBSCRIBER, "1,2", "", "", "y", "menu", "5", "2", "q")
        assert "CASH for 2 bills" in said
        assert "of 132500.00 IDR" in said
        assert "The platform is there." in said
        finally_paid(charged_electricity_url, OCTOBER, NOVEMBER)
        said = shell("1", "1", SUBSCRIBER, "menu", "2", "", "y", "q")
        assert "owes nothing" in said
        assert "is reversed completely." in said
        finally_paid(charged_electricity_url)
        said = shell("1", "1", SUBSCRIBER, "2", "", "y", "menu", "1", "1", "999999999999", "q")
        assert "Declined: 14" in said
        finally_paid(charged_electricity_url, NOVEMBER)


def test_a_teller_pays_a_bill_of_a_regional_bank_repeats_it_and_takes_it_back(electricity_url, tmp_path):
    with shell_of(electricity_url, tmp_path, "sulteng") as shell:
        said = shell("1", ELECTRICITY, SUBSCRIBER_OF_13, "", "", "y", "menu", "3", "1", "1", "menu", "q")
        assert "B*** S******" in said
        assert f"of 64000.00 IDR for {OCTOBER}S is taken." in said
        assert "Sending 0201" in said
        finally_paid(electricity_url, f"{OCTOBER}S")
        said = shell("2", "", "y", "3", "1", "q")
        assert "is reversed completely." in said
        assert "Ask its status" not in said
        finally_paid(electricity_url)
