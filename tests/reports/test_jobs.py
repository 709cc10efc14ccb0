from datetime import date, datetime
from itertools import chain, repeat

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from journal.models import Digest, Heartbeat, Notice
from reports import jobs
from reports.models import MonthlyReport
from tests.tasks.incidents import noted
from tests.world import plan_of

VN = timezone.get_default_timezone()


def moment(day, hour, minute=0):
    return datetime(2026, 7, day, hour, minute, tzinfo=VN)


NIGHT = [
    *("change_units", "hand_over_posts", "open_reports", "resume_pauses", "turn_over"),
    *("climb_difficulties", "anchor", "clear_drafts", "remove_orphans"),
]


@pytest.mark.parametrize(
    ("hour", "names"),
    [
        (0, []),
        (1, NIGHT[:7]),
        (7, [*NIGHT, "remind"]),
        (8, [*NIGHT, "remind", "remind_of_reports", "send_digests"]),
    ],
)
def test_a_job_never_rung_today_is_missed_from_its_hour_on(db, hour, names):
    assert [name for _, name, job in jobs.DAILY if job in jobs.missed(moment(10, hour))] == names


def test_yesterdays_beat_does_not_count_and_todays_does(db):
    Heartbeat.objects.create(name="remind", at=moment(9, 23))
    Heartbeat.objects.create(name="change_units", at=moment(10, 0, 6))
    Heartbeat.objects.create(name="hand_over_posts", at=moment(10, 0, 7))
    Heartbeat.objects.create(name="resume_pauses", at=moment(10, 0, 16))
    Heartbeat.objects.create(name="turn_over", at=moment(10, 0, 21))
    Heartbeat.objects.create(name="open_reports", at=moment(10, 0, 11))
    Heartbeat.objects.create(name="climb_difficulties", at=moment(10, 0, 16))
    Heartbeat.objects.create(name="anchor", at=moment(10, 0, 21))
    Heartbeat.objects.create(name="clear_drafts", at=moment(10, 3, 21))
    Heartbeat.objects.create(name="remove_orphans", at=moment(10, 3, 41))
    assert [name for _, name, job in jobs.DAILY if job in jobs.missed(moment(10, 7, 1))] == ["remind"]


@pytest.mark.parametrize(("hour", "name", "job"), jobs.DAILY, ids=[name for _, name, _ in jobs.DAILY])
def test_a_job_that_ends_after_midnight_was_the_day_befores(db, monkeypatch, hour, name, job):
    clock = chain([moment(9, 23, 59)], repeat(moment(10, 0, 1)))
    Heartbeat.objects.bulk_create(Heartbeat(name=each, at=moment(9, 7)) for each in {"remind", "remind_of_reports"} - {name})
    monkeypatch.setattr(timezone, "now", lambda: next(clock))
    job()
    assert Heartbeat.objects.get(name=name).at == moment(9, 23, 59)
    assert job in jobs.missed(moment(10, 8))


def test_a_machine_off_in_the_morning_catches_up_with_one_sweep_and_tells_once(world):
    world.duty(due_on=date(2026, 7, 9))
    with time_machine.travel(moment(10, 11), tick=False):
        for _ in range(10):
            jobs.sweep()
    told = Notice.objects.filter(person=world.an.person)
    assert [notice.key.split("/")[-1] for notice in told.filter(kind="overdue")] == ["d0"]
    assert Digest.objects.filter(person=world.an.person).count() == 1
    assert [letter.to for letter in mail.outbox].count([world.an.person.email]) == 1
    assert MonthlyReport.objects.filter(unit=world.ba_ngoi, month=date(2026, 7, 1)).count() == 1


# The day's letter waits for the day's reminders


def letter_of(post):
    """The notices in the letter of the 10th, by their last word; None where it is not planned yet."""
    digest = Digest.objects.filter(person=post.person, on=date(2026, 7, 10)).first()
    return digest and sorted(digest.notices.values_list("key", flat=True))


@pytest.fixture
def morning(world):
    """A duty that is due on the 10th, and a notice of the afternoon before."""
    world.duty(due_on=date(2026, 7, 10))
    Notice.objects.tell([world.an.person_id], key="afternoon", kind="plan", title="Kế hoạch mới", at=moment(9, 15))
    return world


