"""Makes the C++ source that holds the page of /docs and its viewer, both also compressed.

embed.py OUT page.html VIEWER.js
"""

import gzip
import hashlib
import pathlib
import sys

SOURCE = """// Made from the files below src/http/api/docs.
#include "http/api/docs/docs.hpp"

namespace hongbao::http {

namespace {

%(texts)s
// Scripts come from this server alone; the viewer writes styles into its own elements.
constexpr const char* policy =
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

} // namespace

%(functions)s
} // namespace hongbao::http
"""

TEXT = """constexpr char %(name)s_text[] = %(text)s;
constexpr char %(name)s_gzip[] = %(gzip)s;
"""

FUNCTION = """Document docs_%(name)s() {
    return {"%(type)s", std::string_view(%(name)s_text, sizeof %(name)s_text - 1),
            std::string_view(%(name)s_gzip, sizeof %(name)s_gzip - 1), R"("%(tag)s")", R"("%(tag)s-gzip")",
            policy};
}
"""


def cpp_literal(data, bytes_per_line=64):
    """The bytes as string literals of octal escapes, which end after three digits whatever follows."""
    lines = (data[first:first + bytes_per_line] for first in range(0, len(data), bytes_per_line))
    return "\n".join('    "' + "".join(f"\\{byte:03o}" for byte in line) + '"' for line in lines)


def main(out, page, viewer):
    texts, functions = [], []
    for name, path, media_type in (("page", page, "text/html; charset=utf-8"),
                                   ("viewer", viewer, "text/javascript; charset=utf-8")):
        data = pathlib.Path(path).read_bytes()
        texts.append(TEXT % {"name": name, "text": cpp_literal(data),
                             "gzip": cpp_literal(gzip.compress(data, 9, mtime=0))})
        functions.append(FUNCTION % {"name": name, "type": media_type,
                                     "tag": hashlib.sha256(data).hexdigest()[:32]})
    source = SOURCE % {"texts": "\n".join(texts), "functions": "\n".join(functions)}
    pathlib.Path(out).write_text(source, encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
