"""Hashes and the named random stream of the lab, written again from their definitions (docs/methods.md A8; Jarzynski & Olano 2020 for pcg4d)."""

MASK32 = 2**32 - 1
MASK64 = 2**64 - 1


def pcg4d(a, b, c, d):
    x, y, z, w = ((v * 1664525 + 1013904223) & MASK32 for v in (a, b, c, d))
    x = (x + y * w) & MASK32
    y = (y + z * x) & MASK32
    z = (z + x * y) & MASK32
    w = (w + y * z) & MASK32
    x, y, z, w = (v ^ (v >> 16) for v in (x, y, z, w))
    x = (x + y * w) & MASK32
    y = (y + z * x) & MASK32
    z = (z + x * y) & MASK32
    w = (w + y * z) & MASK32
    return x, y, z, w


class RandomStream:
    """Words of pcg4d(counter, counter >> 32, FNV-1a of the name, seed), the last of four first."""

    def __init__(self, seed, name):
        self.seed, self.counter, self.left = seed, 0, []
        self.name = 0x811C9DC5
        for character in name:
            self.name = ((self.name ^ ord(character)) * 0x01000193) & MASK32

    def uint32(self):
        if not self.left:
            self.left = list(pcg4d(self.counter & MASK32, self.counter >> 32, self.name, self.seed))
            self.counter += 1
        return self.left.pop()

    def uniform(self):
        high = self.uint32() >> 5
        return (high * 2**26 + (self.uint32() >> 6)) * 2.0**-53

    def integer(self, n):
        return int(self.uniform() * n)


def fingerprint64(key):
    """FarmHash Fingerprint64 of at most 16 bytes."""
    s, n = key.encode(), len(key)
    k0, k2 = 0xC3A5C85C97CB3127, 0x9AE16A3B2F90404F
    little = lambda start, size: int.from_bytes(s[start : start + size], "little")
    rotate = lambda v, r: ((v >> r) | (v << (64 - r))) & MASK64

    def mix(u, v, m):
        a = ((u ^ v) * m) & MASK64
        a ^= a >> 47
        b = ((v ^ a) * m) & MASK64
        b ^= b >> 47
        return (b * m) & MASK64

    m = k2 + 2 * n
    if n == 0:
        return k2
    if n <= 3:
        t = ((s[0] + 256 * s[n >> 1]) * k2 & MASK64) ^ ((n + 4 * s[n - 1]) * k0 & MASK64)
        return ((t ^ (t >> 47)) * k2) & MASK64
    if n <= 7:
        return mix(n + 8 * little(0, 4), little(n - 4, 4), m)
    a, b = (little(0, 8) + k2) & MASK64, little(n - 8, 8)
    return mix((rotate(b, 37) * m + a) & MASK64, ((rotate(a, 25) + b) * m) & MASK64, m)
