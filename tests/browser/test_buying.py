"""A partner's admin agent buys for a customer, and orders once however often the form is sent."""

import re

import pytest
from conftest import axe
from words import words

PARTNER, CUSTOMER = "Alfa Software s.r.o.", "Mlýny Vltava a.s."


def order_numbers(page, customer_id):
    page.goto(f"/partner/customers/{customer_id}/orders")
    return page.locator("tbody th").all_inner_texts()


def open_customer(page, w):
    """From the start to the customer's page, by links only."""
    page.get_by_role("navigation").get_by_role("link", name=w("customers"), exact=True).click()
    axe(page)
    page.get_by_role("main").get_by_role("link", name=CUSTOMER).click()
    axe(page)
    return re.search(r"/customers/([^/?]+)", page.url)[1]


def fill_cart(page, w):
    """Adds the first offer and goes on to the review."""
    page.get_by_role("main").get_by_role("link", name=w("add_products")).first.click()
    axe(page)
    page.get_by_role("button", name=w("add"), exact=True).first.click()
    page.get_by_role("link", name=w("open_cart")).click()
    axe(page)
    page.get_by_role("button", name=w("review")).click()
    axe(page)


@pytest.mark.parametrize(("lang", "look"), [("en", {}), ("cs", {"width": 360, "scheme": "dark"})])
def test_buying_and_sending_the_order_twice_makes_one_order(demo, page_as, lang, look):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang, **look)
    axe(page)
    customer_id = open_customer(page, w)
    before = order_numbers(page, customer_id)
    page.goto(f"/partner/customers/{customer_id}")
    fill_cart(page, w)
    form = page.locator("form[action$='/order']")
    sent = form.evaluate("form => Object.fromEntries(new FormData(form))")
    address = form.get_attribute("action")
    page.get_by_role("button", name=w("place_order")).click()
    page.wait_for_url("**/partner/orders/**")
    assert w("order_placed") in page.get_by_role("status").first.inner_text()
    axe(page)
    confirmation, order = page.get_by_role("heading", level=1).inner_text(), page.url

    page.go_back()
    axe(page)
    again = page.get_by_role("button", name=w("place_order"))
    if again.count():
        again.click()
        page.wait_for_url("**/partner/orders/**")
    # The answer may be lost on the way and the browser send the form once more.
    assert page.request.post(address, form=sent).url == order
    after = order_numbers(page, customer_id)
    assert len(after) == len(before) + 1
    assert (set(after) - set(before)).pop() in confirmation


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_buying_works_without_scripts(demo, page_as, lang):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang, scripts=False)
    page.get_by_role("navigation").get_by_role("link", name=w("customers"), exact=True).click()
    page.get_by_role("main").get_by_role("link", name=CUSTOMER).click()
    page.get_by_role("main").get_by_role("link", name=w("add_products")).first.click()
    page.get_by_role("button", name=w("add"), exact=True).first.click()
    page.get_by_role("link", name=w("open_cart")).click()
    page.get_by_role("button", name=w("review")).click()
    page.get_by_role("button", name=w("place_order")).click()
    assert w("order_placed") in page.get_by_role("status").first.inner_text()

    page.get_by_role("main").get_by_role("link", name=w("software")).first.click()
    page.locator("tbody th a").first.click()
    page.get_by_role("button", name=w("get_keys")).click()
    page.get_by_role("button", name=w("get_key"), exact=True).click()
    groups = page.locator("#key-text").inner_text().split()
    assert [len(group) for group in groups] == [4] * 8
