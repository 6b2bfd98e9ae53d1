"""The account: invoices of past months as list, page and PDF, and the credit note as PDF."""

import pytest
from conftest import axe
from words import words

PARTNER = "Alfa Software s.r.o."


def saved(page, name):
    """The bytes of the file that a link or button of this name hands out, and what it is saved as."""
    main = page.get_by_role("main")
    found = main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True))
    with page.expect_download() as download:
        found.first.click()
    with open(download.value.path(), "rb") as file:
        return file.read(), download.value.suggested_filename


def fits(page):
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the window"


@pytest.mark.parametrize(("lang", "look"), [("en", {"width": 390}), ("cs", {"scheme": "dark"})])
def test_a_partner_finds_its_invoices_and_keeps_one_as_pdf(shared_demo, page_as, lang, look):
    w = words(lang)
    page = page_as(shared_demo, shared_demo.user("admin_agent", PARTNER), lang=lang, **look)
    page.goto("/partner/invoices")
    assert page.get_by_role("heading", level=1).inner_text() == w("invoices")
    assert w("invoices") in page.get_by_role("navigation").first.text_content()
    axe(page)
    fits(page)
    row = page.get_by_role("main").get_by_role("row").nth(1)
    row.get_by_role("link").first.click()
    page.wait_for_url("**/partner/invoices/G*")
    axe(page)
    fits(page)
    number = page.url.rsplit("/", 1)[1]
    assert number in page.get_by_role("heading", level=1).inner_text()
    file, name = saved(page, w("download_pdf"))
    assert file.startswith(b"%PDF-1.7") and file.rstrip().endswith(b"%%EOF")
    assert name == f"Invoice_{number}.pdf"
    assert page.get_by_role("button", name=w("download_pdf"), exact=True).is_enabled()


@pytest.mark.parametrize(("lang", "look"), [("cs", {"width": 390}), ("en", {"scheme": "dark"})])
def test_the_operator_finds_a_partners_invoices(shared_demo, page_as, lang, look):
    w = words(lang)
    page = page_as(shared_demo, shared_demo.user("operator_admin"), lang=lang, **look)
    page.goto("/operator/partners")
    page.get_by_role("main").get_by_role("link", name=PARTNER, exact=True).first.click()
    page.locator("main a[href$='/invoices']").click()
    page.wait_for_url("**/invoices")
    assert page.get_by_role("heading", level=1).inner_text() == w("invoices")
    axe(page)
    fits(page)
    page.get_by_role("main").get_by_role("row").nth(1).get_by_role("link").first.click()
    page.wait_for_url("**/operator/invoices/G*")
    axe(page)
    file, _ = saved(page, w("download_pdf"))
    assert file.startswith(b"%PDF-1.7")
