"""The contract: the server is driven from its own description alone, GET /openapi.json.

Every operation is called with each of its examples, with all that its schemas do not allow, with
what they only just allow, and so that it answers with each refusal that it lists. Each answer is
judged by the description: status, headers, content type, body, code.

To add an operation: describe it below src/http/api, in the part of its theme or a new one, with
`examples` of its body, an example of each answer and one of each problem (problem_examples.json).
All of the above then follows by itself, and this test says what is missing: a row in
contract_refusals.py for each code of the operation's own (OWN, or WITHIN for those inside a
success), a row in SUCCESSES for a success that no example gives, and for an example that speaks of
a new kind of thing, that thing in contract_world.py.

CONTRACT_DOCUMENT=FILE takes a description that is not built in yet; src/http/api/openapi/merge.py makes
such a file.
"""

import json
import os
import pathlib
import unittest
from urllib.parse import quote

import contract_refusals
from access import Access, Bearer
from api import Api
from cases import ServerCase, settled_audit
from contract import Contract
from contract_bodies import parameter_values, variants
from contract_world import World
from flags import allowed_hosts, manual_clock
from server import Server


def without_secrets(answer):
    """What a second answer has, too: a secret is shown once, and a token is made anew."""
    return {name: value for name, value in answer.items()
            if name not in ("key", "secret", "note", "token", "expires_at")}


