# SPDX-License-Identifier: GPL-3.0-or-later
"""AES-128 of a single block (FIPS 197), because Python brings none. For a test's few blocks; slow and not constant in time."""


def _double(value):
    return (value << 1 ^ 0x11B) & 0xFF if value & 0x80 else value << 1


def _make_sbox():
    """Inverse in GF(2^8) by running through the powers of the generator 3 and of its inverse, then the affine step."""
    sbox = [0] * 256
    power, inverse = 1, 1
    while True:
        power ^= _double(power)
        for shift in (1, 2, 4):
            inverse ^= inverse << shift & 0xFF
        if inverse & 0x80:
            inverse ^= 0x09
        rotated = inverse
        for turn in (1, 2, 3, 4):
            rotated ^= (inverse << turn | inverse >> (8 - turn)) & 0xFF
        sbox[power] = rotated ^ 0x63
        if power == 1:
            break
    sbox[0] = 0x63
    return bytes(sbox)


SBOX = _make_sbox()


def _round_keys(key):
    words = [key[at:at + 4] for at in range(0, 16, 4)]
    constant = 1
    while len(words) < 44:
        word = words[-1]
        if len(words) % 4 == 0:
            word = bytes(SBOX[byte] for byte in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = _double(constant)
        words.append(_xor(words[-4], word))
    return [b"".join(words[at:at + 4]) for at in range(0, 44, 4)]


def _xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def _mix(column):
    total = column[0] ^ column[1] ^ column[2] ^ column[3]
    return bytes(byte ^ total ^ _double(byte ^ column[(row + 1) % 4]) for row, byte in enumerate(column))


def encrypt(key, block):
    first, *middle, last = _round_keys(key)
    state = _xor(block, first)
    for round_key in middle:
        shifted = _substitute_and_shift(state)
        state = _xor(b"".join(_mix(shifted[at:at + 4]) for at in range(0, 16, 4)), round_key)
    return _xor(_substitute_and_shift(state), last)


def _substitute_and_shift(state):
    return bytes(SBOX[state[(at + 4 * (at % 4)) % 16]] for at in range(16))
