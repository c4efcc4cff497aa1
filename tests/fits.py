"""Whether a value is of a JSON Schema, of whose keywords the tests use a part."""

from __future__ import annotations

from typing import Any

Json = Any
KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "number": (int, float), "integer": (int,),
    "boolean": (bool,), "null": (type(None),),
}  # fmt: skip


def fits(value: Json, schema: Json, root: Json) -> bool:  # noqa: PLR0911  (one for each keyword)
    """Whether it is of the schema, whose references are looked up in `root`."""
    if "$ref" in schema:
        return fits(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        return any(fits(value, option, root) for option in schema["anyOf"])
    named = schema.get("type", list(KINDS))
    kinds = tuple(kind for name in ([named] if isinstance(named, str) else named) for kind in KINDS[name])
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return False
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        return False
    if isinstance(value, str):
        return bool(len(value) >= schema.get("minLength", 0))
    if isinstance(value, int | float) and not isinstance(value, bool):
        low = schema.get("minimum", value) <= value and schema.get("exclusiveMinimum", value - 1) < value
        high = value <= schema.get("maximum", value) and value < schema.get("exclusiveMaximum", value + 1)
        return bool(low and high)
    if isinstance(value, list):
        few = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        return few and all(fits(part, schema.get("items", {"type": list(KINDS)}), root) for part in value)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        whole = set(schema.get("required", ())) <= value.keys()
        closed = schema.get("additionalProperties") is not False or value.keys() <= known.keys()
        return whole and closed and all(fits(value[key], known[key], root) for key in known if key in value)
    return True
