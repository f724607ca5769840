"""JSON Schema 2020-12, limited to the keywords that the API's description uses.

An unknown keyword is refused and not ignored, since an ignored one would let everything pass.
Patterns are those that ECMA 262 and Python read alike; `$` is the very end.
"""

import datetime
import re

TYPES = {"null": type(None), "boolean": bool, "string": str, "array": list, "object": dict}
NOTES = {"description", "default", "example", "examples", "contentMediaType", "contentSchema", "discriminator"}
INTEGRAL = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}


class Unsupported(Exception):
    """The schema has something that this validator does not understand."""


def is_type(value, name):
    if name == "integer":
        # By the standard 1.0 is an integer; by this API it is not.
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if name not in TYPES:
        raise Unsupported(f"type {name}")
    return isinstance(value, TYPES[name])


def same(one, other):
    """Equality of JSON: unlike Python's, true is not 1."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def is_instant(text):
    """RFC 3339, section 5.6; seconds may have a fraction of any length."""
    parts = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", text,
                         re.ASCII)
    try:
        return bool(parts and datetime.datetime.strptime(parts.group(1), "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        return False


class Schemas:
    """Judges values by the schemas of one document, which also resolves their references."""

    def __init__(self, document):
        self.document = document

    def resolve(self, reference):
        if not reference.startswith("#/"):
            raise Unsupported(f"$ref {reference}")
        node = self.document
        for part in reference[2:].split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def allows(self, schema, value):
        return not self.faults(schema, value)

    def faults(self, schema, value, where="$"):
        """What is wrong with the value, each fault with its place; nothing if it is right."""
        if not isinstance(schema, dict):
            raise Unsupported(f"the schema {schema!r}")
        found = []
        for keyword, said in schema.items():
            if keyword in NOTES or keyword == "additionalProperties" and said is True:
                continue
            check = getattr(self, "check_" + keyword.replace("$", ""), None)
            if check is None:
                raise Unsupported(f"the keyword {keyword}")
            if keyword in INTEGRAL and not is_type(said, "integer"):
                raise Unsupported(f"{keyword} {said!r}")
            found += [fault if fault.startswith("$") else f"{where}: {fault}"
                      for fault in check(said, value, schema, where)]
        return found

    def check_ref(self, said, value, _, where):
        return self.faults(self.resolve(said), value, where)

    def check_type(self, said, value, *_):
        names = said if isinstance(said, list) else [said]
        if not any([is_type(value, name) for name in names]):
            yield f"{value!r} is not of type {said}"

    def check_enum(self, said, value, *_):
        if not any(same(value, word) for word in said):
            yield f"{value!r} is none of {said}"

    def check_const(self, said, value, *_):
        if not same(value, said):
            yield f"{value!r} is not {said!r}"

    def check_pattern(self, said, value, *_):
        pattern = re.sub(r"(?<!\\)\$$", r"\\Z", said)
        if isinstance(value, str) and not re.search(pattern, value, re.ASCII):
            yield f"{value[:80]!r} does not match {said}"

    def check_format(self, said, value, *_):
        if said != "date-time":
            raise Unsupported(f"format {said}")
        if isinstance(value, str) and not is_instant(value):
            yield f"{value!r} is no {said}"

    def check_minimum(self, said, value, *_):
        if is_type(value, "number") and value < said:
            yield f"{value} is less than {said}"

    def check_maximum(self, said, value, *_):
        if is_type(value, "number") and value > said:
            yield f"{value} is more than {said}"

    def check_minLength(self, said, value, *_):
        if isinstance(value, str) and len(value) < said:
            yield f"{value!r} has fewer than {said} characters"

    def check_maxLength(self, said, value, *_):
        if isinstance(value, str) and len(value) > said:
            yield f"{value[:80]!r} has more than {said} characters"

    def check_minItems(self, said, value, *_):
        if isinstance(value, list) and len(value) < said:
            yield f"{len(value)} items are fewer than {said}"

    def check_maxItems(self, said, value, *_):
        if isinstance(value, list) and len(value) > said:
            yield f"{len(value)} items are more than {said}"

    def check_uniqueItems(self, said, value, *_):
        if said and isinstance(value, list):
            texts = [repr(item) for item in value]
            if len(set(texts)) < len(texts):
                yield "an item stands twice"

    def check_items(self, said, value, _, where):
        for place, item in enumerate(value if isinstance(value, list) else []):
            yield from self.faults(said, item, f"{where}[{place}]")

    def check_required(self, said, value, *_):
        if isinstance(value, dict):
            yield from (f"{name} is missing" for name in said if name not in value)

    def check_properties(self, said, value, _, where):
        if isinstance(value, dict):
            for name in sorted(said.keys() & value.keys()):
                yield from self.faults(said[name], value[name], f"{where}.{name}")

    def check_additionalProperties(self, said, value, schema, where):
        others = value.keys() - schema.get("properties", {}).keys() if isinstance(value, dict) else ()
        for name in sorted(others):
            if said is False:
                yield f"{name} is not described"
            else:
                yield from self.faults(said, value[name], f"{where}.{name}")

    def check_not(self, said, value, *_):
        if self.allows(said, value):
            yield f"{value!r} is what it must not be: {said}"

    def check_allOf(self, said, value, _, where):
        for part in said:
            yield from self.faults(part, value, where)

    def check_anyOf(self, said, value, _, where):
        parts = [self.faults(part, value, where) for part in said]
        if all(parts):
            yield f"matches nothing of anyOf: {parts}"

    def check_oneOf(self, said, value, schema, where):
        told = schema.get("discriminator")
        if told and isinstance(value, dict) and value.get(told["propertyName"]) in told["mapping"]:
            # The alternatives differ by that word, so no other can be right.
            yield from self.faults({"$ref": told["mapping"][value[told["propertyName"]]]}, value, where)
            return
        parts = [self.faults(part, value, where) for part in said]
        right = sum(not faults for faults in parts)
        if right != 1:
            yield f"matches {right} of oneOf: {parts}"
