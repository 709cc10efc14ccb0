"""Acts of the domain at national size, each in a transaction that is taken back: how long, and whether anything was lost."""

import importlib
import random
import threading
import time
import uuid
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from config.national.people import MAIL
from orgunits.models import Level, OrgUnit, Post, Role
from plans.models import Plan
from tasks import cascade, rollup
from tasks.deadlines import Kind
from tasks.models import Assignment, ParentLink, Progress, Stage, Task
from tasks.models.progress import log_progress

NOT_THERE = "not there"


class TakenBack(Exception):
    """Ends a trial: nothing it wrote stays."""


def tried(act):
    """Seconds that `act()` takes inside a transaction that is then taken back, and what it tells: a dict."""
    told = {}
    began = time.monotonic()
    try:
        with transaction.atomic():
            told = act() or {}
            told["seconds"] = round(time.monotonic() - began, 3)
            raise TakenBack
    except TakenBack:
        return told
    except ImportError:
        return {"result": NOT_THERE}
    except Exception as error:  # a bench tells what failed and goes on
        return {"result": f"{type(error).__name__}: {error}"[:200]}


def issue_to_every_ward():
    """One dated duty of the Central plan addressed to all wards in force."""
    plan = Plan.objects.get(document__key="04-kh-bcdtw")
    wards = list(OrgUnit.objects.areas().filter(level=Level.WARD).in_force(on=timezone.localdate()))
    task = Task.objects.create(plan=plan, ref="BENCH", position=9999, title="Rà soát đột xuất")
    Stage.objects.create(task=task, position=1, kind=Kind.BY_DATE, due_on=date(2027, 1, 31))
    began = time.monotonic()
    rows = cascade.address(task, leads=wards, on=timezone.localdate())
    return {"units": len(rows), "act_seconds": round(time.monotonic() - began, 3)}


def merge_two_wards():
    """Two neighbouring wards with their plans become one."""
    succession = importlib.import_module("tasks.succession")
    old, new = OrgUnit.objects.areas().filter(level=Level.WARD).order_by("path")[10:12]
    heads = list(
        Post.objects.filter(role=Role.STEERING, unit__level__in=[Level.CENTRAL, Level.PROVINCE]).select_related("person", "unit")[:2]
    )
    decision = succession.Decision("NQ", "Nghị quyết", "BENCH/NQ", timezone.localdate(), "Ủy ban Thường vụ Quốc hội", "thử tải")
    rows = Assignment.objects.live().filter(path__startswith=old.path).count()
    began, now = time.monotonic(), timezone.now()
    change = succession.merge([old], new, on=timezone.localdate(), decision=decision, by=heads[0], at=now, reason="thử tải")
    if not change.applied_at:
        change = succession.approve(change, by=heads[1], at=now)
    return {"assignments": rows, "applied": bool(change.applied_at), "act_seconds": round(time.monotonic() - began, 3)}


def prove_rollups():
    began = time.monotonic()
    faults = rollup.faults()
    return {"faults": len(faults), "act_seconds": round(time.monotonic() - began, 3)}


ACTS = {
    "issue one duty to every ward": (issue_to_every_ward, 5.0),
    "merge one ward into its neighbour": (merge_two_wards, None),
    "check_rollups": (prove_rollups, 1.0),
}


# Writers under one parent


def writers_under_one_parent(*, writers=50, each=6):
    """`writers` threads log under one Central duty: refused, lost, and totals wrong afterwards. PostgreSQL alone; stays written."""
    if connection.vendor != "postgresql":
        return {"result": "PostgreSQL alone: SQLite lets one write at a time"}
    lines = _lines_under_one_parent(writers * each)
    posts = _writers_of(lines)
    before, refused, lock = Progress.objects.count(), [], threading.Lock()
    random.Random(7).shuffle(lines)
    began = time.monotonic()
    threads = [threading.Thread(target=_write, args=(lines[n::writers], posts, refused, lock)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    written = Progress.objects.count() - before
    return {
        "writers": writers,
        "acts": len(lines),
        "seconds": round(seconds, 2),
        "acts_per_second": round(len(lines) / seconds),
        "refused": len(refused),
        "lost": len(lines) - len(refused) - written,
        "wrong_totals": len(rollup.faults()),
        **({"first_refusal": refused[0]} if refused else {}),
    }


def _lines_under_one_parent(wanted):
    task = Task.objects.get(plan__document__key="04-kh-bcdtw", ref="V.1.m/5")
    children = ParentLink.objects.filter(parent=task, until=None, via__isnull=False).values("child")
    rows = Assignment.objects.live().leads().filter(task__in=children, state__in=["todo", "doing"])
    return list(rows.select_related("unit", "plan").order_by("pk")[:wanted])


def _writers_of(lines):
    posts = Post.objects.filter(person__email__endswith=MAIL, role=Role.CLERK, unit__in={line.unit.area_id for line in lines})
    return {post.unit_id: post for post in posts.select_related("person")}


def _write(lines, posts, refused, lock):
    try:
        for line in lines:
            _log(line, posts[line.unit.area_id], refused, lock)
    finally:
        connection.close()


def _log(line, post, refused, lock):
    try:
        log_progress(line, by=post, at=timezone.now(), says=Progress.Says.DONE, words="Đã xong.", token=uuid.uuid4())
    except Exception as error:  # counted and told
        with lock:
            refused.append(f"{type(error).__name__}: {error}"[:200])
