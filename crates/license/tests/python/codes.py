"""QR texts, long codes and typed codes, from docs/license-format.md alone."""

from documents import id_of
from keys import Refused, mac, number_of, product, symbols


def _bytes_of(values):
    """Whole bytes; the rest of the last character must be zero."""
    length, number = len(values) * 5 // 8, number_of(values)
    rest = len(values) * 5 - length * 8
    if number & (1 << rest) - 1:
        raise Refused("filling")
    return (number >> rest).to_bytes(length, "big")


def read_qr(text, prefix):
    """The document in a QR code."""
    if text[: len(prefix)].upper() != prefix:
        raise Refused("prefix")
    return _bytes_of(symbols(text[len(prefix) :]))


def read_long_code(text, request):
    """The certificate that answers the request, not yet verified."""
    values = symbols(text)
    if not values or len(values) % 6:
        raise Refused("length")
    data = []
    for at in range(0, len(values), 6):
        check = at // 6 % 32
        for place in range(5):
            check ^= product(values[at + place], place + 2)
        if check != values[at + 5]:
            raise Refused(f"group {at // 6}")
        data += values[at : at + 5]
    code = _bytes_of(data)
    if code[0] != 1:
        raise Refused("version")
    end = 41 + 1 + code[41] + 31 + 64
    if len(code) < end or len(code) - end > 3 or any(code[end:]):
        raise Refused("length")
    product_name = request["product"].encode()
    known = bytes.fromhex(request["machine_key"] + request["nonce"][:16]) + bytes([len(product_name)]) + product_name
    return b"PLC\x01" + code[1:41] + known + code[41:end]


def group(value, place):
    """The six digits of a 16-bit number in a place, from 1."""
    first, second, third, fourth = (value // 9 // 10**power % 10 for power in (3, 2, 1, 0))

    def check(last):
        return -(6 * first + 5 * second + 4 * third + 3 * fourth + 2 * last + place) % 11

    last = [digit for digit in range(10) if check(digit) != 10][value % 9]
    return f"{first}{second}{third}{fourth}{last}{check(last)}"


def groups(values):
    """Numbers as digits, with hyphens between."""
    return "-".join(group(value, at % 11 + 1) for at, value in enumerate(values))


def _words(data):
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def typed_request(machine_key, key, random):
    """The 18 bytes of a typed request."""
    head = 1 << 60 | random & (1 << 60) - 1
    return head.to_bytes(8, "big") + id_of(machine_key) + mac(key, b"perpetua typed request key 1")[:2]


def typed_request_digits(request):
    return groups(_words(request))


def typed_code(request, key, product_name, secret, issued_at, days):
    """The digits that answer a typed request."""
    terms = (1 << 12 | days << 5).to_bytes(2, "big") + (issued_at // 86_400).to_bytes(2, "big")
    both = mac(secret, b"perpetua typed code 1", key)
    return groups(_words(terms + mac(both, terms, request, product_name.encode())[:12]))
