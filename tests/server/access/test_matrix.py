"""Who may do what: every operation of the API's description is asked as everybody, and the matrix printed.

What must come is in tests/support/access/matrix_table.py, written by hand from the page on access. An operation that
is not in it fails. HONGBAO_MATRIX=FILE keeps the printed matrix.
"""

import os
import pathlib
import unittest

import matrix_table
from access import Access, Bearer
from api import fresh_name
from client import encode_request
from flags import manual_clock, no_daily_limits, requests_per_s_per_user
from matrix_world import World
from server import Server

METHODS = ("get", "post", "put", "patch", "delete")
# Credentials that are none, and what is said of them; but what is open to nobody is open to whoever brings them.
FAULTY = {"expired key": "credential_expired", "expired token": "credential_expired", "revoked key": "credential_invalid",
          "rotated key": "credential_invalid", "another server's key": "credential_invalid",
          "another server's token": "credential_invalid", "altered key": "credential_invalid",
          "altered token": "credential_invalid"}


def altered(credential):
    """Another character near the end. The last one of base64 has bits that mean nothing."""
    place = len(credential) - 5
    return credential[:place] + ("A" if credential[place] != "A" else "B") + credential[place + 1:]


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(manual_clock(), requests_per_s_per_user(0), *no_daily_limits())
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        cls.access = Access(cls.server)
        cls.operator = cls.access.operator
        cls.world = World(cls.operator)
        alice, bob = cls.world.people
        shop, shop2 = cls.world.shops
        credentials = {scope: cls.access.key(scope) for scope in ("gateway", "service", "reader", "operator")}
        cls.faulty = cls.faulty_credentials(alice)
        credentials.update(user=cls.access.token(alice), other=cls.access.token(bob),
                           shop=cls.access.key("merchant", account=shop),
                           shop2=cls.access.key("merchant", account=shop2), nobody=None)
        cls.apis = {column: Bearer(cls.server.port, credential) for column, credential in credentials.items()}
        cls.document = cls.apis["nobody"].get("/openapi.json").json
        cls.operations = [f"{method.upper()} {path}" for path, item in cls.document["paths"].items()
                          for method in METHODS if method in item]

    @classmethod
    def tearDownClass(cls):
        for api in (*cls.apis.values(), *cls.faulty.values(), cls.operator):
            api.close()
        assert cls.server.stop() == 0, cls.server.stderr_text()
        done = cls.server.verify()
        assert done.returncode == 0, done.stderr

    @classmethod
    def faulty_credentials(cls, alice):
        operator, access = cls.operator, cls.access
        found = {"expired key": access.key("operator", expires_in_s=60),
                 "expired token": access.token(alice, expires_in_s=60),
                 "altered key": altered(access.key("operator")), "altered token": altered(access.token(alice))}
        revoked, rotated = access.make_key("operator"), access.make_key("operator")
        assert operator.revoke_key(revoked["key_id"]).status == 200
        assert operator.rotate_key(rotated["key_id"], overlap_s=0).status == 200
        found.update({"revoked key": revoked["key"], "rotated key": rotated["key"]})
        with_another = Server()
        cls.addClassCleanup(with_another.remove)
        with_another.start()
        another = Access(with_another)
        another.operator.create_account(alice)
        found.update({"another server's key": another.key("operator"), "another server's token": another.token(alice)})
        another.operator.close()
        assert with_another.stop() == 0
        operator.advance(120_000)
        return {name: Bearer(cls.server.port, credential) for name, credential in found.items()}

    # Asking
    def owner(self, column, operation=""):
        is_of_shop = column in ("shop", "shop2") or matrix_table.is_for_merchants(operation)
        return self.world.shops[0] if is_of_shop else self.world.people[0]

    def api(self, column, call):
        """A restricted token is made for the call, or for something else."""
        if column not in ("there", "elsewhere"):
            return self.apis[column]
        is_there = column == "there" and call.entity
        entity = call.entity if is_there else {"packet_id": self.world.packet()}
        return Bearer(self.server.port, self.access.token(self.world.people[0], **entity))

    def sequence(self):
        return self.operator.audit()["journal_sequence"]

    def send(self, api, operation, call, target=None):
        method = operation.split(" ")[0]
        if not operation.endswith("/events"):
            return api.request(method, target or call.target, call.body, call.key)
        with Bearer(api.port, api.credential) as line:  # a stream has no end
            line.send(encode_request(method, target or call.target, headers=line.carried()))
            return line.read_answer()

    def word(self, api, operation, call):
        """What an answer comes to. A refusal leaves no trace, and hides what it hides."""
        before = self.sequence()
        answer = self.send(api, operation, call)
        if answer.status < 300:
            return "ok"
        self.assertEqual(before, self.sequence(), f"{operation} was refused, and did something: {answer}")
        if answer.status == 404 and call.absent:
            nothing = self.send(api, operation, call, call.absent)
            self.assertEqual(without_id(nothing), without_id(answer), operation)
            return "nf"
        self.assertIn((answer.status, answer.code), ((401, "credential_missing"), (403, "not_allowed"),
                                                     (403, "not_yours")), f"{operation}: {answer}")
        if answer.status == 401:
            self.assertEqual('Bearer realm="hongbao"', answer.headers["www-authenticate"])
        return matrix_table.WORDS[answer.code]

    # Tests
    def test_the_table_knows_every_operation(self):
        self.assertEqual(sorted(matrix_table.OPERATIONS), sorted(self.operations))

    def test_everybody_may_what_the_page_on_access_says(self):
        rows = {}
        for operation in filter(self.operations.__contains__, matrix_table.OPERATIONS):
            rows[operation] = row = {}
            for column, word in matrix_table.expected(operation).items():
                with self.subTest(operation=operation, column=column):
                    call = self.world.ask(operation, self.owner(column, operation))
                    row[column] = self.word(self.api(column, call), operation, call)
                    self.assertEqual(word, row[column])
        print(matrix_table.printed(rows))
        if os.environ.get("HONGBAO_MATRIX"):
            pathlib.Path(os.environ["HONGBAO_MATRIX"]).write_text(matrix_table.printed(rows) + "\n", "utf-8")

    def test_a_faulty_credential_opens_what_is_open_to_nobody_and_nothing_else(self):
        for operation in self.operations:
            is_open = matrix_table.expected(operation)["nobody"] == "ok"
            for name, code in FAULTY.items():
                with self.subTest(operation=operation, credential=name):
                    call = self.world.ask(operation, self.owner("user"))
                    before = self.sequence()
                    answer = self.send(self.faulty[name], operation, call)
                    if is_open:
                        self.assertLess(answer.status, 300, answer)
                        continue
                    self.assertEqual(before, self.sequence())
                    self.assertEqual(401, answer.status, answer)
                    self.assertIn('error="invalid_token"', answer.headers["www-authenticate"])
                    self.assertEqual(code, answer.code, answer)

    def test_the_operator_of_the_machine_may_everything(self):
        for operation in self.operations:
            with self.subTest(operation=operation):
                call = self.world.ask(operation, self.owner("shop"))
                if not operation.endswith("/events"):  # a stream would keep the connection
                    answer = self.operator.request(operation.split(" ")[0], call.target, call.body, call.key)
                    self.assertLess(answer.status, 300, answer)

    def test_users_and_merchants_may_leave_out_their_names(self):
        self.assertEqual(matrix_table.OWN_FIELDS, {name: field for name in self.operations
                                                   for field in own_fields(self.document, name)})
        for operation, field in matrix_table.OWN_FIELDS.items():
            for column, owner in (("user", self.world.people[0]), ("shop", self.world.shops[0])):
                if matrix_table.expected(operation)[column] != "ok":
                    continue
                with self.subTest(operation=operation, column=column):
                    call = self.world.ask(operation, owner).without(field)
                    answer = self.send(self.apis[column], operation, call)
                    self.assertLess(answer.status, 300, answer)
                    said = answer.json.get("results", [answer.json])[0]
                    self.assertEqual(owner, said.get(field, said.get("user_id", owner)), answer)

    def test_whoever_acts_for_others_must_name_them(self):
        for operation, field in matrix_table.OWN_FIELDS.items():
            with self.subTest(operation=operation):
                call = self.world.ask(operation, self.world.shops[0]).without(field)
                before = self.sequence()
                answer = self.send(self.apis["service"], operation, call)
                self.assertEqual((400, "invalid_request"), (answer.status, answer.code), answer)
                self.assertEqual([("missing", field)], [(fault["code"], fault["pointer"].rsplit("/", 1)[1])
                                                        for fault in answer.json["errors"]])
                self.assertEqual(before, self.sequence())

    def test_another_name_is_refused_before_whatever_else_is_wrong(self):
        for operation in matrix_table.OWN_FIELDS:
            with self.subTest(operation=operation):
                call = self.world.ask(operation, self.world.shops[1])
                call.body[fresh_name("strange")] = 1
                answer = self.send(self.apis["shop"], operation, call)
                self.assertEqual((403, "not_yours"), (answer.status, answer.code), answer)


def without_id(answer):
    return answer.status, {name: said for name, said in answer.json.items() if name != "request_id"}


def resolved(document, node):
    while "$ref" in node:
        found = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def own_fields(document, operation):
    """The fields of a body, or of its items, that only say for whom."""
    method, path = operation.split(" ")
    content = document["paths"][path][method.lower()].get("requestBody")
    if not content:
        return
    properties = resolved(document, content["content"]["application/json"]["schema"])["properties"]
    for name, schema in properties.items():
        if schema.get("$ref", "").endswith("/OwnUserId"):
            yield name
        items = resolved(document, schema.get("items", {})).get("properties", {})
        yield from (inner for inner, part in items.items() if part.get("$ref", "").endswith("/OwnUserId"))


if __name__ == "__main__":
    unittest.main()
