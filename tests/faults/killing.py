"""Strikes at whoever does the work or serves it, each while a job is running; and what came of it."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.conf import settings

from cdt_portal.jobs import lease
from tests.faults import effects
from tests.faults.stack import Stack, lives, until

WORKERS = ["worker-1", "worker-2"]
JOBS_A_STRIKE = 7
BACKLOG = 20  # jobs that may wait when the next strike is prepared


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands when nothing is left to do. All but the first two must be 0."""

    jobs: int
    retried: int  # stopped after three runners died, told so, and asked for again
    lost: int
    doubled: int
    halved: int
    files_wrong: int
    died_alone: int  # processes that nobody killed
    seconds: float  # from the last strike to the last job done


class Strikes:
    """Context manager: workers, beat and somebody who asks for jobs, on a stack that is struck again and again."""

    def __init__(self, stack: Stack, seed: int, speed: int):
        self.stack = stack
        self.chance = random.Random(seed)
        self.nap = lease.LEASE.total_seconds() / speed * 1.5
        self.asked = self.retried = 0
        self.counted: Counter[str] = Counter()
        self.checkpoints: Counter[str] = Counter()  # "" for none
        self.asleep: list[tuple[float, list[psutil.Process]]] = []

    def __enter__(self) -> "Strikes":
        for name in [*WORKERS, "beat"]:
            self.stack.start(name)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-m", "tests.faults.desk"]
        self.desk = subprocess.Popen(command, env=self.stack.environment, cwd=settings.BASE_DIR, **pipes)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.wake(all_of_them=True)
        self.desk.communicate()

    def tell_desk(self, command: str, *arguments: object) -> None:
        self.desk.stdin.write(json.dumps([command, *arguments]) + "\n")
        self.desk.stdin.flush()
        assert self.desk.stdout.readline(), "nobody is at the desk"

    def ask(self, count: int, checkpoint: str = "") -> int:
        """Ask for jobs of which the first waits at the checkpoint; returns its number."""
        numbers = range(self.asked + 1, self.asked + count + 1)
        wishes = [{"number": number, "seconds": self.chance.uniform(0.05, 0.6)} for number in numbers]
        wishes[0]["checkpoint"] = checkpoint
        self.tell_desk("ask", *wishes)
        self.asked += count
        return numbers[0]

    # Striking ---------------------------------------------------------------------------------------------------------

    def strike(self, victim: str, checkpoint: str = "") -> None:
        """Ask for more jobs, wait until one is running, at its checkpoint if one is named, and strike."""
        until(lambda: self.wake() or self._waiting() < BACKLOG, "room for more jobs")
        first = self.ask(JOBS_A_STRIKE, checkpoint)
        process, number = self._hold_one_at_work(first if checkpoint else None, checkpoint)
        self.counted[victim] += 1
        self.checkpoints[checkpoint] += 1
        VICTIMS[victim](self, process)
        (self.stack.diaries / f"{number}.go").touch()
        self.wake()

    def state_of(self, number: int) -> str:
        return self.stack.value("SELECT state FROM jobs_job WHERE args->>'number' = %s", str(number))

    def _waiting(self) -> int:
        return self.stack.value("SELECT count(*) FROM jobs_job WHERE state IN ('queued', 'running')")

    def _hold_one_at_work(self, number: int | None, checkpoint: str) -> tuple[psutil.Process, int]:
        """Stopped in the middle of its job, whose row says "running": what is seen now stays so until it is struck."""
        while True:
            process, found = self._one_at_work(number, checkpoint)
            with suppress(psutil.NoSuchProcess):
                process.suspend()
                if self.stack.at_work().get(process.pid) == (found, checkpoint) and self.state_of(found) == "running":
                    return process, found
                process.resume()  # its job ended just before

    def _one_at_work(self, number: int | None, checkpoint: str) -> tuple[psutil.Process, int]:
        found: list[tuple[int, int]] = []

        def look() -> bool:
            self.wake()
            sleeping = {process.pid for _, processes in self.asleep for process in processes}
            children = {child.pid for name in WORKERS for child in self._children(name)} - sleeping
            at_work = self.stack.at_work().items()
            found[:] = [
                (pid, at)
                for pid, (at, waits_at) in at_work
                if pid in children and waits_at == checkpoint and number in (None, at)
            ]
            return bool(found)

        until(look, f"somebody at work {checkpoint}")
        pid, at = self.chance.choice(sorted(found))
        return psutil.Process(pid), at

    def _children(self, name: str) -> list[psutil.Process]:
        return psutil.Process(self.stack.processes[name].pid).children()

    def worker_of(self, process: psutil.Process) -> str:
        return next(name for name in WORKERS if self.stack.processes[name].pid == process.ppid())

    def put_to_sleep(self, processes: list[psutil.Process]) -> None:
        """For longer than a lease: another one takes the job, and the sleeper comes back to it."""
        for process in processes:
            process.suspend()
        self.asleep.append((time.monotonic() + self.nap, processes))

    def wake(self, all_of_them: bool = False) -> None:
        due = [nap for nap in self.asleep if all_of_them or nap[0] < time.monotonic()]
        for nap in due:
            self.asleep.remove(nap)
            for process in nap[1]:
                if process.is_running():
                    process.resume()

    # Afterwards -------------------------------------------------------------------------------------------------------

    def outcome(self) -> Outcome:
        """Wait until nothing is left to do, and count."""
        until(lambda: self.wake() or not self.asleep, "the sleepers' waking")
        struck = time.monotonic()
        until(self._all_done, "all jobs done")
        seconds = time.monotonic() - struck
        rows = self.stack.rows("SELECT (args->>'number')::integer, file FROM jobs_job WHERE state = 'done'")
        halves = self.stack.rows("SELECT number, half, count(*) FROM faults_effect GROUP BY 1, 2")
        by_half = [{number for number, half, _ in halves if half == which} for which in (1, 2)]
        return Outcome(
            jobs=self.asked,
            retried=self.retried,
            lost=len(set(range(1, self.asked + 1)) - {number for number, _ in rows} & by_half[0] & by_half[1]),
            doubled=sum(count > 1 for *_, count in halves) + len(rows) - len(dict(rows)),
            halved=len(by_half[0] ^ by_half[1]),
            files_wrong=sum(_wrong(self.stack.home / "files" / file, number) for number, file in rows),
            died_alone=len(self.stack.died_alone()),
            seconds=seconds,
        )

    def _all_done(self) -> bool:
        states = dict(self.stack.rows("SELECT state, count(*) FROM jobs_job GROUP BY 1"))
        if states.get("failed"):
            self.retried += states["failed"]
            self.tell_desk("retry")
        return states == {"done": self.asked}


