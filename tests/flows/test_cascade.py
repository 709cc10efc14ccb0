"""One order from the Centre to a ward and its answer back up, through the pages, on the real units and the two real plans.

The Centre issues to all provinces; Khánh Hòa receives, carries down to its communes and issues the plan that Ba Ngòi has been
waiting for; Ba Ngòi's four waiting rows get their dates, it carries down and issues; an official logs; the numbers rise at all
three levels; coverage shows what is missing.
"""

import uuid
from datetime import date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from journal.models import Entry, Notice
from orgunits.models import AddresseeGroup, OrgUnit, Person, Role
from plans.models import Plan, Receipt
from tasks import rollup
from tasks.coverage import Cell
from tasks.deadlines import Clock
from tasks.models import Answer, Assignment, DueChange, State, Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
VN = timezone.get_default_timezone()
WARDS = 65  # communes of Khánh Hòa since 1 July 2025
ADDRESSED = 45  # 34 provinces and 11 central bodies answer to «Các bộ, cơ quan, địa phương»


def clock(month, day, hour=9):
    return time_machine.travel(datetime(2026, month, day, hour, tzinfo=VN), tick=False)


class Desk:
    """One person at a browser without scripts."""

    def __init__(self, username, code, role):
        person = Person.objects.create(username=username, full_name=username.title(), email=f"{username}@example.vn")
        self.post = person.posts.create(unit=OrgUnit.objects.get(code=code), role=role, since=date(2026, 1, 5))
        self.client = Client()
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def look(self, name, *args, **asked):
        answer = self.client.get(reverse(name, args=args), asked)
        assert answer.status_code == 200, answer.status_code
        return answer

    def do(self, name, *args, then=302, **data):
        answer = self.client.post(reverse(name, args=args), data)
        form = answer.context and answer.context.get("form")
        assert answer.status_code == then, (answer.status_code, form and form.errors)
        return answer


@pytest.fixture
def desks(db):
    return {
        "mai": Desk("mai", "TW", Role.CLERK),
        "phuc": Desk("phuc", "TW", Role.STEERING),
        "nga": Desk("nga", "56", Role.CLERK),
        "thinh": Desk("thinh", "56", Role.STEERING),
        "lan": Desk("lan", "22423", Role.CLERK),
        "binh": Desk("binh", "22423", Role.STEERING),
        "an": Desk("an", "22423.UBND", Role.OFFICIAL),
    }


def draft_of(desk):
    return Plan.objects.get(unit=desk.post.unit, issued_on=None)


def write_duty(desk, task, **fields):
    """Fill in the form of a draft's duty as the page gives it, with `fields` changed."""
    form = desk.look("edit_duty", task.pk).context["form"]
    given = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in {**given, **fields}.items() if value not in (None, "", [])}
    desk.do("edit_duty", task.pk, **data)


def issue(desk, plan, symbol, signed_on, issuer, subject):
    facts = {"symbol": symbol, "type": "KH", "type_name": "Kế hoạch", "signed_on": f"{signed_on:%d/%m/%Y}", "subject": subject}
    desk.do("issue_plan", plan.pk, issuer=OrgUnit.objects.get(code=issuer).pk, **facts)
    return Plan.objects.get(document__symbol=symbol, document__signed_on=signed_on, unit=desk.post.unit)


def the_centre_issues(desks):
    """Two duties for everybody; the second nobody will take up."""
    with clock(3, 2):
        desks["mai"].do("start_draft")
        plan = draft_of(desks["mai"])
        group = AddresseeGroup.objects.get(code="TW.BCQDP")
        for title, words in [
            ("Diễn tập ứng cứu sự cố an ninh mạng", "Hoàn thành trong tháng 9/2026."),
            ("Lập danh mục thiết bị mạng phải thay thế", "Hoàn thành trong tháng 10/2026."),
        ]:
            desks["mai"].do("add_duty", plan.pk, title=title)
            write_duty(desks["mai"], plan.tasks.get(title=title), deadline_words=words, group=group.pk)
        desks["mai"].do("issue_plan", plan.pk, then=403)  # a clerk prepares, the committee issues
        return issue(desks["phuc"], plan, "15-KH/BCĐTW", date(2026, 3, 2), "TW.BCDTW", "Diễn tập an ninh mạng năm 2026")


