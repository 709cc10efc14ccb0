"""The clocks of a month: on time, locked, reopened, cut off earlier; receipts, empty reports, supplements."""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from journal.models import Entry, Notice
from orgunits.models import OrgUnit, Role
from plans import period
from reports import comparing, compliance, cutting_off, drafting, filing, lint, reminders, reopening, supplements
from reports.models import Cutoff, Locked, MonthlyReport, Paper, Reopening, ReportVerdict, Timing
from reports.models.cutoff import last_day, last_days
from tasks.models import StaleWrite
from tasks.models.progress import log_progress
from tests.world import plan_of

JUNE = period.of_month(date(2026, 6, 1))
JULY = period.of_month(date(2026, 7, 1))


def at(day, hour=9):
    return period.moment(day) + timedelta(hours=hour)


def june(world, unit=None, month=JUNE):
    drafting.open_reports(on=month.closes)
    return MonthlyReport.objects.current().get(unit=unit or world.ba_ngoi, month=month.month)


def worked(world):
    """A duty of Ba Ngòi with an entry of June, so that its report is not empty."""
    return log_progress(world.duty(), by=world.an, at=at(date(2026, 6, 2)), says="doing", words="Đã rà soát 6 hệ thống")


def signed(report, world, *, day=date(2026, 6, 22)):
    return filing.sign(report, by=world.binh, at=at(day))


# On time by the request's beginning


class Slow(io.BytesIO):
    """A body whose last piece arrives only when `clock` has moved on to `until`."""

    def __init__(self, data, clock, until):
        super().__init__(data)
        self.clock, self.until = clock, until

    def read(self, *size):
        self.clock.move_to(self.until)
        return super().read(*size)


LAST_SECOND = JUNE.late_from - timedelta(seconds=1)


def file_slowly(client, report, clock, *, until):
    """POST to file `report`; while its body arrives the clock moves on to `until`."""
    body = urlencode({"revision": report.revision}).encode()
    more = {"content_type": "application/x-www-form-urlencoded", "wsgi.input": Slow(body, clock, until), "CONTENT_LENGTH": len(body)}
    return client.generic("POST", reverse("file_report", args=[report.pk]), body, **more)


@pytest.mark.parametrize(("began", "timing"), [(LAST_SECOND, Timing.ON_TIME), (JUNE.late_from, Timing.LATE)])
def test_a_request_is_judged_by_its_beginning_however_slowly_its_body_arrives(world, as_post, began, timing):
    worked(world)
    report, client = signed(june(world), world), as_post(world.mai)
    with time_machine.travel(began, tick=False) as clock:
        assert file_slowly(client, report, clock, until=JUNE.late_from + timedelta(minutes=3)).status_code == 302
    report.refresh_from_db()
    assert (report.filed_at, report.timing(at=JUNE.late_from)) == (began, timing)


def test_a_request_that_waits_for_a_lock_until_after_midnight_is_on_time(world, as_post, monkeypatch):
    worked(world)
    report, client = signed(june(world), world), as_post(world.mai)
    lock = filing._locked
    with time_machine.travel(LAST_SECOND, tick=False) as clock:

        def waits(*args):
            clock.move_to(JUNE.late_from + timedelta(seconds=20))
            return lock(*args)

        monkeypatch.setattr(filing, "_locked", waits)
        assert client.post(reverse("file_report", args=[report.pk]), {"revision": report.revision}).status_code == 302
    report.refresh_from_db()
    assert (report.filed_at, report.timing(at=JUNE.late_from)) == (LAST_SECOND, Timing.ON_TIME)


# The lock, and opening again


def reopened(report, world, *, day=date(2026, 7, 6), until=date(2026, 7, 10), by=None, **more):
    terms = {"reason": "Đính chính số liệu", "expires_on": until, "token": uuid.uuid4(), **more}
    return reopening.reopen(report, by=by or world.dung, at=at(day), **terms)


LAST_DAY, LOCKED = date(2026, 6, 29), date(2026, 6, 30)


def test_the_lock_is_a_second_later_clock(settings):
    assert JUNE.locked_from == period.moment(LOCKED)
    settings.REPORT_LOCK_DAYS = 0
    assert JUNE.locked_from == JUNE.late_from


def test_until_the_lock_a_late_report_is_signed_and_filed_and_not_after(world):
    worked(world)
    report = signed(june(world), world, day=LAST_DAY)
    with pytest.raises(Locked):
        filing.file(report, by=world.mai, at=period.moment(LOCKED))
    assert filing.file(report, by=world.mai, at=period.moment(LOCKED) - timedelta(seconds=1)).timing(at=at(LOCKED)) == Timing.LATE


def test_after_the_lock_nothing_is_signed(world):
    world.duty()
    with pytest.raises(Locked):
        filing.sign(june(world), by=world.binh, at=period.moment(LOCKED))


