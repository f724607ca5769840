"""Feeds check_citations.py with what it must refuse, and with look-alikes that it must not."""

import unittest

from check_citations import (Tree, anchors_of, defined_in, findings_in, is_path, numbers_in,
                             without_fences)

RULES_PAGE = """# Rules

### Rule 1: accounts
Tests: `packet_test`

### Rule 2: money
Tests: `packet_test` `test_open`

### Rule 2a: guessing
Tests: `test_open`
"""
ARCHITECTURE_PAGE = "# A\n\n## Promises\n\n1. **Kept.** Yes.\n2. **Too.**\n\n## Steps\n\n3. **Not one.**\n"
DEFINED = defined_in(RULES_PAGE, ARCHITECTURE_PAGE)
TREE = Tree(["RULES.md", "ARCHITECTURE.md", "README.md", "CHANGELOG.md", "persistence/FORMAT.md",
             "persistence/journal/journal.hpp", "persistence/journal/journal.cpp",
             "src/domain/packet/packet.hpp", "tests/domain/packet/packet_test.cpp",
             "tests/server/packets/test_open.py"])
PAGES = {"RULES.md": RULES_PAGE, "ARCHITECTURE.md": ARCHITECTURE_PAGE}

REFUSED = [
    # path, text, part of the finding
    ("actors/a.hpp", "// by rule 3", "RULES.md has no rule 3"),
    ("actors/a.hpp", "// Role: x (Rule 2b).", "no rule 2b"),
    ("actors/a.hpp", "// as the rules 1, 2 and 7 say", "no rule 7"),
    ("actors/a.hpp", "// rules 1–3", "no rule 3"),
    ("tests/a.py", '"""Written from rules 1 to\n3."""', "no rule 3"),
    ("actors/a.hpp", "// so says promise 3", "ARCHITECTURE.md has no promise 3"),
    ("actors/a.hpp", "// so says promise\n// 4 alone", "no promise 4"),
    ("README.md", "rule 9", "no rule 9"),
    ("README.md", "[there](persistence/GONE.md)", "links to persistence/GONE.md"),
    ("persistence/FORMAT.md", "[there](RULES.md)", "links to RULES.md"),
    ("README.md", "[there](RULES.md#rule-3)", "no heading for #rule-3"),
    ("RULES.md", "[below](#nothing)", "no heading for #nothing"),
    ("README.md", "in `persistence/journal/gone.cpp`", "there is no persistence/journal/gone.cpp"),
    ("README.md", "in `actors/`", "there is no actors/"),
    ("README.md", "in `src/domain/sale`", "there is no src/domain/sale"),
    ("README.md", "in `domain/sale/sale.hpp`", "there is no domain/sale/sale.hpp"),
    ("README.md", "in `tests/server/*/test_*_gone.py`", "there is no tests/server"),
    ("persistence/FORMAT.md", "in `gone.hpp`", "there is no gone.hpp"),
    ("RULES.md", "### Rule 1: x\nTests: `sale_test`\n", "there is no test sale_test"),
    ("RULES.md", "### Rule 1: x\nNone.\n", "rule 1 names no tests"),
    ("actors/a.hpp", "// see design.md", "there is no design.md"),
    ("tests/a.cpp", 'open(ROOT "/persistence/record.fbs")', "there is no persistence/record.fbs"),
    ("tests/a.py", "# described in src/http/openapi, or", "there is no src/http/openapi"),
    ("tests/a.cpp", '#include "actors/gone.hpp"', "there is no actors/gone.hpp"),
]

ACCEPTED = [
    ("actors/a.hpp", "// rules 1, 2\n// and 2a, promise 1; rule 1.5; ruler 9; overrule 9"),
    ("tests/tidy/test_x.py", "rule 99, design.md"),
    ("actors/a.hpp", "// FORMAT.md, persistence/FORMAT.md, and what ends with .md"),
    ("README.md", "[a](RULES.md#rule-2a-guessing) [b](https://example.com/x) [c](persistence) [d](#)"),
    ("README.md", "```\n[x](gone.md) `actors/gone.hpp`\n```"),
    ("README.md", "`persistence/journal/journal` `domain/packet/packet.hpp` `src/domain/packet/`"),
    ("README.md", "`tests/server/*/test_*.py` `journal.hpp` `DIR/journal/archive` `application/json`"),
    ("README.md", "`/v1/packets` `bench/out/latest.json` `./dev test FILE` `a.cpp b.cpp`"),
    ("persistence/FORMAT.md", "`journal/journal.hpp` `journal/`"),
    ("CHANGELOG.md", "`actors/gone.hpp` was here"),
]


def findings(path, text):
    return list(findings_in(path, text, TREE, DEFINED, PAGES.__getitem__))


class CheckCitations(unittest.TestCase):
    def test_what_does_not_exist_is_found(self):
        for path, text, part in REFUSED:
            with self.subTest(path=path, text=text[:60]):
                found = findings(path, text)
                self.assertEqual(1, len(found), found)
                self.assertIn(part, found[0])
                self.assertIn(path, found[0])

    def test_what_exists_is_left_alone(self):
        for path, text in ACCEPTED:
            with self.subTest(path=path, text=text[:60]):
                self.assertEqual([], findings(path, text))

    def test_rules_are_headings_and_promises_are_of_their_section(self):
        self.assertEqual({"rule": {"1", "2", "2a"}, "promise": {"1", "2"}}, DEFINED)

    def test_lists_and_ranges_name_all_their_numbers(self):
        for listed, numbers in [("9", "9"), ("5, 6 and 11a", "5 6 11a"), ("16 to 19", "16 17 18 19"),
                                ("1–4, 6, 7", "1 2 3 4 6 7"), ("11a", "11a"), ("2-3", "2 3")]:
            self.assertEqual(numbers.split(), list(numbers_in(listed)), listed)

    def test_the_line_is_named(self):
        self.assertIn("README.md:3:", findings("README.md", "# A\n\n`actors/gone.hpp`\n")[0])
        self.assertIn("README.md:5:", findings("README.md", "# A\n```\nx\n```\n[x](gone.md)\n")[0])

    def test_anchors_are_as_readers_of_pages_make_them(self):
        page = "# A page\n## Rule 11a: it's `slow` (抢)\n## A page\n```\n# none\n```\n## [Link](x.md) – too\n"
        self.assertEqual({"a-page", "rule-11a-its-slow-抢", "a-page-1", "link--too"}, anchors_of(page))

    def test_fences_are_blanked_in_place(self):
        page = "a\n```sh\nb\n```\nc\n"
        self.assertEqual(len(page), len(without_fences(page)))
        self.assertEqual(["a", "c"], without_fences(page).split())

    def test_paths_are_told_from_other_words(self):
        for token in ("src/domain", "actors/", "a.hpp", "http/api/server", "tests/*/x.py"):
            self.assertTrue(is_path(token), token)
        for token in ("serve", "image/png", "/v1/x", "domain::apply", "build/release", "a b.cpp", "2/3"):
            self.assertFalse(is_path(token), token)


if __name__ == "__main__":
    unittest.main()
