"""The demo's story, told for several days: before the plans, days after the ward's plan, this autumn, next spring."""

import json
import stat
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from config import demo, environment
from journal.models import Entry
from orgunits.loading import read
from orgunits.models import OrgUnit, Person, Post, Role
from plans import period
from plans.models import IndicatorValue, Plan, Receipt
from reports import figures
from reports.models import Cutoff, MonthlyReport, Paper, Reopening, ReportEntry
from tasks.deadlines import Clock
from tasks.models import Answer, Assignment, Evidence, Halt, Progress, State, Timeliness, Verdict
from tests.conftest import know_the_rows

BEFORE, MAY, NOVEMBER, MARCH = DAYS = date(2026, 1, 1), date(2026, 5, 10), date(2026, 11, 22), date(2027, 3, 1)
COUNTED = [Person, Post, Progress, Verdict, Evidence, Receipt, MonthlyReport, ReportEntry, Paper, Entry, Answer]


@pytest.fixture(scope="module")
def today(request, country, tmp_path_factory, django_db_blocker):
    """A day on which the demo was loaded, with one province besides Khánh Hòa and Thanh Hóa."""
    day = request.param
    file = tmp_path_factory.mktemp("demo") / "demo.json"
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEMO=True), pytest.MonkeyPatch.context() as patch:
        patch.setattr(environment, "DEMO_FILE", file)
        environment.write_demo({"secret_key": "k"})
        demo.load(day, provinces=1, with_papers=day == NOVEMBER)
        know_the_rows()
        yield day
        transaction.set_rollback(True)


every_day = pytest.mark.parametrize("today", DAYS, indirect=True, ids=str)
busy_days = pytest.mark.parametrize("today", DAYS[1:], indirect=True, ids=str)
in_november = pytest.mark.parametrize("today", [NOVEMBER], indirect=True, ids=str)
pytestmark = pytest.mark.django_db


# Where nothing is told. These stand first: the days below last until the end of the module.


def test_without_plans_it_says_so(db, settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="load_plans"):
        call_command("load_demo", stdout=StringIO())


def test_every_lead_duty_has_sentences(country):
    pools = read("demo/sentences.json")
    known = {"02-kh-bcd-ba-ngoi": pools["ward"], "04-kh-bcdtw": {**pools["collective"], **pools["central"]}}
    for assignment in Assignment.objects.leads().select_related("plan__document", "task"):
        pool = known[assignment.plan.document.key][assignment.task.ref]
        assert pool["doing"]
        assert assignment.clock != Clock.DATED or assignment.answers.exclude(occurs_on=None) or pool["done"]


def test_outside_the_demo_it_refuses(country):
    with pytest.raises(demo.OutsideDemo):
        demo.load(NOVEMBER)
    with pytest.raises(CommandError, match=r"^Demo people belong to a demo\. make run makes one\.$"):
        call_command("load_demo", stdout=StringIO())
    assert not Person.objects.exists()


def duties(code):
    return figures.duties_of(OrgUnit.objects.get(code=code)).filter(adds_up=False)


def row(ref):
    return Assignment.objects.get(plan__document__key="02-kh-bcd-ba-ngoi", task__ref=ref)


def days_of(queryset, field):
    return {timezone.localdate(moment) for moment in queryset.exclude(**{field: None}).values_list(field, flat=True)}


@every_day
def test_nothing_happens_after_the_day(today):
    acts = [
        (Progress, "at"),
        (Verdict, "at"),
        (Entry, "at"),
        (Receipt, "opened_at"),
        (MonthlyReport, "signed_at"),
        (MonthlyReport, "filed_at"),
        (IndicatorValue, "at"),
    ]
    late = {(model.__name__, field, day) for model, field in acts for day in days_of(model.objects.all(), field) if day >= today}
    assert late == set()
    assert all(day <= today for day in days_of(MonthlyReport.objects.all(), "opened_at"))


@every_day
def test_nothing_happens_before_its_plan(today):
    for plan in Plan.objects.all():
        assert all(day > plan.issued_on for day in days_of(Progress.objects.filter(assignment__plan=plan), "at"))
    assert all(day >= date(2026, 1, 5) for day in days_of(Entry.objects.all(), "at") | days_of(MonthlyReport.objects.all(), "opened_at"))


