"""A machine without network: its QR code is answered on the page of its purchase by a QR code, which activates it."""

import os
import pathlib
import subprocess

import pytest
from conftest import BINARY, axe
from keys import close, open_purchase, reveal
from words import words

PARTNER, CUSTOMER = "Alfa Software s.r.o.", "Mlýny Vltava a.s."
# What the newest purchase of that customer is for.
PRODUCT = "OPS000000002"


def client(folder, *arguments, given=""):
    """What the client for machines says, with settings and state in a folder; it must end well."""
    program = pathlib.Path(BINARY).with_name("perpetua-device")
    assert program.exists(), "build the whole workspace first"
    command = [program, "--software", folder / "software.json", "--state", folder / "state", *arguments]
    # The demo is on this machine, whatever the environment says of proxies.
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(command, input=given, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(("lang", "look"), [("en", {"width": 360}), ("cs", {"scheme": "dark"})])
def test_a_qr_code_is_answered_by_a_qr_code_and_activates_the_machine(demo, page_as, tmp_path, lang, look):
    w = words(lang)
    page = page_as(demo, demo.user("admin_agent", PARTNER), lang=lang, **look)
    purchase = open_purchase(page, w, CUSTOMER)
    page.get_by_role("button", name=w("get_keys")).click()
    page.wait_for_url("**get=1*")
    key = reveal(page, w)
    close(page, w)
    settings = client(tmp_path, "pin", "--server", demo.url, "--product", PRODUCT, "--version", "2026")
    (tmp_path / "software.json").write_text(settings, encoding="utf-8")
    shown = client(tmp_path, "request", "--qr", "--name", "Lis 4", given=key)
    assert shown.startswith("PQ1:"), shown

    machines = purchase.split("?")[0] + "/machines"
    page.goto(machines)
    axe(page)
    page.get_by_label(w("qr_text"), exact=True).fill(shown)
    page.get_by_role("button", name=w("answer_with_qr")).click()
    page.wait_for_url("**/machines/answer")
    axe(page)
    code = page.get_by_role("img", name=w("answer_qr"))
    size = code.bounding_box()
    assert size["width"] == size["height"] >= 250, "large enough for a camera"
    answer = page.locator("#answer-code").inner_text()
    assert answer.startswith("PS1:"), answer
    (tmp_path / "answer").write_text(answer, encoding="utf-8")
    client(tmp_path, "import", tmp_path / "answer")
    client(tmp_path, "verify")
    page.goto(machines)
    assert page.get_by_role("row", name="Lis 4").is_visible()
