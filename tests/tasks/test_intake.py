"""The intake as rows: taking in, reading, the acts of the review, the confirming."""

import json
import re
from datetime import date
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connection

from journal.models import Entry, Notice
from orgunits.models import Alias, Role
from plans.models import Document, Plan
from tasks import jobs
from tasks.importer import confirming, drafting, reviewing
from tasks.importer.shapes import Paragraph, Refused, Source
from tasks.models import Assignment, Draft, Intake, LeftOut, ParentLink, Part, StaleWrite, Task
from tests.tasks.intakes import AT, due, duty, plan, source, taken_in
from tests.world import plan_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mai(world):
    return world.mai


@pytest.fixture
def intake(world):
    """Three duties of Ba Ngòi's committee: the second has an unread deadline, the third names somebody unknown."""
    return taken_in(world.mai, three(world))


def three(world, **more):
    led = {"lead_units": [world.ubnd.code]}
    return plan(
        duty(1, **led),
        duty(2, **led, deadline=due("Theo lộ trình", kind="unread"), product="", flags=["deadline_unread", "no_product"]),
        duty(3, **led, coordinators=["Hội Muối"], coordinator_words="Hội Muối", unknown=["Hội Muối"], flags=["unknown_unit"]),
        **{"issuer_unit": world.committee.code, **more},
    )


def refs(intake):
    return list(intake.drafts.exclude(state="merged").values_list("ref", flat=True))


def how(post, **more):
    return {"by": post, "at": AT, **more}


# Taking in


def test_a_file_is_kept_once_for_an_area(world, mai):
    first, is_new = Intake.objects.take(b"PK same", "../a<b>.docx", by=mai, at=AT)
    again, is_new_again = Intake.objects.take(b"PK same", "other.docx", by=mai, at=AT)
    assert (is_new, is_new_again, again) == (True, False, first)
    assert (first.name, first.size) == ("a<b>.docx", 7)
    assert "a<b>" not in first.file.name
    other, is_other = Intake.objects.take(b"PK same", "x.docx", by=world.hire("lan", world.cam_linh, Role.CLERK), at=AT)
    assert is_other
    assert other.area == world.cam_linh


def test_a_discarded_file_may_come_again_and_leaves_no_words(intake, mai):
    intake.discard(by=mai, at=AT)
    intake.refresh_from_db()
    assert (intake.state, intake.file.name, intake.drafts.count(), intake.lines.count()) == ("discarded", "", 0, 0)
    assert Intake.objects.take(b"PK", "b.docx", by=mai, at=AT)[1]


def test_only_clerks_of_the_area_know_of_it(world, intake):
    lan = world.hire("lan", world.cam_linh, Role.CLERK)
    knowing = [post for post in (world.mai, world.an, world.binh, world.dung, world.hoa, lan) if intake in Intake.objects.visible_to(post)]
    assert knowing == [world.mai]
    assert set(Draft.objects.visible_to(world.mai)) == set(intake.drafts.all())
    assert not Draft.objects.visible_to(lan).exists()


# Reading


def test_what_was_read_stands_on_its_lines(intake):
    assert [(row.ref, row.first_line, row.last_line) for row in intake.drafts.all()] == [("PL/1", 1, 1), ("PL/2", 2, 2), ("PL/3", 3, 3)]
    assert [line.cells[0] for line in intake.lines.all()] == ["KẾ HOẠCH", "1", "2", "3", "Kinh phí do ngân sách bảo đảm."]
    assert [(row.text, row.line) for row in intake.left_out.all()] == [("Kinh phí do ngân sách bảo đảm.", 4)]


def test_doubts_are_weighed_and_come_first(intake):
    assert [(row.ref, row.doubts, row.weight) for row in intake.drafts.shown("all").doubts_first()] == [
        ("PL/2", ["deadline_unread", "no_product"], 2),
        ("PL/3", ["unknown_unit"], 2),
        ("PL/1", [], 0),
    ]
    assert intake.tally() == {"drafts": 3, "open": 3, "doubtful": 2, "undecided": 2, "accepted": 0, "dropped": 0, "all": 3, "decided": 0}


