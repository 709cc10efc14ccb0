"""One month of a ward through its pages: logged, returned, logged again, confirmed, drafted, signed, filed, accepted."""

import re
import uuid
from datetime import datetime

import time_machine
from django.urls import reverse
from django.utils import timezone

from journal.models import Entry
from reports import jobs
from reports.models import MonthlyReport, Paper
from tasks.models import Progress

VN = timezone.get_default_timezone()


def clock(day, hour=9):
    return time_machine.travel(datetime(2026, 7, day, hour, tzinfo=VN), tick=False)


def send(client, duty, words):
    duty.refresh_from_db()
    body = {"token": uuid.uuid4(), "version": duty.version, "says": "doing", "words": words}
    assert client.post(reverse("log_progress", args=[duty.pk]), body).status_code == 302


def judge(client, ok, reason=""):
    newest = Progress.objects.first()
    assert client.post(reverse("judge", args=[newest.pk]), {"ok": ok, "reason": reason}).status_code == 302


def revision(client, report):
    page = client.get(report.get_absolute_url()).content.decode()
    return re.search(r'name="revision" value="(\d+)"', page).group(1)


def test_the_month_goes_from_the_wards_desk_to_the_provinces(world, as_post):
    duty = world.duty()
    with clock(1):
        jobs.sweep()
    report = MonthlyReport.objects.get(unit=world.ba_ngoi, month__month=7)

    with clock(14):
        send(as_post(world.an), duty, "Đã rà quét 10 máy chủ")
    with clock(15):
        judge(as_post(world.binh), "0", "thiếu biên bản")
    with clock(16):
        assert "thiếu biên bản" in as_post(world.an).get(duty.get_absolute_url()).content.decode()
        send(as_post(world.an), duty, "Đã rà quét 10 máy chủ, có biên bản")
    with clock(17):
        judge(as_post(world.binh), "1")

    with clock(22):
        client = as_post(world.mai)
        page = client.get(report.get_absolute_url()).content.decode()
        assert "có biên bản" in page
        words = client.get(report.get_absolute_url()).context["form"].initial
        send(as_post(world.an), duty, "Thêm 5 máy khi văn thư đang mở trang")
        client = as_post(world.mai)
        words |= {"part5": "Đề nghị tỉnh mở lớp tập huấn"}
        assert client.post(reverse("edit_report", args=[report.pk]), words).status_code == 302
        assert client.post(reverse("file_report", args=[report.pk])).status_code == 403  # not signed yet
    with clock(23):
        client = as_post(world.binh)
        signed = {"revision": revision(client, report), "noted": client.get(report.get_absolute_url()).context["noted"]}
        assert client.post(reverse("sign_report", args=[report.pk]), signed).status_code == 302
        client = as_post(world.mai)
        assert client.post(reverse("file_report", args=[report.pk]), {"revision": revision(client, report)}).status_code == 302
    with clock(24):
        assert as_post(world.dung).post(reverse("judge_report", args=[report.pk]), {"ok": "1"}).status_code == 302

    report.refresh_from_db()
    told = report.facts["sections"]
    assert (report.number, report.status) == (1, "accepted")
    assert "có biên bản" in told[1]["paragraphs"][0]
    assert "10 máy chủ;" not in told[1]["paragraphs"][0]  # the returned entry is not in it
    assert "Thêm 5 máy" in told[1]["paragraphs"][0]  # logged while the page was open: the clerk changed another part
    assert told[4]["paragraphs"] == ["Đề nghị tỉnh mở lớp tập huấn"]
    assert Paper.objects.get(report=report).facts == report.facts
    acts = list(Entry.objects.order_by("pk").values_list("verb", "person__username"))
    assert acts == [
        ("progress.logged", "an"),
        ("progress.returned", "binh"),
        ("progress.logged", "an"),
        ("progress.confirmed", "binh"),
        ("progress.logged", "an"),
        ("report.edited", "mai"),
        ("report.signed", "binh"),
        ("report.filed", "mai"),
        ("report.accepted", "dung"),
    ]
    assert as_post(world.chi).get(report.get_absolute_url()).status_code == 404


def test_a_stale_report_page_is_told_and_keeps_its_words(world, as_post):
    world.duty()
    with clock(10):
        jobs.open_reports()
        report = MonthlyReport.objects.get(unit=world.ba_ngoi, month__month=7)
        client = as_post(world.mai)
        words = client.get(report.get_absolute_url()).context["form"].initial
        report.edit({3: "của đồng nghiệp"}, by=world.mai, at=timezone.now(), revision=0)
        answer = client.post(reverse("edit_report", args=[report.pk]), {**words, "part2": "câu tôi vừa gõ"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "câu tôi vừa gõ" in page
    assert "của đồng nghiệp" in page
