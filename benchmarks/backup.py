"""Times a backup and its restoring beside plain pg_dump and pg_restore: `.venv/bin/python benchmarks/backup.py`.

The nation's register with its history (460,000 members); `--share 0.1` takes a tenth of it.
"""

import argparse
import os

from bench import Bench, Line, Target, show, within

MEMBERS = 460_000


def measure(bench: Bench, share: float) -> None:
    bench.prepare("template0", "units", "product:prepare")
    bench.prepare("units", "nation", "product:seed", "all", round(MEMBERS * share))
    plain = bench.path("plain.dump")
    floor = bench.measure("dump", "pg_dump alone", 0, "nation", "saver:dump", plain)
    taken = bench.measure("backup", "backup, proved", 0, "nation", "saver:take", bench.path("backups"))
    bench.measure("load", "pg_restore alone", 0, "template0", "saver:load", plain)
    bench.measure("restore", "restore, checked", 0, "template0", "saver:restore", taken["path"])
    for name, line in list(bench.lines.items()):
        bench.lines[name] = line._replace(rows=taken["rows"])
    print(f"{taken['rows']:,} rows; plain dump {floor:.1f} MB, archive {taken['mb']:.1f} MB", flush=True)


def targets(lines: dict[str, Line]) -> list[Target]:
    return [within("backup of the nation", lines["backup"], 30), within("restore of the nation", lines["restore"], 60)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1)
    load = os.getloadavg()[0]
    bench = Bench(runs=1)
    measure(bench, parser.parse_args().share)
    show(bench, load, targets)


if __name__ == "__main__":
    main()