def test_reading_twice_writes_once(world, intake):
    assert drafting.fill(intake, source(), three(world)) is False
    assert intake.drafts.count() == 3


def test_a_waiting_file_is_read_by_the_job_and_shows_how_far_it_is(mai, monkeypatch):
    row, _new = Intake.objects.take(b"Mot", "a.txt", by=mai, at=AT)
    seen = []

    def understand(pk):
        drafting._Steps(pk, 0)(1, 2)
        seen.append(Intake.objects.get(pk=row.pk).percent)
        return source(1), plan(duty(1)), {}

    monkeypatch.setattr(drafting, "_understand", understand)
    jobs.read_intake()
    jobs.read_intake()
    row.refresh_from_db()
    assert (seen, row.state, row.tries, row.drafts.count()) == ([25], "review", 1, 1)


def test_a_refusal_by_the_reader_is_one_sentence_and_keeps_nothing(mai, monkeypatch):
    row, _new = Intake.objects.take(b"Mot", "mat.txt", by=mai, at=AT)

    def understand(pk):
        raise Refused("secret", "Tệp có dấu mật.")

    monkeypatch.setattr(drafting, "_understand", understand)
    jobs.read_intake()
    row.refresh_from_db()
    assert (row.state, row.problem, row.name, row.sha256, row.file.name) == ("failed", "Tệp có dấu mật.", "", "", "")
    assert Entry.objects.get(verb="intake.refused").facts == {"kind": "secret"}


def test_a_file_that_kills_its_reader_is_given_up(mai):
    row, _new = Intake.objects.take(b"Mot", "a.txt", by=mai, at=AT)
    Intake.objects.filter(pk=row.pk).update(tries=3)
    jobs.read_intake()
    row.refresh_from_db()
    assert row.state == "failed"
    assert row.problem


def test_a_lost_bell_is_rung_again_by_the_sweep(mai, monkeypatch):
    rung = []
    monkeypatch.setattr(jobs, "wake", rung.append)
    jobs.ring_unread(at=AT)
    row, _new = Intake.objects.take(b"Mot", "a.txt", by=mai, at=AT)
    jobs.ring_unread(at=AT)
    assert rung == [jobs.read_intake]
    assert Intake.objects.claim(row.pk, at=AT)
    jobs.ring_unread(at=AT)
    assert len(rung) == 1


# The review


def test_accepting_dropping_and_taking_back(intake, mai):
    one, two, _three = intake.drafts.all()
    reviewing.accept(one, **how(mai, revision=0))
    reviewing.drop(two, **how(mai, revision=0))
    assert intake.tally()["decided"] == 2
    assert reviewing.undo(intake, by=mai) == two.pk
    two.refresh_from_db()
    assert (two.state, two.revision) == ("open", 2)
    reviewing.drop(two, **how(mai))
    reviewing.restore(two, **how(mai))
    assert list(intake.drafts.values_list("state", flat=True)) == ["accepted", "open", "open"]


def test_a_stale_row_is_not_written(intake, mai):
    row = intake.drafts.first()
    reviewing.accept(row, **how(mai, revision=0))
    with pytest.raises(StaleWrite):
        reviewing.drop(row, **how(mai, revision=0))
    assert intake.drafts.first().state == "accepted"
    assert intake.steps.count() == 1


def test_an_edit_reads_the_words_anew(intake, mai):
    row = intake.drafts.get(ref="PL/2")
    reviewing.edit(row, {"deadline_words": "Hoàn thành trước ngày 15/7/2026", "product": "Báo cáo"}, **how(mai, revision=0))
    row.refresh_from_db()
    assert (row.deadline["due_on"], row.doubts, row.state) == ("2026-07-14", [], "open")
    reviewing.edit(row, {"deadline_words": "Theo lộ trình", "decided_on": date(2026, 8, 1)}, **how(mai), accept=True)
    row.refresh_from_db()
    assert (row.deadline["kind"], row.deadline["due_on"], row.deadline["words"], row.state) == (
        "by_date",
        "2026-08-01",
        "Theo lộ trình",
        "accepted",
    )
    reviewing.undo(intake, by=mai)
    row.refresh_from_db()
    assert (row.deadline_words, row.decided_on) == ("Hoàn thành trước ngày 15/7/2026", None)


