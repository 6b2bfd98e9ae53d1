"""Steps on the Software page that several journeys take."""

import re

from conftest import axe

KEY = re.compile(r"^[0-9A-HJKMNP-TV-Z]{4}( [0-9A-HJKMNP-TV-Z]{4}){7}$")


def open_purchase(page, w, customer, place=0):
    """Opens a purchase of a customer in the partner's portal: the newest, or one further down the list."""
    page.goto("/partner/customers")
    page.get_by_role("main").get_by_role("link", name=customer).click()
    page.get_by_role("main").get_by_role("link", name=w("software"), exact=True).click()
    axe(page)
    page.locator("section").first.locator("tbody th a").nth(place).click()
    axe(page)
    return page.url


def reveal(page, w):
    """Presses *Get key* and gives the 32 characters that the dialog shows."""
    page.get_by_role("button", name=w("get_key"), exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    shown = " ".join(dialog.locator("#key-text").inner_text().split())
    assert KEY.match(shown), "the key is not eight groups of four characters"
    return shown.replace(" ", "")


def make_link(page, w, recipient):
    """Presses *Copy link* and gives the address that the dialog shows."""
    page.get_by_label(w("recipient")).fill(recipient)
    page.get_by_role("button", name=w("copy_link")).click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    axe(page)
    address = dialog.locator("#link-url").inner_text().strip()
    close(page, w)
    return address


def close(page, w):
    """Closes the dialog and waits until it is gone from the page, not only from sight."""
    page.get_by_role("dialog").get_by_role("button", name=w("close")).click()
    page.locator("dialog").wait_for(state="detached")
