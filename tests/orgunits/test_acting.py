"""In which post a request acts: the visible switch, a page kept open in another tab, and who stands in for somebody."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from journal.models import Entry, Notice
from orgunits import posts
from orgunits.models import Post, Role, UnitChange
from reports import filing
from reports.models import MonthlyReport
from tasks import declarations, reminders
from tasks.models import Assignment, Progress
from tasks.models.progress import log_progress
from tests.tasks.coverings import Covering
from tests.tasks.test_views import form

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 10, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
TODAY, DAY = AT.date(), timedelta(days=1)
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def second(world):
    """An's second post, at the firm that her own office keeps: from both she may log on its duties."""
    return world.hire("an2", world.firm, person=world.an.person)


@pytest.fixture
def acting(as_post, world):
    def acting(post):
        client = as_post(post)
        client.post(reverse("act_as"), {"post": post.pk})
        return client

    return acting


def deputy(world, *, of=None, person=None, since=TODAY, until=TODAY + 9 * DAY, by=None, at=AT):
    of = of or world.an
    return posts.name_deputy(of, person=person or world.mai.person, since=since, until=until, by=by or of, at=at)


def now(world, **more):
    """A deputy of today, for pages."""
    today = timezone.localdate()
    return deputy(world, since=today, until=today + 9 * DAY, at=timezone.now(), **more)


# The switch


def test_every_form_says_in_which_post_its_page_was_opened(world, second, acting):
    page = acting(second).get(reverse("assignment", args=[world.duty(lead=world.firm).pk])).content.decode()
    forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
    assert len(forms) >= 4
    assert {re.findall(r'name="acting" value="(\d+)"', form)[0] for form in forms} == {str(second.pk)}


def test_the_current_post_stands_on_every_page_and_one_tap_away_are_the_others(world, second, acting):
    page = acting(second).get(reverse("inbox")).content.decode()
    assert re.search(rf"<summary><b>An</b>{re.escape(second.place)}</summary>", page)
    buttons = re.findall(r'<button class="btn quiet" name="post" value="(\d+)"( disabled aria-current="true")?>', page)
    assert buttons == [(str(world.an.pk), ""), (str(second.pk), ' disabled aria-current="true"')]


def test_it_is_remembered_for_the_session(world, second, acting):
    client = acting(second)
    assert [client.get(reverse("account")).wsgi_request.post for _ in range(2)] == [second] * 2


# A page of another post


def stale(client, duty, opened, **more):
    return client.post(reverse("log_progress", args=[duty.pk]), form(duty, acting=opened.pk, **more))


def test_a_page_of_another_post_writes_nothing_and_keeps_every_word(world, second, acting):
    duty = world.duty(lead=world.firm)
    page = stale(acting(second), duty, world.an, difficulties="Thiếu <b>kinh phí</b>")
    assert (page.status_code, Progress.objects.count()) == (409, 0)
    assert (page.context["opened"], page.context["still"]) == (world.an, world.an)
    kept = dict(page.context["kept"])
    assert (kept["words"], kept["difficulties"], "acting" in kept) == ("Đã rà quét 12 máy chủ", "Thiếu <b>kinh phí</b>", False)
    assert "<b>kinh phí</b>" not in page.content.decode()


@pytest.mark.parametrize("chosen", ["an", "second"])
def test_the_person_chooses_in_which_post_it_is_sent(world, second, acting, chosen):
    duty, post = world.duty(lead=world.firm), {"an": world.an, "second": second}[chosen]
    client = acting(second)
    kept = dict(stale(client, duty, world.an).context["kept"])
    answer = client.post(reverse("log_progress", args=[duty.pk]), {**kept, "acting": second.pk, "acting_as": post.pk})
    assert (answer.status_code, Progress.objects.get().by) == (302, post)
    assert client.get(reverse("account")).wsgi_request.post == post


def test_a_verdict_of_another_post_is_not_written(world, acting):
    """Bình is also an official: what she opened as the head is not sent as the official, and not lost."""
    entry = log_progress(world.duty(due_on=TODAY), by=world.an, at=AT, says=Progress.Says.DONE, words="Xong")
    official = world.hire("binh2", world.committee, person=world.binh.person)
    client = acting(official)
    page = client.post(reverse("judge", args=[entry.pk]), {"ok": "1", "acting": world.binh.pk})
    assert (page.status_code, hasattr(entry, "verdict"), page.context["kept"]) == (409, False, [("ok", "1")])
    client.post(reverse("judge", args=[entry.pk]), {"ok": "1", "acting": official.pk, "acting_as": world.binh.pk})
    entry.refresh_from_db()
    assert entry.verdict.by == world.binh


