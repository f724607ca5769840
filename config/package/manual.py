"""The manual pages: help2man makes one of each command's --help, so that page and help say the same."""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import tempfile

COLUMN = 30  # where the help's descriptions begin

FILES = """[FILES]
.TP
.I /etc/hongbao/hongbao.toml
the settings of the service, with what each is for
.TP
.I /var/lib/hongbao
its data: the journal, and a read model that is rebuilt from it
.TP
.I /usr/share/doc/hongbao
what else there is to read, first of all src/ops/OPERATION.md
"""


def told_by(binary, *words):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HONGBAO_")}
    return subprocess.run([binary, *words], check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8",
                          env=environment).stdout


def with_gaps(lines):
    """A flag that is just long enough for its column has one blank before its description: too few for help2man."""
    for line, following in zip(lines, [*lines[1:], ""]):
        fills_column = line.startswith("  -") and line[COLUMN - 2:COLUMN].strip() and line[COLUMN - 1:COLUMN] == " "
        if fills_column and not following.startswith(" " * COLUMN):
            line = f"{line[:COLUMN - 1]}\n{' ' * COLUMN}{line[COLUMN:]}"
        yield line


def parts_of(words, help_text):
    """The first line, the help as help2man understands it, and what it says of exit statuses."""
    first, _, rest = help_text.partition("\n")
    body, _, statuses = rest.partition("\nExit status: ")
    body = body.replace(f"Usage: hongbao {' '.join(words)}", f"Usage: {'-'.join(['hongbao', *words])} ", 1)
    sentence = first if first.startswith("hongbao") else f"{first[0].upper()}{first[1:].rstrip('.')}."
    # Without an empty line it would run the first two lines together.
    text = "\n".join([sentence, "", *with_gaps(body.strip("\n").splitlines())])
    return first, text + "\n", " ".join(statuses.split())


def list_of_statuses(sentence):
    """"0 success, 1 failure, 2 bad settings" as a list."""
    items = re.findall(r"(\d+) (.*?)(?:, (?=\d+ )|\.$)", sentence)
    return "".join(f".TP\n.B {status}\n{meaning}\n" for status, meaning in items)


def see_also(name, names):
    others = [other for other in names if other != name and (
        name == "hongbao" or other == "hongbao" or other.startswith(f"{name}-") or name.startswith(f"{other}-"))]
    return ",\n".join(f".BR {other} (1)" for other in sorted(others))


def page(binary, words, names, epoch, folder):
    name = "-".join(["hongbao", *words])
    first, text, statuses = parts_of(words, told_by(binary, *words, "--help"))
    about = first.rstrip(".").removeprefix("hongbao: ")
    told = folder / f"{name}.txt"
    told.write_text(text, "utf-8")
    # What help2man runs is named after the page.
    program = folder / name
    program.write_text(f"#!/bin/sh\nexec cat '{told}'\n")
    program.chmod(0o755)
    more = folder / f"{name}.h2m"
    more.write_text(f"[NAME]\n{name} \\- {about}\n\n" + (f"[EXIT STATUS]\n{list_of_statuses(statuses)}\n" if statuses else "") + FILES +
                    f"\n[SEE ALSO]\n{see_also(name, names)}\n", "utf-8")
    made = subprocess.run(
        ["help2man", "--no-info", "--locale=C.UTF-8", f"--version-string={told_by(binary, '--version').split()[-1]}",
         f"--include={more}", str(program)],
        check=True, stdout=subprocess.PIPE, env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "TZ": "UTC"}).stdout
    return name, made.replace(f".B {name}\n".encode(), f".B {' '.join(['hongbao', *words])}\n".encode(), 1)


def pages_of(binary, epoch):
    """(name, text) of each page."""
    commands = [[], *(line.split() for line in told_by(binary, "completion", "commands").splitlines())]
    names = ["-".join(["hongbao", *words]) for words in commands]
    with tempfile.TemporaryDirectory(prefix="hongbao-manual-") as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda words: page(binary, words, names, epoch, pathlib.Path(folder)), commands))
