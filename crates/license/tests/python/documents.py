"""The signed documents, read strictly, from docs/license-format.md alone."""

import base64

from cipher import opened
from curves import ed25519_verify, x25519, x25519_public
from keys import Refused, mac, sha256

DAY = 86_400
NEVER = 2**32 - 1
REASONS = {1: "cancelled", 2: "leaked", 3: "replaced", 4: "operator", 5: "released"}


def id_of(public):
    return sha256(public)[:8]


class Reader:
    """Takes fields off the front of a document."""

    def __init__(self, data, kind, limit):
        if len(data) > limit or data[:3] != kind or data[3:4] != b"\x01":
            raise Refused("kind, version or size")
        self.data, self.at = data, 4

    def bytes(self, count):
        if self.at + count > len(self.data):
            raise Refused("cut off")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, count):
        return int.from_bytes(self.bytes(count), "big")

    def text(self, shortest, longest):
        data = self.bytes(self.number(1))
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise Refused("text") from error
        has_control = any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text)
        if not shortest <= len(data) <= longest or text != text.strip() or has_control:
            raise Refused("text")
        return text

    def so_far(self):
        return self.data[: self.at]

    def end(self):
        if self.at != len(self.data):
            raise Refused("trailing bytes")


def require(condition, what):
    if not condition:
        raise Refused(what)


def read_link(data):
    """Number, root, root before it, and the signing keys as (key, from, to, standing)."""
    reader = Reader(data, b"PKC", 1024)
    number, _issued_at = reader.number(4), reader.number(4)
    root, previous = reader.bytes(32), reader.bytes(32)
    count = reader.number(1)
    keys = [(reader.bytes(32), reader.number(4), reader.number(4), reader.number(1)) for _ in range(count)]
    names = [key for key, *_ in keys]
    require(number > 0 and 1 <= count <= 16 and names == sorted(set(names)), "keys")
    require(all(start <= end and standing in (1, 2) for _, start, end, standing in keys), "entries")
    signed = reader.so_far()
    require(ed25519_verify(root, signed, reader.bytes(64)), "signature of the root")
    if previous != root:
        require(ed25519_verify(previous, signed, reader.bytes(64)), "signature of the root before")
    reader.end()
    return number, root, previous, keys


def read_chain(data):
    """The links of a chain file."""
    reader = Reader(data, b"PKF", 1 << 17)
    links = [reader.bytes(reader.number(2)) for _ in range(reader.number(1))]
    reader.end()
    return links


def require_trust(keys, signer, date, reader):
    """Reads the signature that follows and checks it; `keys` are those of the newest link."""
    signed, signature = reader.so_far(), reader.bytes(64)
    for key, start, end, standing in keys:
        if id_of(key) == signer:
            require(standing == 1 and start <= date <= end, "standing or period of the signer")
            require(ed25519_verify(key, signed, signature), "signature")
            return
    raise Refused("unknown signer")


def read_certificate(data, keys):
    """The fields by the names of the documentation."""
    reader = Reader(data, b"PLC", 400)
    signer = reader.bytes(8)
    fields = {name: reader.bytes(size).hex() for name, size in
              (("activation", 16), ("key", 16), ("machine_key", 32), ("request_tag", 8))}  # fmt: skip
    fields["product"], fields["edition"] = reader.text(1, 64), reader.text(0, 32)
    fields["versions"] = [[reader.number(2), reader.number(2)] for _ in range(2)]
    for name in ("quantity", "issued_at", "refresh_at", "grace_until", "term_ends_at"):
        fields[name] = reader.number(4)
    after_grace = reader.number(1)
    require(after_grace in (1, 2, 3), "after_grace")
    fields["after_grace"] = ("remind", "reduce", "stop")[after_grace - 1]
    fields["list_max_days"] = reader.number(2)
    require(fields["versions"][0] <= fields["versions"][1] and fields["quantity"] > 0, "versions or quantity")
    require(fields["issued_at"] <= fields["refresh_at"] <= fields["grace_until"], "dates")
    require(fields["term_ends_at"] == 0 or fields["term_ends_at"] > fields["issued_at"], "term")
    require_trust(keys, signer, fields["issued_at"], reader)
    reader.end()
    return fields


def freshness(certificate, now, latest_seen, list_issued_at):
    """State, the moment it names, and by how many seconds the clock was set back, if that is told."""
    set_back = latest_seen - now if latest_seen - now > DAY else None
    now = max(now, latest_seen)
    if 0 < certificate["term_ends_at"] <= now:
        return "term_over", certificate["term_ends_at"], set_back
    if certificate["issued_at"] - now > DAY:
        return "not_yet_valid", certificate["issued_at"], set_back
    due = certificate["refresh_at"]
    if certificate["list_max_days"]:
        made = certificate["issued_at"] if list_issued_at is None else list_issued_at
        due = min(due, made + certificate["list_max_days"] * DAY)
    until = due + certificate["grace_until"] - certificate["refresh_at"]
    if now < due:
        return "fresh", due, set_back
    return ("grace" if now < until else "expired"), until, set_back