def test_a_signature_on_a_locked_report_can_be_taken_back_and_frees_its_entries(world):
    log_progress(world.duty(), by=world.an, at=at(date(2026, 6, 20)), says="doing", words="Đã rà soát")
    report = signed(june(world), world)
    filing.unsign(report, by=world.binh, at=at(date(2026, 7, 3)))
    assert len(drafting.Draft(june(world, month=JULY), at=at(date(2026, 7, 3))).entries) == 1


def test_after_the_lock_a_filed_report_is_accepted_but_not_returned(world):
    world.duty()
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    with pytest.raises(Locked):
        report.judge(by=world.dung, at=at(LOCKED), ok=False, reason="thiếu")
    assert not ReportVerdict.objects.exists()
    assert report.judge(by=world.dung, at=at(LOCKED), ok=True).ok


def test_what_is_returned_in_time_has_as_many_days_as_any_late_report(world):
    world.duty()
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    report.judge(by=world.dung, at=at(LAST_DAY), ok=False, reason="thiếu")
    second = june(world)
    assert (second.open_until, second.is_locked(at=at(date(2026, 7, 4))), second.is_locked(at=at(date(2026, 7, 5)))) == (
        date(2026, 7, 4),
        False,
        True,
    )


def test_a_report_never_filed_is_opened_again_and_stays_late(world):
    worked(world)
    report = june(world)
    reopened(report, world)
    report.refresh_from_db()
    filing.sign(report, by=world.binh, at=at(date(2026, 7, 10)))
    with pytest.raises(Locked):
        filing.file(report, by=world.mai, at=at(date(2026, 7, 11)))
    filed = filing.file(report, by=world.mai, at=at(date(2026, 7, 10), 23))
    assert (filed.version, filed.timing(at=at(date(2026, 7, 11)))) == (1, Timing.LATE)


def test_an_accepted_report_opened_again_has_a_next_version_and_keeps_its_timeliness(world):
    worked(world)
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    report.judge(by=world.dung, at=at(date(2026, 6, 25)), ok=True)
    frozen = report.facts
    reopened(report, world)
    second = june(world)
    filing.sign(second, by=world.binh, at=at(date(2026, 7, 7)))
    second = filing.file(second, by=world.mai, at=at(date(2026, 7, 7)))
    assert (second.version, second.number, second.timing(at=at(date(2026, 7, 8)))) == (2, 2, Timing.ON_TIME)
    assert MonthlyReport.objects.get(pk=report.pk).facts == frozen


def test_opening_again_is_journaled_and_told_to_the_units_clerks_and_heads(world):
    world.duty()
    report = june(world)
    row = reopened(report, world, signer="Trần Văn Chủ", symbol="15-CV/BCĐ")
    entry = Entry.objects.about(report).get(verb="report.reopened")
    assert entry.facts == {"reason": "Đính chính số liệu", "signer": "Trần Văn Chủ", "symbol": "15-CV/BCĐ", "until": "2026-07-10"}
    assert set(Notice.objects.filter(key=f"report/{report.pk}/reopened/{row.pk}").values_list("person", flat=True)) == {
        world.mai.person_id,
        world.binh.person_id,
    }


def test_without_a_signer_the_posts_person_stands_for_it_and_a_second_click_opens_once(world):
    world.duty()
    report, token = june(world), uuid.uuid4()
    first, second = (reopened(report, world, token=token) for _ in range(2))
    assert (first, first.signer, Reopening.objects.count()) == (second, world.dung.person.full_name, 1)


@pytest.mark.parametrize("day", [date(2026, 6, 20), LAST_DAY])
def test_what_can_still_be_filed_is_not_opened(world, day):
    world.duty()
    with pytest.raises(StaleWrite):
        reopened(june(world), world, day=day)


def test_a_version_whose_place_is_taken_is_not_opened(world):
    world.duty()
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    reopened(report, world)
    with pytest.raises(StaleWrite):
        reopened(report, world)


def test_the_committee_one_level_up_opens_again_and_the_centre_its_own(world):
    world.duty()
    world.duty(plan=plan_of(world.centre, "04-KH/BCĐTW"))
    ward, top = june(world), june(world, world.centre)
    posts = (world.dung, world.hoa, world.binh, world.mai, world.giang)
    assert [{row for row in (ward, top) if row.may_be_reopened_by(post)} for post in posts] == [{ward}, {top}, set(), set(), set()]
    assert [set(MonthlyReport.objects.reopenable_by(post)) for post in posts] == [{ward}, {top}, set(), set(), set()]


