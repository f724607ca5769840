"""All commands, by which settings they heed; and a test case that runs them in a folder."""

import pathlib
import shutil
import tempfile
import unittest

from server import clean_environment, run_command

OF_SETTINGS = [["serve"], ["config", "check"], ["config", "print"]]
OF_DATA = [["verify"], ["dump"], ["backup", "--to", "copy"], ["restore", "--from", "copy"],
           ["archive"], ["rebuild"], ["prove", "1"], ["health"],
           ["top", "--once"]]
# Which ask the server of the data directory, as its operator.
OF_CONTROL = [["key", "create", "--name", "n", "--scope", "reader"], ["key", "list"],
              ["key", "revoke", "0" * 16], ["key", "rotate", "0" * 16], ["token", "alice"],
              ["token", "rotate-secret", "--reason", "r"], ["switch"], ["invitation", "create", "1", "--guests", "1"],
              ["invitation", "list"], ["invitation", "revoke", "0" * 16], ["operations"]]
WITHOUT_SETTINGS = [["demo"], ["bench", "engine"], ["bench", "replay"], ["bench", "split"],
                    ["bench", "load-data"]]
COMMANDS = [[], ["config"], ["bench"], *OF_SETTINGS, *WITHOUT_SETTINGS,
            *([command[0]] for command in OF_DATA), ["key"], ["token"], ["switch"], ["invitation"],
            ["operations"], *(command[:2] for command in OF_CONTROL
                              if command[0] in ("key", "invitation"))]


class InAFolder(unittest.TestCase):
    """Commands run in an empty folder of their own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-commands-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_here(self, *arguments, **environment):
        return run_command(*arguments, cwd=self.folder,
                           environment=clean_environment(**environment))

    def assert_status(self, expected, done):
        self.assertEqual(expected, done.returncode, f"{done.args}: {done.stdout}{done.stderr}")
