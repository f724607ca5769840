"""Processes that read a journal and do not finish."""

import fcntl
import os
import select
import subprocess

from server import binary, clean_environment

DEADLINE_S = 60


class BlockedDump:
    """Has the journal open, and is blocked until somebody reads its output."""

    def __init__(self, data):
        self.end, end = os.pipe()
        fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 4096)
        self.process = subprocess.Popen([binary(), "dump", "--data", str(data)], stdout=end,
                                        stderr=subprocess.DEVNULL, env=clean_environment())
        os.close(end)
        select.select([self.end], [], [], DEADLINE_S)

    def is_there(self):
        return self.process.poll() is None

    def lose_its_reader(self):
        """As `dump | head` does; returns how it ended."""
        os.close(self.end)
        self.end = None
        return self.process.wait(DEADLINE_S)

    def remove(self):
        self.process.kill()
        self.process.wait()
        if self.end is not None:
            os.close(self.end)
            self.end = None
