"""The operator's pages: every entry of the navigation, and a price sheet with bad rows."""

import csv
import io

import pytest
from conftest import axe
from words import words

# A sheet as it is sent, with one price that is no number and one market that does not exist.
COLUMNS = [
    "ChangeIndicator", "ProductTitle", "ProductId", "SkuId", "SkuTitle", "Publisher", "SkuDescription", "UnitOfMeasure",
    "TermDuration", "BillingPlan", "Market", "Currency", "UnitPrice", "PricingTierRangeMin", "PricingTierRangeMax",
    "EffectiveStartDate", "EffectiveEndDate", "Tags", "ERP Price", "Segment", "PreviousValues",
]


def sheet():
    """Two rows that cannot be used and one that can."""
    good = {
        "ProductTitle": "Harbor Server", "ProductId": "OPS000000001", "SkuId": "0001", "SkuTitle": "Harbor Server",
        "Publisher": "Acme Systems", "SkuDescription": "One license", "UnitOfMeasure": "1 License",
        "TermDuration": "OneTime", "BillingPlan": "OneTime", "Market": "CZ", "Currency": "CZK", "UnitPrice": "100.00",
        "EffectiveStartDate": "1/1/2024 12:00:00 AM", "EffectiveEndDate": "12/31/9999 11:59:59 PM",
        "ERP Price": "125.00", "Segment": "Commercial",
    }
    rows = [good | {"UnitPrice": "a lot"}, good | {"Market": "ZZ"}, good]
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize(("lang", "look"), [("en", {}), ("cs", {"width": 360, "scheme": "dark"})])
def test_every_page_of_the_operator_opens_and_is_accessible(shared_demo, page_as, lang, look):
    w = words(lang)
    page = page_as(shared_demo, shared_demo.user("operator_admin"), lang=lang, **look)
    axe(page)
    entries = page.get_by_role("navigation").locator("li a")
    names = entries.all_inner_texts()
    for wanted in ("sales", "partners", "prices", "media", "policies", "activity"):
        assert w(wanted) in names
    for href in [entry.get_attribute("href") for entry in entries.all()]:
        assert page.goto(href).status == 200, href
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{href} is {wide} px wider than the window"
    page.goto("/operator/media")
    assert "harbor-server" in page.get_by_role("table").first.inner_text()


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_a_bad_price_sheet_is_answered_with_lines_and_columns(demo, page_as, lang):
    w = words(lang)
    page = page_as(demo, demo.user("operator_admin"), lang=lang)
    page.goto("/operator/prices")
    page.get_by_label(w("price_sheet"), exact=True).set_input_files(
        {"name": "bad.csv", "mimeType": "text/csv", "buffer": sheet().encode()}
    )
    page.get_by_role("button", name=w("upload_check")).click()
    page.get_by_role("heading", name=w("bad_rows")).wait_for()
    axe(page)
    rows = page.get_by_role("region", name=w("bad_rows")).locator("tbody tr").all_inner_texts()
    found = {tuple(row.split("\t")[:2]) for row in rows}
    assert {("2", "UnitPrice"), ("3", "Market")} <= found, rows
