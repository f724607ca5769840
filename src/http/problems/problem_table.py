"""Makes C++ of problems.json, the one table of what the server can refuse, and of its Chinese twin beside it.

problem_table.py table problems.json OUT.hpp   the codes with their status and title, which every layer of http knows
problem_table.py pages problems.json OUT.cpp   the pages GET /problems and GET /problems/{code}, as HTML and as JSON,
                                               in English and in Chinese

A code without a meaning, without advice or without a word on sending the request again, or without its
three sentences in problems.zh-CN.json (title, meaning, what to do), is no problem of this table, and nothing is built.
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

RETRIES_ZH = {
    "again": "可以，立即重发。什么都没有做：发送相同的请求，如有 Idempotency-Key，也用相同的。",
    "wait": "可以，在 `Retry-After` 头所说的秒数之后。什么都没有做：发送相同的请求，如有 Idempotency-Key，也用相同的。",
    "later": "等到阻碍它的情况改变之后。被拒绝的请求不改变任何东西，也不占用键：届时发送相同的请求，如有 Idempotency-Key，也用相同的。",
    "corrected": "不能原样重发，否则还会被拒绝。改正后，如需要，用新的 Idempotency-Key 发送。",
    "new_key": "可以，用新的 Idempotency-Key。",
    "never": "不能：无论何时发送都会被拒绝。",
}

# What stands on a page besides its problem, by language.
WORDS = {
    "en": {"status": "HTTP status", "meaning": "What happened", "what_to_do": "What to do",
           "retry": "May the same request be sent again?", "all": "All problems", "title": "Problems",
           "about": "What the server refuses, by the <code>code</code> of its answer.",
           "other": "zh-CN", "other_name": "中文", "comma": ", "},
    "zh-CN": {"status": "HTTP 状态码", "meaning": "发生了什么", "what_to_do": "怎么办",
              "retry": "可以重发同样的请求吗？", "all": "所有问题", "title": "问题一览",
              "about": "服务器会拒绝什么，按答复中的 <code>code</code> 排列。",
              "other": "en", "other_name": "English", "comma": "，"},
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


def translated(problems, path):
    """The same problems in Chinese."""
    with open(path, encoding="utf-8") as file:
        sentences = json.load(file)
    if list(sentences) != [problem["code"] for problem in problems]:
        missing = {problem["code"] for problem in problems} ^ set(sentences)
        raise ValueError(f"problems.zh-CN.json has other codes, or in another order: {sorted(missing)}")
    for code, (title, meaning, what_to_do) in sentences.items():
        if not title or meaning[-1:] != "。" or what_to_do[-1:] != "。":
            raise ValueError(f"problems.zh-CN.json: {code} has no whole sentences")
    return [problem | dict(zip(("title", "meaning", "what_to_do"), sentences[problem["code"]])) for problem in problems]


def facts(problem, language="en"):
    retries = RETRIES if language == "en" else RETRIES_ZH
    return {"type": f"/problems/{problem['code']}", "code": problem["code"], "status": problem["status"],
            "title": problem["title"], "meaning": problem["meaning"], "what_to_do": problem["what_to_do"],
            "retry": problem["retry"], "retry_meaning": retries[problem["retry"]]}


def as_json(value):
    return json.dumps(value, ensure_ascii=False) + "\n"


def marked_up(text):
    """Text with `code` as HTML."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))


def page(language, title, path, content):
    words = WORDS[language]
    return (f"<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{content}"
            f"<p><a href=\"{path}?lang={words['other']}\" lang=\"{words['other']}\">{words['other_name']}</a></p>\n"
            "</main>\n</body>\n</html>\n")


def page_of(problem, language):
    words, told = WORDS[language], facts(problem, language)
    return page(language, f"{problem['code']} - hongbao", told["type"], (
        f"<h1>{html.escape(problem['title'])}</h1>\n"
        f"<p><code>{problem['code']}</code>{words['comma']}{words['status']} {problem['status']}</p>\n"
        f"<h2>{words['meaning']}</h2>\n<p>{marked_up(problem['meaning'])}</p>\n"
        f"<h2>{words['what_to_do']}</h2>\n<p>{marked_up(problem['what_to_do'])}</p>\n"
        f"<h2>{words['retry']}</h2>\n<p>{marked_up(told['retry_meaning'])}</p>\n"
        f"<p><a href=\"/problems?lang={language}\">{words['all']}</a></p>\n"))


def page_of_all(problems, language):
    words = WORDS[language]
    lines = (f"<dt><a href=\"/problems/{problem['code']}?lang={language}\"><code>{problem['code']}</code></a> "
             f"{problem['status']}</dt>\n<dd>{html.escape(problem['title'])}</dd>\n" for problem in problems)
    return page(language, f"{words['title']} - hongbao", "/problems", (
        f"<h1>{words['title']}</h1>\n<p>{words['about']}</p>\n<dl>\n{''.join(lines)}</dl>\n"))


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
            f'    {policy}, "Accept, Accept-Encoding, Accept-Language"}}')


def entry(code, texts, values):
    """One page in each language, English first."""
    documents = [document(media_type, text, policy) for text, value in zip(texts, values)
                 for media_type, text, policy in (("text/html; charset=utf-8", text, "policy"),
                                                  ("application/json", as_json(value), "nullptr"))]
    return f'ProblemPage{{"{code}", {{{{\n    {{{documents[0]},\n    {documents[1]}}},\n' \
           f'    {{{documents[2]},\n    {documents[3]}}}}}}}}},'


def table(problems):
    return HEADER % "\n".join(f'    ProblemKind{{"{problem["code"]}", {problem["status"]}, "{problem["title"]}"}},'
                              for problem in problems)


def pages(english, chinese):
    languages = list(zip(("en", "zh-CN"), (english, chinese)))
    entries = [entry("", [page_of_all(problems, language) for language, problems in languages],
                     [{"problems": [facts(problem, language) for problem in problems]}
                      for language, problems in languages])]
    for pair in zip(english, chinese):
        told = list(zip(("en", "zh-CN"), pair))
        entries.append(entry(pair[0]["code"], [page_of(problem, language) for language, problem in told],
                             [facts(problem, language) for language, problem in told]))
    return SOURCE % (json.dumps(POLICY), "\n".join(entries))


def main(what, path, out):
    try:
        problems = read(path)
        twin = pathlib.Path(path).with_suffix(".zh-CN.json")
        text = table(problems) if what == "table" else pages(problems, translated(problems, twin))
    except ValueError as error:
        sys.exit(f"{path}: {error}")
    out = pathlib.Path(out)
    if not out.exists() or out.read_text("utf-8") != text:  # otherwise nothing needs to be compiled again
        out.write_text(text, "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
