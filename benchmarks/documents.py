"""Times 166 reports beside bare WeasyPrint, and looks whether memory grows: `.venv/bin/python benchmarks/documents.py`.

Each measurement is a fresh process; what is compared is CPU time, which other work on the machine hardly changes.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS, MANY = 166, 1_000


def papers(number: int) -> list:
    from dataclasses import replace

    from tests.lib.documents.samples import DRAFT

    return [replace(DRAFT, number=str(each)) for each in range(1, number + 1)]


def product(number: int) -> Callable[[], object]:
    from cdt_portal.lib.documents import pdf

    documents = papers(number)
    pdf.render_pdf(documents[0])
    return lambda: [len(pdf.render_pdf(document)) for document in documents]


def bare(number: int) -> Callable[[], object]:
    """The same pages, written as HTML beforehand, with fonts and style sheet kept."""
    from weasyprint import HTML

    from cdt_portal.lib.documents import pdf

    sources = [pdf._paper(document) for document in papers(number)]
    style, fonts = pdf._style()

    def write(source: str) -> bytes:
        return HTML(string=source).write_pdf(stylesheets=[style], font_config=fonts, presentational_hints=True)

    write(sources[0])
    return lambda: [len(write(source)) for source in sources]


def measure(step: str, number: str) -> None:
    import django

    django.setup()
    work = {"product": product, "bare": bare}[step](int(number))
    cpu, started = time.process_time(), time.perf_counter()
    work()
    peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    print(time.perf_counter() - started, time.process_time() - cpu, int(peak) / 1024)


def start(step: str, number: int) -> subprocess.Popen:
    env = os.environ | {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, __file__, step, str(number)]
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def result(process: subprocess.Popen) -> tuple[float, ...]:
    """Seconds by the clock, CPU seconds, peak MB."""
    return tuple(map(float, process.communicate()[0].split()))


def main() -> None:
    ours, theirs = result(start("product", REPORTS)), result(start("bare", REPORTS))
    halves = [result(each) for each in [start("product", REPORTS // 2) for _ in range(2)]]
    many = result(start("product", MANY))
    print("| Work | Seconds | CPU s | Peak MB |\n|---|--:|--:|--:|")
    for label, line in (
        (f"{REPORTS} reports", ours),
        (f"{REPORTS} reports, bare WeasyPrint", theirs),
        (f"{REPORTS} reports in two processes", max(halves)),
        (f"{MANY:,} reports", many),
    ):
        print(f"| {label} | {line[0]:.1f} | {line[1]:.1f} | {line[2]:.0f} |")
    print(f"\nAgainst bare WeasyPrint: {ours[1] / theirs[1]:.2f}× (to reach: ≤ 1.15×)")
    print(f"Two processes: {ours[0] / max(halves)[0]:.2f}× as fast (to reach: ≥ 1.8×)")
    print(f"Memory of {MANY:,} against {REPORTS}: {many[2] / ours[2]:.2f}× (to reach: flat)")


if __name__ == "__main__":
    measure(*sys.argv[1:]) if sys.argv[1:] else main()
