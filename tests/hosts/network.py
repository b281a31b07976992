"""Hosts of one's own on one machine: each a network namespace with an address, joined by a router. Needs root."""

import ctypes
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLONE_NEWNET = 0x40000000
PREFIX = "10.77"
NAMES = Path("/var/run/netns")


class Network:
    """`join(name)` makes a host and gives its address; `at(name)` is a context manager in which this thread's new
    connections are made there. Whoever made the network closes it, when nothing runs on its hosts any more."""

    def __init__(self) -> None:
        self.hosts: dict[str, str] = {}
        self.router = f"cdt{os.getpid()}"
        _ip("netns", "add", self.router)
        _ip("netns", "exec", self.router, "sysctl", "-qw", "net.ipv4.ip_forward=1")

    def join(self, name: str) -> str:
        """Its address: the third host's is 10.77.3.2, in a network of its own behind the router."""
        space, number = self.space(name), len(self.hosts) + 1
        line, gateway = f"line{number}", f"{PREFIX}.{number}.1"
        _ip("netns", "add", space)
        self.hosts[name] = f"{PREFIX}.{number}.2"
        _ip("-n", self.router, "link", "add", line, "type", "veth", "peer", "name", "eth0", "netns", space)
        for where, device, address in [(self.router, line, gateway), (space, "eth0", self.hosts[name])]:
            _ip("-n", where, "address", "add", f"{address}/24", "dev", device)
            _ip("-n", where, "link", "set", device, "up")
        _ip("-n", space, "link", "set", "lo", "up")
        _ip("-n", space, "route", "add", "default", "via", gateway)
        return self.hosts[name]

    def space(self, name: str) -> str:
        return f"{self.router}-{name}"

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        thread = threading.get_native_id()
        with Path(f"/proc/self/task/{thread}/ns/net").open() as home, (NAMES / self.space(name)).open() as there:
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(home.fileno())

    def close(self) -> None:
        for name in [*map(self.space, self.hosts), self.router]:
            _ip("netns", "delete", name)


def _enter(space: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(space, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
