"""*Cancel* inside the window credits and ends key and links; after it the page says when it closed."""

import pytest
from conftest import axe
from keys import close, make_link, open_purchase, reveal
from words import words

PARTNER, CUSTOMER = "Alfa Software s.r.o.", "Mlýny Vltava a.s."


@pytest.mark.parametrize(("lang", "look"), [("en", {"width": 360}), ("cs", {"scheme": "dark"})])
def test_cancelling_in_time_credits_and_ends_key_and_link(demo, page_as, new_page, lang, look):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang, **look)
    other = open_purchase(page, w, CUSTOMER, place=1)
    purchase = open_purchase(page, w, CUSTOMER)
    page.get_by_role("button", name=w("get_keys")).click()
    page.wait_for_url("**get=1*")
    key = reveal(page, w)
    close(page, w)
    address = make_link(page, w, "Sklad")

    page.goto(purchase)
    page.get_by_role("button", name=w("cancel"), exact=True).click()
    page.wait_for_url("**/cancel*")
    axe(page)
    assert page.get_by_role("link", name=w("keep")).is_visible()
    assert page.locator("[name=customer]").input_value() == "mlyny.example"
    assert page.locator("[name=order]").input_value()
    assert page.locator("[name=contact_name]").input_value() == demo.user("admin_agent", PARTNER)["name"]
    page.get_by_role("button", name=w("submit"), exact=True).click()
    page.locator("[aria-invalid=true]").first.wait_for()
    axe(page)
    page.get_by_label(w("reason"), exact=True).fill("Projekt zastaven")
    page.get_by_label(w("phone"), exact=True).fill("+420 555 123 456")
    page.get_by_role("button", name=w("submit"), exact=True).click()
    page.wait_for_url("**/partner/requests/**")
    assert w("cancelled") in page.get_by_role("status").first.inner_text()
    axe(page)
    page.get_by_role("main").get_by_role("link", name=w("credit_note"), exact=True).click()
    assert w("credit_note") in page.get_by_role("heading", level=1).inner_text()
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=w("download_pdf"), exact=True).click()
    assert download.value.suggested_filename.startswith("Credit_note_CN-")
    with open(download.value.path(), "rb") as file:
        assert file.read().startswith(b"%PDF-1.7")

    page.goto(purchase)
    axe(page)
    assert w("dead_purchase") in page.get_by_role("main").inner_text()
    assert "Sklad" in page.get_by_role("main").inner_text(), "its link is still known"
    assert page.get_by_role("button", name=w("get_keys")).count() == 0
    assert page.get_by_role("button", name=w("cancel"), exact=True).count() == 0
    assert key not in page.content().replace("-", "").replace(" ", "")
    stranger = new_page(demo, lang)
    assert stranger.goto(address).status == 410
    axe(stranger)

    demo.advance("P61D")
    page.goto(other + "/cancel")
    assert page.get_by_role("heading", level=1).inner_text() == w("report")
    assert w("window_closed") in page.get_by_role("main").inner_text()
    axe(page)
