"""The illustrative country, small: one province, 30 of its wards, plans of twelve duties."""

import hashlib
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q

from config import national
from config.national.people import MAIL
from journal.models import Entry
from orgunits.models import Level, OrgUnit, Person, Post, Role
from plans import period
from plans.models import Document, Plan, Receipt
from reports.models import MonthlyReport, ReportEntry, Timing
from tasks import deadlines, incident_clock, rollup
from tasks.deadlines import Clock
from tasks.models import (
    Answer,
    Assignment,
    Difficulty,
    DifficultyStep,
    Halt,
    Incident,
    IncidentWord,
    NotApplicable,
    ParentLink,
    Progress,
    State,
    Task,
    Verdict,
)
from tasks.models.states import HALTABLE
from tests.conftest import know_the_rows

ON = date(2026, 11, 28)
SMALL = national.Size(provinces=1, tasks_per_ward=12, progress=1200, wards=30)
MARK = "(dữ liệu minh họa)"
NATURAL = {
    OrgUnit: ["code", "name", "path", "answers_through__code"],
    Post: ["person__username", "person__full_name", "unit__code", "role"],
    Document: ["key", "symbol", "signed_on"],
    Task: ["plan__document__key", "ref", "title", "deadline_words", "leads_said", "leads_done"],
    Assignment: [
        "plan__document__key",
        "task__ref",
        "unit__code",
        "state",
        "due_on",
        "awaits_since",
        "version",
        "carried_said",
        "owner__title",
    ],
    Answer: ["assignment__plan__document__key", "assignment__task__ref", "assignment__unit__code", "stage__position", "state", "said_at"],
    ParentLink: ["child__plan__document__key", "child__ref", "parent__plan__document__key", "parent__ref", "via__unit__code", "since"],
    Receipt: ["plan__document__key", "unit__code", "received_on", "opened_at"],
    Progress: ["token", "at", "says", "words", "by__person__username", "spoken_for"],
    Verdict: ["progress__token", "ok", "at", "by__person__username"],
    NotApplicable: ["task__plan__document__key", "task__ref", "unit__code", "accepted", "at"],
    Difficulty: ["token", "progress__token", "lies_with__code", "reply_by", "state", "version"],
    DifficultyStep: ["difficulty__token", "n", "act", "now_with__code", "at", "by__person__username"],
    Halt: ["token", "assignment__unit__code", "reason", "accepted", "at", "judged_at"],
    Incident: ["token", "unit__code", "discovered_at", "reported_at", "closed_at", "what"],
    IncidentWord: ["token", "kind", "at"],
    Entry: ["verb", "person__username"],
    MonthlyReport: ["unit__code", "month", "number", "filed_at", "facts__signature__name"],
    ReportEntry: ["report__unit__code", "report__month", "progress__token"],
}


def digest():
    """One hash for each kind of row, by natural keys."""
    return {
        model.__name__: hashlib.sha256(repr(sorted(map(repr, model.objects.values_list(*fields)))).encode()).hexdigest()
        for model, fields in NATURAL.items()
    }


@pytest.fixture(scope="module")
def twice(country, django_db_blocker):
    """The digests of two makings; the second stays."""
    found = []
    with django_db_blocker.unblock():
        for stays in (False, True):
            around = transaction.savepoint()
            national.load(on=ON, size=SMALL, illustrative=True)
            know_the_rows()
            found.append(digest())
            if not stays:
                transaction.savepoint_rollback(around)
    return found


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("twice")]


def made():
    return Assignment.objects.filter(plan__document__key__startswith="mh-")


def test_the_same_seed_and_day_give_the_same_rows(twice):
    assert twice[0] == twice[1]


def test_every_level_has_its_plans_and_duties():
    wards = OrgUnit.objects.areas().filter(level=Level.WARD, path__startswith=OrgUnit.objects.get(code="56").path).order_by("path")
    wards = OrgUnit.objects.filter(pk__in=list(wards.values_list("pk", flat=True)[:30]))
    plans = Plan.objects.filter(document__key__startswith="mh-")
    assert plans.filter(level=Level.PROVINCE).count() == 1
    without = wards.exclude(plans__document__key__startswith="mh-").exclude(code="22423").count()
    assert without == 1
    assert plans.filter(level=Level.WARD).count() == wards.count() - without - 1  # Ba Ngòi keeps its real plan
    assert {plan.tasks.count() for plan in plans.filter(level=Level.WARD)} == {12}
    assert 1150 <= Progress.objects.count() <= 1350


def test_collective_rows_are_answered_by_the_bodies_in_some_wards_and_by_the_ubnd_alone_in_others():
    rows = Task.objects.filter(plan__document__key__startswith="mh-", plan__level=Level.WARD, title__contains="Vá lỗ hổng")
    sizes = {task.assignments.count() for task in rows}
    assert sizes == {1, 9}
    assert {task.group.frozen_on == task.plan.issued_on for task in rows if task.group} == {True}