@pytest.mark.parametrize("jobs_run", [(), ("remind",), ("remind_of_reports",)])
def test_a_digest_that_overtakes_the_reminders_waits_for_them_and_the_sweep_asks_again(morning, jobs_run):
    with time_machine.travel(moment(10, 9), tick=False):
        for name in jobs_run:
            next(job for _, daily, job in jobs.DAILY if daily == name)()
        jobs.send_digests()
        assert letter_of(morning.an) is None
        assert jobs.send_digests in jobs.missed(timezone.localtime())
    with time_machine.travel(moment(10, 9, 1), tick=False):
        jobs.sweep()
    assert len(letter_of(morning.an)) == 2
    assert [letter.to for letter in mail.outbox].count([morning.an.person.email]) == 1


def test_a_job_that_never_ends_well_holds_letters_back_for_an_hour_and_not_for_the_day(morning, monkeypatch):
    def broken(**_facts):
        raise OSError("disk full")

    monkeypatch.setattr(jobs.reminders, "send", broken)
    planned = {}
    for hour, minute in [(9, 0), (9, 30), (9, 59), (10, 0), (10, 1)]:
        with time_machine.travel(moment(10, hour, minute), tick=False):
            jobs.sweep()
        planned[hour, minute] = letter_of(morning.an) is not None
    assert planned == {(9, 0): False, (9, 30): False, (9, 59): False, (10, 0): True, (10, 1): True}
    assert len(letter_of(morning.an)) == 2


def test_yesterdays_reminders_and_yesterdays_wait_do_not_count(morning):
    Heartbeat.objects.bulk_create(Heartbeat(name=name, at=moment(9, 7)) for name in ("remind", "remind_of_reports", "wait_for_reminders"))
    with time_machine.travel(moment(10, 9), tick=False):
        jobs.send_digests()
    assert letter_of(morning.an) is None


@pytest.mark.parametrize(("day", "step"), [(14, None), (15, "d9"), (21, "d4"), (23, "d1"), (24, "d0")])
def test_the_latest_step_of_the_month_is_told_to_who_has_not_filed(world, day, step):
    world.duty(joined_on=date(2026, 6, 30))
    with time_machine.travel(moment(day, 9), tick=False):
        for _ in range(10):
            jobs.open_reports()
            jobs.remind()
    told = Notice.objects.filter(kind="report")
    assert sorted(told.values_list("person__username", "key")) == sorted(
        (who.person.username, f"report/{world.ba_ngoi.pk}/2026-07/v1/{step}") for who in ((world.binh, world.mai) if step else ())
    )


def test_one_broken_step_holds_up_no_other(world, monkeypatch):
    def broken(*, at):
        raise OSError("disk full")

    monkeypatch.setattr(jobs, "order_papers", broken)
    world.duty(due_on=date(2026, 7, 9))
    with time_machine.travel(moment(10, 11), tick=False):
        jobs.sweep()
    assert mail.outbox
    assert not Heartbeat.objects.filter(name="sweep").exists()


def test_a_step_of_the_sweep_reads_the_clock_when_its_turn_comes(db, monkeypatch):
    sent = []
    with time_machine.travel(moment(10, 11), tick=False) as clock:
        monkeypatch.setattr(jobs, "order_papers", lambda at: clock.shift(660))
        monkeypatch.setattr(jobs.digests, "send_unsent", lambda at: sent.append(at))
        jobs.sweep()
    assert sent == [moment(10, 11), moment(10, 11, 11)]  # the day's own letters, then what is left after eleven minutes of another step


def test_from_the_25th_the_unit_above_hears_of_it_too(world):
    world.duty(joined_on=date(2026, 6, 30))
    with time_machine.travel(moment(25, 9), tick=False):
        jobs.open_reports()
        jobs.remind()
    late = Notice.objects.filter(key__endswith="/late")
    assert set(late.values_list("person__username", flat=True)) == {"binh", "mai", "dung"}


def test_who_has_filed_is_left_alone(world):
    world.duty(joined_on=date(2026, 6, 30))
    plan_of(world.cam_linh, "03-KH/BCĐ")
    with time_machine.travel(moment(23, 9), tick=False):
        jobs.open_reports()
        MonthlyReport.objects.update(filed_at=timezone.now(), signed_at=timezone.now(), number=1)
        jobs.remind()
    assert not Notice.objects.filter(kind="report").exists()


