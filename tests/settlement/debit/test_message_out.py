"""A batch that goes out as a message of ISO 20022."""

from dataclasses import replace
from decimal import Decimal

import pytest

from offline_collect.domain.debits.batches import NO_PARTIES, BatchFormat
from offline_collect.domain.debits.selection import LeftOut
from offline_collect.domain.errors import DebitError
from offline_collect.settlement.debit.view import view_batch
from offline_collect.store import BillRecord, put_bills, replace_merchant
from offline_collect.store.debits.batches import set_batch
from offline_collect.store.schema.debit_tables import debit_batches
from tests.files.iso20022.partners import pain008_as_read_by_others
from tests.settlement.debit.desk import OPERATOR, PARTIES, SIGNED, payer
from tests.support.samples import DUE, PUPIL, SCHOOL


def test_it_holds_the_bills_that_are_due_and_says_who_is_paid(desk):
    made, path = desk.messages(creditor_id="CN-1")
    assert path.name == f"pain.008.001.08-{made.batch_no}.xml"
    sent = pain008_as_read_by_others(path.read_bytes())
    assert (sent.grp_hdr.msg_id, sent.grp_hdr.nb_of_txs, sent.grp_hdr.ctrl_sum) == (
        made.batch_no,
        "12",
        Decimal("1481.40"),
    )
    assert sent.grp_hdr.initg_pty.nm == SCHOOL.name
    (payment,) = sent.pmt_inf
    assert (payment.cdtr.nm, payment.cdtr_acct.id.othr.id) == (SCHOOL.name, "6222020000000001")
    assert payment.cdtr_schme_id.id.prvt_id.othr[0].id == "CN-1"
    first = payment.drct_dbt_tx_inf[0]
    assert (first.pmt_id.end_to_end_id, first.instd_amt.value, first.instd_amt.ccy) == (
        f"{made.batch_no}-1",
        Decimal("123.45"),
        "CNY",
    )
    assert (first.dbtr.nm, first.dbtr_acct.id.othr.id) == ("王小明", f"6222{PUPIL.customer_no}")
    related = first.drct_dbt_tx.mndt_rltd_inf
    assert (related.mndt_id, related.dt_of_sgntr.to_date()) == ("R-PUPIL", SIGNED)
    assert first.rmt_inf.ustrd == ["S1 十一月餐费 2026-11"]


def test_it_is_written_again_byte_for_byte_although_the_merchant_is_called_otherwise_now(desk):
    made, path = desk.messages()
    first = path.read_bytes()
    path.write_bytes(b"torn")
    with desk.store.transaction() as tx:
        replace_merchant(tx, replace(SCHOOL, name="Another school"))
    again = desk.write(made.batch_no)
    assert (again.path, path.read_bytes()) == (path, first)
    stored = view_batch(desk.store, OPERATOR, made.batch_no).stored
    assert (stored.batch.format, stored.parties.creditor_name) == (BatchFormat.ISO20022, SCHOOL.name)


def test_what_is_configured_is_said(desk):
    own = replace(PARTIES, initiator="Bank One", creditor_name="Bills of Bank One", creditor_bank="1021")
    made, path = desk.messages(parties=own)
    sent = pain008_as_read_by_others(path.read_bytes())
    assert (sent.grp_hdr.initg_pty.nm, sent.pmt_inf[0].cdtr.nm) == ("Bank One", "Bills of Bank One")
    assert sent.pmt_inf[0].cdtr_agt.fin_instn_id.clr_sys_mmb_id.mmb_id == "1021"
    assert view_batch(desk.store, OPERATOR, made.batch_no).stored.parties == own


def test_what_does_not_fit_keeps_a_bill_out_and_is_told(desk):
    odd = replace(PUPIL, customer_no="C1", inputs={"student_no": "2026039990"})
    desk.put("SCHOOL01", payer(odd, "R1", account_name="王\u200b小明"))
    with desk.store.transaction() as tx:
        put_bills(tx, "SCHOOL01", [BillRecord("X1", "C1", 100, DUE)])
    made = desk.export(format=BatchFormat.ISO20022, parties=PARTIES)
    assert made.left_out.named == {
        LeftOut.DOES_NOT_FIT: ["X1: account name: has a control character or one that cannot be seen"]
    }
    assert made.batch.record_count == 12


def test_it_does_not_go_out_without_an_account_or_with_a_head_that_does_not_fit(desk):
    with pytest.raises(DebitError, match=r"debits\.creditor_account in the configuration"):
        desk.messages(parties=NO_PARTIES)
    with pytest.raises(DebitError, match=r"the header of the batch cannot be written: .+ 40 characters"):
        desk.messages(creditor_id="X" * 40)
    assert desk.rows(debit_batches, "batch_no") == []


def test_a_version_that_writes_it_otherwise_does_not_replace_it(desk):
    made, _ = desk.messages()
    with desk.store.transaction() as tx:
        set_batch(tx, made.batch_no, {"file_sha256": "0" * 64})
    with pytest.raises(DebitError, match=r"this version writes pain\.008\.001\.08 otherwise"):
        desk.write(made.batch_no)