FOUR = {
    "PL/8": "Cử cán bộ học khóa đào tạo thực tế về an ninh mạng",
    "PL/11": "Tập huấn, tuyên truyền bảo vệ bí mật nhà nước trên mạng",
    "PL/12": "Đào tạo kiến thức an ninh mạng trên nền tảng «Bình dân học vụ số»",
    "PL/13": "Triển khai «Khung Năng lực số và An toàn mạng Toàn diện» tại nhà trường",
}


def khanh_hoa_carries_down(desks, central):
    """The plan known by citation so far, 07-KH/BCĐ of 16 March, gets its text: the drill, and what the ward's four rows wait for."""
    nga = desks["nga"]
    with clock(3, 10):
        nga.look("plan", central.pk)
        nga.do("receive_plan", central.pk)
        nga.do("make_group", words="Các xã, phường, đặc khu", how="rule", levels=["ward"], areas_only="on", branch="56")
        group = AddresseeGroup.objects.get(owner__code="56", words="Các xã, phường, đặc khu")
        nga.do("carry_down", central.pk)
        plan = draft_of(nga)
        drill = central.tasks.get(title__startswith="Diễn tập")
        nga.do("pick_duties", plan.pk, **{"from": central.pk, "pick": [drill.pk], f"how-{drill.pk}": "keep"})
        write_duty(nga, plan.tasks.get(), title="Diễn tập ứng cứu sự cố cấp xã", group=group.pk)
        for title in FOUR.values():
            nga.do("add_duty", plan.pk, title=title)
            write_duty(nga, plan.tasks.get(title=title), deadline_words="Hoàn thành trong tháng 11/2026.", group=group.pk)
    with clock(3, 16):
        subject = "về bảo đảm an ninh mạng, bảo mật thông tin và an ninh dữ liệu trong hệ thống chính trị tỉnh Khánh Hòa"
        return issue(desks["thinh"], plan, "07-KH/BCĐ", date(2026, 3, 16), "56.BCD", subject)


def ba_ngois_rows_get_their_dates(desks):
    lan = desks["lan"]
    with clock(5, 6):
        page = lan.look("waiting_stages").context["page"]
        assert sorted(stage.task.ref for stage in page) == sorted(FOUR)
        wanted = {}
        for stage in page:
            source = Task.objects.get(plan__unit__code="56", title=FOUR[stage.task.ref])
            wanted |= {f"source-{stage.pk}": source.pk, f"version-{stage.pk}": stage.task.version}
        for _again in range(2):
            lan.do("link_stages", **wanted)
        assert list(lan.look("waiting_stages").context["page"]) == []


def ba_ngoi_carries_down(desks, province):
    lan = desks["lan"]
    with clock(5, 7):
        lan.look("plan", province.pk)
        lan.do("receive_plan", province.pk)
        lan.do("carry_down", province.pk)
        plan = draft_of(lan)
        drill = province.tasks.get(title__startswith="Diễn tập")
        lan.do("pick_duties", plan.pk, **{"from": province.pk, "pick": [drill.pk], f"how-{drill.pk}": "wait"})
        ubnd = OrgUnit.objects.get(code="22423.UBND")
        write_duty(lan, plan.tasks.get(), title="Diễn tập ứng cứu sự cố tại phường", leads=[str(ubnd.pk)])
        return issue(desks["binh"], plan, "05-KH/BCĐ", date(2026, 5, 7), "22423.BCD", "Diễn tập an ninh mạng phường Ba Ngòi")


def sums(desk, task):
    """(said, done) as the duty's page shows them."""
    found = desk.look("task", task.pk).context["sums"]
    return round(found["said"], 6), round(found["done"], 6)


