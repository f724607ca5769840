"""A terminal for a program under test: a pseudo-terminal, and what its screen shows.

The screen understands what ncurses sends to an xterm, and nothing else: an unknown sequence is an error, so that
nothing that a server said can steer the terminal unseen."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unicodedata

DEADLINE_S = 60
SEQUENCE = re.compile(r"\x1b(?:\[([?>]?)([\d;]*)([@A-Za-z])|[()][A-Z0-9]|[=>78M])")


class Screen:
    """Rows of characters; the cell after a wide one is empty."""

    def __init__(self, columns, rows):
        self.modes = set()  # private ones that are on
        self.colours = set()
        self.is_stale = False  # what comes was drawn for another size, until all is cleared
        self.resize(columns, rows)

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.cells = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.last = " "

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells)

    def lines(self):
        return self.text().split("\n")

    def feed(self, text):
        """Returns what is left: a sequence that has not ended yet."""
        while text:
            if text[0] != "\x1b":
                self.put(text[0])
                text = text[1:]
                continue
            found = SEQUENCE.match(text)
            if not found:
                if len(text) < 20:
                    return text
                raise AssertionError(f"an unknown sequence: {text[:20]!r}")
            if found[3]:
                self.steer(found[1], found[2], found[3])
            elif found[0] == "\x1bM" and not self.is_stale:
                self.row = max(0, self.row - 1)
            text = text[found.end():]
        return ""

    def put(self, character):
        if self.is_stale:
            return
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row = min(self.row + 1, self.rows - 1)
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character < " ":
            assert character == "\x0f", f"a control character: {character!r}"
        else:
            assert self.column < self.columns, f"a row that is too long: {''.join(self.cells[self.row])!r}"
            width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
            self.cells[self.row][self.column:self.column + width] = [character, ""][:width]
            self.column += width
            self.last = character

    def steer(self, private, numbers, letter):
        given = [int(number or 0) for number in numbers.split(";")]
        first = max(given[0], 1)
        self.is_stale = self.is_stale and (letter, given[0]) != ("J", 2)
        if letter in "hl" and private == "?":
            (self.modes.update if letter == "h" else self.modes.difference_update)(given)
        elif letter == "m":
            self.colours.update(number for number in given if 30 <= number <= 37)
        elif self.is_stale:
            return
        elif letter == "H":
            self.row, self.column = first - 1, max((given + [1])[1], 1) - 1
        elif letter == "A":
            self.row -= first
        elif letter == "B":
            self.row += first
        elif letter == "C":
            self.column += first
        elif letter == "D":
            self.column -= first
        elif letter == "d":
            self.row = first - 1
        elif letter == "G":
            self.column = first - 1
        elif letter == "b":
            for _ in range(first):
                self.put(self.last)
        elif letter == "X":
            self.cells[self.row][self.column:self.column + first] = [" "] * first
        elif letter == "K":
            start, end = ((self.column, self.columns), (0, self.column + 1))[given[0]]
            self.cells[self.row][start:end] = [" "] * (end - start)
        elif letter == "J":
            first_row = 0 if given[0] == 2 else self.row + 1
            if given[0] != 2:
                self.cells[self.row][self.column:] = [" "] * (self.columns - self.column)
            self.cells[first_row:] = [[" "] * self.columns for _ in range(self.rows - first_row)]
        elif letter == "P":
            row = self.cells[self.row]
            row[self.column:] = row[self.column + first:] + [" "] * first
        elif letter == "@":
            row = self.cells[self.row]
            row[self.column:] = ([" "] * first + row[self.column:])[:self.columns - self.column]
        elif letter in "LM":
            gone = [self.cells.pop(self.row if letter == "M" else -1) for _ in range(first)]
            fresh = [[" "] * self.columns for _ in gone]
            at = self.row if letter == "L" else self.rows - first
            self.cells[at:at] = fresh
        else:
            assert letter in "rlht", f"an unknown sequence: {private}{numbers}{letter}"


class Terminal:
    """Runs a command in a terminal of this size."""

    def __init__(self, command, environment, columns=80, rows=24, **more):
        self.master, self.slave = pty.openpty()
        self.screen = Screen(columns, rows)
        self.set_size(columns, rows)
        self.modes_before = termios.tcgetattr(self.slave)
        self.raw, self.rest = b"", ""
        self.process = subprocess.Popen(command, stdin=self.slave, stdout=self.slave, stderr=subprocess.PIPE,
                                        env=environment, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0), **more)

    def set_size(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns, rows):
        """The window is dragged: what was drawn for the old size does not matter any more."""
        self.read(0)
        self.screen.resize(columns, rows)
        self.screen.is_stale = True
        self.set_size(columns, rows)

    def read(self, patience_s):
        """Takes what comes within that time; false if nothing did."""
        if not select.select([self.master], [], [], patience_s)[0]:
            return False
        data = os.read(self.master, 65_536)
        self.raw += data
        self.rest = self.screen.feed(self.rest + data.decode("utf-8"))
        return True

    def wait_for(self, condition, what):
        """Until the screen's text fulfils it."""
        deadline = time.monotonic() + DEADLINE_S
        while not condition(self.screen.text()):
            if not self.read(0.2) and self.process.poll() is not None:
                raise AssertionError(f"it ended with {self.process.returncode} before {what}: "
                                     f"{self.process.stderr.read()!r}")
            if time.monotonic() > deadline:
                raise AssertionError(f"not {what} within {DEADLINE_S} s:\n{self.screen.text()}")

    def press(self, keys):
        os.write(self.master, keys)

    def send(self, which):
        self.process.send_signal(which)

    def end(self):
        """The exit status, once it has ended, and what it said on stderr."""
        deadline = time.monotonic() + DEADLINE_S
        while self.process.poll() is None:
            self.read(0.05)
            if time.monotonic() > deadline:
                raise AssertionError(f"it does not end:\n{self.screen.text()}")
        while self.read(0):
            pass
        return self.process.returncode, self.process.stderr.read().decode()

    def is_restored(self):
        """The terminal's own modes, the main screen, and the cursor."""
        return (termios.tcgetattr(self.slave) == self.modes_before and 1049 not in self.screen.modes
                and self.raw.rfind(b"\x1b[?25l") <= self.raw.rfind(b"\x1b[?25h"))

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stderr.close()
        os.close(self.master)
        os.close(self.slave)
