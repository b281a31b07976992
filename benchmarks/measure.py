"""Runs a step in a fresh process and tells what it cost.

A step is a function that prepares and returns the work to be timed: `python measure.py module:function ARGUMENT…`
prints one JSON object. What the work imports for the first time is part of it, so steps import while they prepare.
"""

import importlib
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SAMPLING_SECONDS = 0.05
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """`seconds` by the clock; `cpu` seconds of the process, its children and its database backend; peak resident
    megabytes of the process and of its largest child (0 without one); `result` is what the work returned."""

    seconds: float
    cpu: float
    peak_mb: float
    child_mb: float
    result: Any


def run(step: str, *arguments: object, env: dict[str, str]) -> Measured:
    """Run `step` ("module:function") with `env` added to the environment. A step that fails ends the benchmark."""
    command = [sys.executable, str(HERE / "measure.py"), step, *map(str, arguments)]
    environment = os.environ | env | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as process:
        child_mb = watch_children(process)
        output = process.communicate()[0]
    if process.returncode:
        sys.exit(f"{step} failed")
    return Measured(child_mb=child_mb, **json.loads(output.splitlines()[-1]))


def watch_children(process: subprocess.Popen) -> float:
    """The peak of the largest grandchild, until the process ends. The kernel's own figure for ended children counts
    what they shared with their parent before they became a program of their own, so they are asked while they live."""
    import psutil

    peak = 0.0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            own = [child for child in watched.children() if child.cmdline() != watched.cmdline()]
            peak = max([peak, *(peak_mb(child.pid) for child in own)])
        time.sleep(SAMPLING_SECONDS)
    return peak


def peak_mb(pid: int | str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def typical(runs: list[Measured]) -> Measured:
    """Medians of several runs; the result is the last one's."""
    names = ("seconds", "cpu", "peak_mb", "child_mb")
    return Measured(**{name: median(getattr(run, name) for run in runs) for name in names}, result=runs[-1].result)


def main(step: str, *arguments: str) -> None:
    import django

    django.setup()
    module, _, function = step.partition(":")
    work = getattr(importlib.import_module(module), function)(*arguments)
    backend = backend_pid()
    cpu, started = cpu_seconds(backend), time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    cpu = cpu_seconds(backend) - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak_mb("self"), "result": result}))


def backend_pid() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def cpu_seconds(backend: int) -> float:
    """Of this process, its ended children and the database backend of its connection."""
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return sum(os.times()[:4]) + (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    main(*sys.argv[1:])