def test_the_page_of_opening_again(world, as_post):
    world.duty()
    report = june(world)
    report.edit({2: "lời riêng của phường"}, by=world.mai, at=at(date(2026, 6, 20)), revision=0)
    address, client = reverse("reopen_report", args=[report.pk]), as_post(world.dung)
    with time_machine.travel(at(date(2026, 7, 6)), tick=False):
        page = client.get(address)
        assert "lời riêng" not in page.content.decode()
        form = {"token": str(page.context["form"]["token"].value()), "reason": "", "expires_on": "05/07/2026", "symbol": "15-CV/BCĐ"}
        wrong = client.post(address, form)
        assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"reason", "expires_on", "signer"})
        right = {**form, "reason": "Mất điện cả phường", "expires_on": "10/07/2026", "signer": "Trần Văn Chủ"}
        assert client.post(address, right).status_code == 302
        report.refresh_from_db()
        assert report.open_until == date(2026, 7, 10)
        assert "Mất điện cả phường" in as_post(world.mai).get(report.get_absolute_url()).content.decode()


def test_after_the_lock_the_page_offers_no_signature_and_an_old_button_is_answered_with_a_sentence(world, as_post):
    world.duty()
    report, client = june(world), as_post(world.binh)
    with time_machine.travel(at(date(2026, 7, 6)), tick=False):
        assert reverse("sign_report", args=[report.pk]) not in client.get(report.get_absolute_url()).content.decode()
        answer = client.post(reverse("sign_report", args=[report.pk]), {"revision": 0}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    report.refresh_from_db()
    assert report.signed_at is None


def test_a_locked_report_waits_for_nobody_until_it_is_opened_again(world, as_post):
    world.duty()
    report = june(world)
    with time_machine.travel(at(date(2026, 7, 6)), tick=False):
        assert as_post(world.mai).get("/").context["reports"] == []
        reopened(report, world)
        assert as_post(world.mai).get("/").context["reports"] == [report]


# An earlier last day for the units below


def cut(world, day=22, *, month=None, on=date(2026, 6, 1), unit=None, by=None, token=None):
    return cutting_off.set_day(unit or world.khanh_hoa, day=day, month=month, by=by or world.dung, at=at(on), token=token or uuid.uuid4())


def day_of(unit, of_period):
    return last_day(unit, of_period).day


def test_a_standing_day_holds_for_every_unit_directly_below_from_the_first_period_with_notice(world):
    cut(world, on=date(2026, 6, 17))
    assert [day_of(world.ba_ngoi, one) for one in (JUNE, JULY, JULY.later(12))] == [22, 22, 22]
    assert day_of(world.cam_linh, JULY) == 22
    assert [day_of(unit, JULY) for unit in (world.khanh_hoa, world.centre)] == [24, 24]


def test_with_less_than_five_days_notice_it_holds_from_the_next_period(world):
    cut(world, on=date(2026, 6, 18))
    assert [day_of(world.ba_ngoi, one) for one in (JUNE, JULY)] == [24, 22]


def test_for_one_running_period_five_days_notice_is_needed(world):
    with pytest.raises(cutting_off.TooLate):
        cut(world, month=JUNE.month, on=date(2026, 6, 18))
    assert (Cutoff.objects.count(), Notice.objects.count()) == (0, 0)
    cut(world, month=JUNE.month, on=date(2026, 6, 17))
    assert [day_of(world.ba_ngoi, one) for one in (JUNE, JULY)] == [22, 24]


def test_a_day_already_past_is_not_put_off_and_nobody_becomes_missing_by_it(world):
    cut(world, 15, month=JUNE.month, on=date(2026, 6, 2))
    with pytest.raises(cutting_off.TooLate):
        cut(world, None, month=JUNE.month, on=date(2026, 6, 16))
    assert day_of(world.ba_ngoi, JUNE) == 15


def test_a_word_for_one_period_goes_before_a_standing_one_and_the_newer_before_the_older(world):
    cut(world, 20, month=JULY.month)
    cut(world, 22)
    assert [day_of(world.ba_ngoi, one) for one in (JUNE, JULY, JULY.later())] == [22, 20, 22]
    cut(world, None)
    cut(world, 21, month=JULY.month)
    assert [day_of(world.ba_ngoi, one) for one in (JUNE, JULY, JULY.later())] == [24, 21, 24]


def test_the_earlier_day_decides_on_time_late_and_missing_everywhere(world, as_post):
    worked(world)
    cut(world)
    report = june(world)
    after = period.moment(date(2026, 6, 23))
    assert [report.timing(at=moment) for moment in (after - timedelta(seconds=1), after)] == [Timing.OPEN, Timing.MISSING]
    assert [timing for _unit, _report, timing in compliance.of_period(world.khanh_hoa, JUNE, at=after)] == [Timing.MISSING]
    with time_machine.travel(after, tick=False):
        page = as_post(world.dung).get(reverse("dashboard"))
        assert page.context["months"].rows[0].cells[-1] == compliance.Cell(Timing.MISSING)  # the draft is not the province's
        assert page.context["months"].closes == date(2026, 6, 22)
        assert as_post(world.mai).get("/").context["days_left"] == -1
        listed = as_post(world.mai).get("/api/v1/reports/").json()["results"][0]
    assert (listed["closes"], listed["timing"]) == ("2026-06-22", "missing")
    filed = filing.file(signed(report, world), by=world.mai, at=after)
    assert filed.timing(at=after) == Timing.LATE


def test_a_report_not_opened_yet_is_missing_after_the_earlier_day(world):
    world.duty()
    cut(world)
    days = [date(2026, 6, 22), date(2026, 6, 23)]
    assert [compliance.of_period(world.khanh_hoa, JUNE, at=at(day))[0][2] for day in days] == [Timing.OPEN, Timing.MISSING]


def test_reports_already_open_get_the_earlier_day_and_filed_ones_keep_theirs(world):
    world.duty()
    world.duty(plan=plan_of(world.cam_linh, "03-KH/BCĐ"), lead=world.ubnd_cam_linh)
    filed = filing.file(signed(june(world), world, day=date(2026, 6, 16)), by=world.mai, at=at(date(2026, 6, 16)))
    other = june(world, world.cam_linh)
    cut(world, on=date(2026, 6, 17))
    filed.refresh_from_db()
    other.refresh_from_db()
    assert (filed.last_day.day, other.last_day.day) == (24, 22)


def test_reminders_count_back_from_the_earlier_day(world):
    world.duty()
    cut(world)
    june(world)

    def keys(day):
        reminders.send(on=day)
        return set(Notice.objects.filter(key__startswith="report/").values_list("key", flat=True))

    stem = f"report/{world.ba_ngoi.pk}/2026-06/v1"
    assert keys(date(2026, 6, 13)) == {f"{stem}/d9"}
    assert keys(date(2026, 6, 22)) == {f"{stem}/d9", f"{stem}/d0"}
    assert f"{stem}/late" in keys(date(2026, 6, 23))


def test_an_earlier_day_is_journaled_and_told_to_clerks_and_heads_directly_below(world):
    world.hire("lan", world.ubnd, Role.CLERK)  # on the body that answers for the ward
    token = uuid.uuid4()
    row = cut(world, token=token)
    assert cut(world, token=token) == row
    entry = Entry.objects.about(world.khanh_hoa).get()
    assert (entry.verb, entry.facts) == ("report.cut_off", {"month": "06/2026", "on": "2026-06-22", "standing": True})
    assert set(Notice.objects.filter(key=f"cutoff/{row.pk}").values_list("person__username", flat=True)) == {"binh", "mai", "giang", "lan"}


def test_the_page_of_last_days(world, as_post):
    with time_machine.travel(at(date(2026, 6, 18)), tick=False):
        client = as_post(world.dung)
        form = {"token": uuid.uuid4(), "day": "22", "month": "2026-06"}
        late = client.post(reverse("set_cutoff"), form)
        assert (late.status_code, late.context["form"]["day"].value()) == (422, "22")
        assert client.post(reverse("set_cutoff"), {**form, "month": ""}).status_code == 302
        assert [below.day for _one, _own, below in client.get(reverse("cutoffs")).context["days"]] == [24, 22, 22, 22, 22, 22]
        page = as_post(world.mai).get(reverse("cutoffs"))
        assert ([own.day for _one, own, _below in page.context["days"]], page.context["form"]) == ([24, 22, 22, 22, 22, 22], None)
        for post in (world.mai, world.binh, world.an):
            assert as_post(post).post(reverse("set_cutoff"), {**form, "month": ""}).status_code == 403


def test_last_days_of_many_units_and_periods_are_one_query(world, django_assert_num_queries):
    cut(world)
    units = [world.ba_ngoi, world.cam_linh, world.khanh_hoa]
    with django_assert_num_queries(1):
        assert len(last_days(units, [JUNE, JULY])) == 6


# The receipt


def test_a_second_click_gives_the_same_receipt_and_writes_nothing(world, as_post):
    world.duty()
    report, client = signed(june(world), world), as_post(world.mai)
    address, said = reverse("file_report", args=[report.pk]), []
    for moment in (LAST_SECOND, JUNE.late_from):
        with time_machine.travel(moment, tick=False):
            answer = client.post(address, {"revision": report.revision}, follow=True)
        said += [str(message) for message in answer.context["messages"]]
    wanted = f"{world.ba_ngoi.code}-2026-06-v1-{report.pk:06d}"
    assert said[0] == said[1]
    assert wanted in said[0]
    assert "23:59:59, 24/06/2026" in said[0]
    assert (Paper.objects.count(), Entry.objects.filter(verb="report.filed").count()) == (1, 1)


def test_the_receipt_stands_on_its_page_in_the_list_and_in_the_api_and_is_found_by_it(world, as_post):
    world.duty()
    world.duty(plan=plan_of(world.cam_linh, "03-KH/BCĐ"), lead=world.ubnd_cam_linh)
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    client = as_post(world.dung)
    for address in (report.get_absolute_url(), reverse("receipt", args=[report.pk]), reverse("reports"), "/api/v1/reports/"):
        assert report.receipt in client.get(address).content.decode()
    assert list(client.get(reverse("reports"), {"q": report.receipt}).context["page"]) == [report]
    assert "09:00:00, 23/06/2026" in client.get(reverse("receipt", args=[report.pk])).content.decode()


def test_a_receipt_outlives_the_units_code_and_a_draft_has_none(world, as_post):
    world.duty()
    report = signed(june(world), world)
    assert report.receipt == ""
    assert report.receipt_to_be not in as_post(world.mai).get(reverse("receipt", args=[report.pk])).content.decode()
    receipt = filing.file(report, by=world.mai, at=at(date(2026, 6, 23))).receipt
    OrgUnit.objects.filter(pk=world.ba_ngoi.pk).update(code="99999")
    assert MonthlyReport.objects.get(pk=report.pk).receipt == receipt == report.receipt_to_be


def test_every_version_has_a_receipt_of_its_own(world):
    world.duty()
    first = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    first.judge(by=world.dung, at=at(date(2026, 6, 24)), ok=False, reason="thiếu")
    second = filing.file(signed(june(world), world, day=date(2026, 6, 25)), by=world.mai, at=at(date(2026, 6, 25)))
    assert len({first.receipt, second.receipt}) == 2
    assert "-v2-" in second.receipt


# Empty is a thing of its own


def test_a_report_without_an_entry_and_without_the_clerks_words_is_empty_in_time_or_late(world):
    world.duty()
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    assert (report.timing(at=JUNE.late_from), report.promptness) == (Timing.EMPTY, Timing.ON_TIME)
    late = filing.file(signed(june(world, month=JULY), world, day=date(2026, 7, 26)), by=world.mai, at=at(date(2026, 7, 26)))
    assert (late.timing(at=JULY.locked_from), late.promptness) == (Timing.EMPTY, Timing.LATE)


@pytest.mark.parametrize("says", ["doing", "nothing"])
def test_one_entry_of_the_period_is_enough(world, says):
    log_progress(world.duty(), by=world.an, at=at(date(2026, 6, 20)), says=says, words="Đã rà soát" if says == "doing" else "")
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    assert report.timing(at=JUNE.late_from) == Timing.ON_TIME


def test_the_clerks_own_words_are_enough(world):
    world.duty()
    june(world).edit({4: "Tháng sau diễn tập"}, by=world.mai, at=at(date(2026, 6, 20)), revision=0)
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    assert report.timing(at=JUNE.late_from) == Timing.ON_TIME


def test_a_signature_taken_back_forgets_that_it_was_empty(world):
    duty = world.duty()
    report = signed(june(world), world, day=date(2026, 6, 20))
    filing.unsign(report, by=world.binh, at=at(date(2026, 6, 20)))
    log_progress(duty, by=world.an, at=at(date(2026, 6, 21)), says="doing", words="Đã rà soát")
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    assert report.timing(at=JUNE.late_from) == Timing.ON_TIME


def returned_empty(world, day=date(2026, 6, 20)):
    """Filed empty in time and returned the day after; the draft that takes its place."""
    report = filing.file(signed(june(world), world, day=day), by=world.mai, at=at(day))
    report.judge(by=world.dung, at=at(day + timedelta(days=1)), ok=False, reason="Không có nội dung")
    return june(world)


def test_an_empty_report_returned_and_not_there_again_is_open_then_missing(world):
    world.duty()
    again = returned_empty(world)
    days = [date(2026, 6, 24), date(2026, 6, 25)]
    assert [again.timing(at=at(day)) for day in days] == [Timing.OPEN, Timing.MISSING]
    assert [compliance.of_period(world.khanh_hoa, JUNE, at=at(day))[0][2] for day in days] == [Timing.OPEN, Timing.MISSING]


@pytest.mark.parametrize(("day", "timing"), [(24, Timing.ON_TIME), (25, Timing.LATE)])
def test_what_comes_after_an_empty_report_is_judged_by_its_own_moment(world, day, timing):
    duty = world.duty()
    again = returned_empty(world)
    log_progress(duty, by=world.an, at=at(date(2026, 6, 23)), says="doing", words="Đã rà soát")
    filed = filing.file(signed(again, world, day=date(2026, 6, day)), by=world.mai, at=at(date(2026, 6, day)))
    assert filed.timing(at=JUNE.locked_from) == timing


def test_an_empty_report_returned_keeps_its_last_day(world):
    world.duty()
    again = returned_empty(world, date(2026, 6, 10))
    cut(world, 22, month=JUNE.month, on=date(2026, 6, 12))
    again.refresh_from_db()
    assert again.last_day == JUNE.closes


def test_of_an_empty_report_returned_one_ladder_speaks(world):
    world.duty()
    again = returned_empty(world)
    for day in range(24, 31):
        reminders.send(on=date(2026, 6, day))
    steps = set(Notice.objects.filter(key__startswith=f"report/{world.ba_ngoi.pk}/2026-06/").values_list("key", flat=True))
    assert steps == {f"report/{world.ba_ngoi.pk}/2026-06/v{again.version}/{step}" for step in ("d0", "late")}


def test_the_superior_counts_empty_reports_apart_on_page_dashboard_and_paper(world, as_post):
    world.duty()
    world.duty(plan=plan_of(world.cam_linh, "03-KH/BCĐ"), lead=world.ubnd_cam_linh)
    world.duty(plan=plan_of(world.khanh_hoa, "07-KH/BCĐ"), lead=world.khanh_hoa)
    filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    above, wanted = june(world, world.khanh_hoa), [("on_time", 0), ("late", 0), ("empty", 1), ("missing", 1)]
    with time_machine.travel(at(date(2026, 6, 26)), tick=False):
        client = as_post(world.dung)
        assert client.get(above.get_absolute_url()).context["compliance_counts"] == wanted
        months = client.get(reverse("dashboard")).context["months"]
    assert [(timing, row[-2]) for timing, row in months.counts] == wanted
    annex = drafting.Draft(above, at=at(date(2026, 6, 26))).facts()["annexes"][-1]
    assert annex["rows"][0] == {"group": "Đúng hạn 0; muộn 0; trống 1; chưa nộp 1."}
    assert [row["cells"][3] for row in annex["rows"][1:]] == ["trống", "chưa nộp"]


# Numbers


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers at the same time need PostgreSQL; SQLite lets one write at a time")
def test_twenty_filings_of_one_issuer_at_once_have_numbers_without_gap_or_double(world):
    world.duty(joined_on=date(2025, 1, 25))
    drafting.open_reports(on=JUNE.later(4).closes)
    reports = list(MonthlyReport.objects.filter(unit=world.ba_ngoi).order_by("month")[:20])
    MonthlyReport.objects.update(open_until=JULY.closes)  # opened again: all twenty may be filed on one day
    rows = [signed(report, world) for report in reports]
    ready = Barrier(len(rows))

    def press(report):
        ready.wait()
        try:
            return filing.file(report, by=world.mai, at=at(date(2026, 6, 23))).number
        finally:
            connection.close()

    with ThreadPoolExecutor(len(rows)) as pool:
        assert sorted(pool.map(press, rows)) == list(range(1, 21))


# Upward: who is missing, and what arrives later


@pytest.fixture
def two_wards(world):
    """Both wards owe reports and so does the province, which reports on its own plan; Nga is its clerk."""
    world.nga = world.hire("nga", world.khanh_hoa, Role.CLERK)
    world.lan = world.hire("lan", world.cam_linh, Role.CLERK)
    worked(world)
    world.duty(plan=plan_of(world.cam_linh, "03-KH/BCĐ"), lead=world.ubnd_cam_linh)
    own = world.duty(plan=plan_of(world.khanh_hoa, "07-KH/BCĐ"), lead=world.khanh_hoa)
    log_progress(own, by=world.nga, at=at(date(2026, 6, 2)), says="doing", words="Đã hướng dẫn", spoken_for="Tổ")
    return world


def filed_above(world, report=None, *, day=date(2026, 6, 24)):
    report = filing.sign(report or june(world, world.khanh_hoa), by=world.dung, at=at(day))
    return filing.file(report, by=world.nga, at=at(day))


def filed_late(world, *, day=date(2026, 6, 26)):
    """Cam Linh's report, after the province's."""
    report = filing.sign(june(world, world.cam_linh), by=world.giang, at=at(day))
    return filing.file(report, by=world.lan, at=at(day))


def test_a_superiors_report_names_who_is_missing_goes_without_them_and_is_on_time_whatever_they_do(two_wards):
    world = two_wards
    filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    report = filed_above(world)
    words = report.facts["sections"][0]["paragraphs"]
    assert words[-1] == "Đã nhận báo cáo của 1 trên 2 đơn vị cấp dưới; chưa nhận của phường Cam Linh."
    filed_late(world)
    assert report.timing(at=JUNE.locked_from) == Timing.ON_TIME
    late = {unit.name: timing for unit, _report, timing in compliance.of_period(world.centre, JUNE, at=JUNE.locked_from)}
    assert late == {"Khánh Hòa": Timing.ON_TIME}


def test_what_was_returned_and_not_filed_again_has_not_been_received(two_wards):
    world = two_wards
    filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23))).judge(
        by=world.dung, at=at(date(2026, 6, 23)), ok=False, reason="thiếu"
    )
    words = filed_above(world).facts["sections"][0]["paragraphs"]
    assert words[-1] == "Đã nhận báo cáo của 0 trên 2 đơn vị cấp dưới; chưa nhận của phường Ba Ngòi, phường Cam Linh."


