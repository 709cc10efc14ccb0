"""Measures one prepared database: pages through gunicorn, then acts of the domain. Writes one JSON file.

python -m bench.measure --out var/bench/sqlite.json [--database-pid N] [--only words]
"""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import acts, processes, works  # noqa: E402
from bench.cast import Cast  # noqa: E402
from bench.clients import ask  # noqa: E402
from bench.rush import rush  # noqa: E402
from bench.server import server  # noqa: E402
from orgunits.models import OrgUnit, Person  # noqa: E402
from tasks.models import Assignment, Progress, Task  # noqa: E402

AT_ONCE, SECONDS, WARM = 8, 8, 3
RUSH = "the 24th: every ward files"
BARE = works.Work("bare page", works.page("/bench/bare/", "officials"), most=(100, 200))


class Bench:
    """One run over one database."""

    def __init__(self, web, port, database):
        self.web, self.port, self.database = web, port, database
        self.cast = Cast()
        self.rows = []

    def run(self, wanted):
        ask(self.port, BARE.requests(self.cast), at_once=AT_ONCE, most=60, seconds=SECONDS)  # both workers load what they need
        bare = self.work(BARE)
        for work in works.WORKS:
            if wanted in work.name:
                self.work(work)
        if wanted in works.LOGGING.name:
            self.logging()
        for work in works.EXPORTS:
            if wanted in work.name:
                self.export(work)
        again = self.work(BARE)
        floor = (bare["one"]["cpu_ms"] + again["one"]["cpu_ms"]) / 2
        for row in self.rows:
            if row.get("one") and row["name"] != BARE.name:
                row["bare_pages"] = round(row["one"]["cpu_ms"] / floor, 2)
        return {"bare_cpu_ms": round(floor, 1), "pages": self.rows}

    def work(self, work):
        """One page: warmed, then one at a time and several at once. Told as it goes."""
        row = {"name": work.name, "target": work.target, "target_seconds": work.seconds, "target_zipped_kb": work.zipped}
        self.rows.append(row)
        requests = work.requests(self.cast)
        warm = ask(self.port, requests, at_once=1, most=1 if work.heavy else WARM, seconds=SECONDS) if requests else None
        if not warm or set(warm.statuses) == {404}:
            row["result"] = acts.NOT_THERE
            return self._told(row)
        row["one"] = self.measured(requests, 1, work.most[0])
        if not work.heavy:
            row["eight"] = self.measured(requests, AT_ONCE, work.most[1])
        return self._told(row)

    def measured(self, requests, at_once, most):
        before, database = processes.cpu_ms(self.web), processes.cpu_ms(self.database) if self.database else 0
        answers = ask(self.port, requests, at_once=at_once, most=most, seconds=SECONDS)
        n = max(len(answers.seconds), 1)
        return {
            "requests": n,
            "statuses": answers.statuses,
            "cpu_ms": round((processes.cpu_ms(self.web) - before) / n, 1),
            "database_cpu_ms": round((processes.cpu_ms(self.database) - database) / n, 1) if self.database else None,
            "p50_ms": round(answers.percentile(0.5), 1),
            "p95_ms": round(answers.percentile(0.95), 1),
            "per_second": round(n / answers.wall, 1),
            "kb": round(answers.size / 1024, 1),
            "zipped_kb": round(answers.zipped / 1024, 1),
            "queries": answers.queries,
        }

    def logging(self):
        """Entries through the form; each duty once, so that nothing is refused for being stale."""
        work = works.LOGGING
        requests = work.requests(self.cast)
        one, eight = work.most
        row = {"name": work.name, "target": work.target, "target_seconds": None, "target_zipped_kb": None}
        before = Progress.objects.count()
        row["one"] = self.measured(requests[:one], 1, one)
        row["eight"] = self.measured(requests[one : one + eight], AT_ONCE, min(eight, len(requests[one : one + eight])))
        sent = row["one"]["requests"] + row["eight"]["requests"]
        row["lost"] = sent - (Progress.objects.count() - before)
        self.rows.append(row)
        self._told(row)

    def export(self, work):
        """One file, with the memory of the web processes around it."""
        before = processes.memory_mb(self.web)
        row = self.work(work)
        row["memory_mb"] = {"before": round(before), "after": round(processes.memory_mb(self.web))}
        row["memory_mb"]["most"] = round(processes.memory_mb(self.web, "VmHWM"))

    def _told(self, row):
        one = row.get("one")
        print(
            f"  {row['name']:<46} {row.get('result') or '{cpu_ms:8.1f} ms CPU {p50_ms:9.1f} ms p50  {queries} queries'.format(**one)}",
            flush=True,
        )
        return row


def data():
    """How much there is."""
    counted = {"units": OrgUnit, "people": Person, "duties": Task, "assignments": Assignment, "entries": Progress}
    return {name: model.objects.count() for name, model in counted.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--database-pid", type=int)
    parser.add_argument("--only", default="", help="only works whose name holds these words")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    told = {"database": connection.vendor, "at": timezone.now().isoformat(timespec="seconds"), "cores": os.cpu_count(), "data": data()}
    with server(asked.out.with_suffix(".log")) as (web, port):
        bench = Bench(web.pid, port, asked.database_pid)
        told |= bench.run(asked.only)
        if asked.only in RUSH:
            told["rush"] = rush(port, bench.cast, asked.out.with_suffix(".papers.log"))
            print(f"  {RUSH}: {told['rush']}", flush=True)
        told["web_memory_mb"] = {"now": round(processes.memory_mb(web.pid)), "most": round(processes.memory_mb(web.pid, "VmHWM"))}
    connections.close_all()
    told["acts"] = {}
    for name, (act, target) in acts.ACTS.items():
        if asked.only in name:
            told["acts"][name] = {"target_seconds": target, **acts.tried(act)}
            print(f"  {name:<46} {told['acts'][name]}", flush=True)
    if asked.only in "writers under one parent":
        told["acts"]["writers under one parent"] = acts.writers_under_one_parent()
        print(f"  writers under one parent: {told['acts']['writers under one parent']}", flush=True)
    asked.out.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
