"""What a person chooses to be told by mail, and where somebody who tries the demo reads what would be sent."""

import pytest
from conftest import axe
from words import words

# Looks at the demo's mails again and again, until the worker has come to the events of the demo's past.
ARRIVED = "async () => (await (await fetch('/demo/mails')).text()).includes('href=\"/demo/mails/')"


@pytest.mark.parametrize(
    ("lang", "look"), [("en", {"scripts": False, "width": 390}), ("cs", {"scheme": "dark"})], ids=["en", "cs"]
)
def test_a_person_chooses_their_mails(demo, page_as, lang, look):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent"), lang=lang, **look)
    page.locator("details.menu summary").click()
    page.get_by_role("link", name=w("mails"), exact=True).click()
    page.wait_for_url("**/mail-choices")
    assert page.get_by_role("heading", level=1).inner_text() == w("mails")
    if look.get("scripts", True):
        axe(page)
    box = page.get_by_role("checkbox", name=w("mails_orders"), exact=True)
    assert box.is_checked(), "until a person says otherwise everything comes"
    box.uncheck()
    page.get_by_role("button", name=w("save"), exact=True).click()
    page.wait_for_url("**/mail-choices?done=mails-chosen")
    assert w("mails_chosen") in page.get_by_role("status").first.inner_text()
    assert not page.get_by_role("checkbox", name=w("mails_orders"), exact=True).is_checked()


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_the_demo_shows_the_mails_that_would_be_sent(shared_demo, new_page, lang):
    w = words(lang)
    page = new_page(shared_demo, lang)
    page.goto("/demo/mails")
    assert page.get_by_role("heading", level=1).inner_text() == w("mails_of_demo")
    page.wait_for_function(ARRIVED)
    page.reload()
    axe(page)
    mails = page.locator("a[href^='/demo/mails/']:not([aria-label])")
    assert mails.count() > 0
    mails.first.click()
    page.wait_for_url("**/demo/mails/*")
    axe(page)
    assert shared_demo.url in page.get_by_role("link").first.get_attribute("href"), "links are absolute"
    page.goto(f"/demo/mails?lang={lang}")
    samples = page.locator("a[href^='/demo/mail-samples/']")
    assert samples.count() > 15
    samples.first.click()
    page.wait_for_url("**/demo/mail-samples/0*")
    axe(page)
