"""Times the overview's figures beside a GROUP BY and a loop, in one run: `.venv/bin/python benchmarks/overview.py`.

The province stands in a register of its own and in the nation's; the nation is shown by province.
"""

import argparse
import os
from math import log

from bench import Bench, Line, Target, show

COMMUNES = {"province": 114, "nation": 3_321}
MEMBERS = {"31": 30_000, "all": 460_000}
WAYS = {"glance": "product: the whole overview", "grouped": "one GROUP BY a kind", "looped": "a loop over communes"}


def measure(bench: Bench, share: float) -> None:
    for code, count in MEMBERS.items():
        bench.prepare("units", f"register {code}", "glance:seed", code, round(count * share))
        for level in ("province",) if code == "31" else ("province", "nation"):
            for step, label in WAYS.items():
                name = f"{step} {level} of {code}"
                rows = COMMUNES[level]
                found = bench.measure(
                    name, f"{label}, {level} of {code}", rows, f"register {code}", f"glance:{step}", level
                )
                print(f"{name}: {found['ms']:.2f} ms, {found['sql_ms']:.2f} of them SQL, {found['queries']} queries")


def targets(lines: dict[str, Line]) -> list[Target]:
    found = []
    for where in ("province of 31", "province of all", "nation of all"):
        glance, grouped, looped = (lines[f"{step} {where}"].measured.result for step in WAYS)
        found += [
            Target(f"{where}: SQL of an overview, ms", 3, (glance["sql_ms"],)),
            Target(f"{where}: all of its figures, ms", 40, (glance["ms"],)),
            Target(f"{where}: faster than GROUP BY, times", 5, (grouped["sql_ms"] / glance["sql_ms"],), at_least=True),
            Target(f"{where}: faster than a loop, times", 50, (looped["sql_ms"] / glance["sql_ms"],), at_least=True),
        ]
    for name, large in (
        ("the province in the nation", "province of all"),
        ("from province to nation", "nation of all"),
    ):
        small = lines["glance province of 31"].measured.result["sql_ms"]
        grown = log(lines[f"glance {large}"].measured.result["sql_ms"] / small) / log(
            COMMUNES["nation"] / COMMUNES["province"]
        )
        found.append(Target(f"growth of SQL time, {name}, exponent", 0.1, (grown,)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1, help="of all teams and members, for a quick look")
    options = parser.parse_args()
    bench = Bench(runs=1)
    load = os.getloadavg()[0]
    bench.prepare("template0", "units", "product:prepare")
    measure(bench, options.share)
    show(bench, load, targets)


if __name__ == "__main__":
    main()