class ContractTest(ServerCase):
    server_flags = (manual_clock(), allowed_hosts("localhost"))  # with keys, others are refused only then

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # From the first key on, which an example makes, everybody needs one.
        access = Access(cls.server)
        cls.api = Bearer(cls.server.port, access.key("operator"))
        access.operator.close()
        cls.wall = Server()
        cls.addClassCleanup(cls.wall.remove)
        cls.wall_api = Api(cls.wall.start().port)
        named = os.environ.get("CONTRACT_DOCUMENT")
        document = (json.loads(pathlib.Path(named).read_text("utf-8")) if named
                    else cls.api.get("/openapi.json").json)
        cls.contract = Contract(document)

    @classmethod
    def tearDownClass(cls):
        """An orderly end. The journal is judged by `verify`: the auditor knows no campaigns."""
        for api, server in ((cls.wall_api, cls.wall), (cls.api, cls.server)):
            api.close()
            assert server.stop() == 0, server.stderr_text()
            done = server.verify()
            assert done.returncode == 0, done.stderr

    def setUp(self):
        self.world = World(self.server, self.contract, self)
        self.addCleanup(self.world.api.close)

    def operations(self):
        return self.contract.operations.values()

    def test_every_example_is_as_its_own_schema_says(self):
        self.assertEqual([], list(self.contract.example_faults()))

    def test_every_body_answer_and_parameter_has_an_example(self):
        for operation in self.operations():
            with self.subTest(str(operation)):
                self.assertTrue(operation.body_examples)
                for parameter in operation.parameters:
                    self.assertIn("example", parameter)
                for response in operation.responses.values():
                    for content in response.get("content", {}).values():
                        self.assertTrue(self.contract.examples_of(content))

    def test_every_example_is_answered_well_and_every_success_and_event_comes(self):
        for operation in self.operations():
            for number in range(len(operation.body_examples)):
                with self.subTest(f"{operation} {number}"):
                    self.world.renew()
                    self.ask_example(operation, self.world.example(operation, number))
        for operation, status, ask in contract_refusals.SUCCESSES:
            with self.subTest((operation, status)):
                self.assertEqual(status, ask(self.world).status)
        for operation in self.operations():
            given = {status for name, status, _ in self.contract.given if name == operation.id}
            told = {kind for name, kind in self.contract.told if name == operation.id}
            with self.subTest(str(operation)):
                self.assertEqual(operation.successes(), {item for item in given if item < 300})
                self.assertEqual(set(operation.events()), told)

    def ask_example(self, operation, body):
        keyed = operation.takes("Idempotency-Key")
        key = self.world.new_key(operation) if keyed else None
        answer = self.world.call(operation.id, body=body, key=key)
        self.assertIn(answer.status, operation.successes(), answer)
        for parameter in operation.parameters_in("query"):
            value = parameter["example"]
            if parameter["name"] == "cursor":  # which belongs to this list and no other
                value = self.world.call(operation.id, query="limit=1").json["next_cursor"]
            if parameter["name"] == "lastEventId":  # after which nothing might come for long
                value = ""
            if value is not None:
                query = f"{parameter['name']}={value}"
                self.assertEqual(200, self.world.call(operation.id, query=query).status)
        self.assertFalse(answer.replayed)
        if operation.keeps_key():
            # A request that found its work already done keeps no key, and finds it done again.
            again = self.world.call(operation.id, body=body, key=key)
            self.assertEqual((answer.status, without_secrets(answer.json)),
                             (again.status, without_secrets(again.json)))
            self.assertTrue(again.replayed or not operation.needs("Idempotency-Key"), again)

    def test_what_the_schemas_refuse_is_refused_and_changes_nothing(self):
        before = settled_audit(self.api)
        for operation in self.operations():
            with self.subTest(str(operation)):
                changes = [*self.bodies(operation, False), *self.parameters(operation, False)]
                if operation.body and self.contract.flat(operation.body)["properties"]:
                    self.assertGreater(len(changes), 20, "hardly anything is refused")
                if operation.needs("Idempotency-Key"):
                    changes.append(("no key", {"key": None}))
                answers = self.world.call_together(operation, [said for _, said in changes])
                for (what, _), answer in zip(changes, answers):
                    with self.subTest(what):
                        self.assertEqual(400, answer.status, answer)
                self.assertEqual(before, self.api.audit())

    def test_what_the_schemas_just_allow_is_never_called_malformed(self):
        for operation in self.operations():
            self.world.renew()
            for what, said in [*self.bodies(operation, True), *self.parameters(operation, True)]:
                with self.subTest(f"{operation} {what}"):
                    answer = self.world.call(operation.id, **said)
                    self.assertNotEqual(400, answer.status, answer)

    def bodies(self, operation, right):
        """(what is changed, what to send) for bodies that the schema allows, or does not."""
        for number in range(len(operation.body_examples) if operation.body else 0):
            example = self.world.example(operation, number)
            for what, body, allowed in variants(self.contract, operation.body, example):
                if allowed == right:
                    yield what, {"body": body}

    def parameters(self, operation, right):
        """The same for queries and headers. An id or cursor that looks right may still not exist,
        so of these only malformed ones are tried."""
        for parameter in operation.parameters_in("query") + operation.parameters_in("header"):
            name = parameter["name"]
            for text, allowed in parameter_values(self.contract, parameter):
                if allowed != right or right and name in ("cursor", "Last-Event-ID",
                                                                   "lastEventId"):
                    continue
                if parameter["in"] == "query":
                    yield f"{name}={text}", {"query": f"{name}={quote(text, safe='')}"}
                elif text.isascii() and name == "Idempotency-Key":
                    yield f"{name}: {text}", {"key": text}
                elif text.isascii() and text == text.strip():  # blanks around a value are not part of it
                    yield f"{name}: {text}", {"headers": [(name, text)]}

    def test_every_refusal_that_is_described_comes_when_it_is_provoked(self):
        rows, types = contract_refusals.table(self.contract), set()
        listed = {code for operation in self.operations()
                  for _, code in self.contract.refusals(operation)}
        self.assertEqual(set(), contract_refusals.ELSEWHERE.keys() - listed)
        described = {(operation.id, code): (status, operation) for operation in self.operations()
                     for status, code in self.contract.refusals(operation)
                     if code not in contract_refusals.ELSEWHERE or (operation.id, code) in rows}
        self.assertEqual(set(), described.keys() - rows.keys(), "described, but not in the table")
        self.assertEqual(set(), rows.keys() - described.keys(), "in the table, but not described")
        for (name, code), provoke in rows.items():
            with self.subTest(f"{name} {code}"):
                answer = provoke(self.world, name)
                status = described[name, code][0]
                self.assertEqual(code, answer.code, answer)
                if status != "default":
                    self.assertEqual(int(status), answer.status)
                if answer.status == 405:
                    self.assertIn(described[name, code][1].method,
                                  answer.headers["allow"].split(", "))
                types.add(answer.json["type"])
        for target in sorted(types):
            with self.subTest(target):
                self.assertEqual(200, self.wall_api.get(target).status)

    def test_every_refusal_inside_a_success_comes_when_it_is_provoked(self):
        described = {(operation.id, code) for operation in self.operations()
                     for code in self.contract.refusals_within(operation)}
        self.assertEqual(described, contract_refusals.WITHIN.keys())
        for (name, code), provoke in contract_refusals.WITHIN.items():
            with self.subTest(f"{name} {code}"):
                self.contract.within.clear()
                self.assertEqual(200, provoke(self.world).status)
                self.assertEqual({(name, code)}, self.contract.within)


if __name__ == "__main__":
    unittest.main()
