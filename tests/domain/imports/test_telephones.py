"""Which of several telephone numbers is the mobile."""

import pytest

from offline_collect.domain.imports.telephones import only_mobile


@pytest.mark.parametrize(
    "text",
    [
        "13900000000 / 0571-88000000",
        "88000000，13900000000",
        "(0571)88000000;13900000000",
        "13900000000、6800000",
    ],
)
def test_the_mobile_beside_landlines(text):
    assert only_mobile(text) == "13900000000"


@pytest.mark.parametrize(
    "text", ["13900000000", "13900000000/13900000001", "0571-88000000/88000001", "13900000000/王", ""]
)
def test_nothing_is_taken_of_another_text(text):
    assert only_mobile(text) is None