def test_files_must_be_chosen_again(world, second, acting):
    page = stale(acting(second), world.duty(lead=world.firm), world.an, files=[SimpleUploadedFile("a.pdf", PDF)])
    assert (page.status_code, page.context["files"]) == (409, ["files"])
    assert 'type="file" name="files"' in page.content.decode()


def test_a_post_that_ended_meanwhile_is_named_and_not_offered(world, second, acting):
    client, duty = acting(second), world.duty(lead=world.firm)
    Post.objects.filter(pk=world.an.pk).update(until=timezone.localdate() - DAY)
    page = stale(client, duty, world.an)
    assert (page.status_code, page.context["opened"], page.context["still"]) == (409, world.an, None)
    assert stale(client, duty, second, acting_as=world.an.pk).status_code == 409
    assert not Progress.objects.exists()


@pytest.mark.parametrize("mark", ["0", "x", "", "9" * 30, "-1", "²"])
def test_a_mark_that_makes_no_sense_is_another_post(world, acting, mark):
    page = acting(world.an).post(reverse("log_nothing", args=[world.duty().pk]), {"acting": mark})
    assert (page.status_code, page.context["opened"], Progress.objects.count()) == (409, None, 0)


def test_the_post_of_somebody_else_is_not_named(world, acting):
    page = acting(world.an).post(reverse("log_nothing", args=[world.duty().pk]), {"acting": world.chi.pk})
    assert (page.status_code, page.context["opened"]) == (409, None)


def test_nobody_sends_in_the_post_of_somebody_else(world, acting):
    page = acting(world.an).post(reverse("log_nothing", args=[world.duty().pk]), {"acting_as": world.mai.pk})
    assert (page.status_code, Progress.objects.count()) == (409, 0)


def test_acts_of_the_person_are_the_same_in_every_post(world, second, acting):
    client = acting(second)
    Notice.objects.tell([world.an.person_id], key="a", kind="plan", title="a", link="/", at=AT)
    for name, args in [("read_all", []), ("open_notice", [Notice.objects.get().pk]), ("sign_out", [])]:
        assert client.post(reverse(name, args=args), {"acting": world.an.pk}).status_code == 302


# Deputies


def test_a_deputy_has_the_post_for_the_days_named(world):
    row = deputy(world)
    assert (row.unit, row.role, row.deputises, row.instead_of) == (world.ubnd, Role.OFFICIAL, world.an, "An")
    assert (row.scope().own, row.place.count("An")) == (world.an.scope().own, 1)
    assert [row in Post.objects.live(on=TODAY + n * DAY) for n in (-1, 0, 9, 10)] == [False, True, True, False]
    entry = Entry.objects.get(verb="post.deputised")
    assert (entry.target, entry.facts["person"]) == (world.an, world.mai.person_id)


def test_a_deputys_rights_end_with_the_last_day(world, acting):
    duty, row = world.duty(), now(world, person=world.giang.person)
    client = acting(row)
    assert client.post(reverse("log_progress", args=[duty.pk]), form(duty)).status_code == 302
    entry = Progress.objects.get()
    assert entry.by.place == row.place
    Post.objects.filter(pk=row.pk).update(until=timezone.localdate() - DAY)
    assert client.get(duty.get_absolute_url()).status_code == 404


def test_ended_early_it_is_over_at_once(world, as_post):
    row = now(world)
    assert as_post(world.an).post(reverse("end_post", args=[row.pk]), {"now": "1"}).status_code == 302
    row.refresh_from_db()
    assert not row.is_live(on=timezone.localdate())


def test_reminders_go_to_the_holder_and_the_live_deputy(world):
    duty = world.duty(due_on=TODAY + 7 * DAY)
    world.hire("khac", world.ubnd)
    Assignment.objects.filter(pk=duty.pk).update(owner=world.an)
    deputy(world, until=TODAY + 3 * DAY)
    reminders.send(TODAY, at=AT)
    assert set(Notice.objects.values_list("person__username", flat=True)) == {"an", "mai"}
    reminders.send(TODAY + 4 * DAY, at=AT + 4 * DAY)
    assert set(Notice.objects.filter(key__endswith="/d3").values_list("person__username", flat=True)) == {"an"}


def test_who_stands_in_is_not_named_for_a_duty(world):
    row = deputy(world)
    assert row not in world.duty().possible_owners(on=TODAY)


