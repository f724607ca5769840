"""Formats the C++ sources by .clang-format, or with --check says which lines differ."""

import shutil
import subprocess
import sys

from sources import ROOT, project_files


def main(arguments):
    # Another version formats differently, so the version is part of the rule.
    tool = shutil.which("clang-format-14")
    if tool is None:
        print("clang-format-14 is not installed; ./dev setup installs it", file=sys.stderr)
        return 1
    files = [name for name in project_files() if name.endswith((".cpp", ".hpp"))]
    if not files:
        print("no C++ source found", file=sys.stderr)
        return 1
    mode = ["--dry-run", "-Werror"] if arguments == ["--check"] else ["-i"]
    status = subprocess.run([tool, *mode, "--style=file", *files], cwd=ROOT).returncode
    if status != 0:
        print("format: ./dev fmt puts this right", file=sys.stderr)
    else:
        print(f"format: {len(files)} files", "are as they should be" if arguments else "formatted")
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
