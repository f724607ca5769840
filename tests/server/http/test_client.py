"""A typed client made from /openapi.json compiles under `tsc --strict`, and what it is told is what its types
promise: accounts, a packet, a refusal, a list by its cursor, an order. See tests/client."""

import json
import unittest

import npm
from cases import ServerCase
from flags import manual_clock


class Client(ServerCase):
    server_flags = (manual_clock(),)

    @classmethod
    def setUpClass(cls):
        cls.folder = npm.workshop()
        super().setUpClass()

    def run_well(self, *command):
        done = npm.run(command, self.folder)
        self.assertEqual(0, done.returncode, f"{command}:\n{done.stdout}")
        return done.stdout

    def test_the_lock_file_names_no_registry(self):
        self.assertNotIn('"resolved"', (npm.SOURCES / "package-lock.json").read_text())

    def test_a_generated_client_compiles_and_works(self):
        document = json.dumps(self.api.get("/openapi.json").json, ensure_ascii=False)
        (self.folder / "openapi.json").write_text(document)
        # A field with a default may be left out of a request.
        self.run_well("node", "node_modules/openapi-typescript/bin/cli.js", "openapi.json", "--output",
                      "openapi.d.ts", "--default-non-nullable=false")
        self.run_well("node", "node_modules/typescript/bin/tsc", "--project", ".")
        said = self.run_well("node", "compiled/client.js", f"http://127.0.0.1:{self.server.port}")
        self.assertEqual([f"{story}: as promised" for story in ("accounts", "packets", "lists", "orders")],
                         said.splitlines())


if __name__ == "__main__":
    unittest.main()
