"""House rules that a compiler does not check: the direction of includes between layers and between the
folders of a layer, a domain without clocks, chance, floating point or I/O, the length and head of files,
the size of folders, unfinished work, the top level. test_check_layers.py feeds each check with what it
must refuse."""

import collections
import pathlib
import re
import sys

from sources import ROOT, git_listed, project_files

LINES_MAX = 400
FILES_IN_FOLDER_MAX = 25

# Which layers each layer may include, besides itself.
LAYERS = {
    "domain": set(),
    "persistence": {"domain"},
    "actors": {"domain", "persistence"},
    "http": {"domain", "actors"},
    "ops": {"domain", "persistence", "actors", "http", "config"},
    "web": set(),
    "config": set(),
    "main": {"domain", "persistence", "actors", "http", "ops", "config"},
}

# The folders of each layer, lowest first; "." is the layer's own folder. A folder includes itself and those
# before it, never those beside it in one tuple nor those after it. The longest name that fits a file counts.
# A single file can have a rank of its own; "*/events.hpp" is the file of that name in any folder: a kind's facts
# and commands lie with the kind, but below event.hpp and command.hpp, which join them.
FOLDERS = {
    "domain": [("values",), ("access",), ("*/events.hpp",), ("sale/external_payment.hpp",),
               ("*/commands.hpp",), (".",), ("packet", "campaign", "sale", "administration"),
               ("account",), ("books",)],
    "persistence": [(".",), ("files",), ("lmdb",), ("record",), ("journal",), ("journal/segment",),
                    ("journal/lmdb",), ("journal/end",), ("read_model",), ("inspect",), ("repair",),
                    ("upkeep",)],
    "actors": [("protocol",), ("journal",), ("environment", "feed"), ("packet", "campaign", "sale"),
               ("account",), ("router", "projector"), (".",)],
    "http": [("text", "problems"), ("webhooks",), ("transport/framing", "transport/socket"), ("transport",), ("api",)],
    "ops": [("log",), ("cli", "supervision"), ("client",), ("serve", "data", "demo"), ("control",), ("books",),
            ("doctor", "top", "health"), ("bench", "prove", "completion"), (".",)],
}

TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", ".clang-format", ".clang-tidy", ".gitignore", ".ci",
    "LICENSE", "README.md", "README.zh-CN.md", "CHANGELOG.md", "RULES.md", "ARCHITECTURE.md",
    "CONTRIBUTING.md", "SECURITY.md", "dev", "src", "actors", "persistence", "config", "tests", "bench",
}

# Libraries that belong to the layers above the domain, and parts of the standard library that are
# clocks, chance, floating point, threads or I/O.
DOMAIN_HEADERS_REFUSED = {
    "chrono", "ctime", "random", "cmath", "cfloat", "cfenv", "complex", "numbers", "valarray",
    "thread", "mutex", "shared_mutex", "condition_variable", "atomic", "future", "semaphore",
    "latch", "barrier", "stop_token", "coroutine", "iostream", "istream", "ostream", "fstream",
    "iomanip", "syncstream", "filesystem", "csignal", "locale", "clocale", "regex",
}
DOMAIN_WORDS_REFUSED = {
    "floating point": r"\b(?:float|double|long\s+double)\b"
                      r"|(?<![\w.'])\d[\d']*\.\d*|(?<![\w.'])\.\d+|(?<![\w.'])\d[\d']*[eE][+-]?\d",
    "a clock": r"\b(?:system_clock|steady_clock|high_resolution_clock|utc_clock|clock_gettime"
               r"|gettimeofday|localtime(?:_r)?|gmtime(?:_r)?|mktime)\b|\b(?:std::)?time\s*\("
               r"\s*(?:nullptr|NULL|0|&\w+)\s*\)",
    "device randomness": r"\b(?:random_device|getrandom|getentropy|arc4random\w*|randombytes\w*"
                         r"|srand|rand)\b|/dev/u?random",
}

# Written in two parts, or this file would be refused.
UNFINISHED = re.compile(
    r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|(?i:not imple" r"mented)|GTEST_" r"SKIP"
    r"|\bDISABLED" r"_\w|\bskip" r"Test\b|\bunittest\.sk" r"ip|\bpytest\.(?:mark\.)?sk" r"ip")

# Messages go out by ops/cli/say and the log, which wait for no reader. Last words before an abort need no layer.
STDERR = re.compile(r"\bstderr\b|\bstd::cerr\b|\bperror\s*\(")

HEADED = (".cpp", ".hpp", ".py", ".fbs", ".lua", ".sh", ".js", ".css")
MEASURED = HEADED + (".cmake", ".html", "CMakeLists.txt")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def layer_of(path):
    """The layer a file belongs to; None for tests, benchmarks and whatever is not code."""
    parts = pathlib.PurePosixPath(path).parts
    if len(parts) > 2 and parts[0] == "src":
        return parts[1]
    if len(parts) == 2 and parts[0] == "src":
        return "main"
    return parts[0] if parts[0] in ("persistence", "actors", "config") else None


