"""The story of one duty, from the file taken in to the confirmed result: in order, and complete against the journal."""

from datetime import date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from journal.models import Entry, Notice
from orgunits.models import Role
from plans.models import AmendingPaper
from reports import filing, story
from reports.models import MonthlyReport
from tasks import extending
from tasks.importer import confirming, reviewing
from tasks.models import Assignment
from tasks.models.progress import log_progress
from tests.tasks.intakes import AT as TAKEN_IN
from tests.tasks.intakes import duty as read
from tests.tasks.intakes import plan as found
from tests.tasks.intakes import taken_in
from tests.world import plan_of

pytestmark = pytest.mark.django_db
PDF = ContentFile(b"%PDF-1.4 x", name="biên bản.pdf")


class Clock:
    """One minute later with every act."""

    def __init__(self, at):
        self.at = at

    def __call__(self, days=0):
        self.at += timedelta(days=days, minutes=1)
        return self.at


class Told:
    """A duty of Ba Ngòi's plan from import to confirmed, and the acts of others beside it."""

    def __init__(self, world):
        self.world, self.clock = world, Clock(TAKEN_IN)
        self.take_in()
        self.own()
        self.move_its_date()
        self.work()
        self.report()
        self.others()

    def take_in(self):
        world, by = self.world, {"by": self.world.mai}
        led = {"lead_units": [world.ubnd.code]}
        self.intake = taken_in(world.mai, found(read(1, **led), read(2, **led), issuer_unit=world.committee.code))
        first, second = self.intake.drafts.order_by("position")
        reviewing.edit(first, {"title": "Lập danh mục hệ thống"}, **by, at=self.clock())
        reviewing.accept(second, **by, at=self.clock())
        reviewing.undo(self.intake, **by, at=self.clock())
        reviewing.accept_clear(self.intake, **by, at=self.clock())
        self.plan = confirming.confirm(self.intake, **by, at=self.clock())
        self.task, self.other = self.plan.tasks.order_by("position")
        self.row = self.task.assignments.get()

    def own(self):
        self.row.give_to(self.world.an, by=self.world.mai, at=self.clock(1))

    def move_its_date(self):
        for task, day in [(self.task, 15), (self.other, 20)]:
            extending.extend(task.stages.get(), date(2026, 8, day), paper=self.paper(day), by=self.world.binh, at=self.clock(1))

    def paper(self, day):
        return AmendingPaper(f"{day}-QĐ/BCĐ", "QĐ", "Quyết định", date(2026, 5, 7), "Trưởng ban", "chờ hướng dẫn của tỉnh")

    def work(self):
        first = log_progress(self.row, by=self.world.an, at=self.clock(30), says="done", words="Đã lập danh mục", files=[PDF])
        near = {"key": "deadline/1/x", "kind": "deadline", "title": "Sắp đến hạn", "link": self.row.get_absolute_url()}
        Notice.objects.tell([self.world.an.person_id], at=self.clock(), **near)
        first.judge(by=self.world.binh, at=self.clock(), ok=False, reason="thiếu biên bản")
        words = {"words": "Đã lập, có biên bản", "difficulties": "Thiếu máy"}
        again = log_progress(self.row, by=self.world.an, at=self.clock(1), says="done", **words)
        again.judge(by=self.world.binh, at=self.clock(), ok=True)

    def report(self):
        self.month = MonthlyReport.objects.create(unit=self.world.ba_ngoi, month=date(2026, 6, 1), opened_at=TAKEN_IN)
        filing.sign(self.month, by=self.world.binh, at=self.clock())
        filing.file(self.month, by=self.world.mai, at=self.clock())
        self.month.refresh_from_db()
        self.month.judge(by=self.world.dung, at=self.clock(), ok=True)

    def others(self):
        """What happened in the same days and belongs to other stories."""
        world = self.world
        log_progress(self.other.assignments.get(), by=world.an, at=self.clock(), says="doing", words="Việc khác")
        log_progress(world.duty(), by=world.an, at=self.clock(), says="doing", words="Kế hoạch khác")
        Entry.objects.record(by=world.giang, verb="plan.received", target=self.plan, at=self.clock(), unit=world.cam_linh.pk)
        Entry.objects.record(by=world.giang, verb="not_applicable.declared", target=self.task, at=self.clock(), unit=world.cam_linh.code)

    def acts(self, post=None):
        """The entries the story tells, in its order."""
        events = story.of(Assignment.objects.with_names().get(pk=self.row.pk), post or self.world.binh)
        return [event.entry for event in events if event.entry]


@pytest.fixture
def told(world):
    return Told(world)


WHOLE = [
    ("intake.uploaded", "mai"),
    ("intake.read", None),
    ("intake.reviewed", "mai"),
    ("intake.reviewed", "mai"),
    ("intake.undone", "mai"),
    ("intake.reviewed", "mai"),
    ("plan.confirmed", "mai"),
    ("assignment.owned", "mai"),
    ("stage.extended", "binh"),
    ("plan.extended", "binh"),
    ("progress.logged", "an"),
    ("progress.returned", "binh"),
    ("progress.logged", "an"),
    ("progress.confirmed", "binh"),
    ("report.signed", "binh"),
    ("report.filed", "mai"),
    ("report.accepted", "dung"),
]