def test_a_fifth_of_the_dated_lines_is_overdue():
    dated = made().filter(Q(clock=Clock.DATED) | Q(state__in=[State.SAID, State.DONE]))
    overdue = made().filter(clock=Clock.DATED, due_on__lt=ON).exclude(state__in=[State.SAID, State.DONE, State.NOT_APPLICABLE])
    assert 0.15 < overdue.count() / dated.count() < 0.26


def test_states_and_times_are_mixed():
    tally = made().live().reporting().tally(on=ON)
    assert all(tally.by_state()[state] for state in (State.TODO, State.DOING, State.SAID, State.DONE, State.RETURNED))
    cells = tally.by_timeliness()
    assert all(cells[cell] for cell in ("overdue", "not_due", "done_in_time", "done_late", "without_result", "waiting"))
    assert tally.silent > 10
    assert set(NotApplicable.objects.values_list("accepted", flat=True)) >= {True, None}


def test_what_comes_back_every_month_has_its_occurrences_and_one_that_runs():
    rows = made().leads().filter(task__stages__kind="recurring_monthly").prefetch_related("answers")
    held = [[(answer.occurs_on.day, answer.is_past) for answer in row.answers.all()] for row in rows]
    assert held
    assert all(row == [(24, True)] * (len(row) - 1) + [(24, False)] for row in held)
    assert {len(row) for row in held} - {1}


def test_difficulties_lie_where_their_clock_has_carried_them():
    rows = list(Difficulty.objects.prefetch_related("steps").select_related("lies_with"))
    assert len(rows) > 5
    assert {row.state for row in rows} >= {"answered", "closed"}
    assert all([step.n for step in row.steps.all()] == [*range(1, row.version + 1)] for row in rows)
    assert not Difficulty.objects.open().filter(reply_by__lt=ON).exclude(lies_with__level=Level.CENTRAL).exists()
    steps = DifficultyStep.objects.filter(act="climbed")
    assert steps.exists()
    assert not steps.exclude(now_with=F("was_with__parent")).exists()
    assert not DifficultyStep.objects.filter(at__gte=period.moment(ON)).exclude(act="closed").exists()


def test_some_asked_to_pause_and_nothing_stands_still_by_it():
    assert set(Halt.objects.values_list("accepted", flat=True)) <= {None, False}
    assert Halt.objects.exists()
    assert not Halt.objects.filter(accepted=None).exclude(assignment__state__in=HALTABLE).exists()
    assert not Halt.objects.filter(judged_at__lt=F("at")).exists()


def test_incidents_have_their_words_and_say_that_they_are_invented():
    rows = Incident.objects.prefetch_related("words")
    assert len(rows) > 0
    assert all([word.kind for word in row.words.all()] == ["first", *(["closed"] if row.closed_at else [])] for row in rows)
    assert not rows.exclude(what__contains=MARK).exists()
    assert incident_clock.alert(at=period.moment(ON)) == 0


def test_the_journal_holds_the_newest_entries_and_the_making_itself():
    told = Entry.objects.filter(verb="progress.logged").order_by("pk").values_list("at", "person", "target_id", "facts__progress")
    rows = Progress.objects.filter(by__person__email__endswith=MAIL).order_by("at", "pk")
    assert list(told) == list(rows.values_list("at", "by__person", "assignment", "pk"))
    assert Entry.objects.order_by("pk").last().verb == "national.seeded"


def test_what_is_invented_says_so():
    plans = Plan.objects.filter(document__key__startswith="mh-")
    assert not plans.exclude(title__contains=MARK, document__note__startswith="Dữ liệu minh họa").exists()
    assert not Task.objects.filter(plan__in=plans).exclude(note=MARK).exists()
    assert not Post.objects.filter(person__email__endswith=MAIL).exclude(title__contains="minh họa").exists()
    assert OrgUnit.objects.get(code="22420.UBND").name.endswith(MARK)
    assert OrgUnit.objects.get(code="22423.UBND").name == "Ủy ban nhân dân phường Ba Ngòi"
    assert all(facts["illustrative"] for facts in MonthlyReport.objects.exclude(facts=None).values_list("facts", flat=True))
    assert not Plan.objects.filter(document__key__in=["04-kh-bcdtw", "02-kh-bcd-ba-ngoi"], title__contains=MARK).exists()


def test_nobody_can_sign_in():
    people = Person.objects.all()
    assert people.filter(email__endswith=MAIL).count() == people.count() > 70
    assert not any(person.has_usable_password() for person in people)


