#!/usr/bin/env python3
"""Takes the viewer's files out of its npm package, and writes down what they are.

refresh.py VERSION    the files of that version, into this folder
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
NOTES = HERE / "package_of_npm.json"


def pack(name, version, folder):
    """Fetches a package as npm publishes it; npm checks its integrity, and says it."""
    done = subprocess.run(["npm", "pack", f"{name}@{version}", "--json", "--ignore-scripts"], cwd=folder,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=240)
    if done.returncode != 0:
        raise RuntimeError(f"npm cannot fetch {name} {version}: {done.stderr[-2000:]}")
    said, = json.loads(done.stdout)
    archive, = pathlib.Path(folder).glob("*.tgz")
    return archive, said["integrity"]


def files_in(archive, paths):
    """The content of files in a package, by their paths there."""
    with tarfile.open(archive) as package:
        return {path: package.extractfile(f"package/{path}").read() for path in paths}


def main(version):
    notes = json.loads(NOTES.read_text())
    with tempfile.TemporaryDirectory() as folder:
        archive, notes["integrity"] = pack(notes["name"], version, folder)
        notes["version"] = version
        content = files_in(archive, [file["path"] for file in notes["files"].values()])
    for name, file in notes["files"].items():
        (HERE / name).write_bytes(content[file["path"]])
        file["sha256"] = hashlib.sha256(content[file["path"]]).hexdigest()
    NOTES.write_text(json.dumps(notes, indent=2) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
