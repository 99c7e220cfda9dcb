"""The format of a gateway as a file."""

from copy import deepcopy

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.files.errors import LayoutError
from offline_collect.notify.gateway.format import compile_gateway

FORMATS = ("aliyun-sms", "tencent-sms")


def mapping(name="aliyun-sms"):
    return deepcopy(Schemas().read(f"gateways/{name}")[0])


@pytest.mark.parametrize("name", FORMATS)
def test_a_shipped_format_is_named_as_its_file_and_says_its_parameters(name):
    found = Schemas().gateway(name)
    assert (found.name, "region" in found.parameters) == (name, True)


def changed(place, value):
    made = mapping()
    *keys, last = place.split(".")
    part = made
    for key in keys:
        part = part[key]
    part[last] = value
    return made


@pytest.mark.parametrize(
    ("place", "value", "why"),
    [
        ("fields.SignName", "{signatuer}", "fields: {signatuer} is none of"),
        ("fields.SignName", "{secret}", "fields: {secret} is none of"),
        ("fields.SignName", "{signature:rot13}", "rot13 is none of the filters"),
        ("fields.SignName", "{signature", "a brace is not closed"),
        ("fields.SignName", ["x"], "a form has texts only"),
        ("fields", {}, "fields: "),
        ("sign.text", "{secret}", "sign.text: {secret} is none of"),
        ("sign.canonical", "{canonical}", "sign.canonical: {canonical} is none of"),
        ("sign.put_header", "Authorization", "sign: Value error, one of put_field and put_header"),
        ("sign.hash", "md5", "sign.hash: "),
        ("answers.accepted", [], "answers.accepted: "),
        ("answers.accepted", ["OK", 0], "answers.accepted[1]: "),
        ("reports.message_id", None, None),
        ("more", 1, "more: "),
    ],
)
def test_what_cannot_work_is_refused_with_its_place(place, value, why):
    if why is None:
        assert compile_gateway(changed(place, value)).reports.receipt == "biz_id"
        return
    with pytest.raises(LayoutError) as refused:
        compile_gateway(changed(place, value), "g.yaml")
    assert str(refused.value).startswith("g.yaml: ")
    assert why in str(refused.value)


def test_reports_must_name_the_message():
    made = changed("reports.message_id", None)
    made["reports"]["receipt"] = None
    with pytest.raises(LayoutError, match="one of message_id and receipt is needed"):
        compile_gateway(made)