def test_every_ward_has_an_official_a_clerk_and_a_head_of_two_persons():
    ward = OrgUnit.objects.get(code="22420")
    posts = Post.objects.filter(unit__area=ward)
    assert sorted(posts.values_list("role", flat=True)) == [Role.CLERK, Role.OFFICIAL, Role.STEERING]
    assert posts.values("person").distinct().count() == 2


def test_the_counters_agree_with_their_rows():
    assert rollup.faults() == []
    assert Assignment.objects.filter(adds_up=True, plan__level=Level.PROVINCE).count() > 30
    assert Assignment.objects.filter(adds_up=True, plan__level=Level.CENTRAL).count() >= 10


DERIVED = ["state", "clock", "due_on", "was_late", "last_entry_at", "last_result_at", "awaits_since"]


@pytest.mark.parametrize("state", [State.TODO, State.DOING, State.SAID, State.DONE, State.RETURNED])
def test_lines_stand_as_their_own_acts_would_have_left_them(state):
    for line in made().filter(state=state).order_by("pk")[:25]:
        stored = {name: getattr(line, name) for name in DERIVED}
        line.take_state()
        entries = line.progress.order_by("-at")
        results = [entry.at for entry in entries if entry.has_result and getattr(getattr(entry, "verdict", None), "ok", True)]
        derived = {name: getattr(line, name) for name in DERIVED}
        derived |= {"last_entry_at": entries[0].at if entries else None, "last_result_at": max(results, default=None)}
        assert stored == derived


def test_links_lead_upwards_only():
    links = ParentLink.objects.filter(child__plan__document__key__startswith="mh-")
    depth = {Level.CENTRAL: 0, Level.PROVINCE: 1, Level.WARD: 2}
    levels = set(links.values_list("child__plan__level", "parent__plan__level"))
    assert levels == {(Level.WARD, Level.PROVINCE), (Level.WARD, Level.CENTRAL), (Level.PROVINCE, Level.CENTRAL)}
    assert all(depth[child] > depth[parent] for child, parent in levels)
    carried = links.exclude(via=None)
    assert not carried.exclude(via__task=F("parent")).exists()
    own_line = Q(via__unit=F("child__plan__unit")) | Q(via__unit=F("child__plan__unit__parent"))
    assert not carried.exclude(own_line).exists()


def test_deadline_words_are_read_as_they_are_stored():
    stages = {}
    for task in Task.objects.filter(plan__document__key__startswith="mh-").select_related("plan").prefetch_related("stages"):
        for stage in task.stages.all():
            if not stage.label:
                stages[stage.words] = (stage, task.plan.issued_on)
    assert len(stages) > 30
    for words, (stage, issued) in stages.items():
        read = deadlines.read(words, plan_date=issued)
        assert (words, read.kind) == (words, stage.kind)
        if stage.kind not in {deadlines.Kind.RECURRING_MONTHLY}:
            assert (words, read.due_on) == (words, stage.due_on)


def test_nothing_happened_before_the_duty_or_after_yesterday():
    entries = Progress.objects.all()
    assert not entries.filter(at__date__gte=ON).exists()
    assert not entries.filter(at__date__lt=F("assignment__joined_on")).exists()
    assert not Verdict.objects.filter(Q(at__date__gte=ON) | Q(at__lte=F("progress__at"))).exists()
    assert not MonthlyReport.objects.filter(filed_at__date__gt=ON).exists()
    assert not ParentLink.objects.filter(child__plan__document__key__startswith="mh-").exclude(since=F("child__plan__issued_on")).exists()


def test_nobody_judged_their_own():
    assert not Verdict.objects.filter(by__person=F("progress__by__person")).exists()


def test_verdicts_come_from_who_may_give_them():
    for verdict in Verdict.objects.select_related("by__unit__area", "progress__assignment__plan__unit__parent").order_by("pk")[::40]:
        assert verdict.progress.assignment.may_be_judged_by(verdict.by)


def test_reports_are_in_time_late_empty_or_missing_and_take_each_entry_once():
    behind = MonthlyReport.objects.filter(month__lt=date(2026, 12, 1))
    seen = {report.timing(at=report.period.late_from) for report in behind}
    assert seen == {Timing.ON_TIME, Timing.LATE, Timing.EMPTY, Timing.MISSING}
    taken = ReportEntry.objects.values_list("progress", flat=True)
    assert len(taken) == len(set(taken)) > 500
    assert not ReportEntry.objects.exclude(report__unit=F("progress__assignment__unit__area")).exists()
    assert not ReportEntry.objects.filter(progress__at__gt=F("report__signed_at")).exists()


def test_it_is_made_once():
    with pytest.raises(CommandError, match="already"):
        call_command("seed_national", "--yes-illustrative", "--provinces", "1", verbosity=0)
