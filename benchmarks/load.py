"""The deadline day: people arrive at a constant rate, whether or not the portal keeps up: `.venv/bin/python
benchmarks/load.py`.

Of a hundred requests 80 read, 15 change a phone, 5 send a workbook or fetch the commune's list. Latency counts from the
moment at which a request was due, so that one slow answer delays nobody's clock. Each rate lasts `--seconds`; the first
at which a request fails or the slowest twentieth takes over a second is the breaking point, and the last.
"""

import argparse
import http.client
import json
import os
import queue
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

from bench import Bench
from measure import ROOT

RATES = [5, 10, 20, 30, 40, 60, 80, 120, 160]  # requests a second
BROWSERS = 64  # connections at once, at most
BROKEN = 1.0  # seconds that the slowest twentieth may take
PORT, HOST = 8765, "127.0.0.1"
READ = ["/", "/to/", "/thon/", "/thanh-vien/", "/tong-quan/", "/tim/?q=nguyen+van", "/cong-viec/"]
SHARES = {"read": 80, "change": 15, "send": 5}


class Request(NamedTuple):
    due: float
    kind: str
    ask: Callable[["Browser"], int]


class Answer(NamedTuple):
    kind: str
    status: int  # 0 when nobody answered
    seconds: float  # since the request was due


class Browser:
    """One connection kept open; whoever uses it brings their own session."""

    def __init__(self) -> None:
        self.line = http.client.HTTPConnection(HOST, PORT, timeout=60)
        self.token = secrets.token_hex(16)

    def ask(self, session: str, method: str, path: str, body: bytes = b"", kind: str = "") -> int:
        headers = {
            "Cookie": f"sessionid={session}; csrftoken={self.token}",
            "X-CSRFToken": self.token,
            "Content-Type": kind or "application/x-www-form-urlencoded",
        }
        for _ in range(2):
            try:
                self.line.request(method, path, body, headers)
                answer = self.line.getresponse()
                answer.read()
                return answer.status
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.line.close()  # kept open for too long: browsers take a new one, too
            except (OSError, http.client.HTTPException):
                self.line.close()
                break
        return 0


class Crowd:
    """What the officers do next; a change waits for nobody, because no two are of one member at a time."""

    def __init__(self, officers: list[dict], seed: int) -> None:
        self.officers = [officer for officer in officers if officer["members"]]
        self.chance = random.Random(seed)
        self.changeable: queue.SimpleQueue = queue.SimpleQueue()
        rows = [(officer, *row) for officer in self.officers for row in officer["members"]]
        self.chance.shuffle(rows)
        for row in rows:
            self.changeable.put(row)
        self.changed = self.uploaded = 0
        self.lock = threading.Lock()

    def request(self, due: float) -> Request:
        (kind,) = self.chance.choices(list(SHARES), list(SHARES.values()))
        officer = self.chance.choice(self.officers)
        if kind == "change":
            return Request(due, kind, self.change(f"09{self.chance.randrange(10**8):08}"))
        if kind == "send" and self.chance.random() < 0.5:
            return Request(due, "upload", self.upload(officer))
        path = f"/xa/{officer['commune']}/xuat-danh-sach/"
        if kind == "read":
            path = self.chance.choice([*READ, *(f"/to/{team}/" for team in self.chance.choices(officer["teams"], k=3))])
        name = "list" if kind == "send" else kind
        return Request(due, name, lambda browser: browser.ask(officer["session"], "GET", path))

    def change(self, phone: str) -> Callable[[Browser], int]:
        def ask(browser: Browser) -> int:
            officer, team, member, version = self.changeable.get(timeout=60)
            body = urlencode({"version": version, "phone": phone}).encode()
            status = browser.ask(officer["session"], "POST", f"/to/{team}/dong/{member}/", body)
            if status == 200:
                self.changeable.put((officer, team, member, version + 1))
                with self.lock:
                    self.changed += 1
            return status

        return ask

    def upload(self, officer: dict) -> Callable[[Browser], int]:
        def ask(browser: Browser) -> int:
            edge = secrets.token_hex(8)
            file = Path(officer["workbook"])
            head = f'--{edge}\r\nContent-Disposition: form-data; name="unit"\r\n\r\n{officer["commune"]}\r\n'
            head += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
            body = head.encode() + file.read_bytes() + f"\r\n--{edge}--\r\n".encode()
            kind = f"multipart/form-data; boundary={edge}"
            status = browser.ask(officer["session"], "POST", "/nhap-tep/", body, kind)
            with self.lock:
                self.uploaded += status == 302
            return status

        return ask


