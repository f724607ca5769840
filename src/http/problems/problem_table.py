"""Makes C++ of problems.json, the one table of what the server can refuse.

problem_table.py table problems.json OUT.hpp   the codes with their status and title, which every layer of http knows
problem_table.py pages problems.json OUT.cpp   the pages GET /problems and GET /problems/{code}, as HTML and as JSON

A code without a meaning, without advice or without a word on sending the request again is no problem of this
table, and nothing is built.
"""

import base64
import gzip
import hashlib
import html
import json
import pathlib
import re
import sys

FIELDS = ("code", "status", "retry", "title", "meaning", "what_to_do")

# Whether the request may be sent again.
RETRIES = {
    "again": "Yes, at once. Nothing was done: send the same request with the same Idempotency-Key, if it has one.",
    "wait": "Yes, after as many seconds as the header `Retry-After` says. Nothing was done: send the same request with the "
            "same Idempotency-Key, if it has one.",
    "later": "Not before what stands in its way has changed. A refused request changes nothing and keeps no key: then send "
             "the same request with the same Idempotency-Key, if it has one.",
    "corrected": "Not as it is: it would be refused again. Send the corrected request with a new Idempotency-Key, if it "
                 "takes one.",
    "new_key": "Yes, with a new Idempotency-Key.",
    "never": "No: it would be refused again, whenever it is sent.",
}

STYLE = """:root{color-scheme:light dark}
body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:#222;background:#fff}
main{max-width:40rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1rem;margin-bottom:0}
p{margin-top:0.25rem}a{color:#a8071a}code{font-family:ui-monospace,monospace}
dt{margin-top:1rem}dd{margin:0}
@media (prefers-color-scheme:dark){body{color:#ddd;background:#161616}a{color:#ff8a80}}
"""

POLICY = ("default-src 'none'; style-src 'sha256-"
          + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
          + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")

HEADER = """// Made from problems.json: every problem that the server answers with, in the order of the codes.
#pragma once

#include "http/problems/problem_kind.hpp"

#include <array>

namespace hongbao::http {

inline constexpr std::array problem_kinds{
%s
};

} // namespace hongbao::http
"""

SOURCE = """// Made from problems.json: a page for each problem, and one for all.
#include "http/api/problems/pages.hpp"

#include <array>

namespace hongbao::http {

namespace {

constexpr const char* policy = %s;

/// A literal, which may have a NUL in it, without the one at its end.
template <std::size_t Size>
constexpr std::string_view literal_view(const char (&text)[Size]) {
    return {text, Size - 1};
}

constexpr std::array pages{
%s
};

} // namespace

ProblemPage page_of_all_problems() {
    return pages.front();
}

std::span<const ProblemPage> pages_of_problems() {
    return std::span(pages).subspan(1);
}

} // namespace hongbao::http
"""


def checked(problems):
    for problem in problems:
        if tuple(problem) != FIELDS:
            raise ValueError(f"{problem.get('code')}: a problem has the fields {', '.join(FIELDS)}")
        if problem["retry"] not in RETRIES:
            raise ValueError(f"{problem['code']}: retry is one of {', '.join(RETRIES)}")
        for field in ("title", "meaning", "what_to_do"):
            if len(problem[field]) < 10 or field != "title" and problem[field][-1] != ".":
                raise ValueError(f"{problem['code']}: {field} says nothing")
        if not re.fullmatch("[a-z][a-z_]+", problem["code"]) or not 400 <= problem["status"] < 600:
            raise ValueError(f"{problem['code']}: no code, or no status of an error")
        if re.search(r'["\\\\]', problem["title"]) or not problem["title"].isascii():
            raise ValueError(f"{problem['code']}: a title is written into JSON as it is")
    codes = [problem["code"] for problem in problems]
    if codes != sorted(set(codes)):
        raise ValueError("codes are in order, and none stands twice")
    return problems


def read(path):
    with open(path, encoding="utf-8") as file:
        return checked(json.load(file))


def facts(problem):
    return {"type": f"/problems/{problem['code']}", "code": problem["code"], "status": problem["status"],
            "title": problem["title"], "meaning": problem["meaning"], "what_to_do": problem["what_to_do"],
            "retry": problem["retry"], "retry_meaning": RETRIES[problem["retry"]]}


def as_json(value):
    return json.dumps(value, ensure_ascii=False) + "\n"


def marked_up(text):
    """Text with `code` as HTML."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))


def page(title, content):
    return ("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{content}"
            "</main>\n</body>\n</html>\n")


def page_of(problem):
    return page(f"{problem['code']} - hongbao", (
        f"<h1>{html.escape(problem['title'])}</h1>\n"
        f"<p><code>{problem['code']}</code>, HTTP status {problem['status']}</p>\n"
        f"<h2>What happened</h2>\n<p>{marked_up(problem['meaning'])}</p>\n"
        f"<h2>What to do</h2>\n<p>{marked_up(problem['what_to_do'])}</p>\n"
        f"<h2>May the same request be sent again?</h2>\n<p>{marked_up(RETRIES[problem['retry']])}</p>\n"
        "<p><a href=\"/problems\">All problems</a></p>\n"))


def page_of_all(problems):
    lines = (f"<dt><a href=\"/problems/{problem['code']}\"><code>{problem['code']}</code></a> "
             f"{problem['status']}</dt>\n<dd>{html.escape(problem['title'])}</dd>\n" for problem in problems)
    return page("Problems - hongbao", (
        "<h1>Problems</h1>\n<p>What the server refuses, by the <code>code</code> of its answer.</p>\n"
        f"<dl>\n{''.join(lines)}</dl>\n"))


def literal(data, bytes_per_line=64):
    """Bytes as string literals of octal escapes, which end after three digits whatever follows."""
    lines = (data[first:first + bytes_per_line] for first in range(0, len(data), bytes_per_line))
    return "\n".join('        "' + "".join(f"\\{byte:03o}" for byte in line) + '"' for line in lines)


def view(literals):
    return f"literal_view({literals.lstrip()})"


def document(media_type, text, policy="nullptr"):
    data = text.encode()
    packed = gzip.compress(data, 9, mtime=0)
    tag = hashlib.sha256(data).hexdigest()[:32]
    plain = 'R"page(' + text + ')page"'
    return (f'Document{{"{media_type}", {view(plain)},\n    {view(literal(packed))},\n'
            f'    R"("{tag}")", R"("{tag}-gzip")",\n'
            f'    {policy}, "Accept, Accept-Encoding"}}')


def entry(code, text, value):
    return (f'ProblemPage{{"{code}",\n    {document("text/html; charset=utf-8", text, "policy")},\n'
            f'    {document("application/json", as_json(value))}}},')


def table(problems):
    return HEADER % "\n".join(f'    ProblemKind{{"{problem["code"]}", {problem["status"]}, "{problem["title"]}"}},'
                              for problem in problems)


def pages(problems):
    entries = [entry("", page_of_all(problems), {"problems": [facts(problem) for problem in problems]})]
    entries += [entry(problem["code"], page_of(problem), facts(problem)) for problem in problems]
    return SOURCE % (json.dumps(POLICY), "\n".join(entries))


def main(what, path, out):
    try:
        text = {"table": table, "pages": pages}[what](read(path))
    except ValueError as error:
        sys.exit(f"{path}: {error}")
    out = pathlib.Path(out)
    if not out.exists() or out.read_text("utf-8") != text:  # otherwise nothing needs to be compiled again
        out.write_text(text, "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
