"""Change only what lies outside a post's reach: nothing it can open changes by a byte, counts and orders included (promise 10)."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from journal.models import Notice
from orgunits.models import Person, Role
from orgunits.tokens import make_token
from plans.models import Document, Plan, Receipt
from reports.models import MonthlyReport, Paper, ReportPart
from tasks.models import Answer, Assignment, Draft, Incident, Intake, Task, Verdict
from tasks.models.progress import log_progress
from tests.permissions.reach import NO, YES
from tests.permissions.requests import steady
from tests.permissions.scene import HIRED, NOW, PDF, SINCE
from tests.permissions.test_crawl import ACTORS

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/dashboard/",
    "/duties/",
    "/duties/?part=coordinator&sort=-fresh",
    "/duties/?q=viec&sort=state",
    "/duties/export.csv",
    "/plans/",
    "/intakes/",
    "/documents/?sort=-type",
    "/calls/",
    "/calls/?q=viec&state=answered",
    "/calls/export.csv",
    "/year/",
    "/reports/compliance/?year=2026&sort=missing",
    "/reports/",
    "/reports/?status=filed&sort=-filed",
    "/units/?q=ba ngoi",
    "/search/?q=viec",
    "/search/?q=ke hoach",
    "/incidents/",
    "/incidents/?state=late&sort=-unit",
    "/incidents/export.csv",
    "/notices/",
    "/account/",
    "/journal/",
    "/journal/?since=2026-06-01&until=2026-07-31",
    *(
        f"/api/v1/{name}/?page_size=100"
        for name in (
            "units",
            "documents",
            "plans",
            "tasks",
            "assignments",
            "progress",
            "incidents",
            "halts",
            "reports",
            "calls",
            "call-answers",
        )
    ),
    "/api/v1/assignments/?updated_since=2026-06-01T00:00:00Z&ordering=-last_entry_at",
]
DETAILS = {
    "plan": ["plan", "api-plan-detail", "plan_lint", "export_lint", "coverage", "cells", "export_coverage", "declarations"],
    "document": ["document"],
    "task": ["task", "api-task-detail", "cell"],
    "assignment": ["story", "assignment", "api-assignment-detail"],
    "picture": ["unit_dashboard", "unit_year"],
    "unit": ["unit"],
    "intake": ["intake", "confirm_intake", "intake_difference"],
    "draft": ["draft"],
    "incident": ["incident", "api-incident-detail"],
    "noted": ["incident"],
    "call": ["call", "api-call-detail"],
    "call_answer": ["call_answer", "call_papers", "api-call-answer-detail"],
}


def addresses(scene, actor):
    """Every list, and the pages of two readable things of each kind; a draft report tells its area's news, so only filed ones."""
    yield from PAGES
    verdicts = scene.verdicts(actor)
    for kind, names in DETAILS.items():
        for thing in [thing for thing in scene.things[kind] if verdicts[thing] == YES][:3]:
            yield from (reverse(name, args=[thing.pk]) for name in names)
    for thing in [thing for thing in scene.things["report"] if verdicts[thing] == YES and thing.row.filed_at][:2]:
        yield from (reverse(name, args=[thing.pk]) for name in ("report", "papers", "api-report-detail"))


