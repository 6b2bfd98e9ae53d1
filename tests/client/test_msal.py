"""Tokens over TLS by `msal`, the vendor's sign-in library: a certificate authority and a demo of the test's own.

The library insists on https and checks the certificate; the demo gets one for 127.0.0.1 that this test signs.
"""

import datetime
import html.parser
import ipaddress
import json
import urllib.parse

import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SCOPES = ["https://graph.windows.net/.default"]


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def signed(subject, key, issuer, issuer_key, *extensions):
    """A certificate of one day."""
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )
    for extension, is_critical in extensions:
        builder = builder.add_extension(extension, critical=is_critical)
    return builder.sign(issuer_key, hashes.SHA256())


def write(path, *parts):
    path.write_bytes(b"".join(parts))
    return str(path)


@pytest.fixture
def authority(tmp_path):
    """The files of an authority, of a certificate for 127.0.0.1 and of its key."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = name("Test authority")
    sign = (x509.KeyUsage(False, False, False, False, False, True, True, False, False), True)
    root_id = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())
    root = signed(root_name, root_key, root_name, root_key, (x509.BasicConstraints(True, None), True), sign, (root_id, False))
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id)
    leaf = signed(name("127.0.0.1"), key, root_name, root_key, (here, False), (issued_by, False))
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return (
        write(tmp_path / "authority.pem", root.public_bytes(pem)),
        write(tmp_path / "certificate.pem", leaf.public_bytes(pem), root.public_bytes(pem)),
        write(tmp_path / "key.pem", secret),
    )


@pytest.fixture
def tls(journeys, authority, monkeypatch):
    """A demo behind TLS, and the authority that vouches for it."""
    # Authorities of the machine would count more than the one that a session names.
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)
    root, certificate, key = authority
    demo = journeys.start_demo("--certificate", certificate, "--key", key)
    yield demo, root
    demo.stop()


def library(demo, root, **where):
    partner = demo.facts["partners"][0]
    return msal.ConfidentialClientApplication(
        partner["app"]["clientId"], client_credential=partner["app"]["clientSecret"], verify=root, **where
    )


def customers(demo, root, token):
    answer = requests.get(demo.url + "/v1/customers", headers={"Authorization": f"Bearer {token}"}, verify=root, timeout=30)
    return answer.status_code, answer.json()


def test_a_program_gets_a_token_from_an_authority_with_its_tenant(tls):
    demo, root = tls
    partner = demo.facts["partners"][0]
    for tenant in [partner["tenantId"], partner["domain"], "common"]:
        app = library(demo, root, authority=f"{demo.url}/{tenant}", instance_discovery=False)
        given = app.acquire_token_for_client(SCOPES)
        assert given.get("token_type") == "Bearer", given
        status, listed = customers(demo, root, given["access_token"])
        assert status == 200 and listed["totalCount"] > 0
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(demo.url, timeout=30)


def test_a_program_finds_the_endpoints_by_discovery(tls):
    demo, root = tls
    partner = demo.facts["partners"][0]
    app = library(demo, root, oidc_authority=f"{demo.url}/{partner['tenantId']}/v2.0")
    given = app.acquire_token_for_client(SCOPES)
    assert customers(demo, root, given["access_token"])[0] == 200, given


def test_a_wrong_secret_is_told_and_raises_nothing(tls):
    demo, root = tls
    partner = demo.facts["partners"][0]
    app = msal.ConfidentialClientApplication(
        partner["app"]["clientId"],
        client_credential="A" * 22,
        verify=root,
        authority=f"{demo.url}/{partner['tenantId']}",
        instance_discovery=False,
    )
    refused = app.acquire_token_for_client(SCOPES)
    assert refused["error"] == "invalid_client" and refused["error_description"].startswith("AADSTS7000215"), refused


class Forms(html.parser.HTMLParser):
    """The forms of a page: where they go and their fields."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.found.append((attrs.get("action", ""), {}))
        elif tag in ("input", "button") and self.found and attrs.get("name"):
            self.found[-1][1][attrs["name"]] = attrs.get("value", "")

    def to(self, part, **wanted):
        """Where the form goes that leads there and holds these values, and its fields."""
        fits = [(action, fields) for action, fields in self.found if part in action and wanted.items() <= fields.items()]
        assert fits, (part, wanted, self.found)
        return fits[0]


def consent(demo, root, asked):
    """A person signs in, lets the program act for them, and is sent back with a code."""
    person = demo.user("admin_agent", demo.facts["partners"][0]["name"])
    browser = requests.Session()
    browser.verify = root
    page = browser.get(asked, timeout=30)
    sent = urllib.parse.urlsplit(page.url)
    assert sent.path == "/sign-in", page.url
    action, form = Forms(page.text).to("/sign-in")
    form |= {"email": person["email"], "password": person["password"]}
    page = browser.post(demo.url + action, form, headers={"Origin": demo.url}, timeout=30)
    action, form = Forms(page.text).to("authorize", decision="allow")
    answer = browser.post(demo.url + action, form, headers={"Origin": demo.url}, timeout=30, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    back = urllib.parse.urlsplit(answer.headers["Location"])
    return dict(urllib.parse.parse_qsl(back.query))


def test_a_person_consents_and_the_program_redeems_the_code_and_renews(tls):
    demo, root = tls
    partner = demo.facts["partners"][0]
    app = library(demo, root, authority=f"{demo.url}/{partner['tenantId']}", instance_discovery=False)
    scopes = ["https://graph.windows.net/user_impersonation"]
    flow = app.initiate_auth_code_flow(scopes, redirect_uri="http://localhost:4711")
    answer = consent(demo, root, flow["auth_uri"])
    given = app.acquire_token_by_auth_code_flow(flow, answer)
    assert "access_token" in given, json.dumps(given)
    assert given["id_token_claims"]["tid"] == partner["tenantId"]
    assert customers(demo, root, given["access_token"])[0] == 200
    account = app.get_accounts()[0]
    renewed = app.acquire_token_silent(scopes, account, force_refresh=True)
    assert renewed["access_token"] != given["access_token"]
    assert customers(demo, root, renewed["access_token"])[0] == 200
