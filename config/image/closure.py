"""What a binary needs of this Debian to run: its libraries, what those load by name, and the packages that all of it
comes from."""

import functools
import pathlib
import re
import subprocess

# Loaded by the C library when a statement in GBK is read; nothing names it in the binary.
LOADED_BY_NAME = ("gconv/GB18030.so", "gconv/gconv-modules", "gconv/gconv-modules.d/gconv-modules-extra.conf")


class Missing(Exception):
    """The sentence says what this machine does not have."""


def _run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={"LC_ALL": "C.UTF-8",
                                                                                     "PATH": "/usr/bin:/bin"}).stdout


def libraries_of(binary):
    """The paths by which the loader finds the libraries of a binary, and that of the loader itself."""
    told = _run("ldd", str(binary))
    if absent := re.findall(r"^\s*(\S+) => not found", told, re.M):
        raise Missing(f"this machine has no {', '.join(absent)}")
    found = re.findall(r"^\s*(?:\S+ => )?(/\S+) \(0x", told, re.M)
    return sorted({pathlib.Path(path) for path in found})


def real(path):
    """The same file by a path without links to folders: /lib is /usr/lib."""
    return path.parent.resolve() / path.name


@functools.cache
def package_of(path):
    """The package that this file, by its real path, belongs to. dpkg may know it by the path before /usr was merged."""
    for known in (str(path), str(path).removeprefix("/usr")):
        done = subprocess.run(["dpkg-query", "--search", known], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(":", 1)[0]
    raise Missing(f"{path} belongs to no Debian package")


def closure_of(binary):
    """{path: target or None}: the files, by real paths; those with a target are links to it."""
    found = {}
    waiting = libraries_of(binary)
    libc = next(real(path).parent for path in waiting if path.name.startswith("libc.so"))
    by_name = [libc / name for name in LOADED_BY_NAME]
    waiting += by_name + [path for module in by_name if module.suffix == ".so" for path in libraries_of(module)]
    while waiting:
        path = real(waiting.pop())
        if path in found:
            continue
        if not path.exists():
            raise Missing(f"this machine has no {path}")
        if path.is_symlink():
            found[path] = str(path.readlink())
            waiting.append(path.parent / found[path])
        else:
            found[path] = None
    return found


def packages_of(paths):
    return sorted({package_of(path) for path in paths})


def status_of(package):
    """What dpkg knows of it: scanners read versions from that."""
    return _run("dpkg-query", "--status", package)


def version_of(package):
    return _run("dpkg-query", "--show", "--showformat=${Version}", package)


def architecture():
    """As Debian and as images call it."""
    name = _run("dpkg", "--print-architecture").strip()
    return {"i386": "386", "armhf": "arm", "ppc64el": "ppc64le"}.get(name, name)