def test_a_headings_period_comes_back_with_empty_words(world, mai):
    inherited = due("năm 2026", kind="in_year", due_on="2026-12-31", flags=["inherited"])
    intake = taken_in(mai, plan(duty(1, deadline=inherited)))
    row = intake.drafts.get()
    assert (row.deadline_words, row.period["kind"]) == ("", "in_year")
    reviewing.edit(row, {"deadline_words": "Trước ngày 01/8/2026"}, **how(mai))
    reviewing.edit(row, {"deadline_words": ""}, **how(mai))
    row.refresh_from_db()
    assert row.deadline == inherited


def test_an_answer_settles_an_unknown_name(world, intake, mai):
    row = intake.drafts.get(ref="PL/3")
    reviewing.edit(row, {"answers": {"Hội Muối": {"unit": world.firm.code, "alias": True}}}, **how(mai))
    row.refresh_from_db()
    assert (row.doubts, row.codes("coordinators")) == ([], [world.firm.code])
    assert not Alias.objects.exists()


def test_splitting_parts_text_ref_and_deadline(intake, mai):
    row = intake.drafts.get(ref="PL/1")
    place = row.text.index("Báo cáo")
    second = reviewing.split(row, place, **how(mai))
    row.refresh_from_db()
    assert refs(intake) == ["PL/1/1", "PL/1/2", "PL/2", "PL/3"]
    assert (row.text, second.text, second.title) == ("Việc thứ 1: lập danh mục hệ thống.", "Báo cáo kết quả.", "Báo cáo kết quả")
    assert second.deadline == row.deadline
    reviewing.undo(intake, by=mai)
    assert refs(intake) == ["PL/1", "PL/2", "PL/3"]


def test_a_deadline_goes_with_the_piece_that_holds_its_words(world, mai):
    text = "Lập danh mục. Báo cáo trước ngày 30/6/2026."
    intake = taken_in(mai, plan(duty(1, text=text, deadline=due("trước ngày 30/6/2026", kind="before_date", due_on="2026-06-29"))))
    second = reviewing.split(intake.drafts.get(), text.index("Báo cáo"), **how(mai))
    first = intake.drafts.get(ref="PL/1/1")
    assert (first.deadline["kind"], second.deadline["due_on"]) == ("none", "2026-06-29")


def test_splitting_into_stages(world, mai):
    stages = [
        due("trong năm 2026", kind="in_year", due_on="2026-12-31", label="Triển khai"),
        due("tháng 3/2027", kind="by_end_of_month", due_on="2027-03-31", label="hoàn thành"),
    ]
    intake = taken_in(mai, plan(duty(1, deadline=due("cả hai", kind="staged", stages=stages), flags=["two_deadlines"])))
    row = intake.drafts.get()
    assert row.doubts == ["two_deadlines"]
    reviewing.split_stages(row, **how(mai))
    assert [(d.ref, d.deadline["due_on"], d.doubts) for d in intake.drafts.all()] == [
        ("PL/1/1", "2026-12-31", []),
        ("PL/1/2", "2027-03-31", []),
    ]


def test_merging_takes_the_next_duty_in(intake, mai):
    row = intake.drafts.get(ref="PL/2")
    reviewing.merge(row, **how(mai))
    row.refresh_from_db()
    assert refs(intake) == ["PL/1", "PL/2"]
    assert row.text.count("Việc thứ") == 2
    assert (row.unknown, row.last_line, row.product) == (["Hội Muối"], 3, "Danh mục")
    reviewing.undo(intake, by=mai)
    assert refs(intake) == ["PL/1", "PL/2", "PL/3"]
    with pytest.raises(StaleWrite):
        reviewing.merge(intake.drafts.get(ref="PL/3"), **how(mai))


def test_moving_changes_places_and_stops_at_the_end(intake, mai):
    row = intake.drafts.get(ref="PL/2")
    reviewing.move(row, True, **how(mai))
    reviewing.move(row, True, **how(mai))
    assert refs(intake) == ["PL/2", "PL/1", "PL/3"]
    reviewing.undo(intake, by=mai)
    reviewing.undo(intake, by=mai)
    assert refs(intake) == ["PL/1", "PL/2", "PL/3"]


