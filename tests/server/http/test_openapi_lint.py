"""A linter finds nothing to say about /openapi.json, and finds what is wrong in a document that is."""

import json
import unittest

import npm
from api import Api
from server import Server


class Lint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = npm.workshop()
        server = Server()
        cls.addClassCleanup(server.remove)
        server.start()
        with Api(server.port) as api:
            cls.document = api.get("/openapi.json").json
        assert server.stop() == 0, server.stderr_text()

    def lint(self, document):
        (self.folder / "linted.json").write_text(json.dumps(document, indent=2, ensure_ascii=False))
        return npm.run(["node", "lint.mjs", "linted.json"], self.folder)

    def test_the_document_has_no_errors_and_no_warnings(self):
        done = self.lint(self.document)
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertIn("0 errors, 0 warnings, 0 ignored", done.stdout)

    def test_what_is_wrong_is_found(self):
        operation = self.document["paths"]["/v1/packets"]["post"]
        without_tag = {**operation, "tags": ["stamps"]}
        with_form = {**operation, "requestBody": {"content": {"text/csv": {"schema": {"type": "string"}}}}}
        for wrong, rule in ((without_tag, "operation-tag-defined"), (with_form, "request-mime-type")):
            with self.subTest(rule):
                paths = {**self.document["paths"], "/v1/packets": {"post": wrong}}
                done = self.lint({**self.document, "paths": paths})
                self.assertEqual(1, done.returncode, done.stdout)
                self.assertIn(rule, done.stdout)


if __name__ == "__main__":
    unittest.main()