def test_the_story_goes_from_the_file_taken_in_to_the_confirmed_result(told):
    assert [(act.verb, act.person and act.person.username) for act in told.acts()] == WHOLE


def test_it_tells_every_entry_about_its_things_once_and_in_the_order_of_the_journal(told):
    about = Q()
    for thing in (told.intake, told.plan, told.task, told.row, told.month):
        about |= Q(pk__in=Entry.objects.about(thing).values("pk"))
    beside = Q(facts__unit__in=[told.world.cam_linh.pk, told.world.cam_linh.code])
    beside |= Q(verb="plan.extended", facts__stage=told.other.stages.get().pk)
    wanted = list(Entry.objects.filter(about).exclude(pk__in=Entry.objects.filter(beside).values("pk")).order_by("at", "pk"))
    assert len(wanted) == len(WHOLE)
    assert told.acts() == wanted


def test_what_happened_beside_it_is_left_out(told):
    ids = {act.pk for act in told.acts()}
    assert not ids & set(Entry.objects.filter(by_others(told)).values_list("pk", flat=True))
    assert Entry.objects.count() - len(ids) == 6  # of the other two duties four, the neighbour's two


def by_others(told):
    return Q(person=told.world.giang.person) | Q(facts__stage=told.other.stages.get().pk)


def page(told, post):
    client = Client()
    client.force_login(post.person, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("story", args=[told.row.pk]))


def test_the_page_says_what_who_when_and_why(told):
    words = page(told, told.world.binh).content.decode()
    for said in [
        *("Đã lập danh mục", "thiếu biên bản", "Đã lập, có biên bản", "Thiếu máy", "biên bản.pdf"),
        *("15-QĐ/BCĐ", "chờ hướng dẫn của tỉnh", "Sắp đến hạn", told.world.binh.place, told.world.an.place, "15/08/2026"),
    ]:
        assert said in words, said
    for said in ["20-QĐ/BCĐ", "Việc khác", "Kế hoạch khác", "Giang"]:
        assert said not in words, said


def test_the_beginning_and_the_reminder_stand_where_they_belong(told):
    with override("en"):
        events = story.of(Assignment.objects.with_names().get(pk=told.row.pk), told.world.binh)
    steps = [event.entry.verb if event.entry else event.words.split()[0] for event in events]
    assert steps[6:8] == ["plan.confirmed", "assigned"]
    assert steps[11:14] == ["progress.logged", "reminded:", "progress.returned"]
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert [event.people for event in events if event.people] == [["An"]]


def test_a_duty_whose_plan_came_without_acts_begins_with_its_assignment(world):
    row = world.duty()
    log_progress(row, by=world.an, at=TAKEN_IN + timedelta(days=60), says="doing", words="x")
    events = story.of(Assignment.objects.with_names().get(pk=row.pk), world.an)
    assert [event.entry and event.entry.verb for event in events] == [None, "progress.logged"]


# Who


@pytest.mark.parametrize("name", ["an", "mai", "binh", "dung", "hoa"])
def test_whoever_reads_the_assignment_reads_its_story(told, name):
    assert page(told, getattr(told.world, name)).status_code == 200


@pytest.mark.parametrize("name", ["chi", "giang"])
def test_to_a_neighbour_it_does_not_exist(told, name):
    assert page(told, getattr(told.world, name)).status_code == 404


def test_others_than_the_plans_own_see_it_begin_where_it_was_issued(told):
    auditor = told.world.hire("thanh", told.world.ba_ngoi, Role.AUDITOR)
    begun = [name for name, _who in WHOLE[6:]]
    assert [act.verb for act in told.acts(told.world.an)] == [name for name, _who in WHOLE]
    without_signing = [name for name in begun if name != "report.signed"]
    assert [act.verb for act in told.acts(told.world.dung)] == without_signing
    assert [act.verb for act in told.acts(auditor)] == without_signing


def test_a_draft_that_took_the_place_of_a_cited_plan_keeps_its_beginning(world):
    plan, row = world.plan, world.duty()
    draft = plan_of(world.cam_linh, "du-thao")
    Entry.objects.record(by=world.mai, verb="plan.drafted", target=draft, at=TAKEN_IN)
    Entry.objects.record(by=world.binh, verb="plan.issued", target=plan, at=TAKEN_IN + timedelta(days=1), draft=draft.pk)
    events = story.of(Assignment.objects.with_names().get(pk=row.pk), world.binh)
    assert [event.entry and event.entry.verb for event in events] == ["plan.drafted", "plan.issued", None]


def test_a_page_asks_the_same_questions_however_long_the_story(world, django_assert_max_num_queries):
    row, asked = world.duty(), []
    for n in (1, 3):
        for k in range(n):
            at = timezone.make_aware(datetime(2026, 7, n, 9, k))
            log_progress(row, by=world.an, at=at, says="doing", words="x", files=[PDF]).judge(by=world.binh, at=at, ok=True)
        with django_assert_max_num_queries(60) as seen:
            client = Client()
            client.force_login(world.binh.person, backend="django.contrib.auth.backends.ModelBackend")
            assert client.get(reverse("story", args=[row.pk])).status_code == 200
        asked.append(len(seen))
    assert asked[0] == asked[1]
