"""GET /docs: the API's reference for people. The page and its viewer come from the server alone, with a policy
that lets no other script run and no other address be asked; the viewer is what its npm package has."""

import gzip
import hashlib
import json
import pathlib
import re
import sys
import tempfile
import unittest

import npm
from cases import ServerCase

VIEWER = pathlib.Path(__file__).resolve().parents[3] / "src/http/api/docs/viewer"
SCRIPT = "/docs/openapi-explorer.min.js"

sys.path.insert(0, str(VIEWER))
import refresh


class Docs(ServerCase):
    def policy_of(self, answer):
        return dict(rule.strip().split(" ", 1)
                    for rule in answer.headers["content-security-policy"].split(";"))

    def test_the_page_shows_the_description_and_asks_nobody_else(self):
        answer = self.api.get("/docs")
        self.assertEqual(200, answer.status)
        self.assertEqual("text/html; charset=utf-8", answer.headers["content-type"])
        page = answer.body.decode()
        self.assertIn('spec-url="/openapi.json"', page)
        asked = re.findall(r'(?:src|href|url)="([^"]*)"', page)
        self.assertEqual({"/openapi.json", SCRIPT, "data:,"}, set(asked))
        self.assertNotRegex(page, r"https?:|<script(?![^>]* src=)|\son\w+=")
        for target in set(asked) - {"data:,"}:
            self.assertEqual(200, self.api.get(target).status, target)

    def test_the_policy_lets_only_this_server_give_scripts_and_be_asked(self):
        for target in ("/docs", SCRIPT):
            policy = self.policy_of(self.api.get(target))
            self.assertEqual(("'none'", "'self'", "'self'"),
                             (policy["default-src"], policy["script-src"], policy["connect-src"]))
            self.assertEqual("'none'", policy["frame-ancestors"])
            self.assertNotIn("font-src", policy)

    def test_both_are_kept_by_their_tag_and_compressed(self):
        for target in ("/docs", SCRIPT):
            with self.subTest(target):
                plain = self.api.get(target)
                packed = self.api.request("GET", target, headers=[("Accept-Encoding", "gzip")])
                self.assertEqual("gzip", packed.headers["content-encoding"])
                self.assertEqual(plain.body, gzip.decompress(packed.body))
                self.assertNotEqual(plain.headers["etag"], packed.headers["etag"])
                again = self.api.request(
                    "GET", target, headers=[("If-None-Match", plain.headers["etag"])])
                self.assertEqual((304, b""), (again.status, again.body))

    def test_the_viewer_is_the_file_that_the_notes_name(self):
        notes = json.loads(refresh.NOTES.read_text())
        for name, file in notes["files"].items():
            sum_of_file = hashlib.sha256((VIEWER / name).read_bytes()).hexdigest()
            self.assertEqual(file["sha256"], sum_of_file, name)
        self.assertEqual((VIEWER / "openapi-explorer.min.js").read_bytes(), self.api.get(SCRIPT).body)


class Origin(unittest.TestCase):
    def test_the_viewer_is_what_its_npm_package_has(self):
        npm.node_version()
        notes = json.loads(refresh.NOTES.read_text())
        with tempfile.TemporaryDirectory() as folder:
            archive, integrity = refresh.pack(notes["name"], notes["version"], folder)
            self.assertEqual(notes["integrity"], integrity)
            content = refresh.files_in(archive, [file["path"] for file in notes["files"].values()])
        for name, file in notes["files"].items():
            self.assertEqual((VIEWER / name).read_bytes(), content[file["path"]], name)


if __name__ == "__main__":
    unittest.main()
