"""A network of the test's own: with addresses that are not this machine's loopback, and nobody else's sockets.

A test file calls `enter()` before anything else. Its process starts itself once more, in a namespace where it may
give addresses to the loopback interface: what comes from them is, to a server, from another machine.
"""

import fcntl
import os
import socket
import struct
import sys

OTHERS = ("198.51.100.7", "198.51.100.8")  # reserved for documentation: RFC 5737
INSIDE = "TEST_IN_OWN_NETWORK"
SET_FLAGS, SET_ADDRESS = 0x8914, 0x8916  # SIOCSIFFLAGS, SIOCSIFADDR
UP = 1


def _set_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))
        for number, address in enumerate(OTHERS):
            fcntl.ioctl(control, SET_ADDRESS, struct.pack("16sHH4s8x", f"lo:{number}".encode(), socket.AF_INET, 0,
                                                          socket.inet_aton(address)))


def enter():
    if INSIDE in os.environ:
        _set_up()
        return
    os.environ[INSIDE] = "yes"
    os.execvp("unshare", ["unshare", "--user", "--map-root-user", "--net", "--", sys.executable, "-B", *sys.argv])