def test_what_arrives_later_is_offered_and_goes_into_a_supplement_with_its_own_number(two_wards):
    world = two_wards
    filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    report = filed_above(world)
    frozen = report.facts
    assert list(supplements.arrived(report)) == []
    theirs = filed_late(world)
    assert list(supplements.arrived(report)) == [theirs]
    draft = supplements.begin(report, by=world.nga, at=at(date(2026, 6, 27)))
    assert supplements.begin(report, by=world.nga, at=at(date(2026, 6, 27))) == draft
    added = filed_above(world, draft, day=date(2026, 6, 27))
    assert (added.version, added.number, added.supplements) == (2, 2, report)
    assert [row["cells"][1] for row in added.facts["annexes"][0]["rows"]] == ["phường Cam Linh"]
    assert added.facts["subject"] == "Bổ sung kết quả thực hiện nhiệm vụ kế hoạch tháng 6 năm 2026"  # after «BÁO CÁO»
    report.refresh_from_db()
    assert (report.facts, report.superseded, june(world, world.khanh_hoa)) == (frozen, False, report)
    assert list(supplements.arrived(report)) == []
    assert {one.timing(at=JUNE.locked_from) for one in (report, added)} == {Timing.ON_TIME}


def test_a_second_supplement_names_only_what_the_first_did_not(two_wards):
    world = two_wards
    report = filed_above(world)
    filed_late(world)
    filed_above(world, supplements.begin(report, by=world.nga, at=at(date(2026, 6, 27))), day=date(2026, 6, 27))
    ward = filing.file(signed(june(world), world, day=date(2026, 6, 28)), by=world.mai, at=at(date(2026, 6, 28)))
    assert list(supplements.arrived(report)) == [ward]
    second = filed_above(world, supplements.begin(report, by=world.nga, at=at(date(2026, 6, 28))), day=date(2026, 6, 28))
    assert (second.version, [row["cells"][1] for row in second.facts["annexes"][0]["rows"]]) == (3, ["phường Ba Ngòi"])


