"""Trung ương → Khánh Hòa → Ba Ngòi, beside it Cam Linh; one plan of Ba Ngòi, its reports, and who works there."""

import uuid
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from orgunits.models import Kind, Level, OrgUnit, Person, Post, Role
from orgunits.tokens import make_token
from plans.models import Basis, Document, Indicator, IndicatorValue, Mention, Objective, Plan, Recipient
from reports.models import MonthlyReport, ReportPart
from tasks import cascade
from tasks.models import Evidence, ParentLink, Stage, Task
from tasks.models.progress import log_progress

SINCE = date(2026, 1, 1)


def unit(code, name, kind, level, path, *, parent=None, area=None):
    row = OrgUnit.objects.create(code=code, name=name, kind=kind, level=level, path=path, parent=parent, area=area)
    if area is None:
        row.area = row
        row.save()
    return row


def post(username, full_name, where, role):
    person = Person.objects.create(username=username, full_name=full_name)
    return Post.objects.create(person=person, unit=where, role=role, title="", since=SINCE)


def document(key, symbol, issuer, **more):
    fields = {"type": "KH", "type_name": "Kế hoạch", "symbol_printed": symbol, "signed_on": date(2026, 1, 29), "subject": f"Về {key}"}
    return Document.objects.create(key=key, symbol=symbol, issuer=issuer, **fields | more)


def plan(paper, owner, *, title, issued_on=date(2026, 1, 29)):
    return Plan.objects.create(document=paper, unit=owner, level=owner.level, programme="KHCN", title=title, issued_on=issued_on)


def duty(of, position, lead, *, kind="by_date", due_on=date(2099, 6, 30), coordinators=()):
    row = Task.objects.create(plan=of, ref=f"NV{position}", position=position, title=f"Nhiệm vụ {position} của {of.unit.name}")
    Stage.objects.create(task=row, position=1, kind=kind, due_on=due_on, words="Hoàn thành trước ngày 30/6.")
    cascade.address(row, leads=[lead], coordinators=coordinators, on=of.issued_on or SINCE)
    return row


@pytest.fixture
def world(db):
    w = SimpleNamespace()
    w.centre = unit("TW", "Trung ương", Kind.CENTRE, Level.CENTRAL, "0001")
    w.khanh_hoa = unit("56", "Khánh Hòa", Kind.PROVINCE, Level.PROVINCE, "00010001", parent=w.centre)
    w.ba_ngoi = unit("22423", "Ba Ngòi", Kind.URBAN_WARD, Level.WARD, "000100010001", parent=w.khanh_hoa)
    w.cam_linh = unit("22432", "Cam Linh", Kind.URBAN_WARD, Level.WARD, "000100010002", parent=w.khanh_hoa)
    w.ubnd = unit("22423.UBND", "UBND", Kind.GOVERNMENT, Level.WARD, "0001000100010001", parent=w.ba_ngoi, area=w.ba_ngoi)
    OrgUnit.objects.filter(pk=w.ba_ngoi.pk).update(answers_through=w.ubnd)
    w.cong_an = unit("22423.CA", "Công an", Kind.POLICE, Level.WARD, "0001000100010002", parent=w.ba_ngoi, area=w.ba_ngoi)
    w.ubnd_cam_linh = unit("22432.UBND", "UBND", Kind.GOVERNMENT, Level.WARD, "0001000100020001", parent=w.cam_linh, area=w.cam_linh)
    _people(w)
    _plans(w)
    _month(w)
    return w


def _people(w):
    w.an = post("an", "Nguyễn Văn An", w.ubnd, Role.OFFICIAL)
    w.binh = post("binh", "Trần Thị Bình", w.ba_ngoi, Role.STEERING)
    w.chi = post("chi", "Lê Chi", w.ubnd_cam_linh, Role.OFFICIAL)
    w.dung = post("dung", "Phạm Dũng", w.ba_ngoi, Role.CLERK)
    w.giang = post("giang", "Võ Giang", w.cong_an, Role.OFFICIAL)
    w.admin = post("quantri", "Quản Trị", w.ba_ngoi, Role.ADMIN)
    w.auditor = post("kiemtra", "Đỗ Kiểm", w.khanh_hoa, Role.AUDITOR)
    w.everyone = [w.an, w.binh, w.chi, w.dung, w.giang, w.admin, w.auditor]


