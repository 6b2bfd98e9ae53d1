"""The demo as a person meets it: the built binary, the system's Chromium, nothing replaced.

`cargo xtask test --only browser` names both in PERPETUA_BINARY and PERPETUA_CHROMIUM. Each test has a demo of its own
when it moves the clock or buys (`demo`); tests that only look may share one (`shared_demo`).
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import urllib.parse
import urllib.request

import axe_playwright_python
import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PERPETUA_BINARY", ROOT / "target/debug/perpetua")
CHROMIUM = os.environ.get("PERPETUA_CHROMIUM") or shutil.which("chromium")
AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

# Rules of WCAG 2.2 at level AA, and what axe calls best practice.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

SIGN_IN = "/sign-in"
START_SECONDS = 60
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Demo:
    """A running demo, and the people that its line of JSON names."""

    def __init__(self, process, facts):
        self.process = process
        self.facts = facts
        self.url = facts["url"].rstrip("/")

    def users(self):
        """Everybody who may sign in, the operator's people first."""
        for tenant in [self.facts["operator"], *self.facts["partners"], *self.facts["customers"]]:
            yield from tenant["users"]

    def user(self, role, tenant=None):
        """The first person with a role, in the partner or customer of that name when one is given."""
        named = [t for t in [*self.facts["partners"], *self.facts["customers"]] if t["name"] == tenant]
        people = [user for t in named for user in t["users"]] if tenant else self.users()
        return next(user for user in people if role in user["roles"])

    def advance(self, period):
        """Moves the demo's clock forward by an ISO 8601 period, for example P61D."""
        self._clock({"advance": period})

    def set_clock(self, instant):
        """Moves the demo's clock forward to an RFC 3339 instant."""
        self._clock({"set": instant})

    def _clock(self, body):
        headers = {"Content-Type": "application/json", "Origin": self.url}
        request = urllib.request.Request(self.url + "/demo/clock", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status < 300, answer.status

    def stop(self):
        """Stops as an operator would; a demo that does not end by itself is a defect."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=15) == 0, "the demo did not stop cleanly"


def start_demo(*arguments):
    """Starts the demo on a free port and reads its one line of JSON."""
    command = [str(BINARY), "demo", "--listen", "127.0.0.1:0", "--json", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    # The line comes when the demo is ready; one that never is ready is ended instead of waited for.
    limit = threading.Timer(START_SECONDS, process.kill)
    limit.start()
    line = process.stdout.readline()
    limit.cancel()
    if not line:
        pytest.fail(f"the demo ended with {process.wait()} before it was ready")
    return Demo(process, json.loads(line))


@pytest.fixture
def demo():
    """A demo of this test's own."""
    running = start_demo()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def shared_demo():
    """One demo for all tests that change nothing."""
    running = start_demo()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium; Playwright brings none."""
    assert CHROMIUM, "no Chromium found; `cargo xtask test --only browser` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium):
    """Opens a page at a demo in a language, signed out: `new_page(demo, lang="cs", scripts=False, width=390)`.

    Every page fails the test at its end when it logged an error, broke its content policy or asked a third party.
    """
    contexts, complaints = [], []

    def open_page(demo, lang="en", scripts=True, width=1280, height=900, scheme="light"):
        context = chromium.new_context(
            base_url=demo.url,
            locale={"en": "en-US", "cs": "cs-CZ"}[lang],
            java_script_enabled=scripts,
            color_scheme=scheme,
            viewport={"width": width, "height": height},
            accept_downloads=True,
        )
        contexts.append(context)
        # A journey that waits longer than this waits for something that never comes.
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note(complaints, page, message))
        page.on("request", lambda request: _note_foreign(complaints, demo, request))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


def _note(complaints, page, message):
    # A refusal that a journey provokes (403, 404, 409) is logged by the browser itself and is no defect of the page.
    if message.type == "error" and "Failed to load resource" not in message.text:
        complaints.append(f"{page.url}: {message.text}")


def _note_foreign(complaints, demo, request):
    address = urllib.parse.urlsplit(request.url)
    if address.scheme in ("http", "https") and not request.url.startswith(demo.url + "/"):
        complaints.append(f"a request to a third party: {request.url}")


@pytest.fixture
def page_as(new_page):
    """Signs a person in: `page_as(demo, demo.user("admin_agent"), lang="cs")`, further options as `new_page`."""

    def open_as(demo, user, lang="en", **options):
        page = new_page(demo, lang, **options)
        page.goto(SIGN_IN)
        sign_in(page, user)
        speak(page, lang)
        return page

    return open_as


def sign_in(page, user):
    """Fills the sign-in form that the page shows; fields are found by what they hold, so any language works."""
    page.locator("input[autocomplete~=username]").fill(user["email"])
    page.locator("input[type=password]").fill(user["password"])
    page.locator("form:has(input[type=password]) button").click()
    page.wait_for_load_state()


def speak(page, lang):
    """Presses the language button when the page is in the other language: people have one of their own."""
    if page.locator("html").get_attribute("lang").split("-")[0] != lang:
        page.locator(f"button[name=lang][value={lang}]").click()
        page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang").split("-")[0] == lang


def axe(page):
    """Asserts that the accessibility checker finds nothing on the page as it stands."""
    # Given to the page's debugger, not written into the page, so the content policy stays in force.
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", AXE_TAGS)
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    {node['html']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    assert not lines, f"{page.url} has {len(lines)} accessibility violations:\n" + "\n".join(lines)
