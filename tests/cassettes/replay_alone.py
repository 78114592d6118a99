"""Replay all cassettes 20 times, in random order, where the kernel knows no network but loopback.

`make replays`. pytest-recording blocks the sockets of Python; here nothing gets out at all, not a
name to be resolved, not a datagram, not a process that a test starts. Where the kernel does not
give us such a namespace this fails and says so: `make test` replays with sockets blocked, and that
is less.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

TIMES = 20
TESTS = Path(__file__).with_name("test_replay.py")
ALONE = [sys.executable, str(Path(__file__)), "alone"]

# Of <linux/sockios.h> and <linux/if.h>.
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def main() -> int:
    """Enter a namespace of our own and go on there."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return refuse("there is no `unshare` (it belongs to util-linux)")
    tried = subprocess.run([unshare, "-rn", "true"], capture_output=True, text=True)
    if tried.returncode:
        return refuse(tried.stderr.strip())
    return subprocess.run([unshare, "-rn", *ALONE]).returncode


def refuse(why: str) -> int:
    print(
        f"no network namespace here: {why}\n"
        "Run this on Linux where `unshare -rn true` works; `make test` replays with the sockets of"
        " Python blocked, which proves less.",
        file=sys.stderr,
    )
    return 1


def alone() -> int:
    """Bring loopback up, prove that there is nothing else, and replay."""
    bring_up("lo")
    names = [name for _, name in socket.if_nameindex()]
    assert names == ["lo"], f"this is no place of our own: {names}"
    with socket.socket() as outside:
        # TEST-NET-1 of RFC 5737: nobody's address.
        assert outside.connect_ex(("192.0.2.1", 443)) == errno.ENETUNREACH
    print(f"interfaces: {', '.join(names)}; 192.0.2.1 is unreachable")
    for seed in range(1, TIMES + 1):
        green, said = replay(seed)
        print(f"{seed} of {TIMES}: {said}", flush=True)
        if not green:
            print(f"red with --randomly-seed={seed}", file=sys.stderr)
            return 1
    print(f"{TIMES} of {TIMES} replays are green")
    return 0


def bring_up(interface: str) -> None:
    name = interface.encode()
    from fcntl import ioctl  # there is none on Windows

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        answer = ioctl(control, SIOCGIFFLAGS, struct.pack("16sh14x", name, 0))
        _, flags = struct.unpack("16sh14x", answer)
        ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", name, flags | IFF_UP))


def replay(seed: int) -> tuple[bool, str]:
    """One run in an order of its own; whether it was green, and its last line or all of it."""
    done = subprocess.run(
        # `-n 0`: in workers the order would depend on the load of the machine, too.
        [sys.executable, "-m", "pytest", "-q", "-n", "0", f"--randomly-seed={seed}", str(TESTS)],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    green = done.returncode == 0 and re.search(r"^\d+ passed in ", done.stdout, re.MULTILINE)
    return bool(green), (done.stdout.strip().splitlines()[-1] if green else done.stdout)


if __name__ == "__main__":
    sys.exit(alone() if sys.argv[1:] == ["alone"] else main())
