"""What npm brings, for the few tests that need it: a copy of this folder in the build's folder, so that the
source tree stays clean, with its packages installed as the lock file has them. They come from the registry
that this machine is set to, and are fetched again only if the lock file or Node.js changes."""

import hashlib
import os
import pathlib
import shutil
import subprocess

SOURCES = pathlib.Path(__file__).resolve().parent
NODE_VERSION_MIN = 18
INSTALL_DEADLINE_S = 240
RUN_DEADLINE_S = 200
QUIET = {"npm_config_update_notifier": "false", "npm_config_fund": "false", "npm_config_audit": "false",
         "npm_config_ignore_scripts": "true", "npm_config_fetch_retry_mintimeout": "1000",
         "npm_config_fetch_retry_maxtimeout": "10000"}


class Unusable(Exception):
    """Node.js or its packages are not there; the text says what to do."""


def run(command, folder, timeout_s=RUN_DEADLINE_S):
    """Runs a command there; its output, both streams in one text, is in `stdout`."""
    return subprocess.run([str(word) for word in command], cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=timeout_s,
                          stdin=subprocess.DEVNULL, env={**os.environ, **QUIET})


def node_version():
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise Unusable(f"{program} is not installed; ./dev setup installs it on Debian.")
    version = run(["node", "--version"], SOURCES).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < NODE_VERSION_MIN:
        raise Unusable(f"Node.js {version} is too old: {NODE_VERSION_MIN} or later is needed.")
    return version


def build_folder():
    folder = os.environ.get("HONGBAO_BUILD_FOLDER")
    if not folder:
        raise SystemExit("set HONGBAO_BUILD_FOLDER to the folder of the build")
    return pathlib.Path(folder)


def workshop():
    """The folder where the packages are installed beside the sources; run programs there."""
    folder = build_folder() / "client"
    folder.mkdir(exist_ok=True)
    stamp = node_version() + hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()
    for source in SOURCES.iterdir():
        if source.is_file() and source.suffix != ".py":
            shutil.copy(source, folder)
    installed = folder / "installed"
    if not installed.exists() or installed.read_text() != stamp:
        installed.unlink(missing_ok=True)
        install(folder)
        installed.write_text(stamp)
    return folder


def install(folder):
    try:
        done = run(["npm", "ci"], folder, INSTALL_DEADLINE_S)
    except subprocess.TimeoutExpired as late:
        raise Unusable(f"npm ci takes more than {INSTALL_DEADLINE_S} s: {late.stdout!r}") from late
    if done.returncode != 0:
        registry = run(["npm", "config", "get", "registry"], folder).stdout.strip()
        raise Unusable(f"npm could not install the packages of tests/client. They are fetched once, from "
                       f"{registry}, which must be reachable; npm says:\n{done.stdout[-3000:]}")
