"""One small world: Trung ương → Khánh Hòa → Ba Ngòi, beside it Cam Linh whose people must see nothing of Ba Ngòi's inner work."""

from datetime import date
from types import SimpleNamespace

from orgunits.models import Kind, Level, OrgUnit, Person, Post, Role
from plans.models import Document, Plan
from tasks import cascade
from tasks.deadlines import Kind as Deadline
from tasks.models import Answer, Stage, Task

ISSUED = date(2026, 1, 5)
ASSIGNED = date(2026, 6, 1)  # too late to be silent before 25 August


class World(SimpleNamespace):
    """Units, people and the plan of Ba Ngòi: An logs, Bình confirms, Mai is the clerk, Chi is the neighbour."""

    def __init__(self):
        super().__init__()
        self.centre = area("0001", None, Kind.CENTRE, Level.CENTRAL, "Trung ương")
        self.khanh_hoa = area("00010001", self.centre, Kind.PROVINCE, Level.PROVINCE, "Khánh Hòa")
        self.ba_ngoi = area("000100010001", self.khanh_hoa, Kind.URBAN_WARD, Level.WARD, "Ba Ngòi")
        self.cam_linh = area("000100010002", self.khanh_hoa, Kind.URBAN_WARD, Level.WARD, "Cam Linh")
        self.ubnd = body("0001000100010001", self.ba_ngoi, Kind.GOVERNMENT, "UBND phường Ba Ngòi")
        self.committee = body("0001000100010002", self.ba_ngoi, Kind.STEERING, "Ban Chỉ đạo phường Ba Ngòi")
        self.firm = body("0001000100010003", self.ba_ngoi, Kind.FIRM, "Công ty Muối", kept_by=self.ubnd)
        self.ubnd_cam_linh = body("0001000100020001", self.cam_linh, Kind.GOVERNMENT, "UBND phường Cam Linh")
        OrgUnit.objects.filter(pk=self.ba_ngoi.pk).update(answers_through=self.ubnd)
        self.an = self.hire("an", self.ubnd)
        self.binh = self.hire("binh", self.ba_ngoi, Role.STEERING)
        self.chi = self.hire("chi", self.ubnd_cam_linh)
        self.dung = self.hire("dung", self.khanh_hoa, Role.STEERING)
        self.giang = self.hire("giang", self.cam_linh, Role.STEERING)
        self.hoa = self.hire("hoa", self.centre, Role.STEERING)
        self.mai = self.hire("mai", self.ba_ngoi, Role.CLERK)
        self.plan = plan_of(self.ba_ngoi, "02-KH/BCĐ")

    def hire(self, name, unit, role=Role.OFFICIAL, **more):
        """A Post, held by a person made for it (or by `person`)."""
        person = more.pop("person", None) or Person.objects.create(username=name, full_name=name.title(), email=f"{name}@example.vn")
        return Post.objects.create(person=person, unit=unit, role=role, since=ISSUED, **more)

    def duty(self, *, lead=None, plan=None, due_on=None, kind=None, title="Rà soát hệ thống thông tin", joined_on=ASSIGNED):
        """The lead assignment of a new duty with one stage: dated where `due_on` is given, else ongoing."""
        plan = plan or self.plan
        n = plan.tasks.count() + 1
        task = Task.objects.create(plan=plan, ref=str(n), position=n, title=title)
        Stage.objects.create(task=task, position=1, kind=kind or (Deadline.BY_DATE if due_on else Deadline.ONGOING), due_on=due_on)
        return cascade.address(task, leads=[lead or self.ubnd], on=joined_on)[0]

    def duties(self, n, **fields):
        return [self.duty(**fields) for _ in range(n)]


def area(path, parent, kind, level, name):
    unit = OrgUnit.objects.create(path=path, parent=parent, kind=kind, level=level, name=name, code=path)
    unit.area = unit
    unit.save()
    return unit


def body(path, within, kind, name, **more):
    return OrgUnit.objects.create(path=path, parent=within, area=within, kind=kind, level=within.level, name=name, code=path, **more)


def plan_of(unit, symbol, *, issued_on=ISSUED):
    document = Document.objects.create(
        issuer=unit, type="KH", type_name="Kế hoạch", symbol=symbol, symbol_printed=symbol, subject="an ninh mạng", key=f"kh-{unit.code}"
    )
    return Plan.objects.create(
        document=document, unit=unit, level=unit.level, programme="An ninh mạng", title="Kế hoạch", issued_on=issued_on
    )


def move(assignment, due_on):
    """Give the assignment's only answer another date, as an extension will."""
    Answer.objects.filter(assignment=assignment).update(due_on=due_on)