def test_a_passage_left_out_becomes_a_duty_in_its_place(intake, mai):
    left = intake.left_out.get()
    made = reviewing.add(intake, {"title": "Kinh phí", "text": left.text}, **how(mai), left_out=left)
    assert (made.ref, made.position, made.doubts) == ("T/1", 4, ["no_lead"])
    left.refresh_from_db()
    assert left.draft == made
    reviewing.undo(intake, by=mai)
    left.refresh_from_db()
    assert left.draft is None


def test_all_without_doubts_are_accepted_at_once_and_taken_back_at_once(intake, mai):
    assert reviewing.accept_clear(intake, **how(mai)) == 1
    assert intake.tally()["accepted"] == 1
    reviewing.undo(intake, by=mai)
    assert intake.tally()["accepted"] == 0


def test_a_colleagues_act_is_not_mine_to_undo(world, intake, mai):
    reviewing.drop(intake.drafts.first(), **how(world.hire("lan", world.ba_ngoi, Role.CLERK)))
    with pytest.raises(StaleWrite):
        reviewing.undo(intake, by=mai)


def test_another_signing_day_reads_yearless_words_anew(world, mai):
    intake = taken_in(mai, three(world))
    row = intake.drafts.get(ref="PL/1")
    reviewing.edit(row, {"deadline_words": "Trước ngày 30/11"}, **how(mai))
    was = intake.issuer_id, intake.signed_on
    intake.correct({"signed_on": date(2027, 1, 4)}, by=mai, at=AT, revision=0)
    reviewing.read_again(Intake.objects.get(pk=intake.pk), was, **how(mai))
    row.refresh_from_db()
    assert row.deadline["due_on"] == "2027-11-29"


def read_undated(mai, *rows, content=b"Khong ngay"):
    """An intake of rows as the reader hands on a paper without a date, each on a line of its own."""
    lines = Source(tuple(Paragraph(row["text"]) for row in rows), "text")
    tasks = [{**row, "blocks": [n, n]} for n, row in enumerate(rows)]
    return taken_in(mai, plan(*tasks, date=None), content=content, text=lines)


def undated(n, text, words, kind="unread", **more):
    doubts = ["deadline_unread"] if kind == "unread" else []
    return duty(n, **{"text": text, "section_title": "", "deadline": due(words, kind=kind), "flags": doubts, **more})


def test_a_supplied_date_reads_every_row_from_its_words(world, mai):
    intake = read_undated(
        mai,
        undated(1, "Lập danh mục hệ thống. Hoàn thành trước ngày 30/11.", "trước ngày 30/11"),
        undated(2, "Đào tạo cán bộ thường xuyên.", "thường xuyên", kind="ongoing"),
        undated(3, "Lập hồ sơ cấp độ an toàn.", "Quý III"),
    )
    now = reviewing.correct(intake, {"signed_on": date(2027, 1, 4)}, **how(mai), revision=0)
    days = {row.ref: row.deadline["due_on"] for row in now.drafts.all()}
    assert (days["PL/1"], days["PL/2"], days["PL/3"]) == ("2027-11-29", None, "2027-09-30")
    assert not [row.ref for row in now.drafts.all() if "deadline_unread" in row.doubts]


def test_a_corrected_date_keeps_no_day_of_the_old_year(world, mai):
    odd = due("khi xong", kind="by_date", due_on="2026-09-09")
    intake = read_undated(mai, undated(1, "Lập danh mục.", "khi xong", deadline=odd, flags=[]))
    intake.drafts.update(state="accepted")
    now = reviewing.correct(intake, {"signed_on": date(2027, 1, 4)}, **how(mai), revision=0)
    row = now.drafts.get()
    assert (row.deadline["due_on"], row.deadline["words"], row.doubts, row.state) == (None, "khi xong", ["deadline_unread"], "open")


def test_a_day_a_person_set_outlives_the_date(world, mai):
    intake = read_undated(mai, undated(1, "Lập danh mục.", "trước ngày 30/11"))
    reviewing.edit(intake.drafts.get(), {"decided_on": date(2026, 8, 1)}, **how(mai))
    now = reviewing.correct(intake, {"signed_on": date(2027, 1, 4)}, **how(mai), revision=0)
    assert now.drafts.get().deadline["due_on"] == "2026-08-01"


