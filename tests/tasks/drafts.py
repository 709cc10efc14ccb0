"""A superior's plan in the small world, and shorthand for what clerks do with a draft of their own."""

from datetime import date, datetime

from django.utils import timezone

from plans.models import Plan
from tasks import carrying, cascade, issuing
from tasks.deadlines import Kind
from tasks.models import Stage, Task
from tests.world import plan_of

AT = datetime(2026, 7, 1, 9, tzinfo=timezone.get_default_timezone())
SIGNED = date(2026, 6, 30)


def central_plan(world, n=3, *, leads=None, due_on=date(2026, 12, 31)):
    """A plan of the Centre with `n` dated duties, led by Khánh Hòa unless `leads` says otherwise."""
    plan = plan_of(world.centre, "04-KH/BCĐTW")
    for place in range(1, n + 1):
        superior_duty(plan, place, leads=[world.khanh_hoa] if leads is None else leads, due_on=due_on)
    return plan


def superior_duty(plan, n, *, leads, due_on, kind=Kind.BY_DATE, title=None):
    task = Task.objects.create(
        plan=plan,
        ref=f"V.{n}",
        position=n,
        title=title or f"Việc thứ {n} của Trung ương",
        words=f"Rà soát hệ thống thứ {n}",
        product=f"Danh mục {n}",
        deadline_words="Trước ngày 31/12/2026" if due_on else "",
        section_title="Các địa phương",
    )
    Stage.objects.create(task=task, position=1, kind=kind, due_on=due_on, words=task.deadline_words)
    cascade.address(task, leads=leads, on=plan.issued_on)
    return task


def drafted(post, superior, *, how=carrying.KEEP, words=""):
    """The post's own draft with every duty of `superior` taken up."""
    plan, _is_new = carrying.start(superior, by=post, at=AT)
    carrying.pick(plan, [carrying.Pick(task, how, words) for task in superior.tasks.all()], by=post, at=AT)
    return plan


def lead(task, *units, by, coordinators=(), how=None, parent=None, group=None, **fields):
    """Rewrite a draft's duty with these leads."""
    task.refresh_from_db()
    kept = {name: getattr(task, name) for name in carrying.WRITTEN} | {"group": group, **fields}
    return carrying.edit(
        task, fields=kept, leads=list(units), coordinators=list(coordinators), how=how, parent=parent, version=task.version, by=by, at=AT
    )


def paper(plan, symbol="07-KH/BCĐ", **more):
    facts = {"type": "KH", "type_name": "Kế hoạch", "signed_on": SIGNED, "issuer": plan.unit, "subject": "Triển khai an ninh mạng"}
    return issuing.SignedPaper(symbol=symbol, **{**facts, **more})


def issued(plan, *, by, symbol="07-KH/BCĐ", **more):
    return issuing.issue(Plan.objects.get(pk=plan.pk), paper(plan, symbol, **more), by=by, at=AT)