def test_the_sweep_gives_the_alerts_of_an_incident_once_each(world):
    noted(world, at=moment(9, 22, 30))
    for hour, minute, steps in [(10, 29, []), (10, 30, ["h12"]), (18, 31, ["h12", "h20"]), (22, 30, ["h12", "h20", "h24"])]:
        with time_machine.travel(moment(10, hour, minute), tick=False):
            for _ in range(10):
                jobs.sweep()
        told = Notice.objects.filter(kind="incident", person=world.an.person).order_by("pk")
        assert [notice.key.split("/")[-1] for notice in told] == steps


def test_incidents_and_returned_reports_leave_within_the_minute_beside_the_days_letter(world):
    world.duty(due_on=date(2026, 7, 9))
    noted(world, at=moment(10, 8))
    with time_machine.travel(moment(10, 9), tick=False):
        for _ in range(3):
            jobs.sweep()
    with time_machine.travel(moment(10, 20), tick=False):
        july = MonthlyReport.objects.filter(unit=world.ba_ngoi, month=date(2026, 7, 1))
        july.update(filed_at=timezone.now(), signed_at=timezone.now(), number=1)
        july.get().judge(by=world.dung, at=timezone.now(), ok=False, reason="Thiếu")
        for _ in range(3):
            jobs.sweep()
    with time_machine.travel(moment(11, 9), tick=False):
        jobs.sweep()
    letters = [letter.message()["Message-ID"] for letter in mail.outbox if letter.to == [world.mai.person.email]]
    urgent = Notice.objects.filter(person=world.mai.person, urgent=True).order_by("pk")
    assert [notice.key.split("/")[-1] for notice in urgent] == ["noted", "returned", "h12", "h24"]
    assert [name for name in letters if "notice" in name] == [f"<notice-{notice.pk}@thongsuot>" for notice in urgent]
    assert len(letters) == len(set(letters))


def test_the_bell_for_urgent_letters_rings_when_the_act_stands(world, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("journal.waking._ring", lambda job: rung.append(job.name))
    with django_capture_on_commit_callbacks(execute=True):
        noted(world, at=moment(10, 8))
        assert rung == []
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.incident_clock.alert(at=moment(10, 20))
    report = MonthlyReport.objects.create(
        unit=world.ba_ngoi, month=date(2026, 7, 1), opened_at=moment(1, 0), filed_at=moment(10, 0), number=1, facts={"symbol_tail": "BC"}
    )
    with django_capture_on_commit_callbacks(execute=True):
        report.judge(by=world.dung, at=moment(11, 8), ok=False, reason="Thiếu")
    assert rung == ["journal.jobs.send_urgent"] * 3


def test_off_for_three_days_over_the_24th_one_letter_holds_everything_and_nothing_is_told_twice(world):
    world.duty(due_on=date(2026, 7, 24), title="Đến hạn")
    world.duty(due_on=date(2026, 7, 17), title="Quá hạn một tuần")
    with time_machine.travel(moment(22, 9), tick=False):
        jobs.sweep()
    told, letters = set(Notice.objects.values_list("pk", flat=True)), len(mail.outbox)
    for hour, minute in [(9, 0), (9, 1), (10, 0), (23, 59)]:
        with time_machine.travel(moment(26, hour, minute), tick=False):
            jobs.sweep()
    fresh = Notice.objects.exclude(pk__in=told)
    late = f"report/{world.ba_ngoi.pk}/2026-07/v1/late"
    assert sorted((name, key.rpartition("/")[2]) for name, key in fresh.values_list("person__username", "key")) == [
        *(("an", "d0"), ("an", "w1"), ("binh", "late"), ("binh", "w1"), ("dung", "late"), ("mai", "late")),
    ]
    assert fresh.filter(key=late).count() == 3
    assert sorted(letter.to[0] for letter in mail.outbox[letters:]) == [f"{name}@example.vn" for name in ("an", "binh", "dung", "mai")]
    assert {digest.notices.count() for digest in Digest.objects.filter(on=date(2026, 7, 26), person__username__in=["an", "binh"])} == {2}
    assert Digest.objects.filter(on__range=(date(2026, 7, 23), date(2026, 7, 25))).count() == 0
    assert len(set(Notice.objects.values_list("person", "key"))) == Notice.objects.count()