@every_day
def test_everybody_can_sign_in_and_act(today):
    people = environment.read_demo()["people"]
    assert len(people) == 19
    assert {line["role"] for line in people} == set(Role.values)
    for line in people:
        assert len(line["password"]) >= 12
        person = Person.objects.get(username=line["username"])
        assert person.check_password(line["password"])
        first = person.live_posts(on=today).first()
        assert (first.role, first.unit.full_name, first.unit.level, first.title) == tuple(
            line[k] for k in ("role", "unit", "level", "title")
        )


@every_day
def test_loading_again_adds_nothing(today):
    before, file = [model.objects.count() for model in COUNTED], environment.DEMO_FILE.read_bytes()
    assert demo.load(today, provinces=1) == 0
    assert [model.objects.count() for model in COUNTED] == before
    assert environment.DEMO_FILE.read_bytes() == file


@every_day
def test_row_17_waits_for_this_periods_entry(today):
    entries = row("PL/17").progress.all()
    opens = period.holding(today).opens_at
    assert not entries.filter(at__gte=opens).exists()
    assert entries.exists() == (today > date(2026, 5, 24))
    an = Person.objects.get(username="an.bangoi").posts.get()
    assert row("PL/17").may_be_progressed_by(an)
    assert set(entries.values_list("by", flat=True)) <= {an.pk}


@busy_days
def test_everybody_acts_within_their_rights(today):
    scopes = {post.pk: post.scope().own for post in Post.objects.select_related("unit__area")}
    for entry in Progress.objects.select_related("by", "assignment"):
        assert entry.by.role in {Role.OFFICIAL, Role.CLERK}
        assert entry.assignment.unit_id in scopes[entry.by_id]
    for verdict in Verdict.objects.select_related("by__unit__area", "progress__by", "progress__assignment__plan__unit__parent"):
        assert verdict.progress.may_be_judged_by(verdict.by)
        assert verdict.ok or verdict.reason
    for owned in Assignment.objects.exclude(owner=None).select_related("unit"):
        assert owned.possible_owners(on=today).filter(pk=owned.owner_id).exists()
    for value in IndicatorValue.objects.select_related("by__unit__area", "by__person", "indicator__plan__unit", "unit"):
        assert value.unit in value.indicator.units_valued_by(value.by)


@every_day
def test_some_are_silent_and_never_all(today):
    tally = duties("22423").tally(on=today)
    assert tally.total == 64
    assert 5 < tally.silent < 15 if today > date(2026, 8, 24) else tally.silent == 0


@pytest.mark.parametrize("today", [BEFORE], indirect=True, ids=str)
def test_before_the_plans_there_are_people_and_no_acts(today):
    assert [model.objects.count() for model in (Progress, Verdict, MonthlyReport, Entry)] == [0, 0, 0, 0]


@pytest.mark.parametrize("today", [NOVEMBER, MARCH], indirect=True, ids=str)
def test_both_axes_have_something_to_show(today):
    tally = duties("22423").tally(on=today)
    reached = [State.TODO, State.DOING, State.SAID, State.DONE, State.RETURNED]
    assert all(tally.by_state()[state] for state in reached)
    cells = [Timeliness.OVERDUE, Timeliness.DONE_LATE, Timeliness.WITHOUT_RESULT, Timeliness.WAITING]
    assert all(tally.by_timeliness()[cell] for cell in cells)
    assert tally.by_timeliness()[Timeliness.WITH_RESULT] or today == MARCH  # a period of five days
    assert tally.awaiting
    centre = duties("TW").tally(on=today)
    assert all(centre.by_state()[state] for state in reached)
    assert all(centre.by_timeliness()[cell] for cell in [Timeliness.DONE_IN_TIME, Timeliness.UNDATED, Timeliness.SOON, Timeliness.NOT_DUE])


@in_november
def test_the_wards_rows_tell_what_was_meant(today):
    assert row("PL/4").progress.count() == 1
    assert [row(ref).progress.count() for ref in ("PL/8", "PL/11", "PL/12", "PL/13")] == [0, 1, 0, 1]
    assert row("PL/10").state == State.DOING
    assert set(row("PL/21").progress.values_list("by__role", "spoken_for")) == {
        (Role.CLERK, "Đại diện các doanh nghiệp viễn thông trên địa bàn")
    }
    levels = Assignment.objects.filter(plan__document__key="02-kh-bcd-ba-ngoi", task__ref="PL/19")
    assert set(levels.values_list("state", flat=True)) == {State.TODO, State.DOING, State.SAID, State.DONE, State.RETURNED}
    owners = duties("22423").values_list("owner", flat=True)
    assert 0 < sum(owner is None for owner in owners) < len(owners) / 3


