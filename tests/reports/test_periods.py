"""The clocks of a month: on time, locked, reopened, cut off earlier; receipts, empty reports, supplements."""

import io
import uuid
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from journal.models import Entry, Notice
from plans import period
from reports import drafting, filing, reopening
from reports.models import Locked, MonthlyReport, Reopening, ReportVerdict, Timing
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
    world.duty()
    report, client = signed(june(world), world), as_post(world.mai)
    with time_machine.travel(began, tick=False) as clock:
        assert file_slowly(client, report, clock, until=JUNE.late_from + timedelta(minutes=3)).status_code == 302
    report.refresh_from_db()
    assert (report.filed_at, report.timing(at=JUNE.late_from)) == (began, timing)


def test_a_request_that_waits_for_a_lock_until_after_midnight_is_on_time(world, as_post, monkeypatch):
    world.duty()
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
    world.duty()
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
    world.duty()
    report = june(world)
    reopened(report, world)
    report.refresh_from_db()
    filing.sign(report, by=world.binh, at=at(date(2026, 7, 10)))
    with pytest.raises(Locked):
        filing.file(report, by=world.mai, at=at(date(2026, 7, 11)))
    filed = filing.file(report, by=world.mai, at=at(date(2026, 7, 10), 23))
    assert (filed.version, filed.timing(at=at(date(2026, 7, 11)))) == (1, Timing.LATE)


def test_an_accepted_report_opened_again_has_a_next_version_and_keeps_its_timeliness(world):
    world.duty()
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
    may = lambda post: {row for row in (ward, top) if row.may_be_reopened_by(post)}  # noqa: E731
    posts = (world.dung, world.hoa, world.binh, world.mai, world.giang)
    assert [may(post) for post in posts] == [{ward}, {top}, set(), set(), set()]
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
