"""The unit for systemd: what stands in it, and its filter of system calls put on a program, as systemd would, except that
a call which is not allowed ends the program (SIGSYS) instead of failing.

As a program: unit.py PROGRAM [ARGUMENT…] becomes that program under the filter.
"""

import ctypes
import os
import pathlib
import subprocess
import sys

UNIT = pathlib.Path(__file__).resolve().parents[3] / "config/hongbao.service"

KILL_PROCESS, ALLOW = 0x80000000, 0x7FFF0000
MASKED_EQUAL = 7
WRITE, EXECUTE = 2, 4


def values_of(name):
    """Each value of a setting, in their order."""
    lines = UNIT.read_text("utf-8").splitlines()
    return [line.split("=", 1)[1] for line in lines if line.startswith(f"{name}=")]


def value_of(name):
    value, = values_of(name)
    return value


def calls_in(word):
    """The system calls that a word of SystemCallFilter= stands for."""
    if not word.startswith("@"):
        return {word}
    lines = subprocess.run(["systemd-analyze", "syscall-filter", word], check=True, stdout=subprocess.PIPE,
                           text=True).stdout.splitlines()
    inside = [line.strip() for line in lines[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*map(calls_in, inside))


def allowed_calls():
    found = calls_in("@default")
    for value in values_of("SystemCallFilter"):
        named = set().union(*map(calls_in, value.lstrip("~").split()))
        found = found - named if value.startswith("~") else found | named
    return found


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int), ("mask", ctypes.c_uint64),
                ("wanted", ctypes.c_uint64)]


class Filter:
    """Of libseccomp, as systemd's."""

    def __init__(self, otherwise):
        self.library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self.library.seccomp_init.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.library.seccomp_init(ctypes.c_uint32(otherwise)))
        assert self.context

    def add(self, action, call, *comparisons):
        number = self.library.seccomp_syscall_resolve_name(call.encode())
        if number < 0:  # another processor's
            return
        array = (Comparison * max(1, len(comparisons)))(*comparisons)
        done = self.library.seccomp_rule_add_array(self.context, ctypes.c_uint32(action), number, len(comparisons), array)
        assert done == 0, f"{call}: {os.strerror(-done)}"

    def load(self):
        done = self.library.seccomp_load(self.context)
        assert done == 0, os.strerror(-done)


def restrict():
    """This process and what it becomes, for good."""
    if value_of("MemoryDenyWriteExecute") == "yes":
        memory = Filter(ALLOW)
        memory.add(KILL_PROCESS, "mmap", Comparison(2, MASKED_EQUAL, WRITE | EXECUTE, WRITE | EXECUTE))
        memory.add(KILL_PROCESS, "mprotect", Comparison(2, MASKED_EQUAL, EXECUTE, EXECUTE))
        memory.load()
    calls = allowed_calls()
    allowed = Filter(KILL_PROCESS)
    for call in sorted(calls):
        allowed.add(ALLOW, call)
    allowed.load()


if __name__ == "__main__":
    restrict()
    os.execvp(sys.argv[1], sys.argv[1:])
