"""Puts the parts of the API's description together: objects are joined, nothing is said twice.

merge.py OUT problems.json document.json PART.json…  writes OUT: the whole as JSON if its name ends so,
otherwise a C++ source with it as one text. A new part is a new file beside its routes: paths, and the
components that belong to them.

What stands in the table of problems is written here alone: an example of a problem has only its code, its
detail, its request_id and what is special to it.
"""

import gzip
import hashlib
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "problems"))

import problem_table
import who_may

SOURCE = """// Made from the parts below src/http/api.
#include "http/api/openapi/openapi.hpp"

namespace hongbao::http {

namespace {

constexpr char text[] = R"openapi(%(text)s)openapi";
constexpr char gzip[] = %(gzip)s;

} // namespace

Document openapi_document() {
    return {"application/json", std::string_view(text, sizeof text - 1),
            std::string_view(gzip, sizeof gzip - 1), R"("%(tag)s")", R"("%(tag)s-gzip")"};
}

} // namespace hongbao::http
"""


def cpp_literal(data, bytes_per_line=64):
    """The bytes as string literals of octal escapes, which end after three digits whatever follows."""
    lines = (data[first:first + bytes_per_line] for first in range(0, len(data), bytes_per_line))
    return "\n".join('    "' + "".join(f"\\{byte:03o}" for byte in line) + '"' for line in lines)


def source(text):
    """The document with its compressed form and an entity tag; the same text gives the same bytes."""
    data = text.encode()
    return SOURCE % {"text": text, "gzip": cpp_literal(gzip.compress(data, 9, mtime=0)),
                     "tag": hashlib.sha256(data).hexdigest()[:32]}


def without_repeats(pairs):
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name} stands twice in an object")
    return dict(pairs)


def join(whole, part, where=""):
    """Adds a part. Two parts may add to the same object, but not give the same member."""
    for name, value in part.items():
        if name not in whole:
            whole[name] = value
        elif isinstance(value, dict) and isinstance(whole[name], dict):
            join(whole[name], value, f"{where}/{name}")
        else:
            raise ValueError(f"{where}/{name} stands in an earlier part already")


def advice(kind):
    return f"{kind['meaning']}\n\n{kind['what_to_do']}\n\nSend it again? {problem_table.RETRIES[kind['retry']]}"


def complete(node, kinds):
    """Gives examples of problems what the table says of their codes."""
    if isinstance(node, list):
        for part in node:
            complete(part, kinds)
    elif isinstance(node, dict):
        for part in list(node.values()):
            complete(part, kinds)
        value = node.get("value")
        if is_problem(value):
            kind = kinds[value["code"]]
            node.update({"summary": kind["title"], "description": advice(kind), "value": node.pop("value")})
        if is_problem(node):
            kind, said = kinds[node["code"]], dict(node)
            node.clear()
            of_table = {"type": problem_table.facts(kind)["type"], "title": kind["title"],
                        "status": kind["status"]}
            node.update({**of_table, **said, **of_table})


def is_problem(node):
    return isinstance(node, dict) and isinstance(node.get("code"), str) and "request_id" in node


def refuse_closed_codes(node, where=""):
    """A client must bear codes that it does not know yet: their list in a schema is one of examples."""
    for name, part in node.items() if isinstance(node, dict) else enumerate(node):
        if name == "code" and isinstance(part, dict) and "enum" in part:
            raise ValueError(f"{where}/{name}: codes are open: list them as `examples`, not as an `enum`")
        if isinstance(part, (dict, list)):
            refuse_closed_codes(part, f"{where}/{name}")


def describe_codes(whole, kinds):
    """Every code with what to do stands in the description of ProblemCode."""
    schema = whole["components"]["schemas"]["ProblemCode"]
    schema["description"] += "".join(f"\n- `{code}` ({kind['status']}): {kind['title']}. {kind['what_to_do']}"
                                     for code, kind in kinds.items())
    schema["examples"] = list(kinds)


def limit_everything(whole):
    """Each operation can be refused for how much the client asks for; some have more to say of a 429."""
    for path in whole["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"].setdefault("429", {"$ref": "#/components/responses/RateLimited"})


def main(out, table, *parts):
    whole = {}
    for path in parts:
        try:
            with open(path, encoding="utf-8") as file:
                join(whole, json.load(file, object_pairs_hook=without_repeats))
        except ValueError as error:
            sys.exit(f"{path}: {error}")
    try:
        kinds = {kind["code"]: kind for kind in problem_table.read(table)}
        limit_everything(whole)
        refuse_closed_codes(whole)
        who_may.say_who_may(whole)
        complete(whole, kinds)
        describe_codes(whole, kinds)
    except (KeyError, ValueError) as error:
        sys.exit(f"{out}: {error}")
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    with open(out, "w", encoding="utf-8") as file:
        file.write(text if out.endswith(".json") else source(text))


if __name__ == "__main__":
    main(*sys.argv[1:])
