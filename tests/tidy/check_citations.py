"""Whatever is cited exists: rules and promises by their numbers, in code and pages alike; links,
anchors and back-quoted paths in pages; pages and paths in code; the tests that RULES.md names.
test_check_citations.py feeds each check with what it must refuse."""

import fnmatch
import pathlib
import posixpath
import re
import sys

from sources import ROOT, project_files

RULES, PROMISES = "RULES.md", "ARCHITECTURE.md"
# History may use the names of its time.
PAST = {"CHANGELOG.md"}
# This test feeds the checks with names that do not exist.
MADE_UP = "tests/tidy/"

# "rule 4", "rules 9, 10 and 11a", "promises 1–3", also across the lines of a comment.
GAP, MAYBE_GAP = r"(?:\s|//|#)+", r"(?:\s|//|#)*"
NUMBER = r"\d+[a-z]?\b"
CITED = re.compile(rf"\b(rule|promise)s?{GAP}"
                   rf"({NUMBER}(?:{MAYBE_GAP}(?:,|and|to|[–-]){MAYBE_GAP}{NUMBER})*)", re.IGNORECASE)
RULE_DEFINED = re.compile(r"^### Rule (\d+[a-z]?): ", re.MULTILINE)
PROMISE_DEFINED = re.compile(r"^(\d+)\. \*\*", re.MULTILINE)

LINK = re.compile(r"\[[^\]\[]*\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/?")
# The layers below src/: includes name them without it.
BELOW_SRC = ("domain", "http", "ops")
TOP_FOLDERS = ("src", "persistence", "actors", "config", "tests", "bench") + BELOW_SRC
SUFFIXES = (".cpp", ".hpp", ".py", ".md", ".fbs", ".toml", ".lua")
# Made by builds and measurements.
MADE = ("bench/out", "build")
TEST_STEM = re.compile(r"`(test_\w+|\w+_test)`")
# A page in a comment, and a path of the repository in a comment or a text.
NAMED = re.compile(r"(?<![\w./*-])(?:[\w./-]+\.md\b"
                   r"|/?(?:src|persistence|actors|config|tests|bench)/[\w./-]*\w\b(?![*<{]))")


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def without_fences(page):
    """A page without its blocks of code; lines stay where they are."""
    return re.sub(r"^( *)```.*?^\1```", lambda found: re.sub(r"[^\n]", " ", found.group()), page,
                  flags=re.MULTILINE | re.DOTALL)


def numbers_in(listed):
    """Each number that "9, 10 and 14 to 16" names, those inside a range included."""
    tokens = re.findall(rf"{NUMBER}|to\b|[–-]", listed)
    for place, token in enumerate(tokens):
        if token in ("to", "–", "-"):
            first, last = (int(re.match(r"\d+", tokens[near]).group())
                           for near in (place - 1, place + 1))
            yield from map(str, range(first + 1, last))
        else:
            yield token


def defined_in(rules_page, architecture_page):
    promises = re.search(r"^## Promises$.*?(?=^## |\Z)", architecture_page,
                         re.MULTILINE | re.DOTALL)
    return {"rule": set(RULE_DEFINED.findall(rules_page)),
            "promise": set(PROMISE_DEFINED.findall(promises.group() if promises else ""))}


def check_numbers(path, text, defined):
    for match in CITED.finditer(text):
        kind = match.group(1).lower()
        for number in numbers_in(match.group(2)):
            if number not in defined[kind]:
                page = RULES if kind == "rule" else PROMISES
                yield f"{path}:{line_of(text, match.start())}: {page} has no {kind} {number}"


def anchors_of(page):
    """The names by which GitHub and most other readers know a page's headings."""
    names = []
    for heading in re.findall(r"^#+ +(.+?) *$", without_fences(page), re.MULTILINE):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", shown).replace(" ", "-")
        names.append(f"{name}-{names.count(name)}" if name in names else name)
    return set(names)