def test_an_order_goes_down_three_levels_and_its_answer_comes_back(desks):
    central = the_centre_issues(desks)
    drill, list_of_devices = central.tasks.order_by("position")
    assert drill.assignments.filter(part="lead").count() == ADDRESSED
    receipt = Receipt.objects.get(plan=central, unit__code="56")
    assert (receipt.sent_on, receipt.received_on, receipt.opened_at) == (date(2026, 3, 2), None, None)
    assert Notice.objects.filter(person=desks["nga"].post.person, link=central.get_absolute_url()).count() == 1

    province = khanh_hoa_carries_down(desks, central)
    assert province == Plan.objects.get(document__key="07-kh-bcd-khanh-hoa")
    assert (province.tasks.count(), province.document.text_received) == (5, True)
    at_khanh_hoa = drill.assignments.get(unit__code="56")
    below = province.tasks.get(title__startswith="Diễn tập")
    assert (below.parent_links.get().via, below.leads_n) == (at_khanh_hoa, WARDS)
    assert {row.unit.level for row in below.assignments.select_related("unit")} == {"ward"}

    waiting = Answer.objects.filter(assignment__plan__document__key="02-kh-bcd-ba-ngoi", clock=Clock.WAITING)
    assert waiting.count() == 4
    ba_ngois_rows_get_their_dates(desks)
    dated = Answer.objects.filter(stage__waits_for__plan=province)
    assert (waiting.count(), set(dated.values_list("clock", "due_on"))) == (0, {(Clock.DATED, date(2026, 11, 30))})
    assert DueChange.objects.filter(answer__in=dated).count() == 4

    ward = ba_ngoi_carries_down(desks, province)
    duty = ward.tasks.get()
    work = duty.assignments.get()
    assert (work.due_on, work.clock) == (date(2026, 9, 30), Clock.DATED)  # «theo Kế hoạch của Tỉnh», and the province's is dated

    # An official logs, the committee confirms: the numbers rise at all three levels by exactly one ward's part.
    an, binh = desks["an"], desks["binh"]
    levels = [(binh, duty), (desks["thinh"], below), (desks["phuc"], drill)]
    assert [sums(desk, task) for desk, task in levels] == [(0, 0)] * 3
    with clock(8, 20):
        an.do("log_progress", work.pk, token=uuid.uuid4(), version=work.version, says="done", words="Đã diễn tập ngày 18/8, 42 người dự")
    parts = [1, round(1 / WARDS, 6), round(1 / WARDS / ADDRESSED, 6)]
    assert [sums(desk, task) for desk, task in levels] == [(part, 0) for part in parts]
    with clock(8, 21):
        binh.do("judge", work.progress.get().pk, ok="1")
    assert [sums(desk, task) for desk, task in levels] == [(part, part) for part in parts]
    assert Assignment.objects.get(pk=at_khanh_hoa.pk).state == State.TODO  # the fraction adds up, the declaration never does
    assert rollup.faults() == []

    # Coverage shows what is missing: of 3,321 communes one has taken the drill up, nobody the list of devices.
    with clock(8, 22):
        matrix = desks["phuc"].look("coverage", central.pk).context["matrix"]
        ba_ngoi, cam_linh = (OrgUnit.objects.get(code=code).pk for code in ("22423", "22432"))
        assert [matrix.cell(drill.pk, area) for area in (ba_ngoi, cam_linh)] == [Cell.TAKEN, Cell.NO_PLAN]
        assert matrix.cell(list_of_devices.pk, ba_ngoi) == Cell.MISSING
        assert {kind: n for kind, n in matrix.counts()[drill.pk].items() if n} == {Cell.TAKEN: 1, Cell.NO_PLAN: 3320}
        assert len(desks["thinh"].look("coverage", central.pk).context["matrix"].areas) == WARDS
    acts = Entry.objects.filter(verb__in=["plan.issued", "progress.logged", "progress.confirmed"]).order_by("pk")
    assert [entry.post.person.username for entry in acts] == ["phuc", "thinh", "binh", "an", "binh"]
