"""Drafting, signing, filing and judging a month."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from journal.models import Entry
from orgunits.models import Kind, Level, OrgUnit, Post, Role
from plans import period
from plans.models import Document
from reports import compliance, cutting_off, drafting, figures, filing, jobs, paper, printing, profiles
from reports.annex_tables import Annexes
from reports.models import MonthlyReport, Paper, Timing
from tasks.models import StaleWrite
from tasks.models.progress import log_progress
from tests.world import area, plan_of

JUNE = period.of_month(date(2026, 6, 1))
JULY = period.of_month(date(2026, 7, 1))


def at(day, hour=9):
    return period.moment(day) + timedelta(hours=hour)


def june(world, month=JUNE):
    drafting.open_reports(on=month.closes)
    return MonthlyReport.objects.get(unit=world.ba_ngoi, month=month.month)


def logged(duty, by, words="Đã rà soát 6 hệ thống", day=date(2026, 6, 15), **more):
    return log_progress(duty, by=by, at=at(day), says="doing", words=words, **more)


def filed(report, world, *, day):
    filing.sign(report, by=world.binh, at=at(day))
    return filing.file(report, by=world.mai, at=at(day, 10))


def test_drafts_open_for_who_has_duties_once_and_for_every_missed_month(world):
    world.duty(joined_on=date(2026, 6, 1))
    assert drafting.open_reports(on=date(2026, 8, 1)) == 3
    assert drafting.open_reports(on=date(2026, 8, 1)) == 0
    assert [(report.unit, report.month.month) for report in MonthlyReport.objects.order_by("month")] == [
        (world.ba_ngoi, 6),
        (world.ba_ngoi, 7),
        (world.ba_ngoi, 8),
    ]


@pytest.mark.parametrize("n", [1, 3])
def test_opening_asks_as_much_for_one_unit_as_for_three(world, django_assert_num_queries, n):
    """Of those one ended on a day of its own, and of a third a superior set an earlier last day; each with months missed."""
    for k in range(n):
        for path, ends in [(f"0001000101{k:02d}", None), (f"0001000102{k:02d}", date(2026, 6, 26 + k))]:
            ward = area(path, world.khanh_hoa, Kind.COMMUNE, Level.WARD, path)
            world.duty(lead=ward, joined_on=date(2026, 4, 28))
            OrgUnit.objects.filter(pk=ward.pk).update(valid_from=date(2025, 7, 1), valid_to=ends)
    cutting_off.set_day(world.khanh_hoa, day=20, by=world.dung, at=at(date(2026, 4, 1)), token=uuid.uuid4())
    with django_assert_num_queries(9 + 3):  # one for each month missed
        opened = drafting.open_reports(on=date(2026, 7, 20))
    assert opened == MonthlyReport.objects.count() == 3 + n * (3 + 2)
    assert drafting.open_reports(on=date(2026, 7, 20)) == 0
    kept = MonthlyReport.objects.filter(unit__path__startswith="0001000101").order_by("unit", "month")
    assert list(kept.values_list("month", "due_on", "opened_at"))[:3] == [
        (date(2026, 5, 1), date(2026, 5, 20), period.moment(date(2026, 4, 28))),
        (date(2026, 6, 1), date(2026, 6, 20), period.moment(date(2026, 5, 25))),
        (date(2026, 7, 1), date(2026, 7, 20), period.moment(date(2026, 6, 25))),
    ]


def test_the_draft_says_what_was_logged(world):
    logged(world.duty(), world.an, difficulties="Thiếu kinh phí", proposals="Bổ sung 50 triệu đồng")
    words = drafting.Draft(june(world), at=at(date(2026, 6, 20))).words()
    assert "Đã rà soát 6 hệ thống" in words[2]
    assert "Thiếu kinh phí" in words[3]
    assert "50 triệu" in words[5]


def test_a_quiet_month_says_so(world):
    world.duty()
    words = drafting.Draft(june(world), at=at(date(2026, 6, 20))).words()
    assert words[2] == drafting.NOTHING[2]


def test_numbers_in_the_text_are_computed_from_the_rows(world):
    world.duties(3)
    world.duty(due_on=date(2026, 6, 10))
    draft = drafting.Draft(june(world), at=at(date(2026, 6, 20)))
    assert draft.counts() == [["Tổng số phần việc được giao", 4], ["Quá hạn", 1], ["Thường xuyên, chưa có kết quả trong kỳ", 3]]
    assert "1 phần việc quá hạn" in draft.words()[1]


def test_the_clerks_words_survive_a_refresh_and_other_parts_follow_the_rows(world):
    duty, report = world.duty(), None
    report = june(world)
    report.edit({3: "Câu của văn thư"}, by=world.mai, at=at(date(2026, 6, 18)), revision=0)
    logged(duty, world.an, difficulties="Mới phát sinh", day=date(2026, 6, 19))
    words = drafting.Draft(MonthlyReport.objects.get(pk=report.pk), at=at(date(2026, 6, 20))).words()
    assert words[3] == "Câu của văn thư"
    assert "Đã rà soát" in words[2]


def test_two_clerks_at_once_are_told(world):
    world.duty()
    report = june(world)
    report.edit({2: "một"}, by=world.mai, at=at(date(2026, 6, 18)), revision=0)
    with pytest.raises(StaleWrite):
        report.edit({2: "hai"}, by=world.mai, at=at(date(2026, 6, 18)), revision=0)


def test_filing_takes_number_moment_entries_facts_and_paper_in_one_act(world):
    entry = logged(world.duty(), world.an)
    report = filed(june(world), world, day=date(2026, 6, 23))
    assert (report.number, report.status, report.timing(at=timezone.now())) == (1, "filed", Timing.ON_TIME)
    assert [taken.progress for taken in report.entries.all()] == [entry]
    assert "Đã rà soát 6 hệ thống" in report.facts["sections"][1]["paragraphs"][0]
    assert report.facts["signature"]["name"] == world.binh.person.full_name
    assert not Paper.objects.get(report=report).is_draft
    assert list(Entry.objects.about(report).values_list("verb", flat=True)) == ["report.signed", "report.filed"]


def test_filing_twice_changes_nothing(world):
    world.duty()
    report = filed(june(world), world, day=date(2026, 6, 23))
    again = filing.file(report, by=world.mai, at=at(date(2026, 6, 25)))
    assert (again.number, again.filed_at) == (report.number, report.filed_at)
    assert Paper.objects.count() == 1


def test_what_was_signed_is_what_is_filed(world):
    duty = world.duty()
    logged(duty, world.an)
    report = filing.sign(june(world), by=world.binh, at=at(date(2026, 6, 22)))
    later = logged(duty, world.an, words="sau khi ký", day=date(2026, 6, 23))
    report = filing.file(report, by=world.mai, at=at(date(2026, 6, 24)))
    assert "sau khi ký" not in str(report.facts)
    second = filed(june(world, JULY), world, day=date(2026, 7, 22))
    assert [taken.progress for taken in second.entries.all()] == [later]


def test_a_signature_taken_back_frees_words_and_entries(world):
    entry = logged(world.duty(), world.an)
    report = filing.sign(june(world), by=world.binh, at=at(date(2026, 6, 22)))
    with pytest.raises(StaleWrite):
        report.edit({2: "lén sửa"}, by=world.mai, at=at(date(2026, 6, 22)), revision=None)
    filing.unsign(report, by=world.binh, at=at(date(2026, 6, 22)))
    report = MonthlyReport.objects.get(pk=report.pk)
    assert (report.status, report.facts, report.entries.count()) == ("draft", None, 0)
    assert [taken.progress for taken in filed(report, world, day=date(2026, 6, 23)).entries.all()] == [entry]


def test_a_late_report_counts_the_results_of_its_own_period(world):
    logged(world.duty(), world.an, day=date(2026, 6, 20))
    draft = drafting.Draft(june(world), at=at(date(2026, 6, 27)))
    assert ["Thường xuyên, có kết quả trong kỳ", 1] in draft.counts()
    assert [row.timeliness for row in Annexes(draft).rows] == ["with_result"]


def test_an_emptied_part_is_drafted_again(world):
    world.duty()
    report = june(world)
    report.edit({2: "một"}, by=world.mai, at=at(date(2026, 6, 18)), revision=0)
    report.edit({2: ""}, by=world.mai, at=at(date(2026, 6, 19)), revision=1)
    assert drafting.Draft(MonthlyReport.objects.get(pk=report.pk), at=at(date(2026, 6, 20))).words()[2] == drafting.NOTHING[2]


def test_a_returned_report_filed_again_keeps_the_moment_of_the_first(world):
    logged(world.duty(), world.an)
    report = filed(june(world), world, day=date(2026, 6, 23))
    report.judge(by=world.dung, at=at(date(2026, 6, 27)), ok=False, reason="thiếu phụ lục")
    second = MonthlyReport.objects.current().get(unit=world.ba_ngoi)
    assert second.timing(at=at(date(2026, 6, 28))) == Timing.ON_TIME
    assert filed(second, world, day=date(2026, 6, 29)).timing(at=at(date(2026, 6, 29))) == Timing.ON_TIME


def test_nobody_judges_a_report_they_filed_or_signed(world):
    world.duty()
    world.hire("x", world.khanh_hoa, Role.STEERING, person=world.mai.person)
    above = world.mai.person.posts.get(unit=world.khanh_hoa)
    report = filed(june(world), world, day=date(2026, 6, 23))
    assert report.may_be_judged_by(world.dung)
    assert not report.may_be_judged_by(above)


def test_drafts_on_paper_stay_in_the_house(world):
    world.duty()
    report = june(world)
    draft = printing.order_draft(report, by=world.mai, at=at(date(2026, 6, 20)))
    report = filed(report, world, day=date(2026, 6, 23))
    final = Paper.objects.get(report=report, is_draft=False)
    assert set(Paper.objects.visible_to(world.mai)) == {draft, final}
    assert set(Paper.objects.visible_to(world.dung)) == {final}


def test_an_unsigned_report_cannot_be_filed(world):
    world.duty()
    with pytest.raises(StaleWrite):
        filing.file(june(world), by=world.mai, at=at(date(2026, 6, 23)))


def test_nothing_falls_between_two_months(world):
    duty = world.duty()
    first = logged(duty, world.an, day=date(2026, 6, 20))
    filed(june(world), world, day=date(2026, 6, 22))
    late = logged(duty, world.an, day=date(2026, 6, 24))
    second = filed(june(world, JULY), world, day=date(2026, 7, 22))
    assert [taken.progress for taken in second.entries.all()] == [late]
    assert first.reported_in.get().report.month == JUNE.month


def test_a_returned_entry_is_not_reported(world):
    logged(world.duty(), world.an).judge(by=world.binh, at=at(date(2026, 6, 16)), ok=False, reason="sai số liệu")
    assert drafting.Draft(june(world), at=at(date(2026, 6, 20))).entries == []


@pytest.mark.parametrize(("moment", "timing"), [(JUNE.late_from - timedelta(seconds=1), Timing.ON_TIME), (JUNE.late_from, Timing.LATE)])
def test_the_last_second_of_the_24th_is_on_time(world, moment, timing):
    logged(world.duty(), world.an)
    report = june(world)
    filing.sign(report, by=world.binh, at=moment)
    assert filing.file(report, by=world.mai, at=moment).timing(at=moment) == timing


def test_open_missing_and_late_are_three_things(world):
    world.duty()
    report = june(world)
    assert report.timing(at=JUNE.late_from - timedelta(seconds=1)) == Timing.OPEN
    assert report.timing(at=JUNE.late_from) == Timing.MISSING


def test_a_returned_report_opens_its_next_version_with_the_same_words(world):
    world.duty()
    report = june(world)
    report.edit({2: "câu cũ"}, by=world.mai, at=at(date(2026, 6, 20)), revision=0)
    report = filed(report, world, day=date(2026, 6, 23))
    report.judge(by=world.dung, at=at(date(2026, 6, 24)), ok=False, reason="thiếu phụ lục")
    assert MonthlyReport.objects.get(pk=report.pk).status == "returned"
    second = MonthlyReport.objects.current().get(unit=world.ba_ngoi)
    assert (second.version, second.status, second.parts.get().words) == (2, "draft", "câu cũ")
    assert filed(second, world, day=date(2026, 6, 25)).number == 2


def test_a_report_is_judged_once(world):
    world.duty()
    report = filed(june(world), world, day=date(2026, 6, 23))
    first = report.judge(by=world.dung, at=at(date(2026, 6, 24)), ok=True)
    assert report.judge(by=world.dung, at=at(date(2026, 6, 24)), ok=True) == first
    with pytest.raises(StaleWrite):
        report.judge(by=world.dung, at=at(date(2026, 6, 24)), ok=False, reason="đổi ý")
    assert MonthlyReport.objects.filter(unit=world.ba_ngoi, month=JUNE.month).count() == 1


def test_a_filed_report_never_changes(world):
    duty = world.duty()
    report = filed(june(world), world, day=date(2026, 6, 23))
    frozen = report.facts
    logged(duty, world.an, words="sau khi nộp", day=date(2026, 6, 24))
    assert MonthlyReport.objects.get(pk=report.pk).facts == frozen
    assert "sau khi nộp" not in str(frozen)


def test_the_superior_sees_who_filed_and_who_is_missing(world):
    logged(world.duty(), world.an)

    world.duty(plan=plan_of(world.cam_linh, "03-KH/BCĐ"), lead=world.ubnd_cam_linh)
    filed(june(world), world, day=date(2026, 6, 23))
    lines = compliance.of_period(world.khanh_hoa, JUNE, at=JUNE.late_from)
    assert [(unit.name, timing) for unit, _, timing in lines] == [("Ba Ngòi", Timing.ON_TIME), ("Cam Linh", Timing.MISSING)]


def test_a_paper_is_built_once_and_its_hash_kept(world):

    if paper.problem():
        pytest.skip(paper.problem())
    logged(world.duty(), world.an)
    report = june(world)
    ordered = printing.order_draft(report, by=world.mai, at=timezone.now())
    now = timezone.now()
    assert [printing.build_waiting(at=now) for _ in range(2)] == [1, 0]
    built = Paper.objects.get(pk=ordered.pk)
    assert built.file.read(5) == b"%PDF-"
    assert (len(built.sha256), built.size > 10000, built.problem) == (64, True, "")


def test_a_filed_paper_that_cannot_be_built_says_why_and_is_tried_again(world, monkeypatch):
    def refuse(*args, **kwargs):
        raise paper.PaperError("Không dựng được.")

    monkeypatch.setattr(paper.Press, "build", refuse)
    world.duty()
    now = timezone.now()
    filed(june(world), world, day=date(2026, 6, 20))
    ordered = Paper.objects.get()
    assert printing.build_waiting(at=now) == 0
    assert Paper.objects.get(pk=ordered.pk).problem == "Không dựng được."
    monkeypatch.setattr(paper.Press, "build", lambda *args: b"%PDF-1.7")
    assert printing.build_waiting(at=now) == 0  # not at once
    assert printing.build_waiting(at=now + timedelta(minutes=11)) == 1
    assert Paper.objects.get(pk=ordered.pk).problem == ""


def test_a_paper_is_claimed_when_its_turn_comes(world, monkeypatch):
    """However long the one before took: a claim dated back would have run out before its paper was begun, and two would build it."""
    world.duty()
    now, passed = timezone.now(), [0]
    first, second = (printing.order_draft(june(world), by=world.mai, at=now, form=form) for form in ("pdf", "docx"))

    def slow(*args, **kwargs):
        passed[0] += 660
        return b"%PDF-1.7"

    monkeypatch.setattr(printing, "monotonic", lambda: passed[0])
    monkeypatch.setattr(printing, "ROUND", 3600)
    monkeypatch.setattr(printing, "bytes_of", slow)
    assert printing.build_waiting(at=now) == 2
    claimed = [Paper.objects.get(pk=row.pk).claimed_at - now for row in (first, second)]
    assert claimed == [timedelta(0), timedelta(minutes=11)]


def test_a_round_ends_with_papers_left_and_the_rest_is_ordered_behind_what_else_was_ordered(world, monkeypatch, ordered_jobs):
    world.duty()
    for form in ("pdf", "docx"):
        printing.order_draft(june(world), by=world.mai, at=timezone.now(), form=form)
    monkeypatch.setattr(printing, "ROUND", 0)
    monkeypatch.setattr(printing, "bytes_of", lambda *args, **kwargs: b"%PDF-1.7")
    jobs.build_papers()
    assert (Paper.objects.exclude(built_at=None).count(), ordered_jobs) == (1, ["reports.jobs.build_papers"])
    jobs.build_papers()
    assert (Paper.objects.exclude(built_at=None).count(), ordered_jobs) == (2, ["reports.jobs.build_papers"])


def test_a_draft_does_not_wait_behind_what_is_filed(world, monkeypatch):
    """On the 24th thousands of filed papers wait, and a head waits for a draft before signing."""
    world.duty()
    filed(june(world), world, day=date(2026, 6, 20))
    draft = printing.order_draft(june(world, period.of_month(date(2026, 7, 1))), by=world.mai, at=timezone.now())
    monkeypatch.setattr(printing, "ROUND", 0)
    monkeypatch.setattr(paper.Press, "build", lambda *args: b"%PDF-1.7")
    assert printing.build_waiting(at=timezone.now()) == 1
    assert list(Paper.objects.exclude(built_at=None)) == [draft]


def test_the_sweep_orders_what_waits_and_renders_nothing_itself(world, monkeypatch, ordered_jobs):
    world.duty()
    jobs.order_papers(at=timezone.now())
    assert ordered_jobs == []
    printing.order_draft(june(world), by=world.mai, at=timezone.now())
    jobs.order_papers(at=timezone.now())
    assert (ordered_jobs, Paper.objects.get().claimed_at) == (["reports.jobs.build_papers"], None)


@pytest.fixture
def ordered_jobs(monkeypatch):
    """Names of the jobs that are rung for."""
    rung = []
    monkeypatch.setattr(jobs, "wake", lambda job: rung.append(job.name))
    return rung


def test_the_same_numbers_whoever_counts_them(world):
    world.duties(2)
    world.duty(due_on=date(2026, 6, 1))
    on = date(2026, 6, 20)
    branch = figures.whole_branch(world.ba_ngoi, post=world.binh)
    lines = figures.by_unit_below(branch, world.ba_ngoi, on=on)
    assert sum(line.tally.total for line in lines) == branch.tally(on=on).total == 3
    assert figures.duties_of(world.ba_ngoi).tally(on=on).by_timeliness() == branch.tally(on=on).by_timeliness()


@pytest.mark.parametrize(
    ("issuer", "profile", "name", "symbol", "authority"),
    [
        ("ubnd", "state", "UBND PHƯỜNG BA NGÒI", "01/BC-UBND", "TM. ỦY BAN NHÂN DÂN"),
        ("committee", "party", "BAN CHỈ ĐẠO PHƯỜNG BA NGÒI", "01-BC/BCĐ", "K/T TRƯỞNG BAN"),
    ],
)
def test_who_issued_the_plan_reports_on_it_on_paper_of_its_own_kind(world, issuer, profile, name, symbol, authority):
    world.duty()
    Post.objects.filter(pk=world.binh.pk).update(title="Phó Trưởng Ban Chỉ đạo")
    Document.objects.filter(pk=world.plan.document.pk).update(issuer=getattr(world, issuer))
    world.binh.refresh_from_db()
    report = filed(june(world), world, day=date(2026, 6, 23))
    facts = report.facts
    assert (facts["profile"], facts["issuer"]["name"], facts["signature"]["authority"]) == (profile, name, authority)
    assert facts["signature"]["post"] == {"state": "", "party": "PHÓ TRƯỞNG BAN"}[profile]
    assert report.symbol == symbol
    assert paper.number_line(facts, profiles.BY_NAME[profile]).endswith(symbol)


def test_a_unit_that_said_the_same_twice_is_quoted_once_and_its_own_area_needs_no_name(world):
    duty, own = world.duty(), world.duty(lead=world.ba_ngoi)
    for day in (1, 2):
        logged(duty, world.an, words="Đã rà soát", day=date(2026, 6, day))
    logged(own, world.mai, words="đã họp phiên đầu", day=date(2026, 6, 3))
    first, second = drafting.Draft(june(world), at=at(date(2026, 6, 20))).words()[2].splitlines()
    assert first.endswith(". UBND phường Ba Ngòi: Đã rà soát.")
    assert second == f"{own.task.ref}. {own.task.title}. Đã họp phiên đầu."
