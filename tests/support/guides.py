"""Runs the guides: their `sh` blocks run statement by statement in one shell, and what the comments
beside the commands promise is compared with what comes.

A comment promises by its words: a status and code (`409 sold_out`), parts of an answer (`"repeat":true`), a
header (`Idempotency-Replayed: true`), an event (`event: claim`); beside one of hongbao's own commands, what it
prints. Without a promised status every answer is a 2xx. Blocks of other kinds (`console`, `toml`) are not run.
"""

import os
import pathlib
import re
import shlex
import signal
import subprocess
import tempfile
import textwrap

from server import binary, clean_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = {"README": "README.md", "README.zh-CN": "README.zh-CN.md", "GUIDE": "src/http/api/GUIDE.md",
         "OPERATION": "src/ops/OPERATION.md", "OPERATION.zh-CN": "src/ops/OPERATION.zh-CN.md"}
PAGES |= {path.stem: str(path.relative_to(ROOT)) for path in sorted((ROOT / "src/ops/guides").glob("*.md"))}
PAGE_DEADLINE_S = 60

# Bash itself says where a statement ends: as soon as all lines so far are complete.
SPLITTER = r"""
while IFS= read -r line; do
    all+=$line$'\n'
    if (eval "whole() { :"$'\n'"$all"$'\n'"}") 2>/dev/null; then printf '%s\0' "$all"; all=; fi
done
printf '%s' "$all"
"""
# The page's curl reports its statuses on the side; with -f it judges them itself.
PRELUDE = r"""
set -u -o pipefail
curl() {
    case " $* " in
    *' -f '* | *' -sf '*) command curl "$@" ;;
    *) command curl "$@" --max-time 20 -w '%{stderr}%{http_code}\n' 2>>"$NOTES/$STEP.status" ;;
    esac
}
"""


def page_text(name):
    return (ROOT / PAGES[name]).read_text("utf-8")


def shell_blocks(text):
    """Also those that stand in a list, and so further to the right."""
    return [textwrap.dedent(block) for _, block in re.findall(r"^( *)```sh\n(.*?)^\1```$", text, re.M | re.S)]


def statements_of(text):
    """The page's statements in order, without lines that are only comments."""
    blocks = shell_blocks(text)
    done = subprocess.run(["bash", "-c", SPLITTER], input="\n".join(blocks), capture_output=True,
                          text=True, timeout=PAGE_DEADLINE_S, check=True,
                          env=clean_environment(LC_ALL="C.UTF-8"))
    *whole, rest = done.stdout.split("\0")
    assert not rest.strip(), f"never ends: {rest}"
    return [statement for statement in whole if re.search(r"^\s*[^#\s]", statement, re.M)]


def comments_in(statement):
    return " ".join(re.findall(r"(?:^|\s)#\s*(.*)$", statement, re.M))


def without_comments(statement):
    """A statement without layout and comments, to compare what two pages do."""
    return " ".join(re.sub(r"(?:^|\s+)#.*$", "", statement, flags=re.M).split())


class Promise:
    """What the comments of a statement promise."""

    def __init__(self, statement):
        words = comments_in(statement)
        told = re.match(r"([2-5]\d\d)\b(?:\s+([a-z]+(?:_[a-z]+)+))?", words)
        self.status = int(told.group(1)) if told else None
        self.texts = re.findall(r'"[a-z_]+":(?:"[^"]*"|[\w.-]+)|\b(?:[A-Z]\w*-)+\w+: \w+|\bevent: \w+',
                                words)
        if told and told.group(2):
            self.texts.append(f'"code":"{told.group(2)}"')
        if statement.startswith("hongbao ") and words:
            self.texts = [words]

    def __eq__(self, other):
        return (self.status, self.texts) == (other.status, other.texts)


class Statement:
    """A statement that was run, with everything that came of it."""

    def __init__(self, text, notes, number):
        def note(kind):
            path = notes / f"{number}.{kind}"
            return path.read_text("utf-8", "replace") if path.exists() else ""
        self.text = text
        self.exit_status = note("exit").strip()
        self.output = note("out")
        self.errors = note("err") + note("status")
        self.statuses = [int(word) for word in re.findall(r"^\d{3}$", note("status"), re.M)]

    def faults(self):
        promise = Promise(self.text)
        found = []
        if self.exit_status != "0":
            found.append(f"exit status {self.exit_status or 'unknown: it has ended the shell, or never ends'}")
        if promise.status and promise.status not in self.statuses[-1:]:
            found.append(f"answered {self.statuses}, not {promise.status}")
        if not promise.status and any(status // 100 != 2 for status in self.statuses):
            found.append(f"answered {self.statuses}")
        found += [f"no {text} in the answer" for text in promise.texts if text not in self.output]
        if "; echo $" in self.text and not re.fullmatch(r"[\w.-]+\n", self.output):
            found.append("the word that it keeps is none")
        return [f"{fault}\n{self.text}{self.output}{self.errors}" for fault in found]


def step_of(number, statement):
    """Shell lines that run the statement and note what came. A GET is repeated until it shows what is
    promised: a freed unit is offered a moment after the answer that freed it."""
    run = (f'{{\n{statement}\n}} >"$NOTES/$STEP.out" 2>"$NOTES/$STEP.err" </dev/null; '
           'echo $? >"$NOTES/$STEP.exit"')
    texts = Promise(statement).texts
    if texts and statement.startswith("curl -s $H/") and "--json" not in statement:
        shows = " && ".join(f'grep -qF -- {shlex.quote(text)} "$NOTES/$STEP.out"' for text in texts)
        run = (f'for LOOK in $(seq 100); do rm -f "$NOTES/$STEP.status"\n{run}\n'
               f'if {shows}; then break; fi; sleep 0.05; done')
    return f"STEP={number}\n{run}"


def run_page(text, replacements):
    """Runs the statements of a page, with other addresses and folders in place of those it names, and returns
    what differs from the page. Whatever it leaves running is ended."""
    for told, real in replacements.items():
        text = text.replace(told, str(real))
    statements = statements_of(text)
    assert statements, "the page has no commands"
    with tempfile.TemporaryDirectory(prefix="hongbao-guides-") as name:
        folder = pathlib.Path(name)
        (folder / "bin").mkdir()
        (folder / "bin" / "hongbao").symlink_to(binary())
        notes = folder / "notes"
        notes.mkdir()
        steps = [step_of(number, statement) for number, statement in enumerate(statements)]
        environment = clean_environment(NOTES=str(notes), LC_ALL="C.UTF-8", HOME=name,
                                        PATH=f"{folder / 'bin'}:{os.environ['PATH']}")
        with subprocess.Popen(["bash", "-c", PRELUDE + "\n".join(steps)], cwd=folder, env=environment,
                              stdin=subprocess.DEVNULL, start_new_session=True) as shell:
            try:
                shell.wait(PAGE_DEADLINE_S)
            except subprocess.TimeoutExpired:
                pass  # its statement has no exit status
            finally:
                try:
                    os.killpg(shell.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        return [fault for number, statement in enumerate(statements)
                for fault in Statement(statement, notes, number).faults()]