class Tree:
    """All files and folders, and how a page may name them."""

    def __init__(self, paths):
        self.paths = set(paths)
        self.folders = {str(parent) for path in paths for parent in pathlib.PurePosixPath(path).parents}
        self.names = {posixpath.basename(path) for path in paths}
        self.tests = {posixpath.basename(path).split(".")[0] for path in paths
                      if path.startswith("tests/")}
        self.without_suffix = {posixpath.splitext(path)[0] for path in paths}

    def has(self, path):
        path = path.rstrip("/")
        if "*" in path:
            return any(fnmatch.fnmatchcase(known, path) for known in self.paths | self.folders)
        return path in self.paths or path in self.folders or path in self.without_suffix

    def has_from(self, folder, name):
        near = posixpath.normpath(posixpath.join(folder, name))
        return any(self.has(path) for path in (name, "src/" + name, near))


def check_links(path, page, tree, read):
    folder = posixpath.dirname(path)
    for match in LINK.finditer(without_fences(page)):
        target, _, anchor = match.group(1).partition("#")
        if re.match(r"\w+:|/", target):
            continue
        line = line_of(page, match.start())
        linked = posixpath.normpath(posixpath.join(folder, target)) if target else path
        if linked not in tree.paths and linked not in tree.folders:
            yield f"{path}:{line}: links to {target}, which does not exist"
        elif anchor and linked.endswith(".md") and anchor not in anchors_of(read(linked)):
            yield f"{path}:{line}: {linked} has no heading for #{anchor}"


def is_path(token):
    """Whether a back-quoted word names something of the repository."""
    if not PATH.fullmatch(token) or token.startswith(MADE):
        return False
    first = token.split("/")[0]
    return (first in TOP_FOLDERS and "/" in token) or token.endswith(SUFFIXES)


def check_paths(path, page, tree):
    folder = posixpath.dirname(path)
    for match in QUOTED.finditer(without_fences(page)):
        token = match.group(1)
        if not is_path(token) or tree.has_from(folder, token):
            continue
        if "/" in token or ("*" not in token and token not in tree.names):
            yield f"{path}:{line_of(page, match.start())}: there is no {token}"


def check_tests_of_rules(page, tree):
    """Each rule names its tests, and they exist."""
    for section in re.split(r"^(?=##)", page, flags=re.MULTILINE):
        defined = RULE_DEFINED.match(section)
        if defined and not re.search(r"^Tests: `", section, re.MULTILINE):
            yield f"{RULES}: rule {defined.group(1)} names no tests"
    for match in TEST_STEM.finditer(page):
        if match.group(1) not in tree.tests:
            yield f"{RULES}:{line_of(page, match.start())}: there is no test {match.group(1)}"


def check_names(path, text, tree):
    """Pages and paths that a source names."""
    for match in NAMED.finditer(text):
        name = match.group().lstrip("/")
        if not name.startswith(MADE) and not tree.has_from(posixpath.dirname(path), name) \
                and name not in tree.names:
            yield f"{path}:{line_of(text, match.start())}: there is no {name}"


def findings_in(path, text, tree, defined, read):
    if path.startswith(MADE_UP):
        return
    yield from check_numbers(path, text, defined)
    if not path.endswith(".md"):
        yield from check_names(path, text, tree)
        return
    yield from check_links(path, text, tree, read)
    if path not in PAST:
        yield from check_paths(path, text, tree)
    if path == RULES:
        yield from check_tests_of_rules(text, tree)


def main():
    files = project_files()
    tree = Tree(files)

    def read(path):
        return (ROOT / path).read_text(encoding="utf-8")

    defined = defined_in(read(RULES), read(PROMISES))
    findings = [f"{page} defines no {kind}" for page, kind in ((RULES, "rule"), (PROMISES, "promise"))
                if not defined[kind]]
    for path in files:
        try:
            text = read(path)
        except UnicodeDecodeError:
            continue  # not text: sample journals
        findings += findings_in(path, text, tree, defined, read)
    for finding in findings:
        print(finding)
    print(f"citations: {len(files)} files, {len(findings)} findings")
    return 1 if findings or not files else 0


if __name__ == "__main__":
    sys.exit(main())
