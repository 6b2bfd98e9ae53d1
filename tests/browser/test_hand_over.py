"""A product key on its way to a person without an account: two mails without it, one code, and one look (M16)."""

import re

import pytest
from conftest import axe
from keys import KEY, open_purchase
from words import words

PARTNER, CUSTOMER = "Alfa Software s.r.o.", "Mlýny Vltava a.s."
ADDRESS = "ada.berg@vltava.example"

# Looks again and again, for twenty seconds, until as many mails to the address are there as are waited for.
ARRIVED = """async ([to, n]) => {
  for (const end = performance.now() + 20_000; performance.now() < end;) {
    if ((await (await fetch('/demo/mails')).text()).split(to).length > n) return true;
    await new Promise(requestAnimationFrame);
  }
  return false;
}"""


def mail_of(page, number):
    """The text of the newest mail to the recipient, once that many have come."""
    page.goto("/demo/mails")
    assert page.evaluate(ARRIVED, [ADDRESS, number])
    page.reload()
    row = page.locator("tr", has_text=ADDRESS).first
    return page.request.get(row.locator("a[href$='/text']").get_attribute("href")).text()


@pytest.mark.parametrize(("lang", "look"), [("en", {"width": 390}), ("cs", {"scheme": "dark"})])
def test_a_key_is_handed_over_by_two_mails_and_shown_once(demo, page_as, new_page, lang, look):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang, **look)
    purchase = open_purchase(page, w, CUSTOMER)
    page.get_by_role("button", name=w("get_keys")).click()
    page.get_by_text(w("hand_over_to"), exact=True).click()
    axe(page)
    page.get_by_label(w("person_name"), exact=True).fill("Ada Berg")
    page.get_by_label(w("person_email"), exact=True).fill(ADDRESS)
    page.get_by_role("button", name=w("hand_over"), exact=True).click()
    page.wait_for_url("**done=handed-over")
    axe(page)

    reader = new_page(demo, lang, **look)
    notice = mail_of(reader, 1)
    assert not re.search(r"([0-9A-Z]{4}-){7}", notice), "no key stands in a mail"
    reader.goto(re.search(r"/hand-over/\S+", notice).group())
    axe(reader)
    address = reader.url
    reader.get_by_role("button", name=w("send_code"), exact=True).click()
    reader.wait_for_url("**done=code-sent")
    code = re.search(r"\b\d{8}\b", mail_of(reader, 2)).group()
    reader.goto(address)
    reader.get_by_label(w("code"), exact=True).fill("1234")
    reader.get_by_role("button", name=w("show_key"), exact=True).click()
    reader.locator("[aria-invalid=true]").wait_for()
    axe(reader)
    reader.get_by_label(w("code"), exact=True).fill(code)
    reader.get_by_role("button", name=w("show_key"), exact=True).click()
    reader.locator("#key-text").wait_for()
    assert KEY.match(" ".join(reader.locator("#key-text").inner_text().split()))
    axe(reader)
    reader.goto(address)
    assert reader.locator("#key-text").count() == 0, "once"
    axe(reader)

    page.goto(purchase)
    assert w("key_shown") in page.get_by_role("main").inner_text()
