"""Where the type of a problem leads: a page for people, the same facts for programs, and the table of all codes."""

import html.parser
import json
import pathlib
import re
import unittest

from cases import ServerCase, assert_problem
from client import encode_request
from flags import manual_clock

TABLE = pathlib.Path(__file__).parents[3] / "src/http/problems/problems.json"
TWIN = TABLE.with_suffix(".zh-CN.json")
JSON, HTML = "application/json", "text/html; charset=utf-8"
VOID = {"meta", "br", "hr", "img", "input", "link"}
RETRIES = {"again", "wait", "later", "corrected", "new_key", "never"}
WHAT_BROWSERS_SEND = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


class Page(html.parser.HTMLParser):
    """A page taken apart. Everything that is opened is closed in order; nothing is known that no page here has."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.links, self.tags, self.text = [], [], [], [], ""
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.faults += [f"{name} of <{tag}> twice" for name in {name for name, _ in attributes}
                        if [other for other, _ in attributes].count(name) > 1]
        self.links += [value for name, value in attributes if name in ("href", "src", "action")]
        self.faults += [f"<{tag} {name}>" for name, _ in attributes if name.startswith("on") or name == "style"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data):
        self.text += data


class Problems(ServerCase):
    server_flags = (manual_clock(),)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = json.loads(TABLE.read_text("utf-8"))

    def get(self, target, accept=None, **more):
        headers = [("Accept", accept)] if accept else []
        headers += [(name.replace("_", "-"), value) for name, value in more.items()]
        self.api.send(encode_request("GET", target, headers=headers))
        return self.api.read_answer()

    def test_every_code_has_a_page_for_people(self):
        for target in ["/problems"] + [f"/problems/{problem['code']}" for problem in self.table]:
            with self.subTest(target):
                answer = self.get(target, WHAT_BROWSERS_SEND)
                self.assertEqual((200, HTML), (answer.status, answer.headers["content-type"]))
                text = answer.body.decode()
                page = Page(text)
                self.assertEqual([], page.faults)
                self.assertTrue(text.startswith("<!DOCTYPE html>\n<html lang=\"en\">"))
                for tag in ("html", "head", "title", "style", "body", "main", "h1"):
                    self.assertEqual(1, page.tags.count(tag), tag)
                self.assertNotIn("script", page.tags)
                self.assertNotRegex(text, r"https?:|//|url\(|@import")
                self.assertLess(len(text), 20_000)
                self.assertIn("width=device-width", text)
                self.assertIn("prefers-color-scheme:dark", text)
                for link in page.links:
                    self.assertEqual(200, self.get(link).status, link)

    def test_a_page_says_what_its_table_says(self):
        for problem in self.table:
            with self.subTest(problem["code"]):
                page = Page(self.get(f"/problems/{problem['code']}").body.decode())
                for said in (problem["code"], problem["title"], str(problem["status"]), problem["meaning"],
                             problem["what_to_do"]):
                    self.assertIn(said.replace("`", ""), page.text)

    def test_programs_are_told_the_same(self):
        everything = self.get("/problems", JSON).json["problems"]
        self.assertEqual([problem["code"] for problem in self.table], [facts["code"] for facts in everything])
        for problem, facts in zip(self.table, everything):
            with self.subTest(problem["code"]):
                for accept in (JSON, "application/problem+json", "application/json, text/plain, */*",
                               "text/html;q=0.5, application/json;q=0.9"):
                    answer = self.get(facts["type"], accept)
                    self.assertEqual(JSON, answer.headers["content-type"], accept)
                    self.assertEqual(facts, answer.json)
                self.assertEqual(problem, {name: facts[name] for name in problem})
                self.assertIn(facts["retry"], RETRIES)
                self.assertTrue(facts["retry_meaning"])

    def test_whoever_asks_for_nothing_in_particular_gets_the_page(self):
        for accept in (None, "*/*", "text/html", "text/*", "text/html, application/json", "image/png",
                       "application/json;q=0", WHAT_BROWSERS_SEND):
            with self.subTest(accept):
                self.assertEqual(HTML, self.get("/problems/sold_out", accept).headers["content-type"])

    def test_a_page_may_load_its_own_style_and_nothing_else(self):
        policy = self.get("/problems").headers["content-security-policy"]
        self.assertRegex(policy, r"\Adefault-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; "
                                 r"form-action 'none'; frame-ancestors 'none'\Z")
        self.assertEqual("nosniff", self.get("/problems").headers["x-content-type-options"])
        self.assertNotIn("content-security-policy", self.get("/problems", JSON).headers)

    def test_pages_are_asked_about_and_not_sent_again(self):
        tags = set()
        for target in ("/problems", "/problems/sold_out", "/problems?lang=zh-CN", "/problems/sold_out?lang=zh-CN"):
            for accept in ("text/html", JSON):
                for coding in ("identity", "gzip"):
                    answer = self.get(target, accept, Accept_Encoding=coding)
                    self.assertEqual("Accept, Accept-Encoding, Accept-Language", answer.headers["vary"])
                    self.assertEqual("no-cache", answer.headers["cache-control"])
                    tags.add(answer.headers["etag"])
                    again = self.get(target, accept, Accept_Encoding=coding, If_None_Match=answer.headers["etag"])
                    self.assertEqual((304, b""), (again.status, again.body))
        self.assertEqual(16, len(tags))

    def test_every_page_is_there_in_chinese_too(self):
        twin = json.loads(TWIN.read_text("utf-8"))
        self.assertEqual([problem["code"] for problem in self.table], list(twin))
        for problem in self.table:
            code = problem["code"]
            with self.subTest(code):
                text = self.get(f"/problems/{code}?lang=zh-CN").body.decode()
                page = Page(text)
                self.assertEqual([], page.faults)
                self.assertTrue(text.startswith("<!DOCTYPE html>\n<html lang=\"zh-CN\">"))
                for said in (code, str(problem["status"]), *twin[code]):
                    self.assertIn(said.replace("`", ""), page.text)
                self.assertIn(f"/problems/{code}?lang=en", page.links)
                facts = self.get(f"/problems/{code}?lang=zh-CN", JSON).json
                self.assertEqual(twin[code], [facts[name] for name in ("title", "meaning", "what_to_do")])
                self.assertRegex(facts["retry_meaning"], "[\u4e00-\u9fff]")

    def test_the_reader_chooses_the_language(self):
        english, chinese = (self.get(f"/problems/sold_out?lang={language}").body for language in ("en", "zh-CN"))
        self.assertNotEqual(english, chinese)
        for languages, body in (("zh-CN,zh;q=0.9,en;q=0.8", chinese), ("en-GB,en;q=0.9,zh;q=0.8", english),
                                ("fr", english), ("zh-Hant", chinese)):
            self.assertEqual(body, self.get("/problems/sold_out", Accept_Language=languages).body, languages)
        self.assertEqual(english, self.get("/problems/sold_out?lang=en", Accept_Language="zh").body)
        self.assert_problem(self.get("/problems/sold_out?lang=zh"), 400, "invalid_request")

    def test_a_code_that_nobody_knows_has_no_page(self):
        for code in ("all_gone", "SOLD_OUT", "sold_out%20", "sold_ou", "sold_out2", "%E2%80%AE", "."):
            with self.subTest(code):
                answer = self.get(f"/problems/{code}", "text/html")
                self.assert_problem(answer, 404, "problem_not_found")
        self.assert_problem(self.get("/problems/"), 404, "route_not_found", "problem_not_found")
        self.assert_problem(self.get("/problems/sold_out/x"), 404, "route_not_found")

    def test_every_code_in_the_source_is_in_the_table_and_in_the_description(self):
        sources = pathlib.Path(__file__).parents[3] / "src"
        named = set()
        for path in [*sources.rglob("*.cpp"), *sources.rglob("*.hpp")]:
            text = path.read_text("utf-8")
            named |= set(re.findall(r'\bProblem(?: \w+)?\{"([a-z_]+)"', text))
        rejections = (sources / "domain/rejection.hpp").read_text("utf-8")
        named |= set(re.findall(r'return "([a-z_]+)";', rejections))
        codes = {problem["code"] for problem in self.table}
        self.assertGreater(len(named), 50)
        self.assertEqual(set(), named - codes)
        document = self.api.get("/openapi.json").json["components"]
        described = document["schemas"]["ProblemCode"]
        self.assertEqual(sorted(codes), described["examples"])
        for problem in self.table:
            self.assertIn(f"`{problem['code']}` ({problem['status']}): {problem['title']}. {problem['what_to_do']}",
                          described["description"])
            example = document["examples"][problem["code"]]
            self.assertIn(problem["what_to_do"], example["description"])
            self.assertEqual((f"/problems/{problem['code']}", problem["title"], problem["status"]),
                             tuple(example["value"][name] for name in ("type", "title", "status")))

    def test_pages_are_served_while_everything_else_is_refused(self):
        """The transport's own problems lead somewhere, too."""
        for data in (b"GET / HTTP/1.1\r\n\r\n", encode_request("GET", "/" + "x" * 2_000),
                     b"POST /v1/transfers HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"):
            line = self.connect()
            line.send(data)
            answer = line.read_answer()
            assert_problem(self, answer, answer.status)
            self.assertEqual(200, self.get(answer.json["type"]).status)


if __name__ == "__main__":
    unittest.main()
