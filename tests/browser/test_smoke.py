"""The program starts, answers, and shows a page that one can sign in on."""

import urllib.request

import pytest
from conftest import SIGN_IN, axe


def test_the_program_says_that_it_is_alive(shared_demo):
    with urllib.request.urlopen(shared_demo.url + "/healthz", timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("lang", ["en", "cs"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_is_accessible(shared_demo, new_page, lang, width, scheme):
    page = new_page(shared_demo, lang, width=width, scheme=scheme)
    page.goto(SIGN_IN)
    assert page.locator("html").get_attribute("lang").split("-")[0] == lang
    assert page.locator("input[type=password]").is_visible()
    axe(page)
