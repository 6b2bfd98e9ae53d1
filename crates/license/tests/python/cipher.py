"""XChaCha20-Poly1305, opening only."""

import hmac
import struct

CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")
COLUMNS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15))
DIAGONALS = ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
MASK = 0xFFFFFFFF


def _rotated(value, bits):
    return (value << bits | value >> 32 - bits) & MASK


def _rounds(state):
    for _ in range(10):
        for a, b, c, d in COLUMNS + DIAGONALS:
            for to_add, to_turn, first, second in ((b, d, 16, 12), (b, d, 8, 7)):
                state[a] = (state[a] + state[to_add]) & MASK
                state[to_turn] = _rotated(state[to_turn] ^ state[a], first)
                state[c] = (state[c] + state[d]) & MASK
                state[b] = _rotated(state[b] ^ state[c], second)


def _subkey(key, nonce):
    state = [*CONSTANTS, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce)]
    _rounds(state)
    return struct.pack("<8I", *state[:4], *state[12:])


def _block(key, counter, nonce):
    start = [*CONSTANTS, *struct.unpack("<8I", key), counter, *struct.unpack("<3I", nonce)]
    state = list(start)
    _rounds(state)
    return struct.pack("<16I", *((a + b) & MASK for a, b in zip(start, state)))


def _padded(data):
    return data + bytes(-len(data) % 16)


def _tag(one_time_key, data):
    factor = int.from_bytes(one_time_key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    sum_, modulus = 0, 2**130 - 5
    for at in range(0, len(data), 16):
        sum_ = (sum_ + int.from_bytes(data[at : at + 16] + b"\x01", "little")) * factor % modulus
    return ((sum_ + int.from_bytes(one_time_key[16:], "little")) % 2**128).to_bytes(16, "little")


def opened(key, nonce, sealed, associated):
    """The plain text, or None when it was altered."""
    subkey, short_nonce = _subkey(key, nonce[:16]), bytes(4) + nonce[16:]
    text, tag = sealed[:-16], sealed[-16:]
    lengths = struct.pack("<QQ", len(associated), len(text))
    expected = _tag(_block(subkey, 0, short_nonce)[:32], _padded(associated) + _padded(text) + lengths)
    if not hmac.compare_digest(expected, tag):
        return None
    stream = b"".join(_block(subkey, 1 + at, short_nonce) for at in range(len(text) // 64 + 1))
    return bytes(a ^ b for a, b in zip(text, stream))
