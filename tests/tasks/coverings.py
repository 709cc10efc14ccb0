"""A plan of the Centre that binds Khánh Hòa with three duties, Khánh Hòa's own, and those of its two wards."""

from datetime import date

from orgunits.models import AddresseeGroup, Role
from tasks import cascade
from tasks.deadlines import Kind
from tasks.models import ParentLink, Stage, Task
from tests.world import ISSUED, plan_of

DAY = date(2026, 6, 30)
BELOW = date(2026, 3, 1)  # when the lower plans were issued


class Covering:
    """`world` with `central` (duties `one`, `two`, `three` for Khánh Hòa), `provincial`, and `world.plan` of Ba Ngòi under both."""

    def __init__(self, world):
        self.world = world
        self.central = plan_of(world.centre, "04-KH/BCĐTW")
        self.provincial = plan_of(world.khanh_hoa, "07-KH/BCĐ", issued_on=BELOW)
        self.provincial.superiors.add(self.central)
        world.plan.superiors.add(self.central, self.provincial)
        self.localities = AddresseeGroup.objects.create(code="TW.DP", owner=world.centre, words="Các địa phương", rule="")
        self.localities.units.set([world.khanh_hoa])
        self.one, self.two, self.three = self.duties = [self.duty(self.central, group=self.localities) for _ in range(3)]
        self.tam = world.hire("tam", world.khanh_hoa, Role.CLERK)
        self.viet = world.hire("viet", world.cam_linh, Role.CLERK)

    def duty(self, plan, *leads, due_on=None, group=None):
        n = plan.tasks.count() + 1
        task = Task.objects.create(plan=plan, ref=f"{plan.level[0].upper()}{n}", position=n, title=f"Việc {n}")
        Stage.objects.create(task=task, position=1, kind=Kind.BY_DATE if due_on else Kind.ONGOING, due_on=due_on)
        cascade.address(task, leads=leads, group=group, on=ISSUED)
        return task

    def continue_in(self, plan, parent, *, on=BELOW, leads=(), due_on=None, via=None):
        """A new duty of `plan` that continues `parent`."""
        child = self.duty(plan, *leads, due_on=due_on)
        ParentLink.objects.tie(child, parent, via=via, on=on)
        return child