def test_undoing_a_correction_puts_date_and_readings_back_together(world, mai):
    intake = read_undated(mai, undated(1, "Lập danh mục. Hoàn thành trước ngày 30/11.", "trước ngày 30/11"))
    now = reviewing.correct(intake, {"signed_on": date(2027, 1, 4)}, **how(mai), revision=0)
    with pytest.raises(StaleWrite):
        reviewing.undo(now, by=mai, revision=0)
    with pytest.raises(StaleWrite):
        reviewing.undo(now, by=mai, shown=now.steps.get().pk + 1)
    reviewing.undo(now, by=mai, revision=1, shown=now.steps.get().pk)
    intake.refresh_from_db()
    assert (intake.signed_on, intake.revision, intake.drafts.get().deadline["kind"]) == (None, 2, "unread")


def test_on_an_undated_plan_typed_words_are_no_day(world, mai):
    intake = read_undated(mai, undated(1, "Lập danh mục.", ""))
    for words, kind in (("trước ngày 30/11", "unread"), ("thường xuyên", "ongoing"), ("", "none")):
        reviewing.edit(intake.drafts.get(), {"deadline_words": words}, **how(mai))
        assert intake.drafts.get().deadline["kind"] == kind


def test_what_before_a_day_means_is_set_once(world, mai, settings):
    intake = taken_in(mai, three(world))
    assert reviewing.read_words("Trước ngày 30/11", intake)["due_on"] == "2026-11-29"
    settings.DEADLINE_BEFORE_IS_STRICT = False
    assert reviewing.read_words("Trước ngày 30/11", intake)["due_on"] == "2026-11-30"