@in_november
def test_entries_of_one_duty_are_not_all_alike(today):
    said = list(row("PL/1").progress.values_list("words", flat=True))
    assert len(said) > 5
    assert len(set(said)) == len(said)
    assert not Progress.objects.filter(words__contains="{").exists()
    assert Progress.objects.exclude(difficulties="").exclude(proposals="").exists()
    assert Progress.objects.filter(says=Progress.Says.NOTHING).exists()


@in_november
def test_months_were_filed_in_time_late_not_at_all_and_again(today):
    noon = period.moment(today)
    past = MonthlyReport.objects.filter(month__lt=period.holding(today).month, unit__code__in=["22423", "56", "38", "01", "TW"])
    assert {str(report.timing(at=noon)) for report in past} == {"on_time", "late", "missing"}
    assert {report.status for report in past.with_names()} == {"draft", "filed", "returned", "accepted"}
    assert MonthlyReport.objects.filter(unit__code="22423", month=date(2026, 11, 1)).get().status == "draft"


@in_november
def test_a_month_had_an_earlier_last_day_a_reopening_and_a_supplement(today):
    ward = MonthlyReport.objects.filter(unit__code="22423").order_by("month", "version")
    assert {(row.month.month, row.due_on and row.due_on.day) for row in ward} >= {(5, None), (6, None), (7, 23), (8, 23), (11, 23)}
    assert Cutoff.objects.get().unit.code == "56"
    first, corrected = ward.filter(month=date(2026, 7, 1))
    assert (first.superseded, corrected.status, corrected.timing(at=period.moment(today))) == (True, "accepted", "on_time")
    assert Reopening.objects.get().report == first
    added = MonthlyReport.objects.exclude(supplements=None).get()
    assert (added.unit.code, added.month, added.status) == ("56", date(2026, 8, 1), "accepted")
    assert added.number > added.supplements.number
    assert [line["cells"][1] for line in added.facts["annexes"][0]["rows"]] == ["phường Ba Ngòi"]


@in_november
def test_a_report_filed_again_speaks_of_the_same_entries(today):
    first, again = MonthlyReport.objects.filter(unit__code="22423", month=date(2026, 6, 1)).order_by("version")
    taken = [set(report.entries.values_list("progress", flat=True)) for report in (first, again)]
    assert taken[0]
    assert taken[0] <= taken[1]
    assert again.facts["signature"]["post"] == "TRƯỞNG BAN"


@in_november
def test_few_papers_wait_and_few_files_are_evidence(today):
    assert set(Paper.objects.values_list("report__unit__code", flat=True)) == {"22423", "56", "TW"}
    assert Paper.objects.count() == 10
    assert Evidence.objects.count() in {0, 3}  # none where this machine has no PDF libraries
    assert set(Evidence.objects.values_list("media_type", flat=True)) <= {"application/pdf"}


@in_november
def test_lost_passwords_are_made_anew(today):
    kept = environment.read_demo()
    environment.write_demo({"secret_key": "another"})
    assert demo.load(today, provinces=1) == 0
    assert [line["username"] for line in environment.read_demo()["people"]] == [line["username"] for line in kept["people"]]
    line = environment.read_demo()["people"][0]
    environment.write_demo(kept)
    assert Person.objects.get(full_name="Lê Minh An").check_password(line["password"])


@in_november
def test_only_the_owner_reads_the_passwords(today):
    assert stat.S_IMODE(environment.DEMO_FILE.stat().st_mode) == 0o600
    assert json.loads(environment.DEMO_FILE.read_text())["secret_key"] == "k"


@in_november
def test_one_pause_was_refused_and_one_waits(today):
    rows = {row.accepted: row for row in Halt.objects.select_related("assignment", "by", "judged_by")}
    assert len(rows) == Halt.objects.count() == 2
    assert (rows[False].verdict != "", rows[False].assignment.state == State.PAUSED) == (True, False)
    assert rows[None].is_waiting
    assert rows[False].assignment.may_be_judged_by(rows[False].judged_by)
    assert all(row.assignment.is_answered_by(row.by) for row in rows.values())