def without_comments(text, strings_too=False):
    """C++ with comments, and if asked the inside of literals, blanked; lines stay where they are."""
    def blank(match):
        found = match.group(0)
        if found.startswith("/") or strings_too:
            return re.sub(r"[^\n]", " ", found)
        return found
    pattern = (r'//[^\n]*|/\*.*?\*/|R"([^\s()\\]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
               r"|(?<![\w])'(?:\\.|[^'\\\n])+'")
    return re.sub(pattern, blank, text, flags=re.DOTALL)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def check_includes(path, text):
    layer = layer_of(path)
    if layer is None or not path.endswith((".cpp", ".hpp")):
        return
    if layer not in LAYERS:
        yield f"{path}: src/{layer}/ is no layer of the design"
        return
    for match in INCLUDE.finditer(without_comments(text)):
        header, line = match.group(2), line_of(text, match.start(2))
        target = header.removeprefix("src/").split("/")[0] if "/" in header else None
        if header.startswith("."):
            yield f"{path}:{line}: includes are written from the root of the layers: {header}"
        elif target in LAYERS and target != layer and target not in LAYERS[layer]:
            yield f"{path}:{line}: {layer} must not know {target} ({header})"
        elif layer == "domain" and target != "domain":
            if not re.fullmatch(r"[a-z_0-9]+", header):
                yield f"{path}:{line}: the domain knows only the standard library ({header})"
            elif header in DOMAIN_HEADERS_REFUSED:
                yield f"{path}:{line}: the domain has no clock, chance, thread or I/O ({header})"


def folder_of(layer, below):
    """The folder of FOLDERS that a path below a layer belongs to, and its rank; None if there is none."""
    parts = pathlib.PurePosixPath(below).parent.parts
    for rank, names in enumerate(FOLDERS[layer]):
        if parts and (below in names or f"*/{pathlib.PurePosixPath(below).name}" in names):
            return below, rank
    for length in range(len(parts), -1, -1):
        name = "/".join(parts[:length]) or "."
        for rank, names in enumerate(FOLDERS[layer]):
            if name in names and (name != "." or not parts):
                return name, rank
    return None


def check_folders(path, text):
    """Arrows inside a layer run from later folders to earlier ones."""
    layer = layer_of(path)
    if layer not in FOLDERS or not path.endswith((".cpp", ".hpp")):
        return
    own = folder_of(layer, path.removeprefix("src/").removeprefix(layer + "/"))
    if own is None:
        yield f"{path}: its folder has no place in the order of {layer}'s folders (FOLDERS)"
        return
    for match in INCLUDE.finditer(without_comments(text)):
        header, line = match.group(2), line_of(text, match.start(2))
        if match.group(1) != '"' or not header.startswith(layer + "/"):
            continue
        other = folder_of(layer, header.removeprefix(layer + "/"))
        if other and other[0] != own[0] and other[1] >= own[1]:
            yield f"{path}:{line}: {layer}/{own[0]} must not know {layer}/{other[0]} ({header})"


def check_domain(path, text):
    if layer_of(path) != "domain" or not path.endswith((".cpp", ".hpp")):
        return
    code = without_comments(text, strings_too=True)
    for what, pattern in DOMAIN_WORDS_REFUSED.items():
        for match in re.finditer(pattern, code):
            yield f"{path}:{line_of(code, match.start())}: {what} in the domain ({match.group(0)})"


def check_stderr(path, text):
    if layer_of(path) is None or not path.endswith((".cpp", ".hpp")) \
            or path.endswith("/invariant.hpp"):
        return
    code = without_comments(text, strings_too=True)
    for match in STDERR.finditer(code):
        yield (f"{path}:{line_of(code, match.start())}: messages go out by ops/say.hpp "
               f"({match.group(0)})")


def check_unfinished(path, text):
    if path.endswith(".md"):
        return
    for match in UNFINISHED.finditer(text):
        yield f"{path}:{line_of(text, match.start())}: unfinished work ({match.group(0)})"


def check_length(path, text):
    lines = len(text.splitlines())
    if (path.endswith(MEASURED) or text.startswith("#!")) and lines > LINES_MAX:
        yield f"{path}: {lines} lines, more than {LINES_MAX}: it holds more than one concept"


def check_head(path, text):
    if not text.strip() or not (path.endswith(HEADED) or text.startswith("#!")):
        return
    lines = [line.strip() for line in text.splitlines()]
    head = [line for line in lines if line and not line.startswith(("#!", "#pragma once"))][:1]
    if not head or not head[0].startswith(("//", "/*", "#", '"""', "--")) \
            or head[0].startswith(("#include", "#define", "#if")):
        yield f"{path}: begins without a comment that tells its role"


def check_top_level(tracked):
    for name in sorted({path.split("/")[0] for path in tracked} - TOP_LEVEL):
        yield f"{name}: does not belong at the top level"


def check_folder_sizes(paths):
    counts = collections.Counter(str(pathlib.PurePosixPath(path).parent) for path in paths)
    for folder, count in sorted(counts.items()):
        if count > FILES_IN_FOLDER_MAX and folder != ".":
            yield f"{folder}: {count} files, more than {FILES_IN_FOLDER_MAX}: it needs rooms"


CHECKS = (check_includes, check_folders, check_domain, check_stderr, check_unfinished, check_length, check_head)


def findings_in(path, text):
    return [finding for check in CHECKS for finding in check(path, text)]


def main():
    findings = list(check_top_level(git_listed("--cached") or []))
    files = project_files()
    findings += check_folder_sizes(files)
    for path in files:
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # not text: sample journals
        findings += findings_in(path, text)
    for finding in findings:
        print(finding)
    print(f"tidy: {len(files)} files, {len(findings)} findings")
    return 1 if findings or not files else 0


if __name__ == "__main__":
    sys.exit(main())
