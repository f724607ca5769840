"""Runs the binary as a user without root's rights, in folders of that user."""

import os
import pathlib
import shutil
import subprocess

from server import Server, binary, clean_environment

NOBODY = 65534
IS_ROOT = os.geteuid() == 0
USER = NOBODY if IS_ROOT else os.geteuid()


def user_wrapper():
    """Words in front of a command that run it as USER."""
    as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return as_nobody if IS_ROOT else []


def give(folder):
    """The folder and all that lies in it belong to USER."""
    if IS_ROOT:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def owners(folder):
    """By path, for the folder and everything in it."""
    return {str(path): path.lstat().st_uid for path in (folder, *folder.rglob("*"))}


class UserRuns:
    """Runs the binary from a place that USER can reach; `home` belongs to that user."""

    def __init__(self, home):
        self.home = pathlib.Path(home)
        self.home.chmod(0o755)
        self.binary = self.home / "hongbao"
        shutil.copy2(binary(), self.binary)
        give(self.home)

    def command(self, *arguments, wrapper=()):
        return [*user_wrapper(), *wrapper, str(self.binary), *map(str, arguments)]

    def run(self, *arguments, wrapper=(), timeout_s=180):
        return subprocess.run(self.command(*arguments, wrapper=wrapper), capture_output=True,
                              text=True, timeout=timeout_s, env=clean_environment(),
                              stdin=subprocess.DEVNULL, cwd=self.home)

    def server(self, data, *flags, wrapper=()):
        """Not started yet."""
        server = Server(*flags, data=data, wrapper=[*user_wrapper(), *wrapper])
        server.program = str(self.binary)
        return server