def read_list(data, keys):
    """Number, digest, and the reasons by tag."""
    require(len(data) >= 128, "cut off")
    head, body = data[:128], data[128:]
    reader = Reader(head, b"PRL", 128)
    signer, number, issued_at, _next_at = reader.bytes(8), reader.number(8), reader.number(4), reader.number(4)
    count, digest = reader.number(4), reader.bytes(32)
    require_trust(keys, signer, issued_at, reader)
    require(len(body) == 9 * count and sha256(body) == digest, "body")
    tags = [body[at : at + 8] for at in range(0, len(body), 9)]
    require(tags == sorted(set(tags)), "order")
    return number, digest, {tag: body[9 * at + 8] for at, tag in enumerate(tags)}


def revoked(reasons, key, activation):
    """Why a certificate is revoked, if it is."""
    for letter, name in ((b"K", key), (b"A", activation)):
        reason = reasons.get(sha256(b"perpetua revocation 1" + letter + name)[:8])
        if reason is not None:
            return REASONS.get(reason, "other")
    return None


def apply_delta(base, delta, keys):
    """The bytes of the list that a delta leads to."""
    number, digest, reasons = read_list(base, keys)
    reader = Reader(delta, b"PRD", 1 << 27)
    require(reader.number(8) == number and reader.bytes(32) == digest, "base")
    removed, added = reader.number(4), reader.number(4)
    for tag in [reader.bytes(8) for _ in range(removed)]:
        require(reasons.pop(tag, None) is not None, "removed")
    for tag, reason in [(reader.bytes(8), reader.number(1)) for _ in range(added)]:
        require(tag not in reasons, "added")
        reasons[tag] = reason
    head = reader.bytes(128)
    reader.end()
    result = head + b"".join(tag + bytes([reasons[tag]]) for tag in sorted(reasons))
    require(read_list(result, keys)[0] >= number, "number")
    return result


def read_request(data, installation_private):
    """The fields by the names of the documentation, and the product key."""
    reader = Reader(data, b"PRQ", 640)
    kind = reader.number(1)
    require(1 <= kind <= 4, "kind")
    fields = {"kind": ("activate", "refresh", "return", "status")[kind - 1], "nonce": reader.bytes(16).hex()}
    fields["created_at"] = reader.number(4)
    machine, activation = reader.bytes(32), reader.bytes(16)
    require((kind == 1) == (activation == bytes(16)), "activation")
    parts = [[reader.number(1), reader.bytes(16).hex()] for _ in range(reader.number(1))]
    kinds = [number for number, _ in parts]
    require(kinds == sorted(set(kinds)) and all(1 <= number <= 6 for number in kinds), "fingerprint")
    fields |= {"machine_key": machine.hex(), "activation": activation.hex(), "fingerprint": parts}
    fields["product"], fields["version"] = reader.text(1, 64), [reader.number(2), reader.number(2)]
    fields["machine_name"] = reader.text(0, 64)
    installation, ephemeral = reader.bytes(8), reader.bytes(32)
    associated, sealed = reader.so_far(), reader.bytes(48)
    signed = reader.so_far()
    require(ed25519_verify(machine, signed, reader.bytes(64)), "signature")
    reader.end()
    public = x25519_public(installation_private)
    require(installation == id_of(public), "installation")
    first = mac(b"perpetua seal 1", x25519(installation_private, ephemeral), ephemeral, public)
    key = opened(mac(first, b"key\x01"), mac(first, b"nonce\x01")[:24], sealed, associated)
    require(key is not None, "sealed key")
    return fields, key


def read_response(data, keys):
    """Code, nonce, and the certificate's fields if there is one."""
    reader = Reader(data, b"PRS", 640)
    signer, nonce, answered_at = reader.bytes(8), reader.bytes(16), reader.number(4)
    code = reader.text(1, 40)
    require(all(c in "abcdefghijklmnopqrstuvwxyz0123456789_" for c in code), "code")
    reader.bytes(4 + 4 + 8)
    certificate = reader.bytes(reader.number(2))
    require_trust(keys, signer, answered_at, reader)
    reader.end()
    fields = read_certificate(certificate, keys) if certificate else None
    require(fields is None or fields["request_tag"] == nonce[:8].hex(), "request")
    return code, nonce, fields


def read_file(text, word):
    """The documents of a `.request` or `.response` file."""
    begin, end = f"-----BEGIN PERPETUA {word}-----", f"-----END PERPETUA {word}-----"
    text = text.removeprefix("\ufeff").strip()
    require(text.startswith(begin) and text.endswith(end), "first or last line")
    content = base64.b64decode("".join(text[len(begin) : -len(end)].split()), validate=True)
    many = {"REQUEST": b"PBQ", "RESPONSE": b"PBS"}[word]
    if not content.startswith(many):
        return [content]
    reader = Reader(content, many, 1 << 20)
    documents = [reader.bytes(reader.number(2)) for _ in range(reader.number(2))]
    reader.end()
    return documents
