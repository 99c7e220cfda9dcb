"""Tests of numbers of things in phrases."""

from __future__ import annotations

import inspect

import pytest

from offline_collect.domain.texts import counts
from offline_collect.translations import Language, catalogue

COUNTED = [
    function for name, function in inspect.getmembers(counts, inspect.isfunction) if name.endswith("_counted")
]


@pytest.mark.parametrize("function", COUNTED, ids=lambda function: function.__name__)
def test_one_is_singular_and_others_are_plural(function):
    thing = function.__name__.removesuffix("_counted").replace("_", " ")

    assert str(function(2)) == f"2 {thing}"
    assert str(function(0)) == f"0 {thing}"
    assert str(function(1)) == f"1 {thing.removesuffix('s')}"


@pytest.mark.parametrize("function", COUNTED, ids=lambda function: function.__name__)
def test_a_chinese_reader_sees_the_number_too(function):
    assert "12" in function(12).said(catalogue(Language.ZH))
    assert "1" in function(1).said(catalogue(Language.ZH))
