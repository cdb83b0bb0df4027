#!/usr/bin/env python3
"""Runs a program on a terminal of its own and plays the person before it.

    on_terminal.py STEPS TRANSCRIPT COMMAND...

STEPS has lines of "wait TEXT" (until the program has written TEXT since the last wait), "send KEYS" (with
Python's escapes, "\\r" is Enter) and "signal NAME" (to the program alone). Ends with the program's status, 128
and the number for a signal; 97 when a text does not come within a minute, 98 when the terminal is not left as
it was. TRANSCRIPT gets what the program wrote.
"""
import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

steps, transcript, command = sys.argv[1], sys.argv[2], sys.argv[3:]
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
before = termios.tcgetattr(slave)
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for number in (0, 1, 2):
        os.dup2(slave, number)
    os.close(master)
    os.environ["TERM"] = "xterm"
    os.execvp(command[0], command)

written = b""


def pump(seconds):
    """Takes what the program writes; false when there was nothing."""
    global written
    if not select.select([master], [], [], seconds)[0]:
        return False
    written += os.read(master, 65536)
    return True


def plain(data):
    return re.sub(rb"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78])", b"", data)


def finish(status):
    with open(transcript, "wb") as file:
        file.write(plain(written))
    sys.exit(status)


seen = 0
for line in open(steps, encoding="utf-8"):
    what, _, text = line.rstrip("\n").partition(" ")
    if what == "send":
        os.write(master, codecs.decode(text, "unicode_escape").encode("latin-1"))
    elif what == "signal":
        os.kill(child, getattr(signal, text))
    elif what == "wait":
        end = time.monotonic() + 60
        while text.encode() not in plain(written[seen:]):
            if not pump(0.2) and time.monotonic() > end:
                os.kill(child, 9)
                print(f"'{text}' did not come")
                finish(97)
        seen = len(written)
        while pump(0.3):  # it draws to the end before anybody types
            pass
end = time.monotonic() + 60
status = None
while status is None:
    pump(0.1)
    done, result = os.waitpid(child, os.WNOHANG)
    if done:
        status = os.waitstatus_to_exitcode(result)
    elif time.monotonic() > end:
        os.kill(child, 9)
        print("it does not end")
        finish(97)
while pump(0.1):
    pass
if termios.tcgetattr(slave) != before:
    print("the terminal is not as it was")
    finish(98)
finish(status if status >= 0 else 128 - status)
