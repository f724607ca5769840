"""The validator that the contract test relies on: what it accepts, rejects, and does not support."""

import unittest

from json_schema import Schemas, Unsupported

INSTANT = {"type": "string", "format": "date-time"}
DOCUMENT = {"components": {"schemas": {
    "Word": {"type": "string", "minLength": 1},
    "Pair": {"type": "object", "required": ["a"], "properties": {
        "a": {"$ref": "#/components/schemas/Word"}, "b": {"type": "integer"}}}}}}
WORD = {"$ref": "#/components/schemas/Word"}
PAIR = {"$ref": "#/components/schemas/Pair"}

# A schema, values that it allows, values that it does not.
RULES = [
    ({"type": "integer"}, [0, -5, 2**70], [1.0, 1.5, "1", True, None, [], {}]),
    ({"type": "number"}, [0, -1.5, 2**70], ["1", True, None, [], {}]),
    ({"type": "boolean"}, [True, False], [0, 1, "true", None]),
    ({"type": "string"}, ["", "x"], [0, None, ["x"], {}, False]),
    ({"type": "array"}, [[], [1]], [{}, "[]", None]),
    ({"type": "object"}, [{}, {"a": 1}], [[], "{}", None]),
    ({"type": ["string", "null"]}, ["", None], [0, False, []]),
    ({"enum": ["a", None, 1]}, ["a", None, 1], ["A", "", 0, True, [], 1.5]),
    ({"const": 0}, [0], [1, False, "0", None]),
    ({"const": "true"}, ["true"], [True, "True"]),
    ({"pattern": "^[a-z]{2}$"}, ["ab", 5], ["a", "abc", "ab\n", "AB"]),
    ({"pattern": "Z$"}, ["Z", "xZ"], ["Zx", "Z\n", ""]),
    ({"minimum": 1, "maximum": 3}, [1, 2.5, 3, "9"], [0, 0.5, 4, -1]),
    ({"minLength": 1, "maxLength": 2}, ["a", "红包", 555], ["", "abc"]),
    ({"minItems": 1, "maxItems": 2}, [[1], [1, 2], "abc"], [[], [1, 2, 3]]),
    ({"uniqueItems": True}, [[], [1, 2], ["1", 1], [1, True]], [[1, 1], ["a", "b", "a"]]),
    ({"items": {"type": "integer"}}, [[], [1, 2], "x"], [["1"], [1, None]]),
    ({"required": ["a"]}, [{"a": None}, [], "a"], [{}, {"b": 1}]),
    ({"properties": {"a": {"type": "integer"}}}, [{}, {"a": 1}, {"b": "x"}], [{"a": "1"}]),
    ({"properties": {"a": {}}, "additionalProperties": False}, [{}, {"a": 1}], [{"b": 1}]),
    ({"properties": {"a": {}}, "additionalProperties": {"type": "integer"}},
     [{}, {"a": "x"}, {"b": 1}, {"a": "x", "b": 1, "c": 2}, "b"], [{"b": "x"}, {"b": 1, "c": None}]),
    ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, [1, 2], [0, 3]),
    ({"not": {"properties": {"a": {"type": "null"}}}}, [{"a": 1}], [{}, {"a": None}]),
    ({"anyOf": [{"type": "null"}, {"minimum": 5}]}, [None, 5], [4]),
    ({"oneOf": [{"minimum": 2}, {"maximum": 3}]}, [1, 4], [2, 3]),
    (INSTANT, ["2026-11-21T05:53:14.123Z", "2026-11-21T05:53:14Z", "2024-02-29T00:00:00+08:00"],
     ["2026-11-21", "2026-13-21T05:53:14Z", "2026-02-29T05:53:14Z", "2026-11-21 05:53:14Z",
      "2026-11-21T05:53:14", "2026-11-21T25:00:00Z", "", "x2026-11-21T05:53:14Z"]),
    (WORD, ["x"], ["", 5]),
    (PAIR, [{"a": "x"}, {"a": "x", "b": 1}], [{}, {"a": ""}, {"a": "x", "b": "1"}]),
    # What stands beside a $ref counts, too.
    ({**PAIR, "properties": {"a": {"enum": ["x"]}}}, [{"a": "x"}], [{"a": "y"}, {}]),
    ({**PAIR, "required": ["b"]}, [{"a": "x", "b": 1}], [{"a": "x"}, {"b": 1}]),
    ({"description": "any", "examples": [1], "default": 1}, [1, None, "x"], [])]

NOT_TAKEN = [
    {"typ": "string"}, {"multipleOf": 2}, {"exclusiveMinimum": 0}, {"patternProperties": {}},
    {"if": {}}, {"prefixItems": []}, {"nullable": True}, {"unevaluatedItems": False},
    {"type": "decimal"}, {"type": "any"}, {"type": ["string", "numeric"]}, {"format": "uri"},
    {"$ref": "other.json#/a"}, {"minimum": 1.5}, {"maxLength": "5"},
    {"properties": {"a": {"typ": "string"}}}, {"anyOf": [{}, {"typ": "string"}]}, True, "string"]


class JsonSchema(unittest.TestCase):
    schemas = Schemas(DOCUMENT)

    def test_values_are_allowed_or_refused_as_the_standard_says(self):
        for schema, allowed, refused in RULES:
            for value in allowed:
                with self.subTest((schema, value)):
                    self.assertEqual([], self.schemas.faults(schema, value))
            for value in refused:
                with self.subTest((schema, value)):
                    self.assertNotEqual([], self.schemas.faults(schema, value))

    def test_a_keyword_that_is_not_known_is_refused_and_not_ignored(self):
        for schema in NOT_TAKEN:
            with self.subTest(schema), self.assertRaises(Unsupported):
                self.schemas.faults(schema, {"a": "x"})

    def test_a_fault_says_where_it_is(self):
        schema = {"properties": {"list": {"items": PAIR}}}
        faults = self.schemas.faults(schema, {"list": [{"a": "x"}, {"a": ""}]})
        self.assertEqual(["$.list[1].a: '' has fewer than 1 characters"], faults)


if __name__ == "__main__":
    unittest.main()
