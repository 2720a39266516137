"""Numbers and yes-or-no taken at their word: `"5"`, `5.0` and `1` are not 5, 5 and true."""

from typing import Any

EXACT = frozenset({"int", "float", "bool"})


def exact(schema: Any) -> Any:
    """A pydantic core schema in which whole numbers, numbers and booleans are strict.

    Keys of mappings stay lax: TOML knows only texts there.
    """
    if isinstance(schema, list):
        return [exact(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {"strict": True} if schema.get("type") in EXACT else {}
    return {key: value if key == "keys_schema" else exact(value) for key, value in schema.items()} | strict
