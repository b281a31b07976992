"""Times the search box beside `icontains` in one run: `.venv/bin/python benchmarks/search.py`.

Common words, rare ones and those of nobody, in a province of its own, in the same one within the nation, and in the
nation. What the box takes is a whole request; of the stock way it is the queries alone.
"""

import argparse
import os
from math import log

from bench import Bench, Line, Target, show

MEMBERS = {"31": 30_000, "all": 460_000}
WORDS = {
    "a common village": "thôn đông",
    "a common name": "nguyễn văn",
    "a full name": "nguyễn văn hùng",
    "a rare word": "cẩm giàng",
    "nobody": "xyzzy qwe",
    "a phone": "0912345678",
    "a decision": "01/QĐ-UBND",
}
WAYS = {"box": "product: the box's whole request", "stock": "icontains on each list"}


def measure(bench: Bench, share: float) -> None:
    for code, count in MEMBERS.items():
        bench.prepare("units", f"register {code}", "seeker:seed", code, round(count * share))
        for level in ("province",) if code == "31" else ("province", "nation"):
            for words in WORDS:
                for step, label in WAYS.items():
                    name = f"{step} {level} of {code} {words}"
                    line = f"{label}, {level} of {code}, {words}"
                    found = bench.measure(name, line, count, f"register {code}", f"seeker:{step}", level, WORDS[words])
                    print(line + ": " + ", ".join(f"{key} {value:.2f}" for key, value in found.items()), flush=True)


def targets(lines: dict[str, Line]) -> list[Target]:
    def worst(key: str, step: str, where: str) -> float:
        return max(lines[f"{step} {where} {words}"].measured.result[key] for words in WORDS)

    found = []
    for where in ("province of 31", "province of all", "nation of all"):
        times = worst("ms", "box", where), worst("cpu_ms", "box", where)
        found.append(Target(f"{where}: server time, the slowest words, ms", 15, times))
        slower = worst("sql_ms", "stock", where) / worst("sql_ms", "box", where)
        cpu = worst("sql_cpu_ms", "stock", where) / max(worst("sql_cpu_ms", "box", where), 0.1)
        found.append(Target(f"{where}: SQL faster than icontains, times", 5, (slower, cpu), at_least=True))
        few, many = (lines[f"box {where} {words}"].measured.result for words in ("nobody", "a common village"))
        shares = tuple(few[key] / many[key] for key in ("ms", "cpu_ms"))
        found.append(Target(f"{where}: nobody's name, of the time of a common one", 1, shares))
    larger = log(MEMBERS["all"] / MEMBERS["31"])
    for where, text in (("province of all", "the province in the nation"), ("nation of all", "province to nation")):
        grown = (
            log(worst(key, "box", where) / worst(key, "box", "province of 31")) / larger for key in ("ms", "cpu_ms")
        )
        found.append(Target(f"growth of server time, {text}, exponent", 0.1, tuple(grown)))
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