def arrive(crowd: Crowd, rate: int, seconds: float) -> list[Answer]:
    """Requests at that rate, each sent when it is due if one of the browsers is free, and as soon as one is if not."""
    waiting: queue.SimpleQueue = queue.SimpleQueue()
    answers: list[Answer] = []

    def serve() -> None:
        browser = Browser()
        while request := waiting.get():
            status = request.ask(browser)
            answers.append(Answer(request.kind, status, time.perf_counter() - request.due))

    threads = [threading.Thread(target=serve, daemon=True) for _ in range(BROWSERS)]
    for thread in threads:
        thread.start()
    began = time.perf_counter() + 0.2
    requests = [crowd.request(began + number / rate) for number in range(round(rate * seconds))]
    for request in requests:
        time.sleep(max(0, request.due - time.perf_counter()))
        waiting.put(request)
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    return answers


def at(answers: list[Answer], share: float) -> float:
    """Milliseconds within which that share of the answers came."""
    ordered = sorted(answer.seconds for answer in answers)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def failed(answers: list[Answer]) -> int:
    return sum(answer.status not in (200, 302) for answer in answers)


def row(name: str, answers: list[Answer]) -> str:
    figures = " | ".join(f"{at(answers, share):,.0f}" for share in (0.5, 0.95, 0.99, 1))
    return f"| {name} | {len(answers):,} | {failed(answers)} | {figures} |"


def portal(bench: Bench, database: str) -> list[subprocess.Popen]:
    from cdt_portal import embedded

    embedded.start_redis()
    environment = os.environ | {
        "DATABASE_URL": f"postgres://cdt@/{database}?host={quote(bench.host, safe='')}",
        "REDIS_URL": embedded.celery_url(),
        "CDT_DEMO": "1",
        "CDT_ALLOWED_HOSTS": HOST,
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"], cwd=ROOT, env=environment, check=True
    )
    web = ["gunicorn", "cdt_portal.wsgi", "--bind", f"{HOST}:{PORT}", "--workers", "3", "--threads", "4"]
    worker = ["celery", "--app", "cdt_portal", "worker", "--beat", "--concurrency", "2", "--loglevel", "WARNING"]
    worker += ["--schedule", str(bench.path("beat"))]
    with bench.path("server.log").open("ab") as log:
        return [
            subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=log, stderr=log)
            for command in (web, worker)
        ]


def wait_for_portal() -> None:
    for _ in range(120):
        if Browser().ask("", "GET", "/healthz") == 200:
            return
        time.sleep(0.5)
    sys.exit("the portal did not start")


def wait_for_jobs(bench: Bench) -> dict:
    for _ in range(120):
        stands = bench.step("crowd", "crowd:stands").result
        if not stands["unfinished"]:
            return stands
        time.sleep(2)
    sys.exit(f"jobs are left: {stands}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=460_000, help="in the nation's register")
    parser.add_argument("--seconds", type=float, default=30, help="that each rate lasts")
    options = parser.parse_args()
    bench, load = Bench(runs=1), os.getloadavg()[0]
    bench.prepare("template0", "units", "product:prepare")
    description = bench.prepare("units", "crowd", "crowd:seed", "all", options.members, bench.home).result
    crowd = Crowd(json.loads(Path(description).read_text()), seed=2026)
    processes = portal(bench, "crowd")
    try:
        wait_for_portal()
        arrive(crowd, RATES[0], 5)  # imports, first plans
        print(f"{time.strftime('%d/%m/%Y')}, {os.cpu_count()} cores, load {load:.1f} at the start\n")
        heads = "Requests | Failed | Median ms | 95 % ms | 99 % ms | Slowest ms"
        print(f"| A second | {heads} |", "|--:|--:|--:|--:|--:|--:|--:|", sep="\n", flush=True)
        for rate in RATES:
            answers = arrive(crowd, rate, options.seconds)
            print(row(str(rate), answers), flush=True)
            if failed(answers) or at(answers, 0.95) > BROKEN * 1000:
                print(f"\nBreaking point: {rate} a second. By kind:\n")
                print(f"| Kind | {heads} |", "|---|--:|--:|--:|--:|--:|--:|", sep="\n")
                kinds = sorted({answer.kind for answer in answers})
                print(*(row(kind, [each for each in answers if each.kind == kind]) for kind in kinds), sep="\n")
                break
        stands = wait_for_jobs(bench)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait()
    kept = f"{stands['changes']:,} of {crowd.changed:,} changes and {stands['uploads']:,} of {crowd.uploaded:,} uploads"
    print(f"\nAfterwards {kept} that were said to be kept stand; {stands['failed']} jobs failed.")


if __name__ == "__main__":
    main()
