"""What one click cannot settle: the request after the window, the operator's decision, withdrawal, a customer's wish."""

import re

import pytest
from conftest import axe
from keys import open_purchase
from words import words

PARTNER, CUSTOMER = "Alfa Software s.r.o.", "Mlýny Vltava a.s."


def file_request(page, w, purchase, amount):
    """Opens the form by *Cancel* on a purchase whose window is over, and sends it."""
    page.goto(purchase)
    page.get_by_role("button", name=w("report"), exact=True).click()
    page.wait_for_url("**/cancel*")
    assert page.get_by_role("heading", level=1).inner_text() == w("report")
    axe(page)
    page.get_by_role("button", name=w("submit"), exact=True).click()
    page.locator("[aria-invalid=true]").first.wait_for()
    axe(page)
    page.get_by_label(w("reason"), exact=True).fill("Projekt zastaven")
    page.get_by_label(w("phone"), exact=True).fill("+420 555 123 456")
    page.get_by_label(w("requested_amount"), exact=True).fill(amount)
    page.get_by_label(w("add_files"), exact=True).set_input_files(
        {"name": "setup.log", "mimeType": "text/plain", "buffer": b"setup stopped"}
    )
    page.get_by_role("button", name=w("submit"), exact=True).click()
    page.wait_for_url("**/partner/requests/*done=request-sent")
    assert w("request_sent") in page.get_by_role("status").first.inner_text()
    assert page.get_by_role("link", name="setup.log").count() == 1
    axe(page)
    return page.url.split("?")[0]


# Looks at the demo's mails again and again, until one says of this request how it ended, in either language.
TOLD = "async (ends) => { const mails = await (await fetch('/demo/mails')).text(); return ends.some((end) => mails.includes(end)); }"


def balance(page):
    """The partner's account at a glance."""
    page.goto("/partner/invoices")
    return page.locator(".figures").first.inner_text()


def number_of(page):
    """The number in the heading of a request."""
    return re.search(r"R-\d+", page.get_by_role("heading", level=1).inner_text()).group()


@pytest.mark.parametrize(("lang", "look"), [("en", {"width": 390}), ("cs", {"scheme": "dark"})])
def test_after_the_window_a_person_credits_in_part_or_refuses(demo, page_as, lang, look):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang, **look)
    purchase = open_purchase(page, w, CUSTOMER)
    demo.advance("P61D")
    before = balance(page)
    credited = file_request(page, w, purchase, "10")
    refused = file_request(page, w, purchase, "1")
    withdrawn = file_request(page, w, purchase, "2")
    page.get_by_role("button", name=w("withdraw"), exact=True).click()
    page.wait_for_url("**done=request-closed")
    assert w("withdrawn") in page.get_by_role("main").inner_text()
    page.goto(credited)
    page.get_by_label(w("note"), exact=True).fill("Kdy to bude?")
    page.get_by_role("button", name=w("add_note"), exact=True).click()
    page.wait_for_url("**done=note-added")

    desk = page_as(demo, demo.user("operator_support"), lang=lang, **look)
    desk.get_by_role("link", name=w("requests"), exact=True).click()
    desk.wait_for_url("**/operator/requests")
    axe(desk)
    desk.goto(credited.replace("/partner/", "/operator/"))
    axe(desk)
    assert "Kdy to bude?" in desk.get_by_role("main").inner_text()
    desk.get_by_role("button", name=w("issue_credit"), exact=True).click()
    desk.wait_for_url("**done=request-credited")
    assert w("credit_issued") in desk.get_by_role("status").first.inner_text()
    axe(desk)
    desk.goto(refused.replace("/partner/", "/operator/"))
    desk.get_by_label(w("refusal"), exact=True).fill("Lhůta skončila.")
    desk.get_by_role("button", name=w("refuse"), exact=True).click()
    desk.wait_for_url("**done=request-refused")

    assert balance(page) != before, "the credit stands in the account"
    page.goto(credited)
    assert w("credited") in page.get_by_role("main").inner_text()
    number = number_of(page)
    page.wait_for_function(TOLD, arg=[f"{number} was credited", f"{number} skončila dobropisem"])
    page.get_by_role("main").get_by_role("link", name=w("credit_note"), exact=True).click()
    assert w("credit_note") in page.get_by_role("heading", level=1).inner_text()
    page.goto(refused)
    assert w("refused") in page.get_by_role("main").inner_text()
    assert "Lhůta skončila." in page.get_by_role("main").inner_text()
    axe(page)
    assert withdrawn


@pytest.mark.parametrize(("lang", "look"), [("en", {"scheme": "dark"}), ("cs", {"width": 390})])
def test_a_customer_asks_its_partner_and_hears_the_answer(demo, page_as, lang, look):
    w = words(lang)
    partner = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang)
    purchase = open_purchase(partner, w, CUSTOMER).split("?")[0]
    customer = page_as(demo, demo.user("global_admin", CUSTOMER), lang=lang, **look)
    customer.goto("/customer/software/" + purchase.rsplit("/", 1)[1])
    customer.get_by_role("button", name=w("ask_cancel"), exact=True).click()
    customer.wait_for_url("**/ask*")
    axe(customer)
    customer.get_by_label(w("reason"), exact=True).fill("Stěhujeme se")
    customer.get_by_role("button", name=w("submit"), exact=True).click()
    customer.wait_for_url("**/customer/requests/*done=*")
    axe(customer)
    wish = customer.url.split("?")[0]
    partner.goto(wish.replace("/customer/", "/partner/"))
    axe(partner)
    assert "Stěhujeme se" in partner.get_by_role("main").inner_text()
    partner.get_by_label(w("refusal"), exact=True).fill("Lhůta skončila.")
    partner.get_by_role("button", name=w("refuse"), exact=True).click()
    partner.wait_for_url("**done=*")
    customer.goto(wish)
    assert "Lhůta skončila." in customer.get_by_role("main").inner_text()
    axe(customer)
