"""Lists as clerks keep them: what a proposed mapping reads, two of each kind."""

from dataclasses import replace

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.app.config.yaml import parse_yaml
from offline_collect.files.columns.mapping import read_mapping
from offline_collect.merchant.imports.preview import preview_file
from offline_collect.merchant.mappings.propose import propose_mapping
from tests.merchant.importing import KINDS, unseen

ONE, TWO = "2026030117", "2026030118"
"""What the two pupils type."""

LISTS = {
    "a year and a month: school meals": (
        f"年度,月份,学号,应缴金额,截止日期\n2030年,11,{ONE},12.50,2030-12-05\n2030年,12月,{TWO},13.50,2031-01-05\n",
        ["C1 1250 2030-12-05 2030-11", "C2 1350 2031-01-05 2030-12"],
    ),
    "a year and a period: water of a dormitory": (
        f"缴费年份,期数,学号,水费,截止日期\n2030,5,{ONE},30,2030-12-05\n2030,第6期,{TWO},31,2030-12-05\n",
        ["C1 3000 2030-12-05 2030年第5期", "C2 3100 2030-12-05 2030年第6期"],
    ),
    "months of a year that the title says": (
        f"光明小学2030年度校车费,,,\n学号,月份,应缴金额,截止日期\n{ONE},3月,80,2030-12-05\n{TWO},九月,81,2030-12-05\n",
        ["C1 8000 2030-12-05 2030-03", "C2 8100 2030-12-05 2030-09"],
    ),
    "months before their last day": (
        f"学号,月份,应缴金额,截止日期\n{ONE},12,80,2031-01-10\n{TWO},1,81,2031-01-10\n",
        ["C1 8000 2031-01-10 2030-12", "C2 8100 2031-01-10 2031-01"],
    ),
    "a balance of last month": (
        f"学号,应交餐费,上月结余,实际应交,截止日期\n{ONE},300,20,280,2030-12-05\n{TWO},300,0,300,2030-12-05\n",
        ["C1 28000 2030-12-05 None", "C2 30000 2030-12-05 None"],
    ),
    "money that is left on a card": (
        f"学号,本月水电费,卡内余额,本次收取,截止日期\n{ONE},90.5,10.5,80,2030-12-05\n{TWO},70,,70,2030-12-05\n",
        ["C1 8000 2030-12-05 None", "C2 7000 2030-12-05 None"],
    ),
    "the day first": (
        f"Student No,Tuition,Due Date\n{ONE},1000,25/12/2030\n{TWO},1001,05/01/2031\n",
        ["C1 100000 2030-12-25 None", "C2 100100 2031-01-05 None"],
    ),
    "the month first": (
        f"Student No,Bus fee,Pay by\n{ONE},50,12-25-2030\n{TWO},51,1-5-2031\n",
        ["C1 5000 2030-12-25 None", "C2 5100 2031-01-05 None"],
    ),
    "an English title with its month": (
        f"Maple School - Lunches for December 2030,,\nStudent No,Amount,Due Date\n{ONE},50,2030-12-25\n",
        ["C1 5000 2030-12-25 2030-12"],
    ),
    "an English title with the day on which it was printed": (
        f"Boarding fee Nov 2030 (printed 2 December 2030),,\nStudent No,Amount,Due Date\n{ONE},50,2030-12-25\n",
        ["C1 5000 2030-12-25 2030-11"],
    ),
    "months of a school year": (
        f"2030-2031学年校车费,,,\n学号,11月,12月,1月,截止日期\n{ONE},5,6,7,2031-01-31\n",
        ["C1 500 2031-01-31 2030-11", "C1 600 2031-01-31 2030-12", "C1 700 2031-01-31 2031-01"],
    ),
    "months of a heating season": (
        f"2030-2031采暖季宿舍热费,,\n学号,12月热费,1月热费,截止日期\n{TWO},60,70,2031-01-31\n",
        ["C2 6000 2031-01-31 2030-12", "C2 7000 2031-01-31 2031-01"],
    ),
    "quarters": (
        f"2030年度住宿费,,,\n学号,一季度,二季度,截止日期\n{ONE},5,6,2030-12-31\n",
        ["C1 500 2030-12-31 2030年一季度", "C1 600 2030-12-31 2030年二季度"],
    ),
    "half years": (
        f"学号,2030年上半年住宿费,2030年下半年住宿费,截止日期\n{TWO},5,6,2030-12-31\n",
        ["C2 500 2030-12-31 2030年上半年", "C2 600 2030-12-31 2030年下半年"],
    ),
    "arrears of a month beside the next": (
        f"学号,11月欠缴,12月应缴,共应缴纳,截止日期\n{ONE},5,6,11,2030-12-31\n{TWO},0,6,6,2030-12-31\n",
        ["C1 1100 2030-12-31 None", "C2 600 2030-12-31 None"],
    ),
    "arrears of a quarter beside the next": (
        f"学号,三季度欠费,四季度应缴,共应缴纳,截止日期\n{ONE},5,6,11,2030-12-31\n{TWO},0,6,6,2030-12-31\n",
        ["C1 1100 2030-12-31 None", "C2 600 2030-12-31 None"],
    ),
    "what was owed before, and what was paid": (
        (
            "学号,期初欠费,本期应收,本期实收,期末欠费,截止日期\n"
            f"{ONE},50,200,100,150,2030-12-31\n{TWO},,200,200,0,2030-12-31\n"
        ),
        ["C1 15000 2030-12-31 None"],
    ),
    "an account of a month with weekdays": (
        (
            "学号,上月欠费,本月应交,本月已交,月末尚欠,截止日期\n"
            f"{ONE},10,20,5,25,2030-12-31（周二）\n{TWO},0,20,0,20,2030年12月31日 星期二\n"
        ),
        ["C1 2500 2030-12-31 None", "C2 2000 2030-12-31 None"],
    ),
    "remarks of what was paid": (
        f"学号,应缴金额,截止日期,备注\n{ONE},5,2030-12-31,12月3日微信已付\n{TWO},6,2030-12-31,已交押金\n",
        ["C2 600 2030-12-31 None"],
    ),
    "items with their prices: a school": (
        (
            "初一2030年秋季自愿代办,,,,\n学号,姓名,校服,学平险,课外读物\n"
            f"{ONE},王小明,320,,85\n{TWO},李雷,,100,85\n（空白表示不参加，请于12月18日前交）,,,,\n"
        ),
        [
            "C1 32000 2030-12-18 None",
            "C1 8500 2030-12-18 None",
            "C2 10000 2030-12-18 None",
            "C2 8500 2030-12-18 None",
        ],
    ),
    "items with their prices: a hostel": (
        (
            "学号,床品四件套,收纳箱,门禁押卡,截止日期\n"
            f"{ONE},168.00,,20,2030-12-31\n{TWO},168.00,59,,2030-12-31\n"
        ),
        [
            "C1 16800 2030-12-31 None",
            "C1 2000 2030-12-31 None",
            "C2 16800 2030-12-31 None",
            "C2 5900 2030-12-31 None",
        ],
    ),
    "instalments whose titles have their days: a school": (
        f'学号,第一期（2030-12-20前）,第二期（2031-03-10前）,备注\n{ONE},3600,3000,\n{TWO},"3,600",,第二期免\n',
        ["C1 300000 2031-03-10 None", "C1 360000 2030-12-20 None", "C2 360000 2030-12-20 None"],
    ),
    "instalments whose titles have days of the month above: a training centre": (
        f"2030年12月寒假班学费,,\n学号,首期（12月20日前）,尾款（1月10日前）\n{ONE},1000,900\n{TWO},1000,800\n",
        [
            "C1 100000 2030-12-20 2030-12",
            "C1 90000 2031-01-10 2030-12",
            "C2 100000 2030-12-20 2030-12",
            "C2 80000 2031-01-10 2030-12",
        ],
    ),
    "one last day, and the day on which the list was made": (
        (
            f"幼儿园保教费,,\n学号,应缴金额,交费日期\n{ONE},1200,12月15日前\n{TWO},1100,12月15日前\n"
            "园长：          会计：          2030年12月1日,,\n"
        ),
        ["C1 120000 2030-12-15 None", "C2 110000 2030-12-15 None"],
    ),
    "last days of the month that the title says": (
        f"2030年12月餐费,,\n学号,应缴金额,缴费时间\n{ONE},300,12月15日前\n{TWO},310,1月5日前\n",
        ["C1 30000 2030-12-15 2030-12", "C2 31000 2031-01-05 2030-12"],
    ),
    "remarks of a whole payment": (
        f"学号,应缴金额,截止日期,说明\n{ONE},5,2030-12-31,全部缴清\n{TWO},6,2030-12-31,上月已缴\n",
        ["C2 600 2030-12-31 None"],
    ),
}


@pytest.mark.parametrize(("text", "bills"), LISTS.values(), ids=LISTS)
def test_a_proposal_reads_what_a_person_sees(pupils, text, bills):
    schemas = Schemas()
    values, source = schemas.read("files/bills")
    titles, _ = schemas.read("files/titles")
    order = replace(pupils.order("bills", text), layout=({**values, "titles": titles}, source))
    proposed = propose_mapping(pupils.store, order, KINDS["bills"])
    assert proposed.proposal.doubts in ([], ())
    mapping = read_mapping(parse_yaml(proposed.text(), "m"), "m")
    found = preview_file(pupils.store, replace(order, mapping=mapping), KINDS["bills"], unseen)
    read = [
        f"{each.after['customer_no']} {each.after['amount']} {each.after['due_date']} {each.after.get('period')}"
        for each in found.samples
    ]
    assert (found.problems.count, sorted(read)) == (0, bills)
