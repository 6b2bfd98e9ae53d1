"""Moving a customer from volume licensing: from a paste to the final report, as partner and customer meet it."""

import zipfile

import pytest
from conftest import axe
from words import words

PARTNER, CUSTOMER, HALF_WAY = "Alfa Software s.r.o.", "Chmel a syn", "Čistá energie s.r.o."

# No key of this shape exists: it is put together here and stands nowhere.
FOREIGN_KEY = "-".join([*["DEMOX"] * 4, "FKE11"])


def dlv(name, channel="VOLUME_KMSCLIENT", tail="FKE01", minutes=None):
    """What `slmgr.vbs /dlv` prints on a machine."""
    lines = [
        f"=== {name} ===",
        "Software licensing service version: 10.0.19041.4170",
        "",
        "Name: Windows(R), Enterprise edition",
        f"Description: Windows(R) Operating System, {channel} channel",
        f"Partial Product Key: {tail}",
        "License Status: Licensed",
    ]
    if minutes:
        lines.append(f"Volume activation expiration: {minutes} minute(s) ({-(-minutes // 1440)} day(s))")
    return "\n".join([*lines, "", ""])


def open_migration(page, w, customer):
    page.get_by_role("link", name=w("customers"), exact=True).first.click()
    page.get_by_role("link", name=customer, exact=True).click()
    page.get_by_role("navigation").get_by_role("link", name=w("migration"), exact=True).click()
    page.wait_for_url("**/migration")


def step(page, w, name):
    page.get_by_role("navigation", name=w("migration")).get_by_role("link", name=w(name), exact=True).click()
    page.wait_for_load_state()
    axe(page)


def paste(page, w, text):
    step(page, w, "inventory")
    page.get_by_label(w("paste")).fill(text)
    page.get_by_role("button", name=w("read_inventory")).click()
    page.wait_for_url("**done=inventory-read")
    axe(page)


@pytest.mark.parametrize(("lang", "look"), [("en", {"scheme": "dark"}), ("cs", {"width": 390})])
def test_a_fleet_moves_from_a_paste_to_the_final_report(demo, page_as, lang, look):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang, **look)
    open_migration(page, w, CUSTOMER)
    axe(page)
    assert "Get-CimInstance" in page.content(), "the empty page says what to do first"
    fleet = [("PC-001", 200_000), ("PC-002", 120_000), ("PC-003", 30_000)]
    paste(page, w, "".join(dlv(name, minutes=minutes) for name, minutes in fleet))
    assert "PC-003" in page.content()
    step(page, w, "overview")
    assert page.locator("svg.timeline").count() == 1
    page.get_by_label(w("switch_off")).fill("2031-01-31")
    page.get_by_role("button", name=w("try")).click()
    page.wait_for_url("**off=2031-01-31*")
    assert page.get_by_role("link", name=w("keep_day")).count() == 1

    admin = page_as(demo, demo.user("global_admin", CUSTOMER), lang=lang, **look)
    admin.get_by_role("link", name=w("migration"), exact=True).click()
    step(admin, w, "waves")
    admin.get_by_label(w("key_name"), exact=True).fill("Windows")
    form = admin.locator("form[action$='/migration/keys']")
    form.locator("[name=product]").fill("Windows 10 Enterprise")
    form.locator("[name=key]").fill(FOREIGN_KEY)
    form.locator("[name=remaining]").fill("20")
    admin.get_by_role("button", name=w("keep_key")).click()
    admin.wait_for_url("**done=fleet-key-kept")
    axe(admin)
    assert "DEMOX" not in admin.content() and "FKE11" in admin.content()

    step(page, w, "waves")
    page.get_by_role("button", name=w("make_plan")).click()
    page.wait_for_url("**done=fleet-planned")
    axe(page)
    step(page, w, "machines")
    page.get_by_label("PC-003").check()
    page.locator("select[name=to]").select_option("out")
    page.get_by_role("button", name=w("assign"), exact=True).click()
    page.wait_for_url("**done=machines-assigned")
    axe(page)
    page.get_by_role("link", name="PC-003", exact=True).click()
    page.wait_for_url("**/migration/machines/*")
    axe(page)
    assert page.get_by_role("heading", level=1).inner_text() == "PC-003"
    assert page.get_by_role("row", name="FKE01").count() == 1
    page.go_back()
    with page.expect_download() as started:
        page.get_by_role("link", name=w("export"), exact=True).click()
    assert "PC-003" in started.value.path().read_text(encoding="utf-8-sig")
    step(page, w, "waves")
    page.get_by_role("button", name=w("scripts")).first.click()
    page.wait_for_url("**/pack*")
    axe(page)
    with page.expect_download() as started:
        page.get_by_role("button", name=w("download_scripts")).click()
    names = zipfile.ZipFile(started.value.path()).namelist()
    assert any(name.endswith("Move-License.ps1") for name in names), names

    # Two reports of nearly the same time that contradict each other are read in the more cautious way.
    demo.advance("P1D")
    moved = ["PC-001", "PC-002"]
    paste(page, w, "".join(dlv(name, "VOLUME_MAK", "FKE11") for name in moved))
    step(page, w, "final_report")
    assert w("all_moved_but") in page.content()
    assert page.get_by_role("row", name="PC-001").get_by_text("FKE11").count() == 1
    admin.goto("/customer/migration/report")
    axe(admin)
    assert admin.get_by_role("heading", level=1).inner_text() == w("final_report")


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_the_demo_shows_a_migration_half_way_and_help_is_one_click_away(shared_demo, page_as, lang):
    w = words(lang)
    page = page_as(shared_demo, shared_demo.user("admin_agent", PARTNER), lang=lang)
    open_migration(page, w, HALF_WAY)
    axe(page)
    assert "400" in page.locator(".figures").first.inner_text()
    for name in ("machines", "licenses", "waves", "final_report", "inventory"):
        step(page, w, name)
    page.get_by_role("navigation", name=w("migration")).get_by_role("link", name=w("overview"), exact=True).click()
    page.get_by_role("link", name=w("help")).click()
    page.wait_for_url("**/requests/new*")
    axe(page)
    assert page.locator("[name=problem_type]").input_value() == "deployment"
    assert HALF_WAY in page.locator("[name=title]").input_value()
    page.get_by_label(w("phone"), exact=True).fill("+420 555 123 456")
    page.get_by_role("button", name=w("submit"), exact=True).click()
    page.wait_for_url("**/partner/requests/*done=request-sent")
    assert "400" in page.get_by_role("main").inner_text(), "the figures of the migration go with it"
    axe(page)


