"""How well customers fit a form: counted by input and by set of inputs, and named."""

import copy
from dataclasses import replace

import pytest

from offline_collect.domain.lookup_keys import lookup_key
from offline_collect.merchant.forms import duplicate_keys as shared_keys
from offline_collect.merchant.forms.coverage import Complaint, InputCount, check_form
from offline_collect.merchant.forms.definition import read_form
from offline_collect.merchant.forms.duplicate_keys import SharedKeys
from offline_collect.merchant.forms.publish import publish
from offline_collect.store import CustomerRecord, put_customers
from offline_collect.store.backoffice import customer_pages as pages
from tests.merchant.documents import NOW, SCHOOL_FORM
from tests.support.actors import user

METER = {"key": "meter_no", "label": "表号", "prompt": "?", "type": "NUMERIC", "least": 8, "most": 8}
OWNER = {"key": "owner", "label": "户主姓名", "prompt": "?", "least": 2}
MOBILE = {"key": "mobile", "label": "手机", "prompt": "?", "pattern": "1[0-9]{10}"}
BY_METER = read_form({"title": "水费", "inputs": [METER]}, "form.yaml", 1)
BY_EITHER = read_form(
    {
        "title": "水费",
        "inputs": [{**METER, "group": "meter"}, {**OWNER, "group": "owner"}, {**MOBILE, "group": "owner"}],
    },
    "form.yaml",
    1,
)


@pytest.fixture
def add(store, school):
    """Adds customers by their inputs, numbered C0, C1, …"""

    def add(*inputs):
        people = [CustomerRecord(f"C{nth}", f"王小{nth}", each) for nth, each in enumerate(inputs)]
        with store.transaction() as tx:
            put_customers(tx, "SCHOOL01", people)

    return add


@pytest.fixture
def checked(store):
    def checked(form, most=10):
        with store.snapshot() as reading:
            return check_form(reading, "SCHOOL01", form, most)

    return checked


def test_customers_are_counted_by_input_and_by_set_of_inputs(add, checked):
    add(
        {"meter_no": "10020001"},
        {"meter_no": "10020002", "owner": "李雷", "mobile": "13800000001"},
        {"owner": "韩梅梅", "mobile": "13800000002"},
        {"meter_no": "123", "owner": "张三", "mobile": "13800000003"},
        {"meter_no": "10020004", "mobile": "23800000004"},
    )
    report = checked(BY_EITHER)
    assert (report.customers, report.found, report.shared) == (5, 5, 0)
    assert report.ways == {"表号": 3, "户主姓名 + 手机": 3}
    assert report.inputs == (
        InputCount("表号", 3, 1, 1),
        InputCount("户主姓名", 3, 0, 2),
        InputCount("手机", 3, 1, 1),
    )
    assert report.complaints == (
        Complaint("C3", "王小3", "表号", "123", "表号 must have 8 digits"),
        Complaint("C4", "王小4", "手机", "23800000004", "手机 is not written as the form asks"),
    )


def test_who_lacks_what_the_form_asks_for_is_named_once(add, checked):
    add({"meter_no": "10020001"}, {}, {"meter_no": "1"}, {"owner": "李雷"})
    assert checked(BY_METER).found == 1
    assert [(each.customer_no, each.value, each.reason) for each in checked(BY_METER).complaints] == [
        ("C1", None, "表号 is missing"),
        ("C2", "1", "表号 must have 8 digits"),
        ("C3", None, "表号 is missing"),
    ]
    assert checked(BY_EITHER).complaints[-1].reason == "手机 is missing"


def test_what_an_earlier_form_wrote_otherwise_is_not_found(add, checked):
    upper = {**METER, "type": "TEXT", "normalise": ["upper"]}
    add({"meter_no": "ab020001"}, {"meter_no": "AB020002"})
    report = checked(read_form({"title": "水费", "inputs": [upper]}, "form.yaml", 1))
    assert report.found == 1
    assert report.complaints[0].reason.endswith("as an earlier form wrote it; import the customer again")


