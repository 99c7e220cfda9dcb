"""What others make of the same messages: pyiso20022, generated from ISO's schemas, and a schema of ISO itself."""

import datetime as dt
import re
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path

from lxml import etree
from pyiso20022.camt import camt_054_001_08 as camt054
from pyiso20022.pain import pain_002_001_10 as pain002
from pyiso20022.pain import pain_008_001_09 as pain008
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDate, XmlDateTime

GOLDEN = Path(__file__).parents[2] / "vectors" / "files"
STRICT = ParserConfig(
    fail_on_unknown_properties=True, fail_on_unknown_attributes=True, fail_on_converter_warnings=True
)
BATCH = "DB20301122000001"


@cache
def schema_of_pain008():
    """Return ISO's schema of pain.008.001.08; sepaxml brings it."""
    with files("sepaxml").joinpath("schemas/pain.008.001.08.xsd").open("rb") as stream:
        return etree.XMLSchema(etree.parse(stream))


def pain008_as_read_by_others(raw):
    """Return the message as pyiso20022 has it. It lacks version 08, whose types version 09 has as well."""
    assert schema_of_pain008().validate(etree.fromstring(raw)), schema_of_pain008().error_log
    newer = raw.replace(b"pain.008.001.08", b"pain.008.001.09", 1)
    return XmlParser(config=STRICT).from_bytes(newer, pain008.Document).cstmr_drct_dbt_initn


def written_by_others(document):
    """Return the bytes that pyiso20022 writes."""
    namespace = type(document).Meta.namespace
    made = XmlSerializer(config=SerializerConfig(indent="  ")).render(document, ns_map={None: namespace})
    return re.sub(r"\n\Z", "", made).encode() + b"\n"


def at(*parts):
    return XmlDateTime.from_datetime(dt.datetime(*parts, tzinfo=dt.UTC))


def reasons(code=None, own=None, *words):
    reason = pain002.StatusReason6Choice(cd=code, prtry=own)
    return [pain002.StatusReasonInformation12(rsn=reason, addtl_inf=list(words))]


def reported(sequence, status, why=(), amount=None, mandate=None, **more):
    reference = None
    if amount is not None:
        instructed = pain002.ActiveOrHistoricCurrencyAndAmount(value=Decimal(amount), ccy="CNY")
        reference = pain002.OriginalTransactionReference28(
            amt=pain002.AmountType4Choice(instd_amt=instructed),
            mndt_rltd_inf=pain002.MandateRelatedInformation14(mndt_id=mandate),
        )
    return pain002.PaymentTransaction105(
        orgnl_end_to_end_id=f"{BATCH}-{sequence}",
        tx_sts=status,
        sts_rsn_inf=list(why),
        orgnl_tx_ref=reference,
        **more,
    )


def status_report(group, *records, payment=None, why=(), counts=(), of="pain.008.001.08"):
    original = pain002.OriginalGroupHeader17(
        orgnl_msg_id=BATCH,
        orgnl_msg_nm_id=of,
        grp_sts=group,
        sts_rsn_inf=list(why),
        nb_of_txs_per_sts=[
            pain002.NumberOfTransactionsPerStatus5(dtld_nb_of_txs=str(count), dtld_sts=status)
            for count, status in counts
        ],
    )
    payments = []
    if records or payment:
        payments = [
            pain002.OriginalPaymentInstruction32(
                orgnl_pmt_inf_id=BATCH, pmt_inf_sts=payment, tx_inf_and_sts=list(records)
            )
        ]
    report = pain002.CustomerPaymentStatusReportV10(
        grp_hdr=pain002.GroupHeader86(msg_id="STS1", cre_dt_tm=at(2030, 11, 25, 9)),
        orgnl_grp_inf_and_sts=original,
        orgnl_pmt_inf_and_sts=payments,
    )
    return written_by_others(pain002.Document(cstmr_pmt_sts_rpt=report))


def amount(value, currency="CNY"):
    return camt054.ActiveOrHistoricCurrencyAndAmount(value=Decimal(value), ccy=currency)


def returned(sequence, value, code=None, own=None, words=(), **more):
    return camt054.EntryTransaction10(
        refs=camt054.TransactionReferences6(
            acct_svcr_ref=f"CORE{sequence}",
            pmt_inf_id=BATCH,
            end_to_end_id=f"{BATCH}-{sequence}",
            mndt_id=f"DK203000000{sequence}",
        ),
        amt=amount(value),
        rtr_inf=camt054.PaymentReturnReason5(
            rsn=camt054.ReturnReason5Choice(cd=code, prtry=own), addtl_inf=list(words)
        ),
        **more,
    )


def entry(value, sign, *details, batch=None, reversal=None, status="BOOK", on=None, currency="CNY"):
    return camt054.ReportEntry10(
        amt=amount(value, currency),
        cdt_dbt_ind=camt054.CreditDebitCode(sign),
        rvsl_ind=reversal,
        sts=camt054.EntryStatus1Choice(cd=status),
        bookg_dt=camt054.DateAndDateTime2Choice(dt=XmlDate(2030, 11, 28)) if on is None else on,
        acct_svcr_ref="ENTRY1",
        bk_tx_cd=camt054.BankTransactionCodeStructure4(),
        ntry_dtls=[camt054.EntryDetails9(btch=batch, tx_dtls=list(details))] if details or batch else [],
        addtl_ntry_inf="stands behind the details",
    )


def notification(*entries):
    account = camt054.AccountIdentification4Choice(
        othr=camt054.GenericAccountIdentification1(id="6222020000000001")
    )
    notice = camt054.AccountNotification17(
        id="NTF1", acct=camt054.CashAccount39(id=account), ntry=list(entries)
    )
    made = camt054.BankToCustomerDebitCreditNotificationV08(
        grp_hdr=camt054.GroupHeader81(msg_id="NTF1", cre_dt_tm=at(2030, 11, 28, 18)), ntfctn=[notice]
    )
    return written_by_others(camt054.Document(bk_to_cstmr_dbt_cdt_ntfctn=made))
