"""Feeds check_layers.py with what it must refuse, and with look-alikes that it must not."""

import unittest

from check_layers import check_folder_sizes, check_top_level, findings_in, layer_of, without_comments

HEAD = "// A head.\n#pragma once\n"

REFUSED = [
    # path, text after the head, part of the finding
    ("src/domain/a.cpp", '#include "persistence/journal/journal.hpp"', "must not know persistence"),
    ("src/domain/a.cpp", '#include "config/settings.hpp"', "must not know config"),
    ("persistence/a.hpp", '#include "actors/packet/packet_actor.hpp"', "must not know actors"),
    ("actors/a.hpp", '#  include "http/routes.hpp"', "must not know http"),
    ("actors/a.hpp", '#include "src/http/routes.hpp"', "must not know http"),
    ("src/http/api/a.cpp", '#include "ops/serve/serve.hpp"', "must not know ops"),
    ("src/http/api/a.cpp", '#include "persistence/journal/journal.hpp"', "must not know persistence"),
    ("config/a.cpp", '#include "domain/values/money.hpp"', "must not know domain"),
    ("actors/a.cpp", '#include "../domain/money.hpp"', "from the root"),
    ("src/cache/a.cpp", "", "no layer"),
    ("src/domain/values/a.hpp", '#include "domain/event.hpp"', "domain/values must not know domain/."),
    ("src/domain/sale/a.cpp", '#include "domain/packet/packet.hpp"', "must not know domain/packet"),
    ("src/domain/sale/events.hpp", '#include "domain/event.hpp"', "sale/events.hpp must not know domain/."),
    ("src/domain/sale/events.hpp", '#include "domain/packet/events.hpp"', "must not know domain/packet/events.hpp"),
    ("src/domain/sale/events.hpp", '#include "domain/sale/sale.hpp"', "must not know domain/sale"),
    ("src/domain/sale/external_payment.hpp", '#include "domain/sale/commands.hpp"', "must not know"),
    ("persistence/failure.hpp", '#include "persistence/files/folder.hpp"', "must not know persistence/files"),
    ("persistence/journal/segment/a.cpp", '#include "persistence/journal/lmdb/a.hpp"',
     "must not know persistence/journal/lmdb"),
    ("persistence/read_model/sale/a.cpp", '#include "persistence/inspect/verify.hpp"',
     "persistence/read_model must not know persistence/inspect"),
    ("actors/sale/a.cpp", '#include "actors/engine.hpp"', "must not know actors/."),
    ("src/http/transport/socket/a.hpp", '#include "http/transport/connection.hpp"',
     "must not know http/transport"),
    ("src/ops/cache/a.cpp", "", "no place in the order"),
    ("src/domain/a.cpp", "#include <caf/all.hpp>", "standard library"),
    ("src/domain/a.cpp", "#include <lmdb.h>", "standard library"),
    ("src/domain/a.cpp", "#include <httplib.h>", "standard library"),
    ("src/domain/a.cpp", "#include <nlohmann/json.hpp>", "standard library"),
    ("src/domain/a.cpp", "#include <unistd.h>", "standard library"),
    ("src/domain/a.cpp", "#include <chrono>", "no clock"),
    ("src/domain/a.cpp", "#include <thread>", "no clock"),
    ("src/domain/a.cpp", "auto t = std::chrono::system_clock::now();", "a clock"),
    ("src/domain/a.cpp", "auto t = std::time(nullptr);", "a clock"),
    ("src/domain/a.cpp", "std::random_device d;", "device randomness"),
    ("src/domain/a.cpp", "int x = rand();", "device randomness"),
    ("src/domain/a.cpp", "double yuan = 0;", "floating point"),
    ("src/domain/a.cpp", "auto half = amount * 0.5;", "floating point"),
    ("src/domain/a.cpp", "auto big = 1e3;", "floating point"),
    ("src/domain/a.cpp", "auto big = 1'000.;", "floating point"),
    ("src/ops/a.cpp", 'std::fprintf(stderr, "late");', "ops/say"),
    ("actors/a.cpp", 'std::cerr << "late";', "ops/say"),
    ("persistence/a.cpp", 'std::perror("late");', "ops/say"),
    ("src/http/api/a.cpp", "// TO" "DO later", "unfinished"),
    ("bench/run.py", "# FIX" "ME", "unfinished"),
    ("tests/domain/a.cpp", "GTEST_" "SKIP();", "unfinished"),
    ("tests/domain/a.cpp", "TEST(A, DISABLED" "_B) {}", "unfinished"),
    ("src/http/api/a.cpp", 'return "Not imple' 'mented";', "unfinished"),
    ("tests/domain/a.cpp", "\n" * 400, "more than 400"),
]

