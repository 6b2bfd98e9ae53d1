"""Alphabet, product keys and fingerprints, from docs/license-format.md alone."""

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WEIGHTS = {1: 3, 2: 3, 3: 3, 4: 2, 5: 2, 6: 1}
PLACEHOLDERS = {
    "none", "unknown", "default string", "to be filled by o.e.m.", "system serial number", "not specified",
    "not applicable", "not available", "n/a", "oem", "0123456789", "123456789",
}  # fmt: skip
DASHES = {"-", "\u2212", *map(chr, range(0x2010, 0x2016))}


class Refused(Exception):
    """What was read is not valid."""


def sha256(data):
    return hashlib.sha256(data).digest()


def mac(key, *pieces):
    """HMAC-SHA-256 over the pieces, one after the other."""
    return hmac.new(key, b"".join(pieces), "sha256").digest()


def product(left, right):
    """Multiplication in GF(32)."""
    result = 0
    while right:
        if right & 1:
            result ^= left
        left <<= 1
        if left & 32:
            left ^= 0b100101
        right >>= 1
    return result


def symbols(text):
    """The values of a text's characters."""
    values = []
    for character in text:
        if character.isspace() or character in DASHES:
            continue
        character = {"I": "1", "L": "1", "O": "0"}.get(character.upper(), character.upper())
        if character not in ALPHABET:
            raise Refused("character")
        values.append(ALPHABET.index(character))
    return values


def characters(values):
    """The text of values."""
    return "".join(ALPHABET[value] for value in values)


def number_of(values):
    """The number that values of five bits give, most significant first."""
    number = 0
    for value in values:
        number = number << 5 | value
    return number


def read_product_key(text, check_secret):
    """The 32 characters, when both checks are right."""
    values = symbols(text)
    if len(values) != 32:
        raise Refused("length")
    plain = weighted = 0
    for place, value in enumerate(values):
        plain ^= value
        weighted ^= product(value, place)
    if plain or weighted:
        raise Refused("mistyped")
    start = mac(check_secret, characters(values[:26]).encode())[:4]
    if number_of(values[28:]) != int.from_bytes(start, "big") >> 12:
        raise Refused("secret check")
    return characters(values).encode()


def part_hashes(key, values):
    """Hashes of (kind, value) under the product key's salt; values that name no machine are left out."""
    salt = mac(key, b"perpetua fingerprint salt 1")
    hashes = {}
    for kind, value in values:
        value = value.strip().lower()
        if len({c for c in value if c.isalnum()}) > 1 and value not in PLACEHOLDERS:
            hashes[kind] = mac(salt, b"perpetua part 1", bytes([kind]), value.encode())[:16]
    return hashes


def likeness(known, asking):
    """Percent of equal weight, and whether that is a match; both fingerprints by kind."""
    kinds = known.keys() | asking.keys()
    equal = [kind for kind in kinds if known.get(kind) == asking.get(kind)]
    weight = sum(WEIGHTS[kind] for kind in kinds)
    percent = sum(WEIGHTS[kind] for kind in equal) * 100 // weight if kinds else 0
    return percent, len(equal) >= 2 and percent >= (60 if len(kinds) >= 4 else 100)
