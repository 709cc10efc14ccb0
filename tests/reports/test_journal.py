"""The journal's pages: who reads what of whom (trust.md §2, row «journal»), in sentences, filtered, paged, taken along."""

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from journal import anchoring, sealing
from journal.models import Entry
from orgunits.models import Level, Person, Post, Role
from plans.models import Plan
from reports import journal_reading as reading
from reports import journal_telling as telling
from reports import journal_views
from reports.journal_forms import JournalFilter
from tasks import difficulties
from tasks.models.progress import log_progress
from tests.world import plan_of

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 7, 10, 9, 0))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def duty(world):
    return world.duty()


@pytest.fixture
def province_duty(world):
    """A duty of the province's plan, led by Ba Ngòi's committee and by Cam Linh's."""
    plan = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    return world.duty(plan=plan), world.duty(plan=plan, lead=world.ubnd_cam_linh)


def logged(row, by, n=0, **more):
    return log_progress(row, by=by, at=AT + n * MINUTE, says="doing", words="đã làm", **more)


def verbs_of(post, name=None):
    rows = reading.about(reading.thing(name, post), post) if name else reading.visible_to(post)
    return list(rows.order_by("at", "pk").values_list("verb", flat=True))


def page(post, **asked):
    client = Client()
    client.force_login(post.person, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    return client.get(reverse("journal"), asked)


# Who reads what


def test_an_official_reads_what_was_done_in_the_own_post(world, duty):
    colleague = world.hire("khoa", world.ubnd)
    logged(duty, world.an)
    logged(duty, colleague, 1)
    other_post = world.hire("an2", world.cam_linh, person=world.an.person)
    Entry.objects.record(by=other_post, verb="post.taken", target=other_post, at=AT)
    assert [entry.post for entry in reading.visible_to(world.an)] == [world.an]


def test_steering_reads_business_events_of_the_branch_and_no_neighbours(world, duty):
    logged(duty, world.an)
    logged(world.duty(lead=world.ubnd_cam_linh, plan=plan_of(world.cam_linh, "03-KH")), world.chi, 1)
    Entry.objects.record(by=world.an, verb="token.made", target=world.an, at=AT)
    assert verbs_of(world.binh) == ["progress.logged"]
    assert verbs_of(world.giang) == ["progress.logged"]
    assert reading.visible_to(world.binh).get().post == world.an
    assert verbs_of(world.dung) == ["progress.logged"] * 2
    assert verbs_of(world.hoa) == ["progress.logged"] * 2


def test_steering_reads_what_superiors_did_to_its_own_duties_alone(world, province_duty):
    ours, theirs = province_duty
    for n, (row, by) in enumerate([(ours, world.an), (theirs, world.chi)]):
        says = log_progress(row, by=by, at=AT + n * MINUTE, says="done", words="xong")
        says.judge(by=world.dung, at=AT + (5 + n) * MINUTE, ok=True)
    assert [(entry.verb, entry.target_id) for entry in reading.visible_to(world.binh).order_by("pk")] == [
        ("progress.logged", ours.pk),
        ("progress.confirmed", ours.pk),
    ]
    assert len(verbs_of(world.dung)) == 4


def test_a_branch_reads_what_the_portal_itself_did_to_its_own_things_alone(world, duty):
    auditor, admin = (world.hire(name, world.ba_ngoi, role) for name, role in [("thanh", Role.AUDITOR), ("quang", Role.ADMIN)])
    ours = difficulties.raise_(duty, by=world.an, at=AT - 60 * DAY, words="Thiếu máy", level=Level.WARD)
    theirs = world.duty(lead=world.ubnd_cam_linh, plan=plan_of(world.cam_linh, "03-KH"))
    difficulties.raise_(theirs, by=world.chi, at=AT - 60 * DAY, words="Thiếu người", level=Level.WARD)
    assert difficulties.climb(on=AT.date(), at=AT) == 2
    for row in (duty, theirs):
        Entry.objects.record(by=None, verb="assignment.resumed", target=row, at=AT)
    done = {"difficulty.climbed", "assignment.resumed"}
    told = {post: reading.visible_to(post).filter(post=None) for post in (world.binh, auditor, world.giang, world.dung, world.hoa)}
    assert {post.person.username: (set(rows.values_list("verb", flat=True)), len(rows)) for post, rows in told.items()} == {
        **dict.fromkeys(("binh", "thanh", "giang"), (done, 2)),
        **dict.fromkeys(("dung", "hoa"), (done, 4)),
    }
    assert {row.target for row in told[world.binh]} == {duty, ours}
    assert [reading.visible_to(post).filter(post=None).count() for post in (world.an, world.mai, admin)] == [0, 0, 0]


def test_what_the_portal_did_to_a_drafts_duty_tells_nobody_else_that_there_is_a_draft(world, duty):
    Entry.objects.record(by=None, verb="assignment.resumed", target=duty, at=AT)
    Plan.objects.update(issued_on=None)
    assert [verbs_of(post) for post in (world.binh, world.dung, world.hoa)] == [["assignment.resumed"], [], []]


@pytest.mark.parametrize("verb", ["plan.drafted", "report.edited", "group.made"])
def test_work_on_drafts_is_read_by_the_units_own_steering_posts_alone(world, verb):
    auditor = world.hire("thanh", world.ba_ngoi, Role.AUDITOR)
    Entry.objects.record(by=world.mai, verb=verb, target=world.plan, at=AT)
    assert [bool(verbs_of(post)) for post in (world.binh, world.mai, world.dung, world.hoa, world.giang, auditor)] == [
        *(True, True),
        *(False, False, False, False),
    ]


def test_a_business_event_on_a_drafts_duty_tells_nobody_else_that_there_is_a_draft(world, duty):
    auditor = world.hire("thanh", world.ba_ngoi, Role.AUDITOR)
    duty.give_to(world.an, by=world.mai, at=AT)
    Plan.objects.update(issued_on=None)
    assert [bool(verbs_of(post)) for post in (world.binh, world.mai, world.dung, world.hoa, auditor)] == [True, True, False, False, False]
    Plan.objects.update(issued_on=AT.date())
    assert [bool(verbs_of(post)) for post in (world.dung, world.hoa, auditor)] == [True, True, True]


def test_a_file_taken_in_is_the_clerks_alone(world):
    Entry.objects.record(by=world.mai, verb="intake.uploaded", target=world.plan, at=AT)
    assert [bool(verbs_of(post)) for post in (world.mai, world.binh, world.dung)] == [True, False, False]


def test_administrators_read_technical_events_of_their_branch_without_content(world, duty):
    admin = world.hire("quang", world.ba_ngoi, Role.ADMIN)
    above = world.hire("quyen", world.centre, Role.ADMIN)
    logged(duty, world.an)
    Entry.objects.record(by=world.an, verb="person.signed_in", target=world.an.person, at=AT)
    Entry.objects.record(by=world.chi, verb="token.made", target=world.chi, at=AT)
    Entry.objects.record(by=None, verb="post.given", target=world.mai, at=AT)
    Entry.objects.record(by=None, verb="person.refused", target=world.chi.person, at=AT)
    assert verbs_of(admin) == ["person.signed_in", "post.given"]
    assert verbs_of(above) == ["person.signed_in", "token.made", "post.given", "person.refused"]


def test_inspection_reads_both_of_the_branch(world, duty):
    auditor = world.hire("thanh", world.ba_ngoi, Role.AUDITOR)
    logged(duty, world.an)
    logged(world.duty(lead=world.ubnd_cam_linh, plan=plan_of(world.cam_linh, "03-KH")), world.chi)
    Entry.objects.record(by=world.an, verb="person.signed_in", target=world.an.person, at=AT)
    Entry.objects.record(by=None, verb="person.refused", target=world.an.person, at=AT)
    Entry.objects.record(by=None, verb="person.refused", target=world.chi.person, at=AT)
    assert verbs_of(auditor) == ["progress.logged", "person.signed_in", "person.refused"]


def test_everybody_reads_of_a_wrong_password_for_the_own_name(world):
    Entry.objects.record(by=None, verb="person.refused", target=world.an.person, at=AT)
    assert [verbs_of(post) for post in (world.an, world.mai, world.chi)] == [["person.refused"], [], []]


# One thing


def test_whoever_may_read_a_thing_reads_its_history(world, duty):
    logged(duty, world.an)
    duty.give_to(world.an, by=world.mai, at=AT + MINUTE)
    for post in (world.an, world.binh, world.mai, world.dung):
        assert verbs_of(post, f"assignment/{duty.pk}") == ["progress.logged", "assignment.owned"]


@pytest.mark.parametrize(
    "name", ["assignment/{}", "assignment/999999", "assignment/", "nothing/1", "plan/x", "plan/1/2", "plan/٣", "plan/-1"]
)
def test_what_is_out_of_reach_is_answered_as_if_it_did_not_exist(world, duty, name):
    assert page(world.chi, about=name.format(duty.pk)).status_code == 404


def test_of_a_plan_above_a_ward_reads_its_own_receipt_and_not_its_neighbours(world):
    plan = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    world.duty(plan=plan)
    world.plan.superiors.add(plan)
    Entry.objects.record(by=world.dung, verb="plan.issued", target=plan, at=AT)
    for post, unit in [(world.mai, world.ba_ngoi), (world.giang, world.cam_linh)]:
        Entry.objects.record(by=post, verb="plan.received", target=plan, at=AT, unit=unit.pk)
    Entry.objects.record(by=world.dung, verb="plan.drafted", target=plan, at=AT)
    assert verbs_of(world.binh, f"plan/{plan.pk}") == ["plan.issued", "plan.received"]
    assert verbs_of(world.dung, f"plan/{plan.pk}") == ["plan.issued", "plan.received", "plan.received", "plan.drafted"]


# The page


def test_an_entry_is_one_sentence_with_who_post_act_thing_and_change(world, duty):
    world.hire("khoa", world.ubnd, title="Phó Chánh Văn phòng")
    duty.give_to(world.an, by=world.mai, at=AT)
    duty.give_to(Post.objects.get(person__username="khoa"), by=world.mai, at=AT + MINUTE)
    line = page(world.mai).context["lines"][0]
    with override("en"):
        assert (line.person, line.place, str(line.kind)) == ("Mai", f"Clerk · {world.ba_ngoi.full_name}", "assignment")
    assert (line.thing, line.url) == (f"1 · {duty.task.title} · {duty.unit.full_name}", duty.get_absolute_url())
    assert line.facts == [("from → to", "An → Khoa")]
    words = " ".join(re.sub(r"<[^>]+>", " ", page(world.mai).content.decode()).split())
    assert "Mai (Clerk · phường Ba Ngòi) named the responsible person: 1 · Rà soát hệ thống thông tin · UBND phường Ba Ngòi" in words
    assert "from → to: An → Khoa" in words


FACTS = {
    "plan.closed": ({"on": "2026-07-10", "document": "12-QĐ", "reason": "xong"}, "10/07/2026|12-QĐ|xong"),
    "stage.extended": ({"stage": 0, "was": "2026-07-10", "now": None}, "10/07/2026 → –"),
    "progress.logged": ({"progress": 1, "says": "doing", "files": 2}, "in progress|2"),
    "intake.corrected": ({"fields": ["symbol", "signed_on"]}, "number and symbol; signed on"),
    "intake.refused": ({"kind": "secret"}, "bears a secrecy stamp"),
    "report.edited": ({"parts": [1, 3]}, "I; III"),
    "plan.confirmed": ({"aliases": [["Uỷ ban", "0001"]], "sha256": "x", "duties": 1200}, "Uỷ ban → Trung ương|1,200"),
    "duty.moved": ({"up": True}, "up"),
    "group.changed": ({"was": {"words": "cũ", "criteria": {}}, "words": "mới", "criteria": {"a": 1}}, "mới|cũ"),
    "token.made": ({"may_write": False}, "no"),
    "x.y": ({"unheard": {"of": [1]}}, ""),
}


@pytest.mark.parametrize("verb", FACTS)
def test_facts_are_said_and_never_shown_raw(world, verb):
    facts, said = FACTS[verb]
    entry = Entry.objects.record(by=world.mai, verb=verb, target=world.plan, at=AT, **facts)
    with override("en"):
        assert "|".join(words for _label, words in telling.of([entry], world.mai)[0].facts) == said
    assert "{" not in said


def test_what_a_sentence_names_is_named_only_to_whom_may_read_it(world, duty):
    other = world.duty(lead=world.ubnd_cam_linh, plan=plan_of(world.cam_linh, "03-KH"), title="Việc kín")
    entry = Entry.objects.record(by=world.an, verb="duty.linked", target=other.task, at=AT, parent=other.task_id)
    ours, theirs = (telling.of([entry], post)[0] for post in (world.an, world.giang))
    assert (ours.thing, ours.facts) == ("", [])
    assert "Việc kín" in theirs.thing
    assert "Việc kín" in theirs.facts[0][1]


def test_filters_narrow_the_list_and_stay_in_the_address(world, duty):
    for n in range(3):
        logged(duty, world.an, n * 24 * 60)
    duty.give_to(world.an, by=world.mai, at=AT)

    def count(**asked):
        return len(page(world.binh, **asked).context["lines"])

    assert count() == 4
    assert count(what="assignment.owned") == 1
    assert count(who="AN") == 3
    assert count(who="mai") == 1
    assert count(since="2026-07-11") == 2
    assert count(until="2026-07-10") == 2
    assert count(since="2026-07-11", until="2026-07-11") == 1
    assert count(about=f"assignment/{duty.pk}", what="progress.logged") == 3


def test_who_is_found_by_parts_of_names_without_accents_and_nobody_is_read_for_it(world, duty, django_assert_num_queries):
    duc = world.hire("duc", world.ubnd, person=Person.objects.create(username="ddan", full_name="Đỗ Đức Ấn"))
    logged(duty, duc)
    logged(duty, world.an, 1)
    with django_assert_num_queries(0):
        found = {who: JournalFilter({"who": who}, read=[]).narrow(Entry.objects.all()) for who in ("do duc", "ĐỨC ẤN", "DDAN", "_", "a%n")}
    assert [[entry.post for entry in rows] for rows in found.values()] == [[duc], [duc], [duc], [], []]


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2101-01-01", "1944-12-31"])
def test_a_day_of_no_year_of_ours_is_said_and_leaves_the_list_as_it_is(world, duty, name, day):
    logged(duty, world.an)
    answer = page(world.binh, **{name: day})
    assert (answer.status_code, len(answer.context["lines"])) == (200, 1)
    assert answer.context["form"].errors == {name: ["Chọn ngày từ năm 1945 đến năm 2100."]}
    assert "Choose a day of the years 1945 to 2100." in answer.content.decode()


@pytest.mark.parametrize(
    "asked", [{"since": "mai"}, {"what": "x"}, {"since": "2026-07-11", "until": "2026-07-10"}, {"before": "x"}, {"who": "\x00"}]
)
def test_what_makes_no_sense_is_said_beside_its_field_and_breaks_nothing(world, duty, asked):
    logged(duty, world.an)
    answer = page(world.binh, **asked)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert len(answer.context["lines"]) == (0 if asked.get("since") == "2026-07-11" else 1)


def test_older_entries_follow_by_the_last_one_shown_and_none_is_lost(world, monkeypatch):
    monkeypatch.setattr(journal_views, "ROWS", 3)
    rows = [Entry.objects.record(by=world.an, verb="progress.logged", target=world.plan, at=AT) for _ in range(8)]
    seen, before = [], ""
    while before is not None:
        context = page(world.binh, before=before).context
        seen += [line.entry.pk for line in context["lines"]]
        before = context["older"]
    assert seen == [row.pk for row in reversed(rows)]


def test_an_entry_out_of_reach_is_no_place_to_go_on_from(world, duty):
    logged(duty, world.an)
    hidden = Entry.objects.record(by=world.chi, verb="progress.logged", target=world.plan, at=AT - MINUTE)
    assert len(page(world.binh, before=hidden.pk).context["lines"]) == 1


@pytest.mark.parametrize("role", ["an", "binh", "mai", "auditor", "admin"])
def test_the_page_asks_the_same_questions_for_one_row_and_for_three(world, role, django_assert_max_num_queries):
    world.hire("auditor", world.ba_ngoi, Role.AUDITOR)
    world.hire("admin", world.ba_ngoi, Role.ADMIN)
    post = Post.objects.select_related("person", "unit__area").get(person__username=role)
    page(post)  # what the process remembers from then on, such as the ids of content types
    asked = []
    for n in (1, 2):
        for k in range(n):
            row = world.duty()
            logged(row, world.an, k)
            row.give_to(world.an, by=post, at=AT)
            Entry.objects.record(by=post, verb="token.made", target=post, at=AT)
        with django_assert_max_num_queries(45) as seen:
            assert len(page(post).context["lines"]) >= n
        asked.append(len(seen))
    assert asked[0] == asked[1]


# The chain, and taking it along


def test_inspection_sees_how_far_the_chain_is_sealed_and_anchored(world, duty, settings, tmp_path):
    settings.ANCHOR_DIR = tmp_path
    auditor = world.hire("thanh", world.ba_ngoi, Role.AUDITOR)
    assert page(auditor).context["chain"]["head"] is None
    logged(duty, world.an)
    sealing.seal(at=AT)
    anchoring.anchor(at=AT)
    chain = page(auditor).context["chain"]
    assert (chain["head"].n, chain["sealed_at"], chain["anchor"].n) == (1, AT, 1)
    assert [page(post).context["chain"] for post in (world.an, world.binh, world.mai)] == [None] * 3


def export(post, form="csv", **asked):
    client = Client()
    client.force_login(post.person, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("export_journal", args=[form]), asked)


def test_inspection_takes_the_list_along_with_each_place_in_the_chain(world, duty, monkeypatch):
    monkeypatch.setattr(journal_views, "CHUNK", 2)
    auditor = world.hire("thanh", world.ba_ngoi, Role.AUDITOR)
    for n in range(5):
        logged(duty, world.an, n)
    sealing.seal(at=AT)
    answer = export(auditor, what="progress.logged")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(row[0], row[1], row[6]) for row in rows[1:]] == [(f"10/07/2026 09:0{n}:00", "An", str(n + 1)) for n in (4, 3, 2, 1, 0)]
    taken = Entry.objects.get(verb="journal.exported")
    assert (taken.post, taken.facts) == (auditor, {"filter": {"what": "progress.logged"}})
    assert export(auditor, "xlsx").getvalue().startswith(b"PK")


def test_nobody_else_takes_it_along(world):
    admin = world.hire("quang", world.centre, Role.ADMIN)
    assert [export(post).status_code for post in (world.an, world.binh, world.mai, admin)] == [403] * 4
    assert not Entry.objects.exists()
