"""Makes hongbao-dbgsym: what debuggers and profilers need of the stripped binary, found by its build id. CPack's own
such package names folders of the machine that it was built on."""

import argparse
import hashlib
import os
import pathlib
import re
import subprocess
import tempfile

CONTROL = """Package: hongbao-dbgsym
Source: hongbao
Version: {version}
Auto-Built-Package: debug-symbols
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {kilobytes}
Depends: hongbao (= {version})
Section: debug
Priority: optional
Description: debug symbols for hongbao
Build-Ids: {build_id}
"""


def build_id_of(binary):
    notes = subprocess.run(["readelf", "--notes", "--wide", binary], check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.search(r"Build ID: ([0-9a-f]{40})", notes)[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("binary", "version", "architecture", "maintainer", "epoch"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("package", type=pathlib.Path, help="the file to make")
    given = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="hongbao-symbols-") as name:
        root = pathlib.Path(name)
        root.chmod(0o755)
        build_id = build_id_of(given.binary)
        symbols = root / "usr/lib/debug/.build-id" / build_id[:2] / f"{build_id[2:]}.debug"
        symbols.parent.mkdir(parents=True)
        subprocess.run(["objcopy", "--only-keep-debug", "--compress-debug-sections", given.binary, symbols], check=True)
        symbols.chmod(0o644)
        (root / "usr/share/doc").mkdir(parents=True)
        (root / "usr/share/doc/hongbao-dbgsym").symlink_to("hongbao")
        (root / "DEBIAN").mkdir()
        (root / "DEBIAN/control").write_text(CONTROL.format(
            **vars(given), build_id=build_id, kilobytes=symbols.stat().st_size // 1024 + 1))
        (root / "DEBIAN/md5sums").write_text(
            f"{hashlib.md5(symbols.read_bytes()).hexdigest()}  {symbols.relative_to(root)}\n")
        # The sections are compressed as they are.
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", root, given.package], check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": given.epoch})


if __name__ == "__main__":
    main()
