"""What a row says, the filters and orders, and that a list costs the same for one row and for three."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plans.models import Basis
from reports.api import STATUSES
from reports.models import MonthlyReport, ReportVerdict
from tests.api.conftest import document, duty, plan


def test_an_assignment_says_where_it_stands(world, call):
    row = call(world.an).get(f"/assignments/{world.assignment.pk}/").json()
    answer = row.pop("answers")[0]
    assert row["task"] == {"id": world.task.pk, "ref": "NV1", "title": "Nhiệm vụ 1 của Ba Ngòi"}
    assert row["plan"] == {"id": world.plan.pk, "symbol": "02-KH/BCĐ", "unit": "22423"}
    assert row["unit"] == {"code": "22423.UBND", "name": "UBND", "level": "ward"}
    assert (row["state"], row["timeliness"], row["silent"], row["version"]) == ("doing", "not_due", False, 1)
    assert (answer["due_on"], answer["state"], answer["is_late"]) == ("2099-06-30", "doing", False)


def test_an_entry_shows_its_evidence_without_a_way_to_the_file(world, call):
    row = call(world.an).get(f"/progress/{world.progress.pk}/").json()
    assert row["evidence"] == [
        {"id": world.evidence.pk, "name": "biên bản.png", "size": 72, "sha256": world.evidence.sha256, "media_type": "image/png"}
    ]
    assert world.evidence.file.name not in str(row)
    assert row["by"] == {"name": "Nguyễn Văn An", "title": "", "role": "official", "unit": "22423.UBND"}
    assert row["verdict"] is None


def test_a_verdict_is_shown(world, call):
    world.assignment.progress.get().judge(by=world.binh, at=timezone.now(), ok=False, reason="Thiếu biên bản")
    row = call(world.an).get(f"/progress/{world.progress.pk}/").json()
    assert (row["verdict"]["ok"], row["verdict"]["reason"], row["verdict"]["by"]["name"]) == (False, "Thiếu biên bản", "Trần Thị Bình")


def test_a_plan_in_detail(world, call):
    row = call(world.an).get(f"/plans/{world.plan.pk}/").json()
    assert [superior["id"] for superior in row["superiors"]] == [world.superior.pk]
    assert row["recipients"] == [{"who": "Ban Thường vụ", "purpose": "(để báo cáo)"}]
    assert row["indicators"][0]["value"] == "95.00"
    assert row["objectives"][0]["text"] == "Mục tiêu"


def test_a_report_and_its_words(world, call):
    row = call(world.binh).get(f"/reports/{world.report.pk}/").json()
    assert (row["month"], row["closes"], row["status"], row["timing"]) == ("2026-02", "2026-02-24", "draft", "missing")
    assert row["parts"] == [{"part": 1, "words": "Lời của văn thư"}]


def test_assignments_are_found_by_each_filter(world, call):
    an, ongoing = call(world.an), world.ongoing_assignment.pk
    mine, all_mine = world.assignment.pk, sorted([world.assignment.pk, ongoing, world.task.assignments.get(part="coordinator").pk])
    assert sorted(an.ids("/assignments/", plan=world.plan.pk)) == [pk for pk in all_mine if pk in an.ids("/assignments/")]
    assert an.ids("/assignments/", unit="22423.UBND", state="doing") == [mine]
    assert an.ids("/assignments/", timeliness=["without_result", "overdue"]) == [ongoing]
    assert an.ids("/assignments/", silent="false", task=world.task.pk, part="lead") == [mine]
    assert an.ids("/assignments/", due_from="2099-01-01", due_to="2099-12-31") == [mine]


def test_silence_is_a_filter(world, call):
    type(world.assignment).objects.filter(pk=world.assignment.pk).update(last_entry_at=timezone.now() - timedelta(days=200))
    assert world.assignment.pk in call(world.an).ids("/assignments/", silent="true")
    assert world.assignment.pk not in call(world.an).ids("/assignments/", silent="false")


def test_updated_since_finds_entries_verdicts_and_new_duties(world, call):
    an, soon = call(world.an), (timezone.now() - timedelta(minutes=1)).isoformat()
    assert an.ids("/assignments/", updated_since=soon) == []
    assert an.ids("/progress/", updated_since=soon) == []
    world.progress.judge(by=world.binh, at=timezone.now(), ok=True)
    assert an.ids("/assignments/", updated_since=soon) == [world.assignment.pk]
    assert an.ids("/progress/", updated_since=soon) == [world.progress.pk]
    assert an.ids("/progress/", judged="false") == []
    fresh = duty(world.plan, 3, world.ubnd).assignments
    fresh.update(joined_on=timezone.localdate())
    assert set(an.ids("/assignments/", updated_since=soon)) == {world.assignment.pk, fresh.get().pk}


@pytest.mark.parametrize("status", STATUSES)
def test_the_status_filter_means_what_the_report_says(world, call, status):
    at = timezone.now()
    stands = {
        "draft": {},
        "signed": {"signed_at": at, "signed_by": world.binh},
        "filed": {"signed_at": at, "filed_at": at, "filed_by": world.dung},
        "accepted": {"signed_at": at, "filed_at": at},
        "returned": {"signed_at": at, "filed_at": at},
    }
    for month, (name, facts) in enumerate(stands.items(), 3):
        report = MonthlyReport.objects.create(unit=world.ba_ngoi, month=date(2026, month, 1), opened_at=at, **facts)
        if name in {"accepted", "returned"}:
            ReportVerdict.objects.create(report=report, ok=name == "accepted", by=world.auditor, at=at)
    rows = call(world.binh).get("/reports/", status=status).json()["results"]
    wanted = [report.pk for report in MonthlyReport.objects.all() if report.status == status]
    assert sorted(row["id"] for row in rows) == sorted(wanted)
    assert {row["status"] for row in rows} == {status}


def test_reports_are_found_by_month_and_unit(world, call):
    binh = call(world.binh)
    assert binh.ids("/reports/", month="2026-02", unit="22423", superseded="false") == [world.report.pk]
    assert binh.ids("/reports/", month="2026-03") == []


def test_documents_and_plans_are_found_by_their_marks(world, call):
    an = call(world.an)
    assert an.ids("/documents/", symbol="02-KH/BCĐ", issuer="22423") == [world.paper.pk]
    assert an.ids("/documents/", signed_from="2026-02-01") == []
    assert an.ids("/plans/", in_force="true", unit="22423") == [world.plan.pk]
    assert an.ids("/plans/", in_force="false") == []
    assert an.ids("/plans/", superior=world.superior.pk) == [world.plan.pk]


def test_lists_follow_the_order_asked_for(world, call):
    ids = call(world.an).ids("/tasks/", plan=world.plan.pk, ordering="-position")
    assert ids == [world.ongoing.pk, world.task.pk]


def test_rows_that_tie_keep_one_order_on_every_page(world, call):
    for query in ({}, {"ordering": "-signed_on"}):
        with CaptureQueriesContext(connection) as seen:
            call(world.an).get("/documents/", **query)
        orders = [query["sql"].partition(" ORDER BY ")[2] for query in seen]
        assert any(order.partition(" LIMIT")[0].split(", ")[-1].startswith('"plans_document"."id" ASC') for order in orders), orders


def test_a_page_is_never_longer_than_200(world, call):
    an = call(world.an)
    page = an.get("/tasks/", page_size=1).json()
    assert (page["count"], len(page["results"])) == (3, 1)
    assert page["next"].endswith("/api/v1/tasks/?page=2&page_size=1")
    assert len(an.ids("/units/", page_size="1000000000")) == 7


LISTS = ["/units/", "/documents/", "/plans/", "/tasks/", "/assignments/", "/progress/", "/reports/"]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_for_one_row_and_for_three(world, call, path, django_assert_max_num_queries):
    binh = call(world.binh)
    binh.get(path)  # what is cached for the whole process
    with django_assert_max_num_queries(20) as first:
        few = len(binh.ids(path))
    _more(world)
    with django_assert_max_num_queries(20) as second:
        many = len(binh.ids(path))
    assert path == "/units/" or many >= few + 2
    assert len(second) == len(first)


def _more(world):
    for n in (3, 4, 5):
        paper = document(f"them-{n}", f"{n}0-KH/BCĐ", world.ba_ngoi)
        more = plan(paper, world.ba_ngoi, title=f"Thêm {n}")
        more.superiors.add(world.superior)
        Basis.objects.create(document=paper, base=world.secret_base, position=1)
        assignment = duty(more, n, world.ubnd, coordinators=[world.cong_an]).assignments.get(part="lead")
        assignment.owner = world.an
        assignment.save()
        entry = assignment.progress.create(
            answer=assignment.answers.get(), by=world.an, at=timezone.now(), says="done", words="xong", needs_verdict=True
        )
        entry.judge(by=world.binh, at=timezone.now(), ok=True)
        report = MonthlyReport.objects.create(unit=world.ba_ngoi, month=date(2026, n, 1), opened_at=timezone.now(), signed_by=world.binh)
        ReportVerdict.objects.create(report=report, ok=True, by=world.auditor, at=timezone.now())


DETAILS = {"/plans/": "plan", "/documents/": "paper", "/tasks/": "task", "/assignments/": "assignment", "/reports/": "report"}


@pytest.mark.parametrize("path", DETAILS)
def test_a_detail_costs_the_same_whatever_hangs_on_it(world, call, path):
    binh, row = call(world.binh), getattr(world, DETAILS[path])
    binh.get(f"{path}{row.pk}/")
    first = _cost(binh, f"{path}{row.pk}/")
    for n in (7, 8):
        base = document(f"goc-{n}", f"{n}-NQ", None)
        Basis.objects.create(document=world.paper, base=base, position=n)
        world.plan.recipients.create(who=f"Nơi {n}", position=n)
        world.task.stages.create(position=n, kind="ongoing")
        world.report.parts.create(part=n - 5, words="x", by=world.dung, at=timezone.now())
    assert _cost(binh, f"{path}{row.pk}/") == first


def _cost(caller, path):
    with CaptureQueriesContext(connection) as seen:
        assert caller.get(path).status_code == 200
    return len(seen)