def test_what_was_filed_below_in_the_moment_of_signing_but_not_named_is_not_lost(two_wards):
    world = two_wards
    report = filed_above(world)
    theirs = filed_late(world, day=date(2026, 6, 24))  # its request began before the province signed, and was stored after
    MonthlyReport.objects.filter(pk=theirs.pk).update(filed_at=at(date(2026, 6, 23)))
    assert list(supplements.arrived(report)) == [theirs]


def test_a_supplement_takes_no_entry_and_is_never_empty(two_wards):
    world = two_wards
    report = filed_above(world)
    filed_late(world)
    log_progress(
        world.duty(plan=report.unit.plans.get(), lead=world.khanh_hoa), by=world.nga, at=at(date(2026, 6, 25)), says="doing", words="Mới"
    )
    added = filed_above(world, supplements.begin(report, by=world.nga, at=at(date(2026, 6, 27))), day=date(2026, 6, 27))
    assert (added.entries.count(), added.is_empty) == (0, False)


def test_a_report_written_anew_needs_no_supplement(two_wards):
    world = two_wards
    report = filed_above(world)
    filed_late(world)
    draft = supplements.begin(report, by=world.nga, at=at(date(2026, 6, 26)))
    report.judge(by=world.hoa, at=at(date(2026, 6, 27)), ok=False, reason="thiếu")
    draft.refresh_from_db()
    second = june(world, world.khanh_hoa)
    assert (draft.superseded, second.version, second.supplements) == (True, 3, None)
    assert list(supplements.arrived(filed_above(world, second, day=date(2026, 6, 28)))) == []


