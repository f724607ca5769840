"""Requests made from a schema: an example with one thing changed, and whether that is allowed.

The values tried are many and dull; the schema itself says which of them it allows. So changing a
bound in the description changes what the server has to do.
"""

import copy
import json

MARK = "@raw@"
PLAIN = [None, True, False, 0, 1, -1, 2**31, 2**63, 2**64, "", "1", "x", " ", "a b", "ü", "x" * 64,
         "x" * 65, "x" * 300, [], {}, [None], ["x"], [1], {"x": 1}]
INSTANTS = ["2026-11-21T05:53:14.123Z", "2026-11-21T05:53:14Z", "2026-11-21T05:53:14.1Z",
            "2026-11-21T05:53:14.123+08:00", "2026-11-21", "2026-13-01T00:00:00.000Z",
            "2026-11-21T25:00:00.000Z"]


def fields(contract, schema, value, path=()):
    """(path, schema, value) of everything inside a value; fields left out have the value None."""
    schema = contract.flat(schema)
    if isinstance(value, dict) or schema.get("properties") and value is None and path:
        for name, part in schema.get("properties", {}).items():
            inside = (value or {}).get(name)
            yield (*path, name), contract.flat(part), inside
            yield from fields(contract, part, inside, (*path, name))
    elif isinstance(value, list) and value:
        yield (*path, 0), contract.flat(schema["items"]), value[0]
        yield from fields(contract, schema["items"], value[0], (*path, 0))


def at(body, path):
    for step in path:
        body = body[step]
    return body


def with_value(body, path, value):
    body = copy.deepcopy(body)
    node = body
    for step in path[:-1]:
        if isinstance(node, dict) and node.get(step) is None:
            node[step] = {}
        node = node[step]
    node[path[-1]] = value
    return body


def without(body, path):
    body = with_value(body, path, None)
    del at(body, path[:-1])[path[-1]]
    return body


def lists(schema, value):
    """Lists just within and just beyond their bounds, of items like the first."""
    counts = {schema[name] + step for name in ("minItems", "maxItems") for step in (-1, 0, 1)
              if name in schema}
    for count in sorted(counts):
        if value and not isinstance(value[0], str):
            yield [varied(value[0], number) for number in range(count)]
        else:
            yield [f"u{number}" for number in range(count)]
    if value:
        yield [value[0], value[0]]


def varied(item, number):
    """The same item again; if it names a new account, with another name."""
    return {**item, "user_id": f"u{number}"} if "username" in item else item


def candidates(schema, value=None):
    for name in ("minimum", "maximum"):
        yield from (schema[name] + step for step in (-1, 0, 1) if name in schema)
    for name in ("minLength", "maxLength"):
        # Characters count, not bytes; where they must be ASCII, the second does.
        for letter in ("红", "x"):
            yield from (letter * (schema[name] + step) for step in (-1, 0, 1) if name in schema)
    for word in schema.get("enum", []):
        yield from (word, word.upper(), word + "x", " " + word) if word else [word]
    if "items" in schema:
        yield from lists(schema, value)
    if "format" in schema:
        yield from INSTANTS
    yield from PLAIN


def variants(contract, schema, body):
    """(what was changed, the body as text, whether the schema allows it)."""
    def told(what, changed):
        return what, json.dumps(changed, ensure_ascii=False), contract.schemas.allows(schema, changed)

    yield from (told(f"body {value!r}", value) for value in (None, [], "x", 5, True, [body], {}))
    objects = [()]
    for path, field, value in fields(contract, schema, body):
        if path[-1] != 0 and value is not None:
            yield told(f"without {path}", without(body, path))
        for candidate in candidates(field, value):
            yield told(f"{path} = {str(candidate)[:60]!r}", with_value(body, path, candidate))
        if field.get("type") in ("integer", ["integer", "null"]):
            marked = json.dumps(with_value(body, path, MARK))
            for raw in ("1.0", "1e3", "100.0", '"100"', "1.5", "01", "+1"):
                yield f"{path} = {raw}", marked.replace(f'"{MARK}"', raw), False
        if isinstance(value, dict):
            objects.append(path)
    for path in objects:
        yield told(f"a stranger in {path}", with_value(body, (*path, "surprise"), 1))
        if at(body, path):
            yield f"a field twice in {path}", with_field_twice(body, path), False


def with_field_twice(body, path):
    name, value = next(iter(at(body, path).items()))
    text = json.dumps(with_value(body, (*path, MARK), MARK), ensure_ascii=False)
    return text.replace(f'"{MARK}": "{MARK}"', f"{json.dumps(name)}: {json.dumps(value)}")


def parameter_values(contract, parameter):
    """(text, whether the schema allows it) for a parameter in a query or header."""
    schema = contract.flat(parameter["schema"])
    for value in candidates(schema):
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            text = str(value)
            wanted = value
            if schema.get("type") == "integer":
                wanted = int(text) if text.isdigit() and str(int(text)) == text else None
            else:
                wanted = text
            yield text, contract.schemas.allows(schema, wanted)
