"""A partner finds its customers by words, and reaches what a row offers on a telephone."""

import pytest
from conftest import axe
from words import words

PARTNER, CUSTOMER = "Alfa Software s.r.o.", "Mlýny Vltava a.s."


@pytest.mark.parametrize("typed", ["vltav", "Mlýny", "mlyny", "mlyny.example", "budejovice"])
def test_a_customer_is_found_by_part_of_its_name_and_by_its_domain(shared_demo, page_as, typed):
    page = page_as(shared_demo, shared_demo.user("admin_agent", PARTNER), lang="cs")
    page.goto("/partner/customers")
    page.locator("input[name=q][id^='q-']").fill(typed)
    page.locator("form.filters button").click()
    page.wait_for_url("**q=*")
    assert page.locator("tbody th").all_inner_texts() == [CUSTOMER]


def in_sight(page, button):
    """Whether a button can be seen and pressed without scrolling sideways."""
    box = button.bounding_box()
    return box and box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_a_telephone_shows_each_row_with_all_it_offers(demo, page_as, lang):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang, width=390)
    page.goto("/partner/customers")
    page.get_by_role("main").get_by_role("link", name=CUSTOMER).click()
    page.get_by_role("main").get_by_role("link", name=w("add_products")).first.click()
    add = page.get_by_role("button", name=w("add"), exact=True)
    assert all(in_sight(page, button) for button in add.all())
    assert add.count() > 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # It stays a table with named columns for those who do not see it.
    assert page.get_by_role("table").count() == 1
    assert page.get_by_role("columnheader").count() == page.get_by_role("row").nth(1).locator("[role$=header], [role=cell]").count()
    axe(page)
    add.first.click()
    page.get_by_role("link", name=w("open_cart")).click()
    axe(page)

    page.goto(page.url.split("/cart")[0] + "/software")
    cancel = page.get_by_role("button", name=w("cancel"), exact=True)
    assert cancel.count() > 0
    assert all(in_sight(page, button) for button in cancel.all())
    axe(page)


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_the_credit_follows_the_quantity_while_it_is_typed(demo, page_as, lang):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang)
    page.goto("/partner/customers")
    page.get_by_role("main").get_by_role("link", name=CUSTOMER).click()
    page.get_by_role("main").get_by_role("link", name=w("software"), exact=True).click()
    rows = page.get_by_role("row").filter(has=page.get_by_role("button", name=w("cancel"), exact=True))
    several = next(row for row in rows.all() if row.get_by_role("cell").first.inner_text().strip() not in ("", "1"))
    several.get_by_role("button", name=w("cancel"), exact=True).click()
    page.wait_for_url("**/cancel*")
    amount = page.locator("#f-amount")
    before = amount.input_value()
    page.locator("input.qty").first.fill("1")
    page.wait_for_function("before => document.getElementById('f-amount').value !== before", arg=before)
    axe(page)
    page.get_by_label(w("reason"), exact=True).fill("Projekt zastaven")
    page.get_by_label(w("phone"), exact=True).fill("+420 555 123 456")
    page.get_by_role("button", name=w("submit"), exact=True).click()
    page.wait_for_url("**/partner/requests/**")
    assert w("cancelled") in page.get_by_role("status").first.inner_text()
