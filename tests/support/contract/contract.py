"""The API's description as the contract test reads it: operations, what they accept, what they may
answer; and the judge of every answer, which also lists the answers that were given.
"""

import json
import re

from json_schema import Schemas

METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
JSON, PROBLEM, EVENTS = "application/json", "application/problem+json", "text/event-stream"


def parse_events(text):
    """(id, type, data) of each whole event in the text of a stream."""
    events = []
    for block in text.split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        if "event" in fields:
            events.append((fields["id"], fields["event"], json.loads(fields["data"])))
    return events


def nodes(node):
    """Every object of the document, except inside examples."""
    if isinstance(node, dict):
        yield node
        for name, part in node.items():
            if name not in ("example", "examples"):
                yield from nodes(part)
    elif isinstance(node, list):
        for part in node:
            yield from nodes(part)


class Operation:
    def __init__(self, contract, method, path, node):
        self.id, self.method, self.path, self.node = node["operationId"], method, path, node
        self.parameters = [contract.resolved(item) for item in node.get("parameters", [])]
        self.responses = {status: contract.resolved(item)
                          for status, item in node["responses"].items()}
        self.body, self.body_examples = None, [None]
        if "requestBody" in node:
            content = contract.resolved(node["requestBody"])["content"][JSON]
            self.body = content["schema"]
            self.body_examples = list(contract.examples_of(content).values())

    def __str__(self):
        return f"{self.id} ({self.method} {self.path})"

    def parameters_in(self, place):
        return [parameter for parameter in self.parameters if parameter["in"] == place]

    def takes(self, name):
        return any(parameter["name"] == name for parameter in self.parameters)

    def needs(self, name):
        return any(parameter["name"] == name and parameter["required"]
                   for parameter in self.parameters)

    def keeps_key(self):
        """Whether an answer is kept under the key that its request came with."""
        return any("Idempotency-Replayed" in response.get("headers", {})
                   for response in self.responses.values())

    def events(self):
        """Types of events by their schema's name: `claim` is described by ClaimEvent."""
        return {name[:-len("Event")].lower(): f"#/components/schemas/{name}"
                for name in re.findall(r"`(\w+Event)`", self.node["description"])}

    def event_of(self, kind):
        """What describes an event of that type: itself, or all facts at once."""
        return "fact" if "fact" in self.events() else kind

    def successes(self):
        return {int(status) for status in self.responses if status.startswith("2")}