def test_the_page_offers_a_supplement_to_the_clerk_alone_and_only_when_something_came(two_wards, as_post):
    world = two_wards
    report = filed_above(world)
    address = reverse("supplement_report", args=[report.pk])
    with time_machine.travel(at(date(2026, 6, 27)), tick=False):
        nothing = as_post(world.nga).post(address)
        assert (nothing.url, MonthlyReport.objects.exclude(supplements=None).count()) == (report.get_absolute_url(), 0)
        filed_late(world)
        assert address in as_post(world.nga).get(report.get_absolute_url()).content.decode()
        assert address not in as_post(world.dung).get(report.get_absolute_url()).content.decode()
        assert as_post(world.dung).post(address).status_code == 403
        page = as_post(world.nga).post(address, follow=True)
        added = MonthlyReport.objects.exclude(supplements=None).get()
        assert (page.status_code, page.context["report"]) == (200, added)
        assert [row.pk for row in as_post(world.nga).get("/").context["reports"]] == [added.pk]


def test_the_pages_of_a_superior_ask_no_more_for_more_units_below(two_wards, as_post):
    world = two_wards
    report, counts = filed_above(world), []
    addresses = [report.get_absolute_url(), reverse("dashboard"), reverse("reports"), reverse("cutoffs")]
    with time_machine.travel(at(date(2026, 6, 27)), tick=False):
        client = as_post(world.nga)
        for arrives in (lambda: filed_late(world), lambda: filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 26)))):
            arrives()
            for address in addresses:
                with CaptureQueriesContext(connection) as asked:
                    client.get(address)
                counts.append((address, len(asked)))
    assert counts[:4] == counts[4:]


