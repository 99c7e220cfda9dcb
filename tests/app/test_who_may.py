"""The application does not decide permissions: it names the acting user and shows the result of a use case."""

import ast
import inspect

from offline_collect import store
from tests.support.tree import modules, name, parse

ASKED_OF_ACTORS = {"may", "require", "require_whole", "permissions"}
TRANSACTIONS = {"snapshot", "transaction"}
MASKS = {
    "mask_name",
    "mask_contact",
    "mask_account",
    "mask_accounts",
    "mask_personal",
    "sees_personal",
    "sees_accounts",
}

OPENS_THE_STORE = {"open_store", "upgrade", "refuse_in_use"}
"""Functions of the store that read no data of people."""

EXCEPTIONS = {
    "offline_collect/app/cli/commands/init.py": "makes the store, before there are users, as the system user",
    "offline_collect/app/serving/link_leases.py": "a server is no user; a lease says which server connects to a partner",
    "offline_collect/app/serving/start_checks.py": "likewise, before a server starts",
    "offline_collect/app/serving/serve.py": "a server is no user; it reads no merchant's data to show it",
}


def application():
    found = {name(path): parse(path) for path in modules("offline_collect/app")}
    return {path: tree for path, tree in found.items() if path not in EXCEPTIONS}


def imported(tree, package):
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package)
        for alias in node.names
    }


def attributes(tree):
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_no_module_of_the_application_asks_what_a_user_may_do():
    asking = {
        path: (attributes(tree) & ASKED_OF_ACTORS)
        | (imported(tree, "offline_collect.domain.access") & {"Permission"})
        for path, tree in application().items()
    }
    assert {path: found for path, found in asking.items() if found} == {}


def test_no_module_of_the_application_masks_what_a_user_may_not_see():
    masking = {path: imported(tree, "offline_collect") & MASKS for path, tree in application().items()}
    assert {path: found for path, found in masking.items() if found} == {}


def test_no_module_of_the_application_reads_or_writes_the_store_itself():
    reading = {
        path: (attributes(tree) & TRANSACTIONS)
        | {
            each
            for each in imported(tree, "offline_collect.store") - OPENS_THE_STORE
            if not inspect.isclass(getattr(store, each, None))
        }
        for path, tree in application().items()
    }
    assert {path: found for path, found in reading.items() if found} == {}


def test_the_exceptions_are_there():
    paths = {name(path) for path in modules("offline_collect/app")}
    assert paths >= EXCEPTIONS.keys()
