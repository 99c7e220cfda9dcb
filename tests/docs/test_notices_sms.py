"""What docs/notices.md says of SMS agrees with the program."""

import re

import pytest
import yaml

from offline_collect.app.config.notify_settings import NotifySettings
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.wiring.notify_http import gateway_templates
from offline_collect.merchant.common.yaml_documents import check_document
from offline_collect.notify.gateway.filling import FILTERS, OF_SIGNING
from offline_collect.notify.gateway.format import Answers, GatewayFormat, Replies, Reports, Signing
from tests.support.tree import ROOT

PAGE = (ROOT / "docs" / "notices.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## SMS by a gateway with templates\n", 1)[1].split("\n## ", 1)[0]
SETTINGS = {
    channel: yaml.safe_load(text)["notify"]
    for text, channel in re.findall(r"```yaml\n(notify:\n  channels: \[(\w+)\]\n.+?)```", PAGE, re.DOTALL)
}
ROWS = [row.split(" | ")[0].strip("| ") for row in re.findall(r"^\| `.+$", SECTION, re.MULTILINE)]
NAMES = {name for row in ROWS for name in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize("channel", ["kannel", "gateway"])
def test_the_settings_that_are_shown_work(channel):
    found = check_document(NotifySettings, SETTINGS[channel], "bank.yaml")
    assert found.channels == [channel]


def test_the_gateway_s_settings_have_what_its_format_needs():
    found = check_document(NotifySettings, SETTINGS["gateway"], "bank.yaml").gateway
    assert Schemas().gateway(found.format).parameters == found.parameters.keys()
    assert ("PAID", "zh") in gateway_templates(found)


def test_every_key_of_a_format_is_explained_and_no_other():
    parts = {"sign": Signing, "answers": Answers, "reports": Reports, "replies": Replies}
    keys = {name for name in GatewayFormat.model_fields if name not in parts}
    for name, model in parts.items():
        keys |= {f"{name}.{key}" for key in model.model_fields}
    # A row names the part of its first key only.
    listed = {name for name in NAMES if not name.startswith("{")} - OF_SIGNING - {"secret", "parameters.NAME"}
    short = {key for key in keys if key in listed or key.partition(".")[2] in listed}
    assert short == keys
    assert listed <= keys | {key.partition(".")[2] for key in keys}


def test_every_name_of_a_text_is_explained():
    assert OF_SIGNING | {"secret"} <= NAMES
    assert FILTERS.keys() <= set(re.findall(r"`:([a-z0-9]+)`", SECTION))


def test_the_shipped_formats_are_named():
    shipped = {path.stem for path in (ROOT / "schemas" / "gateways").glob("*.yaml")}
    assert {name for name in shipped if f"`{name}`" in SECTION} == shipped