# Versions of one month, and what of them still stands


def test_a_version_whose_place_is_taken_is_neither_judged_nor_filed(world, as_post):
    world.duty()
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    reopened(report, world, day=date(2026, 6, 25), until=date(2026, 6, 30))
    report.refresh_from_db()
    assert report.may_be_judged_by(world.dung) is False
    with pytest.raises(StaleWrite):
        report.judge(by=world.dung, at=at(date(2026, 6, 25)), ok=False, reason="thiếu")
    assert MonthlyReport.objects.current().filter(unit=world.ba_ngoi, month=report.month).count() == 1


def test_a_signed_supplement_whose_place_is_taken_is_not_filed(two_wards):
    world = two_wards
    report = filed_above(world)
    filed_late(world)
    draft = filing.sign(supplements.begin(report, by=world.nga, at=at(date(2026, 6, 26))), by=world.dung, at=at(date(2026, 6, 26)))
    report.judge(by=world.hoa, at=at(date(2026, 6, 27)), ok=False, reason="thiếu")
    draft.refresh_from_db()
    assert draft.may_be_filed_by(world.nga) is False
    with pytest.raises(StaleWrite):
        filing.file(draft, by=world.nga, at=at(date(2026, 6, 27)))


def test_a_returned_supplement_takes_in_what_a_later_draft_held(two_wards):
    world = two_wards
    report = filed_above(world)
    filed_late(world)
    first = filed_above(world, supplements.begin(report, by=world.nga, at=at(date(2026, 6, 27))), day=date(2026, 6, 27))
    filing.file(signed(june(world), world, day=date(2026, 6, 28)), by=world.mai, at=at(date(2026, 6, 28)))
    second = supplements.begin(report, by=world.nga, at=at(date(2026, 6, 28)))
    first.judge(by=world.hoa, at=at(date(2026, 6, 28)), ok=False, reason="thiếu")
    second.refresh_from_db()
    again = MonthlyReport.objects.standing().get(supplements=report, filed_at=None)
    assert (second.superseded, len(supplements.draft_of(again, at=at(date(2026, 6, 28))).news)) == (True, 2)


