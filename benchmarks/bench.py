"""What the benchmarks share: a server of their own, lines of measurements, targets, the tables that are printed."""

import argparse
import atexit
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from measure import ROOT, Measured, run, typical

STOCK = "stock.settings"


class Line(NamedTuple):
    label: str
    rows: int
    measured: Measured


class Bench:
    """The server, the files, and the lines measured so far."""

    def __init__(self, runs: int) -> None:
        home = Path(tempfile.mkdtemp(prefix="cdt-benchmark-"))
        atexit.register(shutil.rmtree, home)  # runs after the server, which registers later, has stopped
        os.environ["CDT_DATA_DIR"] = str(home)
        sys.path.append(str(ROOT))
        from cdt_portal import embedded

        self.host = str(embedded.database()["HOST"])
        self.home, self.runs = home, runs
        self.lines: dict[str, Line] = {}

    def path(self, name: str) -> Path:
        return self.home / name

    def copy(self, template: str, name: str) -> None:
        import psycopg2

        connection = psycopg2.connect(host=self.host, user="cdt", dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        connection.close()

    def step(self, database: str, step: str, *arguments: object) -> Measured:
        """`step` is "module:function" of this folder; those of the stock way stand in `stock`."""
        env = {
            "DATABASE_URL": f"postgres://cdt@/{database}?host={quote(self.host, safe='')}",
            "DJANGO_SETTINGS_MODULE": STOCK if step.startswith("stock.") else "cdt_portal.settings",
            "CDT_DEMO": "1",
            "CDT_STATEMENT_TIMEOUT_MS": "0",
        }
        return run(step, *arguments, env=env)

    def prepare(self, template: str, database: str, step: str, *arguments: object) -> Measured:
        self.copy(template, database)
        return self.step(database, step, *arguments)

    def measure(
        self, name: str, label: str, rows: int, template: str, step: str, *arguments: object, runs: int = 1, workers=1
    ):
        """Add a line; the last run's database stays under `name`. With `workers` the step runs in so many processes at
        once: the slowest one's seconds, the CPU of all, the largest peak."""
        done = []
        for _ in range(runs):
            self.copy(template, name)
            with ThreadPoolExecutor(workers) as pool:
                started = [pool.submit(self.step, name, step, *arguments) for _ in range(workers)]
            done.append(together([each.result() for each in started]))
        self.lines[name] = line = Line(label, rows, typical(done))
        print(f"{label}, {rows:,}: {line.measured}", file=sys.stderr)
        return line.measured.result


def together(runs: list[Measured]) -> Measured:
    """Of processes that ran at the same time; the result is the first one's."""
    return Measured(
        seconds=max(each.seconds for each in runs),
        cpu=sum(each.cpu for each in runs),
        peak_mb=max(each.peak_mb for each in runs),
        child_mb=max(each.child_mb for each in runs),
        result=runs[0].result,
    )


def table(lines: dict[str, Line], readers: bool) -> list[str]:
    """With `readers` the peak memory of the process that reads a workbook stands in a column of its own."""
    rows = ["| Step | Rows | Seconds | CPU s | Peak MB |", "|---|--:|--:|--:|--:|"]
    for line in lines.values():
        it = line.measured
        rows.append(f"| {line.label} | {line.rows:,} | {it.seconds:.2f} | {it.cpu:.2f} | {it.peak_mb:.0f} |")
        if readers:
            rows[-1] += f" {it.child_mb:.0f} |" if it.child_mb else "  |"
    if readers:
        rows[:2] = [rows[0] + " Reader MB |", rows[1] + "--:|"]
    return rows


class Target(NamedTuple):
    """`values`: by the clock and, for times, in CPU time, which other work on the machine hardly changes."""

    text: str
    limit: float
    values: tuple[float, ...]
    at_least: bool = False

    def row(self) -> str:
        met = [value >= self.limit if self.at_least else value <= self.limit for value in self.values]
        verdict = "reached" if met[0] else "only in CPU time" if met[-1] else "**not reached**"
        values = " | ".join(f"{value:.3g}" for value in self.values) + (" | " if len(self.values) == 1 else "")
        return f"| {self.text} | {'≥' if self.at_least else '≤'} {self.limit:g} | {values} | {verdict} |"


def of_registers(
    doc: str | None,
    members: dict[str, int],
    seed: str,
    measure: Callable[[Bench], None],
    targets: Callable[[dict[str, Line]], list[Target]],
) -> None:
    """A benchmark's `main`: a register for each code of `members`, made by the step `seed` with so many of them, then
    what is measured of it once. `doc` tells what the benchmark does."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--share", type=float, default=1, help="of all teams and members, for a quick look")
    share = parser.parse_args().share
    bench, load = Bench(runs=1), os.getloadavg()[0]
    bench.prepare("template0", "units", "product:prepare")
    for code, count in members.items():
        bench.prepare("units", f"register {code}", seed, code, round(count * share))
    measure(bench)
    show(bench, load, targets)


def levels(code: str) -> tuple[str, ...]:
    """How the register of that code is looked at: a province of its own, or one within the nation, and the nation."""
    return ("province",) if code == "31" else ("province", "nation")


def within(text: str, line: Line, seconds: float) -> Target:
    return Target(f"{text}, s", seconds, (line.measured.seconds, line.measured.cpu))


def flat(text: str, line: Line, megabytes: float) -> Target:
    return Target(f"{text}, peak MB", megabytes, (line.measured.peak_mb,))


def faster(text: str, slow: Line, fast: Line, wanted: float) -> Target:
    """How many times as long `slow` takes for each row."""
    pairs = [(line.measured.seconds / line.rows, line.measured.cpu / line.rows) for line in (slow, fast)]
    clock, cpu = (long / short for long, short in zip(*pairs, strict=True))
    size = "" if slow.rows == fast.rows else f" (which was given {slow.rows:,} rows)"
    return Target(f"{text}{size}, times", wanted, (clock, cpu), at_least=True)


def show(
    bench: Bench, load: float, targets: Callable[[dict[str, Line]], list[Target]], *, readers: bool = False
) -> None:
    python, cores = platform.python_version(), os.cpu_count()
    print(f"{time.strftime('%d/%m/%Y')}, {cores} cores, load {load:.1f} at the start, Python {python}\n")
    print(*table(bench.lines, readers), "", sep="\n")
    print("| Target | Limit | By the clock | In CPU time | |", "|---|--:|--:|--:|---|", sep="\n")
    print(*(target.row() for target in targets(bench.lines)), sep="\n")