def _plans(w):
    w.secret_base = document("can-cu", "01-CT/BN", w.ba_ngoi, type="CT", type_name="Chỉ thị")
    w.paper = document("ke-hoach-bn", "02-KH/BCĐ", w.ba_ngoi)
    w.mentioned = document("nhac-den", "03-TB/BN", w.ba_ngoi, type="TB", type_name="Thông báo")
    Basis.objects.create(document=w.paper, base=w.secret_base, position=1)
    Mention.objects.create(document=w.paper, cited=w.mentioned)
    w.superior = plan(document("ke-hoach-kh", "07-KH/BCĐ", w.khanh_hoa), w.khanh_hoa, title="Kế hoạch tỉnh")
    w.plan = plan(w.paper, w.ba_ngoi, title="Kế hoạch phường Ba Ngòi")
    w.plan.superiors.add(w.superior)
    Recipient.objects.create(plan=w.plan, who="Ban Thường vụ", purpose="(để báo cáo)", position=1)
    Objective.objects.create(plan=w.plan, ref="I", horizon="2026", text="Mục tiêu", position=1)
    target = Indicator.objects.create(plan=w.plan, ref="1", year=2026, name="Tỷ lệ", operator=">=", value="95.00", measure="%", position=1)
    facts = {"unit": w.ba_ngoi, "month": date(2026, 2, 1), "value": 40, "source": "Sổ theo dõi", "by": w.dung, "at": timezone.now()}
    w.value = IndicatorValue.objects.create(indicator=target, token=uuid.uuid4(), **facts)
    w.task = duty(w.plan, 1, w.ubnd, coordinators=[w.cong_an])
    w.ongoing = duty(w.plan, 2, w.ubnd, kind="ongoing", due_on=None)
    w.above = duty(w.superior, 1, w.khanh_hoa)
    ParentLink.objects.create(child=w.task, parent=w.above, via=None)
    w.assignment = w.task.assignments.get(unit=w.ubnd)
    w.ongoing_assignment = w.ongoing.assignments.get()
    w.neighbour_plan = plan(document("ke-hoach-cl", "02-KH/BCĐ", w.cam_linh), w.cam_linh, title="Kế hoạch phường Cam Linh")
    w.neighbour_assignment = duty(w.neighbour_plan, 1, w.ubnd_cam_linh).assignments.get()


def _month(w):
    at = timezone.now() - timedelta(days=1)
    w.progress = log_progress(w.assignment, by=w.an, at=at, says="doing", words="Đã họp tổ công tác", percent=10)
    w.evidence = Evidence.objects.attach(ContentFile(b"\x89PNG\r\n\x1a\n" + b"0" * 64, name="biên bản.png"), progress=w.progress)
    w.assignment.refresh_from_db()
    w.report = MonthlyReport.objects.create(unit=w.ba_ngoi, month=date(2026, 2, 1), opened_at=at)
    ReportPart.objects.create(report=w.report, part=1, words="Lời của văn thư", by=w.dung, at=at)


class Caller:
    """The API as one post calls it, with a token."""

    def __init__(self, key):
        self.client = Client(headers={"Authorization": f"Bearer {key}"})

    def get(self, path, **query):
        return self.client.get(f"/api/v1{path}", query)

    def ids(self, path, **query):
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        return [row["id"] for row in answer.json()["results"]]

    def post(self, path, data, **headers):
        return self.client.post(f"/api/v1{path}", data, content_type="application/json", headers=headers)


@pytest.fixture
def call(db):
    """call(post) → Caller; its token may write unless may_write=False."""

    def as_post(acting, *, may_write=True):
        tomorrow = timezone.localdate() + timedelta(days=1)
        return Caller(make_token(acting, name="thử", expires_on=tomorrow, may_write=may_write)[1])

    return as_post
