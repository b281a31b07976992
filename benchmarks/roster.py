"""Times the roster's ways in and out beside the stock way, in one run: `.venv/bin/python benchmarks/roster.py`.

Each measurement is a fresh process on a fresh copy of a prepared database, in an embedded PostgreSQL of its own.
"""

import argparse
import os
from math import log

from bench import Bench, Line, Target, faster, flat, show, within

PROVINCE, CAT_HAI, CAT_HAI_ROWS = "31", "11914", 386
STOCK_ROWS = 3_000  # the default stock way needs some minutes for a province
NATION_ROWS = 460_000


def measure_product(bench: Bench, rows: int, quick: bool) -> None:
    bench.prepare("template0", "units", "product:prepare")
    for name, code, count in (
        ("small", CAT_HAI, CAT_HAI_ROWS),
        ("few", PROVINCE, STOCK_ROWS),
        ("full", PROVINCE, rows),
    ):
        make_files(bench, name, code, count)
    way_in, official = "product:roster_import", bench.path("full.xlsx")
    bench.measure("product", "product: rehearsal + apply", rows, "full", way_in, official, runs=bench.runs)
    before = bench.step("product", "product:history_rows").result
    bench.measure("again", "product: the same file again", rows, "product", way_in, official, runs=bench.runs)
    written = bench.step("again", "product:history_rows").result - before
    bench.lines["again"].measured.result["written"] = written
    step = ("product:commune_rehearsal", bench.path("small.xlsx"))
    bench.measure("commune", "product: one commune rehearsed", CAT_HAI_ROWS, "small", *step, runs=bench.runs)
    if not quick:
        make_files(bench, "large", PROVINCE, rows * 5)
        bench.measure(
            "large_product", "product: rehearsal + apply", rows * 5, "large", way_in, bench.path("large.xlsx")
        )


def make_files(bench: Bench, name: str, code: str, rows: int) -> None:
    bench.prepare(
        "units", name, "product:make_files", code, rows, *map(bench.path, (f"{name}.xlsx", f"{name}-plain.xlsx"))
    )


def measure_stock(bench: Bench, rows: int, full: bool) -> None:
    names = {"few": STOCK_ROWS, "full": rows}
    for name in names:
        bench.prepare("template0", f"stock_{name}", "stock.steps:prepare", bench.path(f"{name}-plain.xlsx"))
    name = "full" if full else "few"
    step, plain = "stock.steps:member_import", bench.path(f"{name}-plain.xlsx")
    bench.measure("stock", "stock: dry run + import", names[name], f"stock_{name}", step, plain, "MemberResource")
    bench.measure("stock_again", "stock: again, skip_unchanged", names[name], "stock", step, plain, "UnchangedSkipped")
    plain = bench.path("full-plain.xlsx")
    bench.measure("best", "best stock: dry run + import", rows, "stock_full", step, plain, "BestMemberResource")
    bench.measure("best_again", "best stock: again, skip_unchanged", rows, "best", step, plain, "BestUnchangedSkipped")


def measure_exports(bench: Bench, rows: int, quick: bool, full: bool) -> None:
    """The province's register is the one imported before, the nation's is seeded; stock copies its own members."""
    sizes = {"": ("product", rows)} if quick else {"": ("product", rows), "nation_": ("nation", NATION_ROWS)}
    out = bench.path("out.xlsx")
    for prefix, (database, count) in sizes.items():
        if prefix:
            count = bench.prepare("units", "nation", "product:seed", "all", count).result
        runs = 1 if prefix else bench.runs
        bench.measure(
            prefix + "export", "product: official workbook", count, database, "product:roster_export", out, runs=runs
        )
        if prefix and not full:
            continue
        bench.measure(prefix + "write_only", "openpyxl write-only", count, database, "product:write_only_export", out)
        if prefix:
            bench.prepare("best", "stock_nation", "stock.steps:multiply", count)
        stock = "stock_nation" if prefix else "best"
        bench.measure(prefix + "stock_export", "stock: export", count, stock, "stock.steps:member_export", out)


def targets(lines: dict[str, Line]) -> list[Target]:
    product, again, export = lines["product"], lines["again"], lines["export"]
    found = [
        within("rehearsal + apply", product, 3),
        flat("rehearsal + apply", product, 150),
        faster("rehearsal + apply faster than stock", lines["stock"], product, 100),
        faster("rehearsal + apply faster than best stock", lines["best"], product, 5),
        within("the same file again", again, 2),
        Target("history rows written by it", 0, (again.measured.result["written"],)),
        within("one commune rehearsed", lines["commune"], 0.5),
        faster("export faster than stock", lines["stock_export"], export, 12),
        flat("export", export, 100),
    ]
    if "large_product" in lines:
        large = lines["large_product"]
        pairs = ((large.measured.seconds, product.measured.seconds), (large.measured.cpu, product.measured.cpu))
        grown = tuple(log(long / short) / log(large.rows / product.rows) for long, short in pairs)
        found.append(Target(f"growth of time up to {large.rows:,} rows, exponent", 1.1, grown))
    if "nation_export" in lines:
        nation, stock = lines["nation_export"], lines.get("nation_stock_export", lines["stock_export"])
        found += [faster("nation's export faster than stock", stock, nation, 12), flat("nation's export", nation, 100)]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--quick", action="store_true", help="one run each, no 150,000 rows, no nation")
    parser.add_argument("--full", action="store_true", help="the stock way at every size: some twenty minutes more")
    options = parser.parse_args()
    bench = Bench(runs=1 if options.quick else 3)
    load = os.getloadavg()[0]
    measure_product(bench, options.rows, options.quick)
    measure_stock(bench, options.rows, options.full)
    measure_exports(bench, options.rows, options.quick, options.full)
    show(bench, load, targets, readers=True)


if __name__ == "__main__":
    main()
