"""A program of a partner: the demo's REST interface through a client that resellers use, and by raw calls."""

import importlib.util
import json
import pathlib
import urllib.error
import urllib.parse
import urllib.request

import pytest
from microsoft.store.partnercenterservices import MicrosoftPartnerStoreApis
from msrest.authentication import BasicTokenAuthentication

# The demo is started in one way, whoever drives it.
JOURNEYS = pathlib.Path(__file__).resolve().parents[1] / "browser/conftest.py"
SPEC = importlib.util.spec_from_file_location("journeys", JOURNEYS)
JOURNEY = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(JOURNEY)


class Program:
    """The demo's program of the first partner, with a token of its own."""

    def __init__(self, demo):
        self.demo = demo
        self.partner = demo.facts["partners"][0]
        customers = demo.facts["customers"]
        self.customer = next(c for c in customers if c["partner"] == self.partner["name"])
        self.item = demo.facts["catalog"]["catalogItemId"]
        form = {
            "grant_type": "client_credentials",
            "client_id": self.partner["app"]["clientId"],
            "client_secret": self.partner["app"]["clientSecret"],
            "resource": "https://graph.windows.net",
        }
        path = f"/{self.partner['domain']}/oauth2/token"
        status, answer = self._send("POST", path, urllib.parse.urlencode(form).encode(), {})
        assert status == 200, answer
        self.token = answer["access_token"]
        credentials = BasicTokenAuthentication({"access_token": self.token})
        self.client = MicrosoftPartnerStoreApis(credentials, base_url=demo.url)

    def call(self, method, path, body=None, **headers):
        """A raw call: its status and JSON."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        return self._send(method, path, data, headers)

    def file(self, path, **headers):
        """A document as it comes: its status, type and bytes."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/pdf", **headers}
        return self._exchange("GET", path, None, headers)

    def follow(self, link):
        """A link of an answer as the Java client follows it: behind a slash, with its headers."""
        headers = {header["key"]: header["value"] for header in link["headers"]}
        return self.call(link["method"], "/v1/" + link["uri"], **headers)

    def pages(self, path):
        """Every page of a list, walked by its links."""
        status, page = self.call("GET", path)
        assert status == 200, page
        yield page
        while following := page["links"].get("next"):
            status, page = self.follow(following)
            assert status == 200, page
            yield page

    def at(self, rest):
        """A path of the customer."""
        return f"/v1/customers/{self.customer['tenantId']}/{rest}"

    def _send(self, method, path, data, headers):
        status, _, content = self._exchange(method, path, data, headers)
        return status, json.loads(content or b"null")

    def _exchange(self, method, path, data, headers):
        request = urllib.request.Request(self.demo.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers["Content-Type"], refusal.read()


@pytest.fixture
def journeys():
    """What starts a demo, for tests that start it in a way of their own."""
    return JOURNEY


@pytest.fixture
def program():
    """A program with a demo of this test's own."""
    demo = JOURNEY.start_demo()
    yield Program(demo)
    demo.stop()
