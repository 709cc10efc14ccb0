"""The two real plans as loaded: every count the texts give."""

from collections import Counter
from datetime import date

import pytest

from plans.models import Document, Doubt, Plan, Receipt
from tasks.deadlines import Clock, Kind, clock_of
from tasks.loading import load_plans
from tasks.models import Assignment, ParentLink, Part, Task

pytestmark = pytest.mark.django_db
DATED = {Kind.BY_DATE, Kind.BEFORE_DATE, Kind.BY_END_OF_MONTH, Kind.BEFORE_MONTH}


@pytest.fixture(scope="module", autouse=True)
def _loaded(country):
    """Every test here reads the two plans."""


def central(**more):
    return Task.objects.filter(plan__document__key="04-kh-bcdtw", **more)


def ward(**more):
    return Task.objects.filter(plan__document__key="02-kh-bcd-ba-ngoi", **more)


def kinds(task):
    return sorted(task.stages.values_list("kind", flat=True))


def test_part_v1_of_the_central_plan_has_sixty_leaf_duties():
    shapes = Counter()
    for task in central(ref__startswith="V.1."):
        found = kinds(task)
        dated = len(found) == 1 and task.stages.get().due_on is not None and found[0] in DATED
        shapes["staged" if len(found) > 1 else "dated" if dated else found[0]] += 1
    assert shapes == {"dated": 33, "staged": 1, "ongoing": 14, "within_hours_of_event": 1, "none": 11}


def test_the_staged_central_duty():
    task = next(task for task in central(ref__startswith="V.1.") if task.stages.count() > 1)
    assert list(task.stages.values_list("due_on", flat=True)) == [date(2026, 12, 31), date(2027, 3, 31)]


def test_the_ward_annex_has_twenty_one_rows():
    shapes = Counter(tuple(kinds(task)) for task in ward(ref__startswith="PL/"))
    assert shapes == {
        ("ongoing",): 15,
        ("relative_to_superior_plan",): 3,
        ("ongoing", "relative_to_superior_plan"): 1,
        ("recurring_yearly",): 1,
        ("by_end_of_month", "by_end_of_month"): 1,
    }


def test_the_staged_row_was_past_on_the_day_of_signing():
    row = ward().get(ref="PL/19")
    first, second = row.stages.all()
    assert (first.due_on, second.due_on) == (date(2026, 4, 30), date(2026, 6, 30))
    assert first.due_on < row.plan.issued_on == date(2026, 5, 5)
    assert "past_at_signing" in first.flags


def test_waiting_rows_wait_for_the_provinces_plan():
    waiting = {
        stage.task.ref: stage.waits_for_plan.document.symbol for task in ward() for stage in task.stages.all() if stage.waits_for_plan
    }
    assert waiting == dict.fromkeys(["PL/8", "PL/11", "PL/12", "PL/13"], "07-KH/BCĐ")


def test_both_plans_hold_their_monthly_report():
    for task in (central().get(ref="V.3"), ward().get(ref="IV.3")):
        stage = task.stages.get()
        assert (stage.kind, stage.rrules) == ("recurring_monthly", ["FREQ=MONTHLY;BYMONTHDAY=24"])


def test_parts_without_a_deadline_inherit_their_headings():
    assert {task.stages.get().due_on for task in central(ref__startswith="III/")} == {date(2026, 12, 31)}
    assert {task.stages.get().due_on for task in central(ref__startswith="IV.")} == {date(2030, 12, 31)}
    assert ward(ref__startswith="III.", inherited=True).count() == 14


def test_the_provinces_plan_is_known_only_by_citation():
    plan = Plan.objects.get(document__key="07-kh-bcd-khanh-hoa")
    assert (plan.issued_on, plan.document.text_received, plan.tasks.count()) == (date(2026, 3, 16), False, 0)
    assert plan.document.symbol_printed == "07-KH/ KH/BCĐ"


def test_the_true_copy_is_a_copy_not_a_plan():
    copy = Document.objects.get(symbol="152-BS/TU")
    assert copy.copy_of.symbol == "04-KH/BCĐTW"
    assert not Plan.objects.filter(document=copy).exists()
    assert (copy.arrived_on, copy.signed_on) == (date(2026, 2, 3), date(2026, 3, 20))
    assert Receipt.objects.get(unit__code="38").forwarded_by == copy


def test_bases_form_a_graph_with_shared_parents():
    shared = Document.objects.get(symbol="57-NQ/TW")
    assert shared.cited_by.count() == 2
    assert [Plan.objects.get(document__key=key).document.bases.count() for key in ("04-kh-bcdtw", "02-kh-bcd-ba-ngoi")] == [5, 8]


def test_the_two_addresses_of_the_monitoring_system_are_flagged_and_never_linked(client):
    words = " ".join(Doubt.objects.values_list("words", flat=True))
    assert "theodoingq" in words
    assert "theodoinq" in words


def test_row_17_carries_two_central_duties_under_khanh_hoa():
    links = ParentLink.objects.filter(child=ward().get(ref="PL/17"))
    assert {(link.parent.ref, link.via.unit.code) for link in links} == {("V.1.m/5", "56"), ("V.1.m/9", "56")}


def test_rows_6_and_11_are_the_wards_own_and_two_central_duties_have_no_counterpart():
    assert not ParentLink.objects.filter(child__in=ward(ref__in=["PL/6", "PL/11"])).exists()
    assert not ParentLink.objects.filter(parent__in=central(ref__in=["V.1.m/7/2", "V.1.m/10"])).exists()


def test_links_never_close_a_circle():
    low, high = ward().get(ref="PL/17"), central().get(ref="V.1.m/5")
    with pytest.raises(ValueError, match="circle"):
        ParentLink.objects.tie(high, low)


def test_only_duties_that_count_make_their_parent_add_up():
    # Row 19 is dated and carried by Khánh Hòa's V.1.m/6; row 17 is ongoing, so its parents report themselves.
    # IV.3 comes back every month and is carried by V.3.
    assert set(Assignment.objects.filter(adds_up=True).values_list("task__ref", "unit__code")) == {("V.1.m/6", "56"), ("V.3", "56")}


def test_a_unit_named_twice_answers_once_and_every_lead_has_its_answers():
    assert Assignment.objects.count() == Assignment.objects.values("task", "unit").distinct().count()
    for row in Assignment.objects.leads().prefetch_related("answers", "task__stages")[:300]:
        assert len(row.answers.all()) == len(row.task.stages.all())


def test_directing_bodies_are_not_leads():
    duty = central().filter(ref__startswith="V.1.d/").exclude(directing=None).first()
    assert duty.directing.get().code == "TW.DUCA"
    assert duty.assignments.get(part=Part.LEAD).unit.code == "TW.BCA"


def test_clocks_follow_the_kinds():
    assert clock_of("ongoing", due_on=None) == Clock.ONGOING
    assert clock_of("recurring_yearly", due_on=date(2026, 11, 30)) == Clock.DATED
    assert clock_of("relative_to_superior_plan", due_on=None) == Clock.WAITING
    assert clock_of("relative_to_superior_plan", due_on=date(2026, 8, 1)) == Clock.DATED
    assert clock_of("unread", due_on=None) == Clock.UNDATED


def test_loading_twice_adds_nothing():
    before = (Task.objects.count(), Assignment.objects.count(), Document.objects.count())
    assert load_plans() == 0
    assert (Task.objects.count(), Assignment.objects.count(), Document.objects.count()) == before
