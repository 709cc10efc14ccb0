"""A clean chain in another field, health: the Centre, Khánh Hòa and Ba Ngòi, with nothing for lint to find."""

from datetime import date

from orgunits.models import AddresseeGroup
from plans.models import Document, Plan
from tasks import cascade
from tasks.deadlines import Kind
from tasks.models import Assignment, ParentLink, Stage, Task

APRIL, JUNE, SEPTEMBER, NOVEMBER = date(2026, 4, 30), date(2026, 6, 30), date(2026, 9, 30), date(2026, 11, 30)
TODAY = date(2026, 3, 1)


class Chain:
    """Three plans: what the Centre asks of localities Khánh Hòa takes up, gives to its wards, and Ba Ngòi carries."""

    def __init__(self, world):
        self.world = world
        self.centre = plan_of(world.centre, "20-KH/BCĐYT", date(2026, 1, 5))
        self.province = plan_of(world.khanh_hoa, "31-KH/UBND", date(2026, 1, 20), self.centre)
        self.ward = plan_of(world.ba_ngoi, "05-KH/UBND", date(2026, 2, 2), self.province)
        localities = group_of(world.centre, "Các địa phương", [world.khanh_hoa])
        wards = group_of(world.khanh_hoa, "Các xã, phường", [world.ba_ngoi, world.cam_linh])
        self.review = self._carried("Rà soát trang thiết bị y tế của các trạm", JUNE, "Danh mục thiết bị", localities, wards)
        self.repair = self._carried("Sửa chữa thiết bị y tế hư hỏng tại trạm", SEPTEMBER, "Biên bản nghiệm thu", localities, wards)
        self.vaccine = self._carried("Tiêm chủng mở rộng cho trẻ em dưới sáu tuổi", None, "Sổ tiêm chủng", localities, wards)

    def _carried(self, title, due_on, product, localities, wards):
        """A duty of the Centre, that of the province, that of the ward: each carries the one above."""
        top = duty(self.centre, title, due_on=due_on, product=product, group=localities)
        middle = duty(self.province, title, due_on=due_on, product=product, group=wards)
        low = duty(self.ward, title, due_on=due_on, product=product, leads=[self.world.ubnd])
        carry(middle, top, self.world.khanh_hoa)
        carry(low, middle, self.world.ba_ngoi)
        return low

    def above(self, low):
        """The duty `low` carries."""
        return low.parent_links.get().parent


def plan_of(unit, symbol, issued_on, superior=None):
    document = Document.objects.create(
        issuer=unit, type="KH", type_name="Kế hoạch", symbol=symbol, symbol_printed=symbol, subject="y tế", key=symbol, signed_on=issued_on
    )
    plan = Plan.objects.create(document=document, unit=unit, level=unit.level, programme="Y tế", title="Y tế cơ sở", issued_on=issued_on)
    if superior:
        plan.superiors.add(superior)
    return plan


def group_of(owner, words, units):
    group = AddresseeGroup.objects.create(code=words, owner=owner, words=words, rule="")
    group.units.set(units)
    return group


def duty(
    plan, title, *, words="", due_on=None, product="Văn bản", leads=(), group=None, section="II", stages=None, lead_words="", ref=None
):
    """A duty with one stage, dated or ongoing, or with `stages` (dicts)."""
    n = plan.tasks.count() + 1
    task = Task.objects.create(
        plan=plan,
        ref=f"{section}/{n}",
        position=n,
        section=section,
        title=title,
        words=words,
        product=product,
        lead_words=lead_words,
        group=group,
        deadline_words=f"đến {due_on:%d/%m/%Y}" if due_on else "Thường xuyên",
    )
    for place, stage in enumerate(stages or [{"due_on": due_on}], 1):
        Stage.objects.create(task=task, position=place, **{"kind": Kind.BY_DATE if stage.get("due_on") else Kind.ONGOING, **stage})
    if leads or group:
        cascade.address(task, leads=leads, group=group, on=plan.issued_on or TODAY)
    return task


def carry(child, parent, unit):
    return ParentLink.objects.tie(child, parent, via=Assignment.objects.get(task=parent, unit=unit))
