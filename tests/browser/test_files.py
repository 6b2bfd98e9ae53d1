"""Files for a request: chosen, dropped on the form, left out again, with and without scripts, in both languages."""

import pytest
from conftest import axe
from words import words

PARTNER = "Alfa Software s.r.o."

# What a browser does when somebody drags files over an element and lets them go.
DROP = """([selector, files]) => {
  const target = document.querySelector(selector);
  const held = new DataTransfer();
  for (const [name, size] of files) held.items.add(new File([new Uint8Array(size).fill(97)], name, { type: "text/plain" }));
  for (const kind of ["dragover", "drop"]) {
    const event = new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true });
    target.dispatchEvent(event);
    if (!event.defaultPrevented) throw new Error(`${kind} was left to the browser`);
  }
}"""


def drop(page, *files, on="form.form"):
    """Drops files, each a name and a size, on an element."""
    page.evaluate(DROP, [on, [list(file) for file in files]])


def write(page, w):
    """Fills what the form asks for besides files."""
    page.get_by_label(w("problem_type"), exact=True).select_option("other")
    page.get_by_label(w("title"), exact=True).fill("Setup stops")
    page.get_by_label(w("phone"), exact=True).fill("+420 555 123 456")
    page.locator("[name=text]").fill("See the logs.")


@pytest.mark.parametrize(("lang", "look"), [("en", {"width": 390}), ("cs", {"scheme": "dark"})])
def test_files_are_dropped_listed_and_left_out(shared_demo, page_as, lang, look):
    w = words(lang)
    page = page_as(shared_demo, shared_demo.user("admin_agent", PARTNER), lang=lang, **look)
    page.goto("/partner/requests/new")
    write(page, w)
    assert page.get_by_text(w("drop_files"), exact=True).is_visible()
    chosen = page.get_by_role("list", name=w("files_chosen"))
    page.get_by_label(w("add_files"), exact=True).set_input_files(
        {"name": "setup.log", "mimeType": "text/plain", "buffer": b"setup stopped"}
    )
    drop(page, ("second.log", 2_000_000), ("large.log", 26 * 1024 * 1024))
    assert [line.split("\n")[0] for line in chosen.get_by_role("listitem").all_inner_texts()]
    assert chosen.get_by_role("listitem").count() == 3
    assert {"en": "2 MB", "cs": "2 MB"}[lang] in chosen.inner_text().replace("\u00a0", " ")
    assert w("file_too_large") in chosen.inner_text()
    axe(page)
    out = page.get_by_role("button", name=f"{w('leave_out')}: large.log")
    out.focus()
    page.keyboard.press("Enter")
    assert chosen.get_by_role("listitem").count() == 2
    assert w("file_too_large") not in chosen.inner_text()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == f"{w('leave_out')}: second.log"
    assert page.locator("#live").inner_text() == f"{w('files_chosen')}: 2"
    # A drop beside the form neither opens the file nor loses what was typed.
    drop(page, ("beside.log", 5), on="header")
    assert chosen.get_by_role("listitem").count() == 2
    many = page.get_by_text(w("too_many_files"), exact=True)
    drop(page, *[(f"more{number}.log", 10) for number in range(9)])
    assert many.is_visible()
    for number in range(9):
        page.get_by_role("button", name=f"{w('leave_out')}: more{number}.log").click()
    assert not many.is_visible()
    page.get_by_role("button", name=w("submit"), exact=True).click()
    page.wait_for_url("**/partner/requests/*done=request-sent")
    for name in ["setup.log", "second.log"]:
        assert page.get_by_role("link", name=name).count() == 1
    # The conversation takes files the same way.
    drop(page, ("third.log", 300), on="form.form:has([type=file])")
    page.get_by_role("button", name=w("add_note"), exact=True).click()
    page.wait_for_url("**done=note-added")
    assert page.get_by_role("link", name="third.log").count() == 1
    axe(page)


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_without_scripts_the_plain_input_sends_the_files(shared_demo, page_as, lang):
    w = words(lang)
    page = page_as(shared_demo, shared_demo.user("admin_agent", PARTNER), lang=lang, scripts=False)
    page.goto("/partner/requests/new")
    write(page, w)
    assert page.get_by_text(w("drop_files"), exact=True).count() == 0, "nothing promises what needs a script"
    page.get_by_label(w("add_files"), exact=True).set_input_files(
        [{"name": f"plain{number}.log", "mimeType": "text/plain", "buffer": b"text"} for number in range(2)]
    )
    page.get_by_role("button", name=w("submit"), exact=True).click()
    page.wait_for_url("**/partner/requests/*done=request-sent")
    assert page.get_by_role("link", name="plain1.log").count() == 1
