"""Prints how large the code is: `python tests/architecture/size_report.py`. The budgets are kept by test_repository."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 8


@dataclass(frozen=True, slots=True, order=True)
class Size:
    lines: int
    name: str


def tracked(*patterns: str) -> list[Path]:
    """The repository's own files, those not yet committed included."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


def python_files() -> list[Path]:
    return [path for path in tracked("*.py", "bin/*") if "migrations" not in path.parts and is_python(path)]


def is_python(path: Path) -> bool:
    return path.suffix == ".py" or path.read_text(encoding="utf-8").startswith("#!/usr/bin/env python3")


def is_test(path: Path) -> bool:
    return path.is_relative_to(ROOT / "tests")


def file_sizes(paths: list[Path]) -> list[Size]:
    return [Size(path.read_text(encoding="utf-8").count("\n"), str(path.relative_to(ROOT))) for path in paths]


def function_sizes(paths: list[Path]) -> list[Size]:
    return [
        Size(function.end_lineno - function.lineno + 1, f"{path.relative_to(ROOT)}: {function.name}")
        for path in paths
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
    ]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def report(title: str, sizes: list[Size]) -> None:
    lines = [size.lines for size in sizes if size.lines]
    print(f"{title}: {len(sizes)}, median {median(lines):g}, 90 % within {quantiles(lines, n=10)[-1]:.0f} lines")
    for size in sorted(sizes, reverse=True)[:LARGEST]:
        print(f"  {size.lines:>5}  {size.name}")


def main() -> None:
    code = [path for path in python_files() if not is_test(path)]
    tests = [path for path in python_files() if is_test(path)]
    front = tracked("static/*.js", "static/*.css", "templates")
    report("Files of code", file_sizes(code))
    report("Functions of code", function_sizes(code))
    report("Files of tests", file_sizes(tests))
    report("Functions of tests", function_sizes(tests))
    report("Templates, scripts, styles", file_sizes(front))
    of_code, of_tests, of_front = (sum(size.lines for size in file_sizes(paths)) for paths in (code, tests, front))
    print(f"Lines: code {of_code}, tests {of_tests} ({of_tests / of_code:.2f} a line of code), pages {of_front}")


if __name__ == "__main__":
    main()
