"""Times the overview's figures beside a GROUP BY and a loop, in one run: `.venv/bin/python benchmarks/overview.py`.

The province stands in a register of its own and in the nation's; the nation is shown by province.
"""

from math import log

from bench import Bench, Line, Target, levels, of_registers

COMMUNES = {"province": 114, "nation": 3_321}
MEMBERS = {"31": 30_000, "all": 460_000}
WAYS = {
    "glance": "product: the whole overview",
    "page": "product: its page",
    "grouped": "one GROUP BY a kind",
    "looped": "a loop over communes",
}


def measure(bench: Bench) -> None:
    for code in MEMBERS:
        for level in levels(code):
            for step, label in WAYS.items():
                if step == "looped" and level == "nation":
                    continue  # thirty times the province's
                where = f"{level} of {code}"
                found = bench.measure(
                    f"{step} {where}", f"{label}, {where}", COMMUNES[level], f"register {code}", f"glance:{step}", level
                )
                told = ", ".join(f"{name} {value:.2f}" for name, value in found.items())
                print(f"{label}, {where}: {told}")


def sql(lines: dict[str, Line], name: str) -> tuple[float, float]:
    """By the clock, and in CPU time of the database."""
    found = lines[name].measured.result
    return found["sql_ms"], found["sql_cpu_ms"]


def times_of(lines: dict[str, Line], name: str) -> tuple[float, float]:
    """By the clock, and in CPU time of server and database together."""
    found = lines[name].measured.result
    return found["ms"], found["cpu_ms"]


def targets(lines: dict[str, Line]) -> list[Target]:
    found = []
    for where in ("province of 31", "province of all", "nation of all"):
        glance = sql(lines, f"glance {where}")
        found += [
            Target(f"{where}: SQL of an overview, ms", 3, glance),
            Target(f"{where}: its page, ms", 40, times_of(lines, f"page {where}")),
        ]
        for step, label, wanted in (("grouped", "a GROUP BY", 5), ("looped", "a loop", 50)):
            if f"{step} {where}" in lines:
                times = [slow / fast for slow, fast in zip(sql(lines, f"{step} {where}"), glance, strict=True)]
                found.append(Target(f"{where}: faster than {label}, times", wanted, tuple(times), at_least=True))
    small = sql(lines, "glance province of 31")
    larger = COMMUNES["nation"] / COMMUNES["province"]
    for where, text in (("province of all", "the province in the nation"), ("nation of all", "province to nation")):
        pairs = zip(sql(lines, f"glance {where}"), small, strict=True)
        grown = tuple(log(now / then) / log(larger) for now, then in pairs)
        found.append(Target(f"growth of SQL time, {text}, exponent", 0.1, grown))
    return found


if __name__ == "__main__":
    of_registers(__doc__, MEMBERS, "glance:seed", measure, targets)