def test_a_supplement_of_what_was_given_back_meanwhile_is_not_signed(two_wards):
    world = two_wards
    report = filed_above(world)
    theirs = filed_late(world)
    draft = supplements.begin(report, by=world.nga, at=at(date(2026, 6, 26)))
    theirs.judge(by=world.dung, at=at(date(2026, 6, 27)), ok=False, reason="thiếu")
    with pytest.raises(StaleWrite):
        filing.sign(draft, by=world.dung, at=at(date(2026, 6, 27)))


def test_two_clicks_on_open_again_are_one(world, as_post):
    world.duty()
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    address, client = reverse("reopen_report", args=[report.pk]), as_post(world.dung)
    with time_machine.travel(at(date(2026, 6, 25)), tick=False):
        token = str(client.get(address).context["form"]["token"].value())
        form = {"token": token, "reason": "Sai số liệu", "expires_on": "30/06/2026", "signer": "Trần Văn Chủ"}
        assert [client.post(address, form).status_code for _click in range(2)] == [302, 302]
        assert client.get(address).status_code == 200
    assert MonthlyReport.objects.filter(unit=world.ba_ngoi, month=report.month).count() == 2


def test_the_next_month_is_compared_with_the_report_and_not_with_its_supplement(two_wards):
    world = two_wards
    report = filed_above(world)
    filed_late(world)
    filed_above(world, supplements.begin(report, by=world.nga, at=at(date(2026, 6, 27))), day=date(2026, 6, 27))
    assert comparing.last_filed(june(world, world.khanh_hoa, JULY)) == report


def test_a_supplement_raises_no_doubts(two_wards):
    world = two_wards
    report = filed_above(world)
    filed_late(world)
    draft = supplements.begin(report, by=world.nga, at=at(date(2026, 6, 27)))
    draft.edit({3: "…"}, by=world.nga, at=at(date(2026, 6, 27)), revision=None)
    assert lint.findings(supplements.draft_of(draft, at=at(date(2026, 6, 27)))) == []


def test_an_earlier_day_holds_for_the_units_directly_below_and_moves_no_report_below_those(world):
    world.duty()
    ward = june(world)
    cut(world, 20, unit=world.centre, by=world.hoa)
    ward.refresh_from_db()
    assert (ward.last_day.day, day_of(world.ba_ngoi, JUNE), day_of(world.khanh_hoa, JUNE)) == (24, 24, 20)


def test_a_day_that_is_no_longer_the_earlier_one_gives_nobody_more_time(world, settings):
    cut(world)
    settings.REPORT_CLOSE_DAYS = {date.min: 20}
    assert day_of(world.ba_ngoi, period.of_month(JULY.month)) == 20
