"""Draws keyed by meaning.

Every random number of a trial is a keyed hash of what is being decided, never the next number of a
stream: a program that makes one more request shifts no other draw, and two candidates of one
assessment meet the same luck (common random numbers, Glasserman & Yao 1992).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import orjson

_NORMAL = NormalDist()
_TEXT = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
BLOCK = 64
"""Bytes that SHA-256 takes at a time."""
SHARED = "*"
"""The `attempt` of a draw that all attempts at the same question share."""


class DrawKey(NamedTuple):
    """What a draw is about. Wording, model name, dialect and generated ids never stand in it."""

    stream: str
    """`mode:NAME`, `text`, `sampling`, `latency` or `fault`."""
    decision: str
    """The exercise's name for the question being answered."""
    subject: str
    """The entity decided on."""
    attempt: int | str
    """How many earlier requests with the same decision and subject were answered, or `SHARED`."""
    choice: str = ""
    """Tells apart several draws of one stream in one answer."""


class Draw(NamedTuple):
    """One draw as it stands in the trial record."""

    key: DrawKey
    u: float


@dataclass(frozen=True, slots=True)
class Draws:
    """Uniform draws in (0, 1) for one trial.

    `secret` belongs to the assessment. `scope` is (bank digest, simulator version, scenario,
    replay, seed epoch).
    """

    secret: bytes
    scope: tuple[str | int, ...]
    log: list[Draw] = field(default_factory=list, compare=False)

    def with_log(self, log: list[Draw]) -> Draws:
        """The same draws, remembered in another list."""
        return Draws(self.secret, self.scope, log)

    def uniform(self, key: DrawKey) -> float:
        """The draw for `key`: always the same number for the same meaning, remembered in `log`."""
        # HMAC-SHA256 (RFC 2104), begun from the two padded keys: a third of the time of `hmac.digest`
        pads = _pads(self.secret)
        inner, outer = pads[0].copy(), pads[1].copy()
        inner.update(_spelled([*self.scope, *key]))
        outer.update(inner.digest())
        digest = outer.digest()
        u = (int.from_bytes(digest[:7], "big") + 0.5) / 2**56
        self.log.append(Draw(key, u))
        return u

    def correlated(self, key: DrawKey, *, rho: float) -> float:
        """A uniform draw whose resamples correlate by `rho` (Gaussian copula).

        The shared part is drawn once per (decision, subject, choice) and met again by every
        attempt; the marginal distribution stays uniform whatever `rho` is.
        """
        shared = _NORMAL.inv_cdf(self.uniform(key._replace(attempt=SHARED)))
        own = _NORMAL.inv_cdf(self.uniform(key))
        return float(_NORMAL.cdf(rho**0.5 * shared + (1 - rho) ** 0.5 * own))


@lru_cache(maxsize=64)
def _pads(secret: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """SHA-256 begun with the inner and the outer key of HMAC; to be copied, never updated."""
    key = (hashlib.sha256(secret).digest() if len(secret) > BLOCK else secret).ljust(BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in key) for pad in (0x36, 0x5C))
    return hashlib.sha256(inner), hashlib.sha256(outer)


def _spelled(parts: list[str | int]) -> bytes:
    """JSON in ASCII without spaces; by the fast way where that writes the same bytes."""
    try:
        text = orjson.dumps(parts)
    except orjson.JSONEncodeError:  # integers past 64 bits, lone surrogates
        return _TEXT(parts).encode()
    return text if text.isascii() and b"\x7f" not in text else _TEXT(parts).encode()