ACCEPTED = [
    ("src/domain/a.cpp", '#include "domain/values/money.hpp"\n#include <cstdint>\n#include <vector>'),
    ("src/domain/account/a.cpp", '#include "domain/packet/split.hpp"\n#include "domain/event.hpp"'),
    ("src/domain/event.hpp", '#include "domain/sale/events.hpp"'),
    ("src/domain/sale/events.hpp", '#include "domain/values/money.hpp"'),
    ("src/domain/sale/commands.hpp", '#include "domain/sale/external_payment.hpp"'),
    ("persistence/journal/lmdb/a.cpp", '#include "persistence/journal/journal.hpp"'),
    ("persistence/read_model/a.cpp", '#include "persistence/read_model/sale/rows.hpp"'),
    ("persistence/read_model/sale/a.cpp", '#include "persistence/read_model/view.hpp"'),
    ("src/domain/a.cpp", "// a double, 0.5, rand(), #include <lmdb.h>"),
    ("src/domain/a.cpp", "Share double_mean(Random& random, std::int64_t n = 1'000'000);"),
    ("src/domain/a.cpp", 'constexpr auto name = "double"; auto x = 0x1e5; auto y = a.b.c;'),
    ("src/domain/a.cpp", "Instant expires_at(Instant now, Life time); state.time(now);"),
    ("src/domain/a.cpp", "auto hours = 24 * 60; // see rule 8.1\n/* 1.5 */"),
    ("persistence/a.cpp", '#include <lmdb.h>\n#include "domain/event.hpp"\n#include <chrono>'),
    ("src/ops/a.cpp", '#include "config/loader.hpp"\n#include "persistence/inspect/verify.hpp"'),
    ("src/domain/values/invariant.hpp", 'std::fputs("broken", stderr);'),
    ("src/ops/a.cpp", 'say("on stderr"); // stderr'),
    ("src/main.cpp", '#include "ops/command_line.hpp"'),
    ("tests/actors/a.cpp", '#include "persistence/journal/journal.hpp"\ndouble d = 1.5;'),
    ("src/http/api/a.cpp", 'mkstemp("hongbao-XXXXXX"); hackney(); todos();'),
]


class CheckLayers(unittest.TestCase):
    def test_what_breaks_a_rule_is_found(self):
        for path, text, part in REFUSED:
            head = HEAD if path.endswith("pp") else "# A head.\n"
            with self.subTest(path=path, text=text[:60]):
                found = findings_in(path, head + text + "\n")
                self.assertEqual(len(found), 1, found)
                self.assertIn(part, found[0])
                self.assertIn(path, found[0])

    def test_what_keeps_the_rules_is_left_alone(self):
        for path, text in ACCEPTED:
            with self.subTest(path=path, text=text[:60]):
                self.assertEqual(findings_in(path, HEAD + text + "\n"), [])

    def test_the_line_is_named(self):
        self.assertIn("src/domain/a.cpp:4:",
                      findings_in("src/domain/a.cpp", HEAD + "\ndouble d;\n")[0])

    def test_every_source_begins_with_a_comment(self):
        for path, text in [("src/main.cpp", "#include <x>\n"), ("actors/a.hpp", "#pragma once\n"),
                           ("bench/run.py", "#!/usr/bin/env python3\nimport os\n"),
                           ("dev", "#!/bin/bash\nset -e\n")]:
            with self.subTest(path=path):
                self.assertIn("without a comment", findings_in(path, text)[0])
        for path, text in [("src/main.cpp", "// x\n"), ("actors/a.hpp", "#pragma once\n// x\n"),
                           ("bench/run.py", '#!/usr/bin/env python3\n"""x"""\n'),
                           ("dev", "#!/bin/bash\n# x\n"), ("config/hongbao.toml", "a = 1\n")]:
            with self.subTest(path=path):
                self.assertEqual(findings_in(path, text), [])

    def test_unfinished_work_may_be_named_in_pages(self):
        self.assertEqual(findings_in("README.md", "TO" "DO\n"), [])

    def test_the_top_level_holds_only_what_is_named(self):
        self.assertEqual(list(check_top_level(["dev", "src/main.cpp", ".ci/run"])), [])
        self.assertEqual(len(list(check_top_level(["build.sh", "docs/a.md", "docs/b.md"]))), 2)

    def test_a_folder_has_room_for_so_many(self):
        self.assertEqual(list(check_folder_sizes([f"actors/sale/{n}.cpp" for n in range(25)])), [])
        self.assertEqual(len(list(check_folder_sizes([f"actors/sale/{n}.cpp" for n in range(26)]))), 1)

    def test_layers_are_told_by_folder(self):
        for path, layer in [("src/domain/values/money.hpp", "domain"), ("src/main.cpp", "main"),
                            ("actors/a.cpp", "actors"), ("tests/actors/a.cpp", None),
                            ("CMakeLists.txt", None)]:
            self.assertEqual(layer_of(path), layer, path)

    def test_comments_and_literals_are_blanked_in_place(self):
        text = 'a; // "x\nb = "//"; /* c\n d */ e = \'"\'; f = 1\'000;'
        blanked = without_comments(text, strings_too=True)
        self.assertEqual(len(blanked), len(text))
        self.assertEqual(blanked.count("\n"), 2)
        for gone in ("x", "//", "d", '"'):
            self.assertNotIn(gone, blanked)
        for kept in ("a;", "b =", "e =", "f = 1'000;"):
            self.assertIn(kept, blanked)


if __name__ == "__main__":
    unittest.main()
