"""The forms that a first form can begin with: those of the file are forms, and fit the wire."""

import pytest

from offline_collect.app.config.load import load_configuration
from offline_collect.app.config.schemas import Schemas
from offline_collect.merchant.common.errors import DocumentError
from offline_collect.merchant.forms.patterns import read_patterns
from offline_collect.merchant.forms.wire_budget import check_fit

FORM = {"title": "t", "inputs": [{"key": "no", "label": "l", "prompt": "p"}]}


def row(name="one", **changed):
    return {"name": name, "says": {"en": "one", "zh": "一"}, "form": FORM, **changed}


def test_each_pattern_of_the_file_could_be_published():
    configuration = load_configuration(None, {})
    patterns = configuration.schemas().form_patterns()
    assert [each.name for each in patterns][:2] == ["customer", "pupil"]
    for each in patterns:
        check_fit(each.form, configuration.schemas().message_set(), configuration.form_dialects().values())


def test_a_bank_replaces_them_by_a_file_of_its_own(tmp_path):
    own = "patterns:\n  - {name: own, says: {en: ours, zh: 我们}, form: {title: t, inputs: [{key: a, label: l, prompt: p}]}}\n"
    (tmp_path / "form-patterns.yaml").write_text(own, encoding="utf-8")
    (found,) = Schemas(str(tmp_path)).form_patterns()
    assert (found.name, found.says, found.says_zh, found.form.title) == ("own", "ours", "我们", "t")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(), row()], "patterns[1].name: one is there twice"),
        ([row("Two Words")], "patterns[0].name: must be"),
        ([row(form={"title": "t", "inputs": []})], "file.yaml: one"),
        ([row(more=1)], "patterns[0].more: unknown key"),
    ],
)
def test_a_file_that_cannot_work_names_the_place(rows, said):
    with pytest.raises(DocumentError) as refused:
        read_patterns({"patterns": rows}, "file.yaml")
    assert said in str(refused.value)