class Contract:
    def __init__(self, document):
        self.document = document
        self.schemas = Schemas(document)
        self.given = set()   # (operation id, status, code or None)
        self.told = set()    # (operation id, type of an event)
        self.within = set()  # (operation id, code of a problem inside of a success)
        self.need_whose()
        operations = [Operation(self, method.upper(), path, node)
                      for path, item in document["paths"].items()
                      for method, node in item.items() if method in METHODS]
        self.operations = {operation.id: operation for operation in operations}
        assert len(self.operations) == len(operations), "an operationId stands twice"

    def need_whose(self):
        """The tests ask as an operator, who acts for others and so has to say for whom: the fields that users
        may leave out are required then."""
        schemas = self.document["components"]["schemas"]
        own = {f"#/components/schemas/{name}" for name, schema in schemas.items()
               if schema.pop("x-hongbao-own", False)}
        for schema in schemas.values():
            names = [name for name, part in schema.get("properties", {}).items() if part.get("$ref") in own]
            if names:
                schema["required"] = [*schema.get("required", []), *names]
        for name in own:
            schemas[name.rsplit("/", 1)[1]]["type"] = "string"

    def resolved(self, node):
        while "$ref" in node:
            node = self.schemas.resolve(node["$ref"])
        return node

    def flat(self, schema):
        """A schema with its references resolved."""
        if "$ref" not in schema:
            return schema
        return {**self.flat(self.schemas.resolve(schema["$ref"])),
                **{name: said for name, said in schema.items() if name != "$ref"}}

    def examples_of(self, content):
        """The values of a body's or answer's examples by their names."""
        if "example" in content:
            return {"example": content["example"]}
        return {name: self.resolved(example)["value"]
                for name, example in content.get("examples", {}).items()}

    # What an operation may be refused with
    def refusals(self, operation):
        """(status or "default", code) that the operation's problems list."""
        return {(status, code) for status, response in operation.responses.items()
                for code in self.codes(response.get("content", {}).get(PROBLEM, {}).get("schema"))}

    def codes(self, schema):
        """Of a Problem narrowed to what an operation gives: `allOf` of both. The list is open to clients, but
        not to this server."""
        return set(schema["allOf"][1]["properties"]["code"]["examples"]) if schema else set()

    def refusals_within(self, operation):
        """Codes of problems inside a success, such as in a batch's results."""
        schema = operation.responses.get("200", {}).get("content", {}).get(JSON, {}).get("schema")
        return self.codes_inside(schema) if schema else set()

    def codes_inside(self, schema):
        found = set()
        for node in nodes(schema):
            if node.get("allOf", [{}])[0].get("$ref", "").endswith("/Problem"):
                found |= self.codes(node)
            elif "$ref" in node:
                found |= self.codes_inside(self.schemas.resolve(node["$ref"]))
        return found

    # Judging
    def judge(self, operation, answer):
        """What in an answer contradicts the description; adds the answer to those given."""
        self.given.add((operation.id, answer.status, answer.code))
        response = operation.responses.get(str(answer.status), operation.responses.get("default"))
        if response is None or answer.status < 400 and str(answer.status) not in operation.responses:
            return [f"status {answer.status} is not described"]
        return [*self.header_faults(response, answer), *self.body_faults(operation, response, answer)]

    def header_faults(self, response, answer):
        for name, header in response.get("headers", {}).items():
            header = self.resolved(header)
            value = answer.headers.get(name.lower())
            if value is None:
                if header.get("required"):
                    yield f"the header {name} is missing"
                continue
            if header["schema"].get("type") == "integer" and value.isdigit():
                value = int(value)
            yield from self.schemas.faults(header["schema"], value, f"$header {name}")

    def body_faults(self, operation, response, answer):
        if "content" not in response:
            return [f"a body that is not described: {answer.body!r}"] if answer.body else []
        media_type = answer.headers.get("content-type", "").split(";")[0]
        if media_type not in response["content"]:
            return [f"the content type {media_type!r} is not described"]
        if media_type == EVENTS:
            events = parse_events(answer.body.decode())
            self.told |= {(operation.id, operation.event_of(kind)) for _, kind, _ in events}
            return self.event_faults(operation, events)
        schema = response["content"][media_type]["schema"]
        if media_type.startswith("text/") or media_type == "application/jsonl":
            return self.schemas.faults(schema, answer.body.decode())
        faults = self.schemas.faults(schema, answer.json)
        if media_type == PROBLEM:
            if answer.code not in self.codes(schema):
                faults.append(f"the code {answer.code} is not described")
            if answer.json["type"] != f"/problems/{answer.code}":
                faults.append(f"the type {answer.json['type']} is not that of {answer.code}")
            if answer.json["status"] != answer.status:
                faults.append("the problem names another status")
            if answer.json["request_id"] != answer.headers.get("x-request-id"):
                faults.append("the problem has another request_id than the header")
            example = self.examples_of(response["content"][media_type]).get(answer.code)
            if example and example["title"] != answer.json["title"]:
                faults.append(f"the title of {answer.code} is not {example['title']!r}")
        else:
            self.within |= {(operation.id, node["code"]) for node in nodes(answer.json)
                            if "request_id" in node and isinstance(node.get("code"), str)}
        return faults

    def event_faults(self, operation, events):
        described, faults = operation.events(), []
        for number, kind, data in events:
            kind = operation.event_of(kind)
            schema = {"$ref": described[kind]} if kind in described else {"enum": []}
            faults += self.schemas.faults(schema, data, f"$event {number} {kind}")
        return faults

    def example_faults(self):
        """What in the document's own examples contradicts their schemas."""
        for node in nodes(self.document):
            if isinstance(node.get("examples"), list):
                schema = {name: said for name, said in node.items() if name != "examples"}
                for example in node["examples"]:
                    yield from self.schemas.faults(schema, example, f"$example of {str(schema)[:120]}")
            if isinstance(node.get("schema"), dict):
                for example in self.examples_of(node).values():
                    yield from self.schemas.faults(node["schema"], example,
                                                   f"$example {str(example)[:120]}")
        for operation in self.operations.values():
            stream = operation.responses.get("200", {}).get("content", {}).get(EVENTS)
            if stream:
                yield from self.event_faults(operation, parse_events(stream["example"]))
