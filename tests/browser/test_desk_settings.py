"""What the desk keeps for itself: holidays, how long personal data stays, and the export of one person's data."""

import json

import pytest
from conftest import axe
from words import words

PARTNER = "Alfa Software s.r.o."


@pytest.mark.parametrize(("lang", "look"), [("en", {"width": 390}), ("cs", {"scheme": "dark"})])
def test_holidays_are_pasted_changed_and_removed(demo, page_as, lang, look):
    w = words(lang)
    page = page_as(demo, demo.user("operator_admin"), lang=lang, **look)
    page.goto("/operator/requests")
    page.get_by_role("link", name=w("holidays"), exact=True).click()
    page.wait_for_url("**/operator/requests/holidays")
    axe(page)
    page.locator("[name=days]").fill("2026-12-24..2026-12-26 Vánoce\n28. 9. 2026 Statnost")
    page.get_by_role("button", name=w("add_days"), exact=True).click()
    page.wait_for_url("**done=holidays-added")
    axe(page)
    assert page.get_by_role("row").count() == 5
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.locator("[name=name]").fill("Den české státnosti")
    page.get_by_role("button", name=w("save"), exact=True).click()
    page.wait_for_url("**done=holiday-saved")
    assert "Den české státnosti" in page.get_by_role("row").nth(1).inner_text()
    for row in (2, 4):
        page.get_by_role("row").nth(row).get_by_role("checkbox").check()
    page.get_by_role("button", name=w("remove_days"), exact=True).click()
    page.wait_for_url("**done=holidays-removed")
    assert page.get_by_role("row").count() == 3
    page.get_by_role("button", name=w("remove_days"), exact=True).click()
    page.get_by_role("alert").wait_for()
    axe(page)
    page.get_by_label(w("all_days"), exact=True).check()
    page.get_by_role("button", name=w("remove_days"), exact=True).click()
    page.wait_for_url("**done=holidays-removed")
    assert page.get_by_role("row").count() == 0


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_personal_data_has_a_time_and_is_exported(shared_demo, page_as, lang):
    w = words(lang)
    page = page_as(shared_demo, shared_demo.user("operator_admin"), lang=lang)
    page.goto("/operator/requests")
    field = page.get_by_label(w("days_after_closing"), exact=False)
    field.fill("5")
    field.press("Enter")
    page.locator("[aria-invalid=true]").wait_for()
    axe(page)
    page.get_by_label(w("days_after_closing"), exact=False).fill("1095")
    page.get_by_label(w("days_after_closing"), exact=False).press("Enter")
    page.wait_for_url("**done=saved")
    page.goto("/operator/people")
    axe(page)
    agent = shared_demo.user("admin_agent", PARTNER)
    page.locator("[name=address]").fill(agent["email"])
    with page.expect_download() as download:
        page.locator("form:has([name=address]) button").click()
    told = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert told["account"]["name"] == agent["name"] and told["activity"], told.keys()
    partner = page_as(shared_demo, agent, lang=lang)
    partner.goto("/partner/people")
    axe(partner)
    assert partner.get_by_role("button", name=w("export_data")).count() > 0
