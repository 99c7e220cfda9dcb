"""docs/scenarios.md names every key that the reader of scenarios takes, and no other; its example passes as one."""

import ast
import re

import yaml

from offline_collect_terminal.scenario import reader
from offline_collect_terminal.scenario.finding import found_in
from offline_collect_terminal.scenario.reader import load_templates, read_scenario
from tests.support.tree import ROOT

PAGE = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
READING = {"text", "has", "integer", "boolean", "choice", "section", "sections", "items", "take"}
HELPERS = {"_optional_text", "_texts", "_text_map", "_elements"}
FILE_KEYS = {"scenario", "steps", "variables", "dialects", "data", "keep", "order"}


def table(heading):
    part = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}


def keys_that_are_read():
    """The texts that name keys in the reader's code."""
    tree = ast.parse((ROOT / reader.__file__).read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in READING:
                arguments = node.args[:1]
            elif isinstance(node.func, ast.Name) and node.func.id in HELPERS:
                arguments = node.args[1:2]
            else:
                continue
            inner = [part for argument in arguments for part in ast.walk(argument)]
            found |= {
                part.value for part in inner if isinstance(part, ast.Constant) and isinstance(part.value, str)
            }
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ways":
            found |= set(ast.literal_eval(node.value))
    return found


def test_every_key_is_documented_and_no_other():
    documented = (
        table("Keys of the file")
        | table("Keys of a step")
        | table("Keys of an expectation")
        | table("Finding bills")
    )
    only_as_values = {"nothing", "closed", "main", "false", "APPROVED"}
    assert documented - only_as_values == keys_that_are_read()


def test_every_request_is_named():
    part = PAGE.partition("\n## Requests\n")[2]
    assert set(load_templates()) <= set(re.findall(r"`(\w+)`", part))


def test_every_variable_of_a_found_bill_is_named():
    part = PAGE.partition("\n## Finding bills\n")[2].partition("\n## ")[0]
    code = ast.parse((ROOT / found_in.__code__.co_filename).read_text(encoding="utf-8"))
    numbered = {
        call.args[0].value
        for call in ast.walk(code)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "_numbered"
    }
    assert numbered >= {"bill", "input"}
    assert all(f"`{{{name}}}`" in part for name in (*numbered, "total"))


def test_the_example_is_a_scenario():
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    scenario = read_scenario(yaml.safe_load(text), "example.yaml", load_templates())
    assert len(scenario.steps) == 4
