"""Times a province's papers beside WeasyPrint alone, in one run: `.venv/bin/python benchmarks/reports.py`.

166 communes' reports go the portal's own way: a job for each, from the frozen figures to the stored file and its sum.
"""

import argparse
import os

from bench import Bench, Line, Target, flat, show

COMMUNES, SOME, MANY = 166, 40, 1_000
PLAIN, LISTED = "no roster", "with roster"


def measure_papers(bench: Bench, kind: str, number: int) -> None:
    """`number` reports: by WeasyPrint alone, by one worker, by two."""
    template = f"{kind} {number}"
    bench.prepare("units", template, "papers:seed", kind, number)
    for name, label, step, workers in (
        ("bare", "bare WeasyPrint", "papers:bare", 1),
        ("one", "product, one worker", "papers:jobs", 1),
        ("two", "product, two workers", "papers:jobs", 2),
    ):
        bench.measure(f"{kind} {name}", f"{label}, {kind}", number, template, step, runs=bench.runs, workers=workers)


def measure_province(bench: Bench, number: int) -> None:
    for format in ("xlsx", "pdf"):
        label = f"product: added up and written as {format}"
        bench.measure(format, label, number, f"{PLAIN} {number}", "papers:province", format, runs=bench.runs)


def measure_many(bench: Bench, number: int) -> None:
    bench.prepare("units", "many", "papers:seed", PLAIN, number)
    bench.measure("many done", f"product, one worker, {PLAIN}", number, "many", "papers:jobs")


def targets(lines: dict[str, Line]) -> list[Target]:
    found = []
    for kind in (PLAIN, LISTED):
        bare, one, two = (lines[f"{kind} {name}"].measured for name in ("bare", "one", "two"))
        ratios = (one.seconds / bare.seconds, one.cpu / bare.cpu)
        found.append(Target(f"{kind}: of bare WeasyPrint's own time, times", 1.15, ratios))
        # Two workers share the clock, not the CPU time.
        found.append(
            Target(f"{kind}: faster with two workers, times", 1.8, (one.seconds / two.seconds,), at_least=True)
        )
    few, many = lines[f"{PLAIN} one"], lines["many done"]
    grown = many.measured.peak_mb / few.measured.peak_mb
    found.append(Target(f"peak memory of {many.rows:,} reports against {few.rows:,}, times", 1.1, (grown,)))
    return [*found, flat("the province's workbook", lines["xlsx"], 150)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"one run each; {SOME} reports with a roster")
    options = parser.parse_args()
    bench = Bench(runs=1 if options.quick else 3)
    load = os.getloadavg()[0]
    bench.prepare("template0", "units", "product:prepare")
    measure_papers(bench, PLAIN, COMMUNES)
    measure_papers(bench, LISTED, SOME if options.quick else COMMUNES)
    measure_province(bench, COMMUNES)
    measure_many(bench, MANY)
    show(bench, load, targets)


if __name__ == "__main__":
    main()
