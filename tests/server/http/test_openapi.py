"""/openapi.json and the server agree: every route is described, and every route described exists."""

import re
import unittest

from cases import ServerCase
from client import encode_request
from flags import manual_clock

ROUTES = {
    "/v1/accounts": {"post"}, "/v1/accounts/batch": {"post"}, "/v1/accounts/{}": {"get", "patch"},
    "/v1/accounts/{}/status": {"put"}, "/v1/accounts/{}/deposits": {"post"},
    "/v1/accounts/{}/withdrawals": {"post"}, "/v1/transfers": {"post"}, "/v1/trades/{}": {"get"},
    "/v1/accounts/{}/entries": {"get"}, "/v1/accounts/{}/packets/sent": {"get"},
    "/v1/accounts/{}/packets/received": {"get"}, "/v1/packets": {"post"},
    "/v1/packets/preview": {"post"}, "/v1/packets/{}": {"get"},
    "/v1/packets/{}/claims": {"get"}, "/v1/packets/{}/timeline": {"get"},
    "/v1/packets/{}/events": {"get"}, "/v1/packets/{}/fairness": {"get"},
    "/v1/packets/{}/grab": {"post"}, "/v1/campaigns": {"post"}, "/v1/campaigns/{}": {"get"},
    "/v1/campaigns/{}/shake": {"post"}, "/v1/campaigns/{}/events": {"get"},
    "/v1/sales": {"post"}, "/v1/sales/{}": {"get"}, "/v1/sales/{}/reservations": {"post"},
    "/v1/sales/{}/waitlist": {"post"}, "/v1/sales/{}/waitlist/{}": {"get", "delete"},
    "/v1/orders/{}": {"get"},
    "/v1/orders/{}/payment": {"post"}, "/v1/orders/{}/external-payments": {"post"},
    "/v1/orders/{}/cancellation": {"post"}, "/v1/accounts/{}/orders": {"get"},
    "/v1/packets/{}/open": {"post"}, "/v1/opens": {"post"}, "/v1/audit": {"get"}, "/v1/audit/days": {"get"},
    "/v1/exports/postings": {"get"}, "/v1/exports/statements": {"get"}, "/v1/exports/ledger": {"get"},
    "/v1/accounts/{}/statement": {"get"},
    "/livez": {"get"}, "/readyz": {"get"}, "/version": {"get"}, "/openapi.json": {"get"},
    "/problems": {"get"}, "/problems/{}": {"get"},
    "/docs": {"get"}, "/docs/openapi-explorer.min.js": {"get"}}
METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
KEYED = ("/v1/accounts/{}/deposits", "/v1/accounts/{}/withdrawals", "/v1/transfers", "/v1/packets",
         "/v1/campaigns", "/v1/sales", "/v1/orders/{}/payment")


def template(path):
    return re.sub(r"\{[^}]*\}", "{}", path)


class OpenApi(ServerCase):
    server_flags = (manual_clock(),)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        answer = cls.api.get("/openapi.json")
        cls.media_type = answer.headers["content-type"]
        cls.document = answer.json

    def operations(self):
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                if method in METHODS:
                    yield path, method, operation

    def resolved(self, node):
        while isinstance(node, dict) and "$ref" in node:
            reference = node["$ref"]
            self.assertTrue(reference.startswith("#/"), reference)
            node = self.document
            for part in reference[2:].split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def references(self, node):
        if isinstance(node, dict):
            for name, value in node.items():
                if name == "$ref":
                    yield value
                yield from self.references(value)
        elif isinstance(node, list):
            for value in node:
                yield from self.references(value)

    def test_the_document_is_openapi_3_1_with_title_and_version(self):
        self.assertTrue(self.media_type.startswith("application/json"), self.media_type)
        self.assertTrue(self.document["openapi"].startswith("3.1."))
        self.assertTrue(self.document["info"]["title"])
        self.assertTrue(self.document["info"]["version"])

    def test_every_route_is_described_with_every_method(self):
        described = {}
        for path, method, _ in self.operations():
            described.setdefault(template(path), set()).add(method)
        for route, methods in ROUTES.items():
            with self.subTest(route):
                self.assertLessEqual(methods, described.get(route, set()))

    def test_every_described_operation_exists(self):
        for path, method, _ in self.operations():
            with self.subTest((method, path)):
                target = path.replace("{user_id}", "nobody-at-all")
                target = re.sub(r"\{[^}]*\}", "1234567890123456789", target)
                body = {} if method in ("post", "put", "patch") else None
                with self.connect() as line:
                    line.send(encode_request(method.upper(), target, body, "probe"))
                    answer = line.read_answer()
                self.assertNotEqual(405, answer.status, answer)
                self.assertNotIn(answer.code, ("route_not_found", "method_not_allowed"))

    def test_every_operation_describes_its_answers_and_refusals(self):
        for path, method, operation in self.operations():
            with self.subTest((method, path)):
                answers = operation["responses"]
                self.assertTrue(any(status.startswith("2") for status in answers), answers.keys())
                self.assertTrue(operation.get("summary") or operation.get("description"))
                if path.startswith("/v1/") and method in ("post", "put", "patch"):
                    content = self.resolved(operation["requestBody"])["content"]
                    self.assertIn("application/json", content)
                    self.assertTrue(any(status[0] == "4" or status == "default"
                                        for status in answers))

    def test_path_parameters_are_described(self):
        for path, method, operation in self.operations():
            wanted = set(re.findall(r"\{([^}]*)\}", path))
            listed = operation.get("parameters", []) + self.document["paths"][path].get(
                "parameters", [])
            named = {self.resolved(parameter)["name"] for parameter in listed
                     if self.resolved(parameter)["in"] == "path"}
            with self.subTest((method, path)):
                self.assertEqual(wanted, named)

    def test_keyed_operations_require_the_idempotency_key(self):
        for path, method, operation in self.operations():
            if template(path) in KEYED and method == "post":
                with self.subTest(path):
                    headers = [self.resolved(parameter) for parameter in operation["parameters"]]
                    key = [item for item in headers if item["in"] == "header" and
                           item["name"].lower() == "idempotency-key"]
                    self.assertEqual([True], [item["required"] for item in key])

    def test_every_reference_leads_somewhere(self):
        for reference in set(self.references(self.document)):
            with self.subTest(reference):
                self.assertIsNotNone(self.resolved({"$ref": reference}))

    def test_objects_are_named_schemas(self):
        """Generated clients then have one type for one thing. Only what narrows a named one is nameless."""
        def nameless(node, where):
            if isinstance(node, list):
                for value in node:
                    yield from nameless(value, where)
            elif isinstance(node, dict):
                if "properties" in node:
                    yield where
                for name, value in node.items():
                    if name not in ("example", "examples", "allOf", "not"):
                        yield from nameless(value, f"{where}/{name}")
        schemas = self.document["components"]["schemas"]
        named = [f"#/{name}" for name, schema in schemas.items() if "properties" in schema]
        found = [where for name, schema in schemas.items() for where in nameless(schema, f"#/{name}")]
        self.assertEqual(named, found)
        rest = {**self.document, "components": {**self.document["components"], "schemas": {}}}
        self.assertEqual([], list(nameless(rest, "#")))

    def test_livez_readyz_and_version_answer(self):
        for target in ("/livez", "/readyz", "/version"):
            self.assert_ok(self.api.get(target))


if __name__ == "__main__":
    unittest.main()
