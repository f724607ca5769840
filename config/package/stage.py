"""Lays out all files of the Debian package but the binary below a folder, as they lie below / once installed:
manual pages and completions as the binary tells them, the settings with Debian's place for the data, the pages for
people, compressed where Debian wants that. The same binary gives the same bytes."""

import argparse
import email.utils
import gzip
import os
import pathlib
import shutil
import subprocess

import manual

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
DOC = "usr/share/doc/hongbao"

COPIES = {
    "config/hongbao.service": "usr/lib/systemd/system/hongbao.service",
    "config/package/hongbao.sysusers": "usr/lib/sysusers.d/hongbao.conf",
    "config/package/hongbao.tmpfiles": "usr/lib/tmpfiles.d/hongbao.conf",
    "config/package/lintian-overrides": "usr/share/lintian/overrides/hongbao",
    "config/package/README.Debian": f"{DOC}/README.Debian",
    "config/package/copyright": f"{DOC}/copyright",
}
COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/hongbao",
    "zsh": "usr/share/zsh/vendor-completions/_hongbao",
    "fish": "usr/share/fish/vendor_completions.d/hongbao.fish",
}
# In the folders that they have here, so that their links to each other lead somewhere.
PAGES = ("README*.md", "SECURITY*.md", "RULES*.md", "CHANGELOG.md", "src/ops/OPERATION*.md", "src/ops/guides/*.md",
         "src/http/api/GUIDE*.md", "config/prometheus/*", "config/grafana/*", "config/hongbao.toml")

DATA_DIR_HERE = '\n#data_dir = "./data"\n'
DATA_DIR_THERE = '\ndata_dir = "/var/lib/hongbao"\n'


def settings_text():
    """Every line still shows a default, but for the place of the data."""
    text = (ROOT / "config/hongbao.toml").read_text("utf-8")
    if text.count(DATA_DIR_HERE) != 1:
        raise SystemExit(f"config/hongbao.toml has no line {DATA_DIR_HERE.strip()}")
    return text.replace(DATA_DIR_HERE, DATA_DIR_THERE)


class Stage:
    def __init__(self, folder):
        self.folder = folder

    def put(self, path, content):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        target.chmod(0o644)

    def put_compressed(self, path, content):
        self.put(path, gzip.compress(content if isinstance(content, bytes) else content.encode(), 9, mtime=0))

    def finish(self):
        for folder, _, _ in os.walk(self.folder):
            os.chmod(folder, 0o755)


def read(path):
    return (ROOT / path).read_bytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True, help="of the package")
    parser.add_argument("--epoch", type=int, required=True, help="the time of everything in it, in Unix seconds")
    parser.add_argument("folder", type=pathlib.Path)
    given = parser.parse_args()

    shutil.rmtree(given.folder, ignore_errors=True)
    stage = Stage(given.folder)
    for source, target in COPIES.items():
        stage.put(target, read(source))
    for pattern in PAGES:
        for path in sorted(ROOT.glob(pattern)):
            stage.put(f"{DOC}/{path.relative_to(ROOT)}", path.read_bytes())
    for shell, target in COMPLETIONS.items():
        stage.put(target, subprocess.run([given.binary, "completion", shell], check=True, stdout=subprocess.PIPE).stdout)
    stage.put("etc/hongbao/hongbao.toml", settings_text())
    changes = read("config/package/changelog.Debian").decode()
    changes = changes.replace("@VERSION@", given.version).replace("@DATE@", email.utils.formatdate(given.epoch))
    stage.put_compressed(f"{DOC}/changelog.Debian.gz", changes)
    stage.put_compressed(f"{DOC}/changelog.gz", read("CHANGELOG.md"))
    for name, page in manual.pages_of(given.binary, given.epoch):
        stage.put_compressed(f"usr/share/man/man1/{name}.1.gz", page)
    stage.finish()


if __name__ == "__main__":
    main()