REFUSED = {
    "the holder": {"person": "an"},
    "backwards": {"since": TODAY + DAY, "until": TODAY},
    "from yesterday": {"since": TODAY - DAY},
    "overlapping": {"person": "giang", "since": TODAY + 9 * DAY, "until": TODAY + 20 * DAY},
    "around it": {"person": "giang", "since": TODAY, "until": TODAY + 99 * DAY},
    "oneself, by who grants": {"person": "binh", "by": "binh", "since": TODAY + 30 * DAY, "until": TODAY + 31 * DAY},
    "of a deputy": {"of": "deputy", "person": "giang"},
    "a locked account": {"person": "khoa", "since": TODAY + 30 * DAY, "until": TODAY + 31 * DAY},
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(world, case):
    khoa = world.hire("khoa", world.committee)
    type(khoa.person).objects.filter(pk=khoa.person_id).update(is_active=False)
    people = {post.person.username: post for post in (world.an, world.mai, world.binh, world.giang)} | {"deputy": deputy(world)}
    khoa.person.refresh_from_db()
    people["khoa"] = khoa
    asked = dict(REFUSED[case])
    asked["person"] = people[asked.get("person", "mai")].person
    asked |= {name: people[asked[name]] for name in ("of", "by") if name in asked}
    with pytest.raises(posts.CannotGive):
        deputy(world, **asked)
    assert Post.objects.filter(deputises__isnull=False).count() == 1


def test_the_day_after_another_may_stand_in_and_asked_twice_it_is_one(world):
    first = deputy(world)
    assert deputy(world) == first
    assert deputy(world, person=world.giang.person, since=TODAY + 10 * DAY, until=TODAY + 12 * DAY) != first


def test_not_longer_than_the_post_itself(world):
    Post.objects.filter(pk=world.an.pk).update(until=TODAY + 5 * DAY)
    with pytest.raises(posts.CannotGive):
        deputy(world)


# Nobody confirms what they filed


@pytest.mark.parametrize(("filed_by", "judged_by", "ok"), [
    ("mai for an", "binh", True),
    ("mai for an", "mai for binh", False),  # the same person
    ("an", "an for binh", False),
    ("an for mai", "mai for binh", False),  # Mai was absent: it was filed in her name
    ("mai", "an for binh", True),
    ("binh2", "mai for binh", False),  # the deputy of who filed it
    ("binh2", "dung", False),
])  # fmt: skip
def test_neither_who_filed_it_nor_who_stands_in_confirms(world, filed_by, judged_by, ok):
    held = {"binh2": world.hire("binh2", world.ubnd, person=world.binh.person)}

    def post(words):
        name, _for, absent = words.partition(" for ")
        row = held.get(name) or getattr(world, name)
        return deputy(world, of=getattr(world, absent), person=row.person) if absent else row

    entry = log_progress(world.duty(due_on=TODAY), by=post(filed_by), at=AT, says=Progress.Says.DONE, words="Xong")
    assert entry.may_be_judged_by(post(judged_by)) == ok


def test_a_report_is_not_accepted_by_who_stands_in_for_its_signer(world):
    """Bình also heads the province: neither she nor her deputy there accepts what she signed."""
    above = world.hire("binh3", world.khanh_hoa, Role.STEERING, person=world.binh.person)
    report = MonthlyReport.objects.create(unit=world.ba_ngoi, month=TODAY.replace(day=1), opened_at=AT)
    filing.sign(report, by=world.binh, at=AT)
    filing.file(report, by=world.mai, at=AT)
    report = MonthlyReport.objects.with_names().get()
    assert report.may_be_judged_by(world.dung)
    assert not report.may_be_judged_by(above)
    assert not report.may_be_judged_by(deputy(world, of=above, person=world.chi.person))
    assert not report.may_be_judged_by(deputy(world, of=world.dung, person=world.mai.person))


def test_a_declaration_is_not_judged_by_who_stands_in_for_who_filed_it(world):
    covering = Covering(world)
    row = declarations.declare(covering.one, unit=world.ba_ngoi, reason="Không có", by=world.mai, at=AT)
    stands_in = deputy(world, of=world.hoa, person=world.mai.person)
    assert declarations.judge([row.pk], ok=True, by=stands_in, at=AT) == []
    assert declarations.judge([row.pk], ok=True, by=world.hoa, at=AT) == [row]


def test_a_change_of_units_is_not_approved_through_a_deputy(world):
    admin = world.hire("quan", world.khanh_hoa, Role.ADMIN)
    change = UnitChange(kind="close", on=TODAY, by=admin, at=AT)
    assert change.may_be_approved_by(world.dung, [world.cam_linh])
    assert not change.may_be_approved_by(deputy(world, of=world.dung, person=admin.person), [world.cam_linh])
