"""Who may see keys sees them and who looked; everybody else learns which role it takes and who holds it."""

import pytest
from conftest import SIGN_IN, axe
from keys import close, open_purchase, reveal
from words import words

PARTNER, CUSTOMER = "Alfa Software s.r.o.", "Mlýny Vltava a.s."


@pytest.mark.parametrize(("lang", "look"), [("en", {}), ("cs", {"width": 360, "scheme": "dark"})])
def test_the_customer_sees_its_key_and_who_looked(demo, page_as, lang, look):
    w = words(lang)
    admin = demo.user("global_admin", CUSTOMER)
    page = page_as(demo, admin, lang=lang, **look)
    axe(page)
    page.get_by_role("navigation").get_by_role("link", name=w("software"), exact=True).click()
    axe(page)
    page.locator("section").first.locator("tbody th a").first.click()
    page.get_by_role("button", name=w("get_keys")).click()
    page.wait_for_url("**get=1*")
    axe(page)
    reveal(page, w)
    close(page, w)
    page.get_by_role("navigation").get_by_role("link", name=w("key_views"), exact=True).click()
    axe(page)
    assert admin["name"] in page.get_by_role("main").get_by_role("table").inner_text()


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_a_user_of_the_customer_learns_which_role_it_takes_and_who_holds_it(shared_demo, page_as, lang):
    w = words(lang)
    page = page_as(shared_demo, shared_demo.user("customer_user", CUSTOMER), lang=lang)
    page.goto("/customer/software")
    page.locator("section").first.locator("tbody th a").first.click()
    axe(page)
    text = page.get_by_role("main").inner_text()
    assert w("global_admin") in text and w("key_viewer") in text
    assert shared_demo.user("global_admin", CUSTOMER)["name"] in text
    assert page.get_by_role("button", name=w("get_keys")).count() == 0
    assert page.get_by_role("button", name=w("ask")).is_visible()


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_a_sales_agent_gets_no_key(shared_demo, page_as, lang):
    w = words(lang)
    page = page_as(shared_demo, shared_demo.user("sales_agent", PARTNER), lang=lang, width=360)
    open_purchase(page, w, CUSTOMER)
    text = page.get_by_role("main").inner_text()
    assert w("admin_agent") in text
    assert shared_demo.user("admin_agent", PARTNER)["name"] in text
    assert page.get_by_role("button", name=w("get_keys")).count() == 0
    assert page.get_by_role("button", name=w("cancel"), exact=True).count() == 0


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_a_wrong_password_is_answered_without_saying_what_is_wrong(shared_demo, new_page, lang):
    w = words(lang)
    for email in (shared_demo.user("admin_agent")["email"], "nobody@nowhere.example"):
        page = new_page(shared_demo, lang)
        page.goto(SIGN_IN)
        page.locator("[name=email]").fill(email)
        page.locator("[name=password]").fill("certainly not this one")
        page.locator("form:has([name=password]) button").click()
        page.get_by_role("alert").wait_for()
        assert w("wrong_password") in page.get_by_role("alert").inner_text()
        axe(page)


def test_a_form_without_its_token_changes_nothing(shared_demo, page_as):
    page = page_as(shared_demo, shared_demo.user("admin_agent", PARTNER))
    answer = page.request.post("/sign-out", form={})
    assert 400 <= answer.status < 500
    assert page.goto("/partner").status == 200, "the session ended by a form from elsewhere"
    assert page.url.endswith("/partner")


def test_a_form_with_a_character_that_nothing_can_store_is_refused(shared_demo, page_as):
    page = page_as(shared_demo, shared_demo.user("admin_agent", PARTNER))
    page.goto("/partner/customers/invite")
    sent = page.locator("main form").evaluate("form => Object.fromEntries(new FormData(form))")
    answer = page.request.post("/partner/customers/invite", form=sent | {"domain": "a\0b.example"})
    assert answer.status == 400
    assert "not_utf8" in answer.text()


@pytest.mark.parametrize("lang", ["en", "cs"])
@pytest.mark.parametrize("path", ["/nowhere", "/partner/customers/no-such-one", "/operator/prices"])
def test_what_is_not_there_or_not_yours_is_not_found(shared_demo, page_as, lang, path):
    w = words(lang)
    page = page_as(shared_demo, shared_demo.user("admin_agent", PARTNER), lang=lang)
    assert page.goto(path).status in (403, 404)
    assert page.get_by_role("heading", level=1).inner_text() in (w("not_found"), w("not_allowed"))
    axe(page)


@pytest.mark.parametrize(("lang", "look"), [("en", {}), ("cs", {"width": 360, "scheme": "dark"})])
def test_an_agent_reads_what_happened_with_one_customer(shared_demo, page_as, lang, look):
    w = words(lang)
    page = page_as(shared_demo, shared_demo.user("admin_agent", PARTNER), lang=lang, **look)
    axe(page)
    customer = next(one for one in shared_demo.facts["customers"] if one["name"] == CUSTOMER)
    page.goto(f"/partner/customers/{customer['tenantId']}")
    page.get_by_role("main").get_by_role("link", name=w("activity"), exact=True).click()
    axe(page)
    assert page.get_by_role("main").get_by_role("table").locator("tbody tr").count() > 0
