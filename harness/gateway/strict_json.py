"""JSON from programs that may be hostile: small, shallow, unambiguous, or refused."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

Json = Any
DEEPEST = 32
LARGEST_INTEGER = 2**63


class BadJson(ValueError):
    """Why a body was refused, in words for its sender."""


def parse_object(body: bytes) -> dict[str, Json]:
    """The JSON object in `body`; an empty body is an empty object.

    Raises `BadJson` for what is not UTF-8 or not an object, for duplicate keys, NaN and infinities,
    integers beyond 64 bits, lone surrogates, and nesting deeper than 32.
    """
    if not body.strip():
        return {}
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_real,
            parse_constant=_constant,
        )
    except BadJson:
        raise
    except UnicodeDecodeError:
        raise BadJson("the body is not UTF-8") from None
    except RecursionError:
        raise BadJson(f"nested deeper than {DEEPEST}") from None
    except ValueError as error:
        raise BadJson(f"not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadJson("the body must be a JSON object")
    _check(value, 1)
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadJson(f"the key {json.dumps(twice[:80])} stands twice")
    return found


def _integer(text: str) -> int:
    if len(text) > 20 or not -LARGEST_INTEGER <= (value := int(text)) < LARGEST_INTEGER:
        raise BadJson("an integer is larger than 64 bits")
    return value


def _real(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise BadJson("a number is not finite")
    return value


def _constant(text: str) -> NoReturn:
    raise BadJson(f"{text} is not JSON")


def _check(value: Json, depth: int) -> None:
    if depth > DEEPEST:
        raise BadJson(f"nested deeper than {DEEPEST}")
    if isinstance(value, str):
        if not value.isascii():
            _check_text(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadJson("a text holds a lone surrogate") from None
