"""Times the search box beside `icontains` in one run: `.venv/bin/python benchmarks/search.py`.

Common words, rare ones and those of nobody, in a province of its own, in the same one within the nation, and in the
nation. What the box takes is a whole request; of the stock way it is the queries alone.
"""

from math import log

from bench import Bench, Line, Target, levels, of_registers

MEMBERS = {"31": 30_000, "all": 460_000}
WAYS = {"box": "product: the box's whole request", "stock": "icontains on each list"}


def measure(bench: Bench) -> None:
    for code, count in MEMBERS.items():
        for level in levels(code):
            for step, label in WAYS.items():
                where = f"{level} of {code}"
                found = bench.measure(
                    f"{step} {where}", f"{label}, {where}", count, f"register {code}", f"seeker:{step}", level
                )
                for words, figures in found.items():
                    told = ", ".join(f"{name} {value:.2f}" for name, value in figures.items())
                    print(f"{label}, {where}, {words}: {told}", flush=True)


def worst(lines: dict[str, Line], name: str, key: str) -> float:
    """Of the slowest words."""
    return max(figures[key] for figures in lines[name].measured.result.values())


def targets(lines: dict[str, Line]) -> list[Target]:
    found = []
    for where in ("province of 31", "province of all", "nation of all"):
        box, stock = f"box {where}", f"stock {where}"
        times = worst(lines, box, "ms"), worst(lines, box, "cpu_ms")
        slower = (worst(lines, stock, key) / max(worst(lines, box, key), 0.1) for key in ("sql_ms", "sql_cpu_ms"))
        few, many = (lines[box].measured.result[words] for words in ("nobody", "a common village"))
        shares = tuple(few[key] / many[key] for key in ("ms", "cpu_ms"))
        found += [
            Target(f"{where}: server time, the slowest words, ms", 15, times),
            Target(f"{where}: SQL faster than icontains, the slowest words of each, times", 5, tuple(slower), True),
            Target(f"{where}: nobody's name, of the time of a common one", 1, shares),
        ]
    larger = log(MEMBERS["all"] / MEMBERS["31"])
    for where, text in (("province of all", "the province in the nation"), ("nation of all", "province to nation")):
        ratios = (
            worst(lines, f"box {where}", key) / worst(lines, "box province of 31", key) for key in ("ms", "cpu_ms")
        )
        found.append(
            Target(f"growth of server time, {text}, exponent", 0.1, tuple(log(each) / larger for each in ratios))
        )
    return found


if __name__ == "__main__":
    of_registers(__doc__, MEMBERS, "seeker:seed", measure, targets)
