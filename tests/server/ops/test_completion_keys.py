"""Tab, pressed in real shells: what `hongbao completion` prints completes commands, flags and folders there."""

import os
import pathlib
import pty
import re
import select
import signal
import tempfile
import time
import unittest

from server import binary

DEADLINE_S = 60
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[=>78])")
SHELLS = {
    "bash": (["bash", "--norc", "-i"], "source <(hongbao completion bash)"),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; source <(hongbao completion zsh)"),
    "fish": (["fish", "--no-config", "-i"], "hongbao completion fish | source"),
}


class Shell:
    """A shell in a terminal of its own, in an empty folder."""

    def __init__(self, words, home):
        self.text = ""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(home)
            environment = {"PATH": f"{pathlib.Path(binary()).parent}:{os.environ['PATH']}", "HOME": str(home),
                           "TERM": "xterm", "PS1": "$ ", "LC_ALL": "C.UTF-8"}
            os.execvpe(words[0], words, environment)

    def type(self, keys):
        """Types them; what is shown from then on is in `text`."""
        self.text = ""
        os.write(self.terminal, keys.encode())

    def wait_for(self, pattern):
        until = time.monotonic() + DEADLINE_S
        while not re.search(pattern, ESCAPES.sub("", self.text).replace("\r", "")):
            left = until - time.monotonic()
            assert left > 0, f"never shown: {pattern!r}, but {self.text[-1500:]!r}"
            if select.select([self.terminal], [], [], left)[0]:
                self.text += os.read(self.terminal, 65_536).decode("utf-8", "replace")

    def close(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)


class CompletionKeys(unittest.TestCase):
    def shell(self, name):
        home = tempfile.TemporaryDirectory(prefix="hongbao-test-")
        self.addCleanup(home.cleanup)
        (pathlib.Path(home.name) / "books-of-2026").mkdir()
        words, source = SHELLS[name]
        shell = Shell(words, home.name)
        self.addCleanup(shell.close)
        # The answer cannot be taken for the question, which is echoed.
        shell.type("echo read''y\n")
        shell.wait_for("\nready")
        shell.type(f"{source}; echo sourc''ed\n")
        shell.wait_for("\nsourced")
        return shell

    def test_a_command_a_flag_and_a_folder(self):
        for name in SHELLS:
            with self.subTest(shell=name):
                shell = self.shell(name)
                shell.type("hongbao veri\t")
                shell.wait_for("hongbao verify ")
                shell.type("--da\t")
                shell.wait_for("--data ?")
                shell.type("books-o\t")
                shell.wait_for("books-of-2026")

    def test_words_that_are_chosen_from(self):
        for name in SHELLS:
            with self.subTest(shell=name):
                shell = self.shell(name)
                shell.type("hongbao reconcile --format js\t")
                shell.wait_for("--format json")


if __name__ == "__main__":
    unittest.main()