def test_customers_that_nothing_tells_apart_are_named(add, checked):
    same = {"owner": "王小明", "mobile": "13800000001"}
    add({"meter_no": "10020001", **same}, {"meter_no": "10020002", **same}, same, {"meter_no": "10020003"})
    report = checked(BY_EITHER)
    assert (report.found, report.shared, report.shared_is_least) == (4, 2, False)
    assert [(each.customer_no, each.label, each.reason) for each in report.complaints] == [
        ("C1", "户主姓名 + 手机", "customer C0 has the same"),
        ("C2", "户主姓名 + 手机", "customer C0 has the same"),
    ]


def test_complaints_are_bounded_and_counted_all_the_same(add, checked):
    add(*[{"meter_no": "1"}] * 7)
    report = checked(BY_METER, most=3)
    assert (len(report.complaints), report.complaint_count) == (3, 7)
    assert checked(BY_METER, most=0).complaints == ()


def test_all_pages_of_customers_are_read(add, checked, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 2)
    add(*[{"meter_no": f"1002000{nth}"} for nth in range(5)])
    assert (checked(BY_METER).customers, checked(BY_METER).found) == (5, 5)


def test_a_merchant_without_customers_has_nothing_to_complain_of(school, checked):
    report = checked(BY_METER)
    assert (report.customers, report.found, report.complaint_count) == (0, 0, 0)


def test_personal_data_are_not_shown_by_accident():
    assert "王小明" not in repr(Complaint("C1", "王小明", "手机", "13800000001", "手机 is …"))
    assert "13800000001" not in repr(Complaint("C1", "王小明", "手机", "13800000001", "手机 is …"))


class TestSharedKeys:
    KEYS = tuple(lookup_key({"meter_no": f"{nth}"}) for nth in range(50))

    def shared(self, keys):
        sharing = SharedKeys()
        for key in keys:
            sharing.count(key)
        told = [sharing.first_with(key, f"C{nth}") for nth, key in enumerate(keys)]
        return sharing, {nth: first for nth, first in enumerate(told) if first}

    def test_who_came_first_with_a_key_is_told(self):
        sharing, told = self.shared([*self.KEYS, self.KEYS[3], self.KEYS[3], self.KEYS[7]])
        assert told == {50: "C3", 51: "C3", 52: "C7"}
        assert (sharing.doubtful, sharing.complete) == (True, True)

    def test_keys_that_are_all_different_leave_no_doubt(self):
        sharing, told = self.shared(self.KEYS)
        assert (sharing.doubtful, told) == (False, {})

    def test_keys_that_only_begin_alike_are_told_apart(self):
        alike = [self.KEYS[0], self.KEYS[0][:-1] + "x"]
        sharing, told = self.shared(alike)
        assert (sharing.doubtful, told) == (True, {})

    def test_what_is_kept_is_bounded(self, monkeypatch):
        monkeypatch.setattr(shared_keys, "KEPT_MAX", 1)
        sharing, told = self.shared([*self.KEYS[:2], *self.KEYS[:2]])
        assert (told, sharing.complete) == ({2: "C0"}, False)


def test_publishing_says_who_is_lost_and_what_finds_nobody(store, school, add, wire):
    publish(store, "SCHOOL01", BY_METER, *wire, user("teller"), NOW)
    add({"meter_no": "10020001"}, {"meter_no": "10020002"}, {})
    narrow = copy.deepcopy(BY_EITHER)
    narrow = replace(narrow, inputs=(replace(narrow.inputs[0], pattern="1002000[13]"), *narrow.inputs[1:]))
    reach = publish(store, "SCHOOL01", narrow, *wire, user("teller"), NOW).reach
    assert (reach.customers, reach.lost, reach.idle) == (3, 1, ("户主姓名 + 手机",))


def test_publishing_new_words_leaves_the_customers_alone(store, school, add, wire, monkeypatch):
    add({"student_no": "2026030117"})
    document = copy.deepcopy(SCHOOL_FORM)
    document["inputs"][0] |= {"label": "学生编号", "prompt": "请输入编号", "example": "2026030117"}
    monkeypatch.delattr(pages, "_page")
    done = publish(store, "SCHOOL01", read_form(document, "form.yaml", 1), *wire, user("teller"), NOW)
    assert (done.is_new, done.reach.customers) == (True, 0)
