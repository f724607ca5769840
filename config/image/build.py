"""Makes a container image of a built hongbao: the binary, its libraries from this machine's Debian packages, and what
those need, without a shell or a package manager in it. Nothing is downloaded, no daemon and no root is needed."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import closure  # noqa: E402
from oci import Image, Tree  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
USER = 10001
DATA = "/var/lib/hongbao"
AUTHORITIES = pathlib.Path("/usr/share/ca-certificates/mozilla")
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
# Whose code is in the binary itself: libraries that consist of heads.
INSIDE = ("libcli11-dev", "libflatbuffers-dev", "libspdlog-dev", "libtomlplusplus-dev", "nlohmann-json3-dev",
          "libboost1.74-dev", "libcaf-dev")
ACCOUNTS = {
    "/etc/passwd": f"root:x:0:0:root:/:/nonexistent\nhongbao:x:{USER}:{USER}:hongbao:{DATA}:/nonexistent\n",
    "/etc/group": f"root:x:0:\nhongbao:x:{USER}:\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}


def settings(version, revision):
    second_ns = 1_000_000_000
    labels = {"title": "hongbao", "description": "Red packets, flash sales and the accounts behind them",
              "version": version, "licenses": "MIT", **({"revision": revision} if revision else {})}
    return {
        "User": f"{USER}:{USER}", "WorkingDir": "/", "Entrypoint": ["/usr/bin/hongbao"], "Cmd": ["serve"],
        "Env": ["PATH=/usr/bin", f"HONGBAO_DATA_DIR={DATA}", "HONGBAO_LISTEN=0.0.0.0:8080", f"SSL_CERT_FILE={BUNDLE}"],
        "ExposedPorts": {"8080/tcp": {}}, "Volumes": {DATA: {}}, "StopSignal": "SIGTERM",
        "Labels": {f"org.opencontainers.image.{name}": text for name, text in labels.items()},
        # Docker's own; the OCI format has no such member, and whoever does not know it passes it over.
        "Healthcheck": {"Test": ["CMD", "/usr/bin/hongbao", "health"], "Interval": 10 * second_ns,
                        "Timeout": 5 * second_ns, "StartPeriod": 60 * second_ns, "Retries": 3},
    }


def add_package(tree, package):
    """What of a package concerns everybody who has a part of it: its licence, and that it is there."""
    tree.file(f"/var/lib/dpkg/status.d/{package}", closure.status_of(package).encode())
    licence = pathlib.Path(f"/usr/share/doc/{package}/copyright")
    if not licence.exists():
        raise closure.Missing(f"this machine has no {licence}; documentation may have been left out of it")
    tree.file(licence, licence.read_bytes())


def system_of(binary):
    """Everything but the binary."""
    tree = Tree()
    files = closure.closure_of(binary)
    named = [str(path) for path in closure.libraries_of(binary)]
    for path, target in files.items():
        if target is not None:
            tree.link(path, target)
        else:
            tree.file(path, path.read_bytes(), 0o755 if path.name.startswith("ld-linux") else 0o644)
    for folder in ("lib", "lib64"):  # as Debian has merged them
        if any(path.startswith(f"/{folder}/") for path in named):
            tree.link(f"/{folder}", f"usr/{folder}")
    authorities = sorted(AUTHORITIES.glob("*.crt"))
    if not authorities:
        raise closure.Missing(f"this machine has no {AUTHORITIES}: the package ca-certificates is needed")
    tree.file(BUNDLE, b"".join(path.read_bytes() for path in authorities))
    release = pathlib.Path("/usr/lib/os-release")
    tree.file(release, release.read_bytes())
    tree.link("/etc/os-release", "../usr/lib/os-release")
    for path, text in ACCOUNTS.items():
        tree.file(path, text.encode())
    for package in closure.packages_of([*files, authorities[0], release]):
        add_package(tree, package)
    tree.folder("/etc/hongbao")  # for settings and certificates
    tree.folder("/tmp", 0o1777)  # for `hongbao demo` and its like
    tree.folder(DATA, 0o700, USER)
    return tree


def program_of(binary):
    tree = Tree()
    with tempfile.TemporaryDirectory(prefix="hongbao-image-") as name:
        stripped = pathlib.Path(name, "hongbao")
        subprocess.run(["strip", "-o", stripped, binary], check=True)
        tree.file("/usr/bin/hongbao", stripped.read_bytes(), 0o755)
    tree.file("/usr/share/doc/hongbao/copyright", (ROOT / "config/package/copyright").read_bytes())
    for package in INSIDE:
        licence = pathlib.Path(f"/usr/share/doc/{package}/copyright")
        if licence.exists():
            tree.file(licence, licence.read_bytes())
    return tree


def git(*words):
    """What git says about the project; empty if there is no git, or this is no clone."""
    done = subprocess.run(["git", "-c", "safe.directory=*", "-C", ROOT, *words], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def own_version():
    return re.search(r"^project\(hongbao VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text("utf-8"), re.M)[1]


def own_revision():
    """The commit, unless something differs from it."""
    return "" if git("status", "--porcelain", "--untracked-files=no") else git("rev-parse", "HEAD")


def own_epoch():
    return int(os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct")
               or (ROOT / "CHANGELOG.md").stat().st_mtime)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--version", default=own_version())
    parser.add_argument("--revision", default=own_revision(), help="the commit it was built from")
    parser.add_argument("--epoch", type=int, default=own_epoch(),
                        help="the time of everything in it: SOURCE_DATE_EPOCH, else that of the commit")
    parser.add_argument("--to", type=pathlib.Path, required=True, help="a folder, which is made anew")
    given = parser.parse_args()
    try:
        layers = [("libraries and certificates of Debian", system_of(given.binary)),
                  (f"hongbao {given.version}", program_of(given.binary))]
        architecture = closure.architecture()
    except closure.Missing as missing:
        raise SystemExit(f"image: {missing}") from missing
    image = Image(f"hongbao:{given.version}", layers, settings(given.version, given.revision), architecture, given.epoch)
    shutil.rmtree(given.to, ignore_errors=True)
    image.write_layout(given.to / "layout")
    archive = given.to / f"hongbao_{given.version}_{architecture}.tar"
    image.write_archive(archive)
    print(f"{archive}\n{image.digest}\n{image.compressed_bytes / 1e6:.1f} MB to load, "
          f"{image.plain_bytes / 1e6:.1f} MB unpacked")


if __name__ == "__main__":
    main()