class Stirring:
    """Everything that can happen where `actor` must not see it."""

    def __init__(self, scene, actor):
        self.scene, self.actor = scene, actor
        self.verdicts = scene.verdicts(actor)
        self.count = 0

    def outside(self, kind):
        return [thing for thing in self.scene.things[kind] if self.verdicts[thing] == NO]

    def all(self):
        for thing in self.outside("assignment"):
            self._work(thing.row)
        for thing in self.outside("report"):
            self._write(thing.row)
        for thing in self.outside("plan"):
            self._plan(thing.row)
        for thing in self.outside("document"):
            Document.objects.filter(pk=thing.pk).update(subject="Khác hẳn", folded="khac han viec ke hoach", note="khác")
        for thing in self.outside("task"):
            Task.objects.filter(pk=thing.pk).update(title="Việc khác", folded="viec khac", note="khác")
        for thing in self.outside("intake"):
            Intake.objects.filter(pk=thing.pk).update(name="khac.docx", subject="Khác", sha256=f"khac{thing.pk}")
            Draft.objects.create(intake=thing.row, position=2, ref="X2", title="Việc mới", deadline={"kind": "none"})
        for thing in self.outside("noted"):
            self._report(thing.row)
        for thing in self.outside("person"):
            self._hire(thing.unit)
        self._strangers()
        return self.count

    def _work(self, row):
        self.count += 1
        row = Assignment.objects.select_related("plan", "unit").get(pk=row.pk)
        # An ongoing duty stays one: a carried duty that begins to count makes its superior's lead add up, and that climbs by rule.
        Answer.objects.filter(assignment=row, clock="dated").update(due_on=date(2026, 7, 1))
        Assignment.objects.filter(pk=row.pk, clock="dated").update(due_on=date(2026, 7, 1))
        Assignment.objects.filter(pk=row.pk).update(was_late=True)
        writer = self.scene.writers.get(row.unit.code)
        if not writer or not row.is_lead:
            return
        files = [ContentFile(PDF, name="khác.pdf")]
        entry = log_progress(row, by=writer, at=NOW, says="done", words="Tin mới", difficulties="Khó mới", proposals="Xin", files=files)
        log_progress(row, by=writer, at=NOW, says="doing", words="Tin nữa")
        Verdict.objects.create(progress=entry, ok=False, reason="Trả", by=writer, at=NOW)
        row.give_to(writer, by=writer, at=NOW)

    def _write(self, report):
        self.count += 1
        clerk = self.scene.post(report.unit.code, Role.CLERK)
        ReportPart.objects.update_or_create(report=report, part=3, defaults={"words": "Lời khác", "by": clerk, "at": NOW})
        if not report.signed_at:
            MonthlyReport.objects.filter(pk=report.pk).update(signed_by=clerk, signed_at=NOW, revision=9)
        MonthlyReport.objects.get_or_create(unit=report.unit, month=date(2026, 4, 1), version=1, defaults={"opened_at": SINCE})
        Paper.objects.create(report=report, facts={}, ordered_by=clerk, ordered_at=NOW)

    def _plan(self, plan):
        self.count += 1
        Plan.objects.filter(pk=plan.pk).update(title="Kế hoạch khác", programme="Khác")
        self.scene.new_duty(plan, [plan.unit], title="Việc mới")
        Receipt.objects.get_or_create(plan=plan, unit=self.scene.units["66"], defaults={"received_on": HIRED})

    def _report(self, row):
        """An incident is closed with other words, and another begins."""
        self.count += 1
        writer, words = self.scene.writers[row.unit.code], {"what": "Khác", "system": "Khác", "effect": "Khác", "measures": "Khác"}
        Incident.objects.filter(pk=row.pk).update(closed_at=NOW, **words)
        made = Incident(unit=row.unit, path=row.path, by=writer, opened_at=NOW, discovered_at=NOW, **words)
        made.save()
        made.words.create(kind="first", by=writer, at=NOW)

    def _hire(self, unit):
        self.count += 1
        person = Person.objects.create(username=f"moi.{unit.code}", full_name="Người Mới")
        post = person.posts.create(unit=unit, role=Role.OFFICIAL, since=HIRED)
        make_token(post, name="Máy khác", expires_on=date(2027, 1, 1))

    def _strangers(self):
        """A province nobody here belongs to: a plan and a draft with a duty each (the Centre's offices read the issued one), a notice."""
        unit, home = self.scene.units["66"], self.actor.post.unit
        for key, issued_on in [("la-1", HIRED), ("la-2", None)][home.level == "central" and home.is_area :]:
            words = {"type": "KH", "type_name": "Kế hoạch", "symbol": key, "symbol_printed": key, "subject": "Việc kế hoạch"}
            document = Document.objects.create(issuer=unit, key=key, signed_on=HIRED, **words)
            plan = Plan.objects.create(document=document, unit=unit, level=unit.level, programme="", title="Việc", issued_on=issued_on)
            self.scene.new_duty(plan, [unit], title="Việc của tỉnh khác")
        stranger = Person.objects.create(username="nguoi.la", full_name="Người Lạ")
        Notice.objects.create(person=stranger, key="x", kind="result", title="Tin", at=NOW)


@pytest.mark.parametrize("name", [name for name in ACTORS if name not in {"nobody", "anonymous"}])
def test_what_lies_outside_changes_no_byte(scene, name):
    actor = scene.actors[name]
    client = actor.sign_in()
    where = list(addresses(scene, actor))
    for address in where:
        if address.startswith("/plans/"):
            client.get(address)  # the first look at a plan received is an act, and the journal tells it
    before = {address: _read(client, address) for address in where}
    assert Stirring(scene, actor).all() >= 3
    changed = [address for address in where if _read(client, address) != before[address]]
    assert changed == []


def _read(client, address):
    answer = client.get(address)
    return answer.status_code, steady(answer)


def test_the_same_stirring_is_seen_by_who_may_see_it(scene):
    """The test above has something that could change: what is outside Chi's reach is inside Bình's."""
    chi, binh = scene.actors["chi.camlinh official 22432.UBND"], scene.actors["binh.bangoi steering 22423"]
    client = binh.sign_in()
    before = {address: _read(client, address) for address in PAGES}
    Stirring(scene, chi).all()
    assert {address for address in PAGES if _read(client, address) != before[address]} >= {
        "/",
        "/dashboard/",
        "/duties/",
        "/duties/export.csv",
        "/api/v1/progress/?page_size=100",
        "/api/v1/assignments/?page_size=100",
        "/api/v1/tasks/?page_size=100",
    }
