"""Requests as no browser sends them: other methods, another host, an address with a slash too many."""

import pytest

from offline_collect.console.headers import ALWAYS


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_only_what_is_in_the_table_is_answered(as_user, method):
    response = as_user("olga").client.request(method, "/bills")
    assert response.status_code in {404, 405}
    assert {name: response.headers[name] for name in ALWAYS} == ALWAYS


@pytest.mark.parametrize("path", ["/", "/bills/", "//evil.test/", "/payments/doubts/"])
def test_the_host_that_a_request_names_is_in_no_answer(as_user, path):
    response = as_user("olga").client.get(path, headers={"Host": "evil.test"})
    assert "evil.test" not in response.headers.get("location", "")
    assert "http://evil" not in response.text
