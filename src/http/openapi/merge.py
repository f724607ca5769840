"""Puts the parts of the API's description together: objects are joined, nothing is said twice.

merge.py OUT document.json PART.json…  writes OUT: the whole as JSON if its name ends so, otherwise a
C++ source with it as one text. A new part is a new file of this folder: paths, and the components
that belong to them.
"""

import json
import sys

SOURCE = """// Made from the parts in src/http/openapi.
#include "http/openapi.hpp"

namespace hongbao::http {

std::string_view openapi_document() {
    return R"openapi(%s)openapi";
}

} // namespace hongbao::http
"""


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


def main(out, *parts):
    whole = {}
    for path in parts:
        try:
            with open(path, encoding="utf-8") as file:
                join(whole, json.load(file, object_pairs_hook=without_repeats))
        except ValueError as error:
            sys.exit(f"{path}: {error}")
    text = json.dumps(whole, ensure_ascii=False, indent=2)
    with open(out, "w", encoding="utf-8") as file:
        file.write(text if out.endswith(".json") else SOURCE % text)


if __name__ == "__main__":
    main(*sys.argv[1:])