@pytest.mark.parametrize(("lang", "look"), [("en", {"width": 390}), ("cs", {"scheme": "dark"})])
def test_sites_get_days_of_their_own_and_an_order(demo, page_as, lang, look):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang, **look)
    open_migration(page, w, HALF_WAY)
    step(page, w, "waves")
    page.get_by_role("link", name=w("sites"), exact=True).click()
    page.wait_for_url("**/sites")
    axe(page)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=w("change"), exact=True)).first
    site = row.get_by_role("rowheader").inner_text()
    row.get_by_role("link", name=w("change"), exact=True).click()
    axe(page)
    page.get_by_label(w("saturday")).check()
    page.get_by_label(w("per_day")).fill("many")
    page.get_by_role("button", name=w("save")).click()
    assert page.locator("[aria-invalid=true]").count() == 1
    assert page.get_by_label(w("saturday")).is_checked(), "nothing typed is lost"
    axe(page)
    page.get_by_label(w("per_day")).fill("7")
    page.get_by_role("button", name=w("save")).click()
    page.wait_for_url("**/sites?done=*")
    assert w("saturday") in page.get_by_role("row").filter(has_text=site).first.inner_text()
    for first, then in ((site, "PC-1"), ("PC-1", site)):
        page.get_by_label(w("first")).fill(first)
        page.get_by_label(w("then")).fill(then)
        page.get_by_role("button", name=w("add"), exact=True).click()
    assert page.locator("[aria-invalid=true]").count() == 1, "a circle is refused"
    axe(page)


def test_the_list_works_without_scripts_and_shows_one_page_of_many(shared_demo, page_as):
    w = words("en")
    page = page_as(shared_demo, shared_demo.user("admin_agent", PARTNER), scripts=False)
    open_migration(page, w, HALF_WAY)
    page.get_by_role("navigation", name=w("migration")).get_by_role("link", name=w("machines"), exact=True).click()
    assert page.locator("tbody tr").count() == 50
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**after=*")
    assert page.locator("tbody tr").count() == 50
