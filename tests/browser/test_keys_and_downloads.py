"""Key, download and link of a purchase, as the partner's admin agent and a stranger with the link meet them."""

import hashlib
import pathlib

import pytest
from conftest import axe
from keys import close, make_link, open_purchase, reveal
from words import words

PARTNER, CUSTOMER = "Alfa Software s.r.o.", "Mlýny Vltava a.s."


def digest(download):
    return hashlib.sha256(pathlib.Path(download.path()).read_bytes()).hexdigest()


@pytest.mark.parametrize(("lang", "look"), [("en", {"scheme": "dark"}), ("cs", {"width": 360})])
def test_keys_and_files_come_only_when_asked_for_and_are_what_the_page_says(demo, page_as, new_page, lang, look):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang, **look)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.url)
    open_purchase(page, w, CUSTOMER)
    for name in ("version", "language", "bit"):
        assert page.get_by_label(w(name), exact=True).locator("option").count() > 0
    page.get_by_label(w("language"), exact=True).select_option("de")
    page.wait_for_url("**language=de*")
    page.get_by_role("button", name=w("get_keys")).click()
    page.wait_for_url("**get=1*")
    axe(page)

    before = page.content()
    key = reveal(page, w)
    assert key not in before.replace("-", "").replace(" ", "")
    axe(page)
    page.get_by_role("dialog").get_by_role("button", name=w("copy")).click()
    page.get_by_text(w("copied")).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.replace("-", "").replace(" ", "") == key
    close(page, w)
    assert key not in page.content().replace("-", "").replace(" ", ""), "the key stays in the page"

    shown = page.locator("dd.mono").first.inner_text().strip()
    with page.expect_download() as started:
        page.get_by_role("button", name=w("download"), exact=True).click()
    assert digest(started.value) == shown
    assert "-de-" in started.value.suggested_filename

    address = make_link(page, w, "Karel Nový")
    stranger = new_page(demo, lang)
    stranger.goto(address)
    axe(stranger)
    assert shown in stranger.content()
    assert key not in stranger.content().replace("-", "").replace(" ", "")
    with stranger.expect_download() as started:
        stranger.get_by_role("button", name=w("start_download")).click()
    assert digest(started.value) == shown

    page.reload()
    page.get_by_role("row", name="Karel Nový").get_by_role("button", name=w("revoke")).click()
    page.wait_for_url("**done=link-revoked*")
    axe(page)
    assert stranger.goto(address).status == 410
    assert stranger.get_by_role("heading", level=1).inner_text() == w("link_dead")
    axe(stranger)
