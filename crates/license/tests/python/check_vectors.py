"""Holds the published vectors against an implementation that was written from docs/license-format.md alone.

Needs nothing but Python's standard library. Ends with an error at the first disagreement.
"""

import json
import pathlib

import codes
import documents
import keys
from curves import ed25519_public, x25519_public
from documents import id_of
from keys import Refused

VECTORS = pathlib.Path(__file__).parent.parent / "vectors"


def load(name):
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def equal(found, expected, what):
    if found != expected:
        raise SystemExit(f"{what}: found {found!r}, published {expected!r}")


def all_refused(vectors, read):
    """Every altered text below `refused` is refused."""
    for name, altered in vectors["refused"].items():
        try:
            read(altered)
        except Refused:
            continue
        raise SystemExit(f"{name} was accepted")


def of_hex(read):
    return lambda text: read(bytes.fromhex(text))


def check_product_keys():
    vectors = load("product_key")
    secret = bytes.fromhex(vectors["check_secret"])
    for vector in vectors["keys"]:
        number = keys.number_of(keys.symbols(keys.read_product_key(vector["key"], secret).decode())[:26])
        equal(number >> 126, vector["version"], "version")
        equal(number & (1 << 126) - 1, int(vector["random"], 16) & (1 << 126) - 1, "random bits")
    same = {keys.read_product_key(text, secret) for text in vectors["read_as_the_same"]}
    equal(len(same), 1, "spellings of one key")
    all_refused(vectors, lambda text: keys.read_product_key(text, secret))


def check_fingerprints():
    vectors = load("fingerprint")
    key = keys.characters(keys.symbols(vectors["product_key"])).encode()
    found = keys.part_hashes(key, [(part["kind"], part["value"]) for part in vectors["values"]])
    equal({kind: value.hex() for kind, value in found.items()},
          {part["kind"]: part["hash"] for part in vectors["hashes"]}, "hashes")  # fmt: skip
    for case in vectors["likeness"]:
        pair = [{int(part[0]): part[1] for part in case[side].split()} for side in ("known", "asking")]
        equal(keys.likeness(*pair), (case["percent"], case["match"]), "likeness")


def check_chain():
    vectors = load("chain")
    equal(ed25519_public(bytes.fromhex(vectors["root_seeds"]["first"])).hex(), vectors["pinned_root"], "root")
    links = documents.read_chain(bytes.fromhex(vectors["file"]))
    equal([link.hex() for link in links], [vectors["first_link"], vectors["second_link"]], "links of the file")
    trusted = vectors["pinned_root"]
    for link in links:
        number, root, previous, entries = documents.read_link(link)
        if trusted not in (root.hex(), previous.hex()):
            raise SystemExit("the chain is broken")
        trusted = root.hex()
    after = vectors["after_the_file"]
    equal((number, trusted), (after["number"], after["root"]), "what is trusted")
    for standing, name in ((1, "in_force"), (2, "compromised")):
        equal([id_of(entry[0]).hex() for entry in entries if entry[3] == standing], after[name], name)
    all_refused(vectors, of_hex(documents.read_link))


def signing_keys(vectors):
    return documents.read_link(bytes.fromhex(vectors["chain"]))[3]


def check_certificates():
    vectors = load("certificate")
    trusted = signing_keys(vectors)
    equal(id_of(ed25519_public(bytes.fromhex(vectors["issuer_seed"]))).hex(), vectors["signer"], "signer")
    for vector in vectors["certificates"]:
        equal(documents.read_certificate(bytes.fromhex(vector["document"]), trusted), vector["fields"], "fields")
    all_refused(vectors, of_hex(lambda data: documents.read_certificate(data, trusted)))


def check_freshness():
    vectors = load("freshness")
    for case in vectors["cases"]:
        found = documents.freshness(vectors["certificate"], case["now"], case["latest_seen"], case["list_issued_at"])
        equal(found, (case["state"], case["until"], case["set_back_seconds"]), "freshness")


def check_revocation():
    vectors = load("revocation")
    trusted = signing_keys(vectors)
    first = bytes.fromhex(vectors["first"])
    for name in ("first", "second"):
        reasons = documents.read_list(bytes.fromhex(vectors[name]), trusted)[2]
        for lookup in vectors["lookups_with_one_id_for_key_and_activation"]:
            both = bytes.fromhex(lookup["id"])
            equal(documents.revoked(reasons, both, both), lookup[name], "look-up")
    equal(documents.apply_delta(first, bytes.fromhex(vectors["delta"]), trusted).hex(), vectors["second"], "delta")
    all_refused(vectors, of_hex(lambda data: documents.read_list(data, trusted)))


def check_requests():
    vectors = load("request")
    private = bytes.fromhex(vectors["installation_seed"])
    equal(x25519_public(private).hex(), vectors["installation_public"], "installation's public key")
    document = bytes.fromhex(vectors["document"])
    fields, key = documents.read_request(document, private)
    equal(fields, vectors["fields"], "fields")
    equal(key.decode(), vectors["product_key"].replace("-", ""), "product key")
    equal(documents.read_file(vectors["file"], "REQUEST"), [document], "file")
    equal(documents.read_file(vectors["file_of_two"], "REQUEST"), [document, document], "file of two")
    equal(codes.read_qr(vectors["qr"], "PQ1:"), document, "QR code")
    all_refused(vectors, of_hex(lambda data: documents.read_request(data, private)))


def check_responses():
    vectors = load("response")
    trusted = signing_keys(vectors)
    good = bytes.fromhex(vectors["activated"])
    code, nonce, certificate = documents.read_response(good, trusted)
    equal((code, nonce.hex(), certificate is None), ("activated", vectors["nonce"], False), "good response")
    code, _, certificate = documents.read_response(bytes.fromhex(vectors["refusal"]), trusted)
    equal((code, certificate), ("key_exhausted", None), "refusal")
    equal(documents.read_file(vectors["file"], "RESPONSE"), [good], "file")
    equal(codes.read_qr(vectors["qr"], "PS1:"), good, "QR code")
    all_refused(vectors, of_hex(lambda data: documents.read_response(data, trusted)))


def check_long_codes():
    vectors, request = load("long_code"), load("request")["fields"]
    trusted = signing_keys(load("certificate"))
    for text in [vectors["code"], *vectors["read_as_the_same"]]:
        certificate = codes.read_long_code(text, request)
        equal(certificate.hex(), vectors["certificate"], "certificate of a long code")
        documents.read_certificate(certificate, trusted)
    all_refused(vectors, lambda text: codes.read_long_code(text, request))


def check_typed_codes():
    vectors = load("typed_code")
    for vector in vectors["groups"]:
        equal(codes.groups([vector["value"]] * 9), vector["in_places_1_to_9"], "groups")
    key = keys.characters(keys.symbols(vectors["product_key"])).encode()
    machine_key, secret = bytes.fromhex(vectors["machine_key"]), bytes.fromhex(vectors["secret"])
    request = codes.typed_request(machine_key, key, int(vectors["random"], 16))
    equal(codes.typed_request_digits(request), vectors["request"], "typed request")
    made = [vector["code"] for vector in vectors["codes"]]
    for vector in vectors["codes"]:
        code = codes.typed_code(request, key, vectors["product"], secret, vectors["issued_at"], vector["days"])
        equal(code, vector["code"], "typed code")
    if set(made) & set(vectors["refused"].values()):
        raise SystemExit("a refused typed code is a good one")


def main():
    checks = [check for name, check in sorted(globals().items()) if name.startswith("check_")]
    for check in checks:
        check()
    print(f"{len(checks)} files of vectors agree")


if __name__ == "__main__":
    main()