def test_a_correction_is_whole_or_not_at_all(world, mai, monkeypatch):
    intake = read_undated(mai, undated(1, "Lập danh mục.", "trước ngày 30/11"))

    def fails(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(reviewing, "read_again", fails)
    with pytest.raises(RuntimeError):
        reviewing.correct(intake, {"signed_on": date(2027, 1, 4)}, **how(mai), revision=0)
    intake.refresh_from_db()
    assert (intake.signed_on, intake.revision) == (None, 0)


def test_supplied_facts_silence_what_the_reading_noticed(world, mai):
    intake = read_undated(mai, undated(1, "Lập danh mục.", ""))
    said = reviewing._Reader(None).problems({"symbol": "", "date": None, "type": "KH"}, None, tasks=True)
    Intake.objects.filter(pk=intake.pk).update(problems=[*said, "Một bảng bị cắt."])
    now = reviewing.correct(intake, {"signed_on": date(2027, 1, 4), "issuer": world.committee}, **how(mai), revision=0)
    assert len(said) == 3
    assert "Một bảng bị cắt." in now.problems
    assert not [says for says in now.problems if "ngày ban hành" in says or "cơ quan ban hành" in says]


def test_a_corrected_symbol_finds_the_version_that_stands(world, mai, intake):
    made = confirming.confirm(ready(intake, mai), **how(mai))
    other = taken_in(mai, three(world, symbol="90-KH/BCĐ"), content=b"PK misread")
    assert other.earlier is None
    now = reviewing.correct(other, {"symbol": made.document.symbol}, **how(mai), revision=0)
    assert now.earlier == made
    assert not now.steps.exists()


def test_merging_two_that_say_when_asks_a_person(world, mai):
    intake = taken_in(mai, three(world))
    reviewing.edit(intake.drafts.get(ref="PL/1"), {"decided_on": date(2026, 8, 1)}, **how(mai))
    reviewing.merge(intake.drafts.get(ref="PL/1"), **how(mai))
    row = intake.drafts.get(ref="PL/1")
    assert row.decided_on is None
    assert "two_deadlines" in row.doubts


def test_merging_knows_what_both_rows_were(world, mai, intake):
    first, second = intake.drafts.get(ref="PL/1"), intake.drafts.get(ref="PL/2")
    reviewing.edit(second, {"product": "Sổ"}, **how(mai))
    for shown in ((second.pk, second.revision), (first.pk, first.revision)):
        with pytest.raises(StaleWrite):
            reviewing.merge(first, **how(mai), second=shown)
    reviewing.merge(first, **how(mai), second=(second.pk, second.revision + 1))
    assert refs(intake) == ["PL/1", "PL/3"]


def test_what_changes_nothing_leaves_nothing_to_undo(intake, mai):
    reviewing.move(intake.drafts.first(), True, **how(mai))
    assert not intake.steps.exists()
    reviewing.accept_clear(intake, **how(mai))
    assert reviewing.accept_clear(intake, **how(mai)) == 0
    assert intake.steps.count() == 1


def test_the_journal_keeps_no_fingerprint_of_a_file(mai):
    Intake.objects.take(b"PK same", "a.docx", by=mai, at=AT)
    assert list(Entry.objects.get(verb="intake.uploaded").facts) == ["size"]


def test_every_reason_for_leaving_out_is_documented():
    text = (settings.BASE_DIR / "docs" / "importing.md").read_text(encoding="utf-8")
    listed = re.search(r"\*\*Why left out\*\*:(.*?)\n\n", text, re.DOTALL)[1]
    assert set(re.findall(r"`(\w+)`", listed)) == set(LeftOut.WHY)


def test_text_is_offered_to_be_parted_between_sentences():
    assert [place for place, _b, _a in reviewing.breaks("Một. Hai; (i) ba")] == [5, 10]
    assert reviewing.breaks("Một") == []


# The confirming


def ready(intake, mai):
    for row in intake.drafts.all():
        reviewing.accept(row, **how(mai))
    return Intake.objects.get(pk=intake.pk)


def test_a_confirmed_plan_has_its_duties_units_and_stages(world, intake, mai):
    answers = {"Hội Muối": {"unit": world.firm.code, "alias": True}}
    reviewing.edit(intake.drafts.get(ref="PL/3"), {"answers": answers}, **how(mai))
    made = confirming.confirm(ready(intake, mai), **how(mai))
    assert (made.unit, made.issued_on, made.document.issuer, made.document.text_received) == (
        world.ba_ngoi,
        date(2026, 5, 5),
        world.committee,
        True,
    )
    assert [(task.ref, [(s.kind, s.due_on) for s in task.stages.all()]) for task in made.tasks.all()] == [
        ("PL/1", [("before_date", date(2026, 6, 29))]),
        ("PL/2", [("unread", None)]),
        ("PL/3", [("before_date", date(2026, 6, 29))]),
    ]
    parts = Assignment.objects.filter(plan=made).values_list("task__ref", "unit__code", "part")
    assert set(parts) == {(f"PL/{n}", world.ubnd.code, Part.LEAD) for n in (1, 2, 3)} | {("PL/3", world.firm.code, Part.COORDINATOR)}
    assert [str(alias) for alias in world.firm.aliases.all()] == ["Hội Muối"]
    assert [(r.who, r.purpose) for r in made.recipients.all()] == [("Ban Thường vụ", "để báo cáo")]
    assert [o.horizon for o in made.objectives.all()] == ["2026"]
    assert [i.target for i in made.indicators.all()] == ["90 %"]
    facts = Entry.objects.about(made).get().facts
    assert (facts["duties"], facts["aliases"]) == (3, [["Hội Muối", world.firm.code]])
    assert not Notice.objects.exists()


def test_confirming_twice_makes_one_plan(intake, mai):
    ready(intake, mai)
    made = confirming.confirm(intake, **how(mai))
    assert confirming.confirm(intake, **how(mai)) == made
    assert Plan.objects.filter(document__symbol="09-KH/BCĐ").count() == 1
    with pytest.raises(StaleWrite):
        reviewing.drop(intake.drafts.first(), **how(mai))


def test_an_open_doubt_and_a_missing_fact_stand_in_the_way(world, mai):
    intake = taken_in(mai, three(world, symbol="", date=None))
    with pytest.raises(confirming.NotReady) as refused:
        confirming.confirm(intake, **how(mai))
    assert len(refused.value.reasons) == 3
    assert not Task.objects.filter(ref="PL/1").exists()


def test_a_plan_of_another_area_is_read_but_not_confirmed(world, mai):
    intake = ready(taken_in(mai, three(world, issuer_unit=world.khanh_hoa.code)), mai)
    with pytest.raises(confirming.NotReady) as refused:
        confirming.confirm(intake, **how(mai))
    assert ["Khánh Hòa" in reason for reason in refused.value.reasons] == [True]


def test_two_files_of_one_plan_make_one(world, mai, intake):
    other = ready(taken_in(mai, three(world), content=b"PK other"), mai)
    confirming.confirm(ready(intake, mai), **how(mai))
    with pytest.raises(confirming.NotReady):
        confirming.confirm(other, **how(mai))


def test_the_same_plan_in_another_file_adds_nothing(world, mai, intake):
    made = confirming.confirm(ready(intake, mai), **how(mai))
    again = taken_in(mai, three(world), content=b"PK printed anew")
    assert (again.state, again.earlier, again.drafts.count()) == ("known", made, 0)
    changed = three(world)
    changed["tasks"][0]["product"] = "Báo cáo"
    newer = taken_in(mai, changed, content=b"PK newer")
    assert (newer.state, newer.earlier) == ("review", made)


def test_a_document_known_by_citation_becomes_the_plans(world, mai, intake):
    cited = Document.objects.create(
        type="KH", type_name="Kế hoạch", symbol="09-KH/BCĐ", symbol_printed="09-KH/BCĐ", signed_on=date(2026, 5, 5), key="cited"
    )
    made = confirming.confirm(ready(intake, mai), **how(mai))
    assert made.document == cited


def test_bases_are_matched_or_added_by_citation(world, mai):
    superior = Plan.objects.create(
        document=Document.objects.create(
            type="KH",
            type_name="Kế hoạch",
            symbol="07-KH/BCĐ",
            symbol_printed="07-KH/BCĐ",
            signed_on=date(2026, 3, 16),
            key="k",
            issuer=world.khanh_hoa,
        ),
        unit=world.khanh_hoa,
        level="province",
        programme="",
        title="",
        issued_on=date(2026, 3, 16),
    )
    bases = [
        {"symbol": "07-KH/BCĐ", "type": "KH", "type_name": "Kế hoạch", "date": "2026-03-16", "issuer": "", "subject": "", "words": ""},
        {
            "symbol": "57-NQ/TW",
            "type": "NQ",
            "type_name": "Nghị quyết",
            "date": "2024-12-22",
            "issuer": "",
            "subject": "đột phá",
            "words": "",
        },
        {
            "symbol": "57-NQ/TW",
            "type": "NQ",
            "type_name": "Nghị quyết",
            "date": "2024-12-22",
            "issuer": "",
            "subject": "đột phá",
            "words": "",
        },
    ]
    made = confirming.confirm(ready(taken_in(mai, three(world, bases=bases)), mai), **how(mai))
    assert list(made.document.bases.order_by("supports__position").values_list("symbol", flat=True)) == ["07-KH/BCĐ", "57-NQ/TW"]
    assert list(made.superiors.all()) == [superior]


def test_a_chosen_parent_relates_or_carries(world, mai):
    above = world.duty(plan=world_plan(world), lead=world.ba_ngoi, due_on=date(2026, 6, 1))
    suggested = {ref: [{"task": above.task_id, "likeness": 0.9, "confident": True, "why": "giống"}] for ref in ("PL/1", "PL/3")}
    intake = taken_in(mai, three(world), suggested=suggested)
    one, _two, last = intake.drafts.all()
    assert (one.parent_id, one.doubts) == (above.task_id, ["child_later_than_parent"])
    reviewing.edit(last, {"carries": True}, **how(mai))
    made = confirming.confirm(ready(intake, mai), **how(mai))
    assert [(link.child.ref, link.carries) for link in ParentLink.objects.filter(child__plan=made).order_by("child__position")] == [
        ("PL/1", False),
        ("PL/3", True),
    ]
    assert list(made.superiors.all()) == [above.plan]


def world_plan(world):
    made = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    world.plan.superiors.add(made)
    return made


def test_two_monthly_duties_are_neither_later(world, mai):
    monthly = {"kind": "recurring_monthly", "rrules": ["FREQ=MONTHLY;BYMONTHDAY=24"]}
    above = world.duty(plan=world_plan(world), lead=world.ba_ngoi, kind="recurring_monthly", due_on=date(2026, 1, 24))
    suggested = {"PL/1": [{"task": above.task_id, "likeness": 0.9, "confident": True, "why": "giống"}]}
    row = taken_in(
        mai, plan(duty(1, deadline=due("trước ngày 25 hằng tháng", due_on="2026-05-24", **monthly))), suggested=suggested
    ).drafts.get()
    assert (row.parent_id, row.doubts) == (above.task_id, [])


def test_a_fault_of_the_reader_fails_the_file_and_not_the_next(mai, monkeypatch):
    rows = [Intake.objects.take(name, f"{name}.txt", by=mai, at=AT)[0] for name in (b"mot", b"hai")]
    answers = iter([KeyError("x"), (source(1), plan(duty(1)), {})])

    def understand(intake):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(drafting, "_understand", understand)
    jobs.read_intake()
    assert [Intake.objects.get(pk=row.pk).state for row in rows] == ["failed", "review"]


def test_nobody_else_sees_anything_before_the_confirming(world, intake):
    assert not Plan.objects.filter(document__symbol="09-KH/BCĐ").exists()
    assert not Document.objects.filter(symbol="09-KH/BCĐ").exists()
    assert not Task.objects.filter(ref__startswith="PL/").exists()


def test_what_a_step_remembers_is_plain_json(intake, mai):
    reviewing.edit(intake.drafts.first(), {"decided_on": date(2026, 9, 1)}, **how(mai))
    reviewing.edit(intake.drafts.first(), {"decided_on": None}, **how(mai))
    assert json.dumps(intake.steps.last().before)
    reviewing.undo(intake, by=mai)
    assert intake.drafts.first().decided_on == date(2026, 9, 1)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_confirming_at_once_make_one_plan(world):
    one = ready(taken_in(world.mai, three(world)), world.mai)
    other = ready(taken_in(world.mai, three(world), content=b"PK other"), world.mai)
    start, made, refused = Barrier(4), [], []

    def press(intake):
        start.wait(timeout=20)
        try:
            made.append(confirming.confirm(intake, **how(world.mai)).pk)
        except confirming.NotReady as error:
            refused.append(error.reasons)
        finally:
            connection.close()

    threads = [Thread(target=press, args=[intake]) for intake in (one, one, other, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(set(made)), len(refused)) == (2, 1, 2)
    assert Plan.objects.filter(document__symbol="09-KH/BCĐ").count() == 1


BARE = """BAN CHỈ ĐẠO PHƯỜNG BA NGÒI
Số 09-KH/BCĐ
{date}
KẾ HOẠCH
Diễn tập ứng cứu sự cố
I. NHIỆM VỤ TRỌNG TÂM NĂM 2027
1. Công tác chuẩn bị
a) UBND phường lập kịch bản diễn tập. Hoàn thành trước ngày 30/11.
b) UBND phường thống kê thiết bị, gửi kết quả trước ngày 15/10 và trước ngày 20/12.
c) UBND phường báo cáo ngay sau khi phát hiện sự cố; hoàn thành quy trình trong quý III.
d) UBND phường rà soát hệ thống mạng nội bộ.
đ) UBND phường định kỳ hằng quý kiểm tra máy trạm.
"""


def test_a_paper_dated_by_hand_reads_as_one_that_was_dated(world, mai):
    dated = BARE.format(date="Ba Ngòi, ngày 04 tháng 01 năm 2027")
    rows = []
    for text in (dated, BARE.format(date="")):
        row, _new = Intake.objects.take(text.encode(), "ke-hoach.txt", by=mai, at=AT)
        rows.append(drafting.read_one(row, at=AT))
    assert [row.state for row in rows] == ["review", "review"]
    assert rows[1].signed_on is None
    assert not [row.ref for row in rows[1].drafts.all() if row.deadline["due_on"]]
    now = reviewing.correct(rows[1], {"signed_on": date(2027, 1, 4)}, **how(mai), revision=0)
    assert [(row.ref, row.deadline) for row in now.drafts.all()] == [(row.ref, row.deadline) for row in rows[0].drafts.all()]
