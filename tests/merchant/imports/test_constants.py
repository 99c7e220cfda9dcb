"""Constants of a file: another one than last time, and another one than the list states."""

import datetime as dt

from offline_collect.files.columns.mapping import read_mapping


def test_the_same_file_read_with_another_constant_is_told(pupils):
    text = "bill_no,customer_no,amount\nN1,C1,5\n"
    pupils.take("bills", text, constants={"due_date": "2030-12-31"})
    same = pupils.take("bills", None, constants={"due_date": "2030-12-31"})
    other = pupils.take("bills", None, constants={"due_date": "2030-11-30"})
    assert [(each.earlier, each.read_otherwise) for each in (same, other)] == [(True, False), (True, True)]


def test_the_same_file_read_with_the_mapping_that_is_remembered_of_it_is_the_same(pupils):
    mapping = read_mapping({"header_row": 1, "columns": {"customer_no": "卡"}}, "m")
    text = "bill_no,卡,amount,due_date\nN2,C1,5,2030-12-31\n"
    assert not pupils.take("bills", text, mapping=mapping).earlier
    other = read_mapping({"columns": {"customer_no": "卡"}, "ignore": ["x"]}, "m")
    found = [pupils.take("bills", None, **how) for how in ({}, {"mapping": mapping}, {"mapping": other})]
    assert [each.read_otherwise for each in found] == [False, False, True]
    assert "read_with" not in found[0].record.asked


def test_a_last_day_that_the_list_states_is_told_if_another_is_given(pupils):
    text = "请于2030年12月20日前缴清,,\nbill_no,customer_no,amount\nN3,C1,5\n截止日期：2030-12-24,,\n"
    done = pupils.take("bills", text, constants={"due_date": "2030-12-31"})
    assert done.left.last_days == {1: dt.date(2030, 12, 20), 4: dt.date(2030, 12, 24)}
    same = pupils.take("bills", text.replace("12月20日", "12月31日"), constants={"due_date": "2030-12-31"})
    assert same.left.last_days == {4: dt.date(2030, 12, 24)}