def _wrong(path: Path, number: int) -> bool:
    return not path.exists() or path.read_bytes() != effects.file_of(number)


def _kill_child(strikes: Strikes, process: psutil.Process) -> None:
    process.kill()
    until(lambda: not lives(process.pid), "the end of a child")


def _child_sleeps(strikes: Strikes, process: psutil.Process) -> None:
    strikes.put_to_sleep([process])


def _behead_worker(strikes: Strikes, process: psutil.Process) -> None:
    name = strikes.worker_of(process)
    strikes.stack.behead(name)
    process.resume()
    strikes.stack.start(name)


def _kill_worker(strikes: Strikes, process: psutil.Process) -> None:
    name = strikes.worker_of(process)
    strikes.stack.kill(name)
    strikes.stack.start(name)


def _worker_sleeps(strikes: Strikes, process: psutil.Process) -> None:
    name = strikes.worker_of(process)
    strikes.put_to_sleep([psutil.Process(strikes.stack.processes[name].pid), *strikes._children(name)])


def _kill_server(name: str, how: signal.Signals):
    def strike(strikes: Strikes, process: psutil.Process) -> None:
        strikes.stack.kill_server(name, how)
        process.resume()
        strikes.stack.serve(name)

    return strike


def _redis_sleeps(strikes: Strikes, process: psutil.Process) -> None:
    server = strikes.stack.server("redis")
    server.suspend()
    process.resume()
    time.sleep(3)
    server.resume()


VICTIMS = {
    "child": _kill_child,
    "child asleep": _child_sleeps,
    "worker without its children": _behead_worker,
    "worker": _kill_worker,
    "worker asleep": _worker_sleeps,
    "Redis": _kill_server("redis", signal.SIGKILL),
    "Redis asleep": _redis_sleeps,
    "PostgreSQL stopped at once": _kill_server("postgres", signal.SIGQUIT),
    "PostgreSQL": _kill_server("postgres", signal.SIGKILL),
}
