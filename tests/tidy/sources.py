"""Which files belong to the project, for the checks in this folder."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Programs of others, kept as they are packaged.
THIRD_PARTY = {"src/http/api/docs/viewer/openapi-explorer.min.js"}
BUILT = {".git", "build", "data", "__pycache__", "out"}


def git_listed(*options):
    """Paths that git names, relative to ROOT; None where there is no git or no repository."""
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z", *options]
    try:
        done = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    paths = [name for name in os.fsdecode(done.stdout).split("\0") if name]
    return [name for name in paths if (ROOT / name).is_file()]


def project_files():
    """Tracked files and new ones that are not ignored; in an unpacked archive, all except built ones."""
    listed = git_listed("--cached", "--others", "--exclude-standard")
    if listed is not None:
        return sorted(set(listed) - THIRD_PARTY)
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in BUILT]
        found += [os.path.relpath(os.path.join(folder, name), ROOT) for name in names]
    return sorted(set(found) - THIRD_PARTY)
