"""How duties of a lower plan continue those of a superior's."""

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from tasks.models.assignment import Assignment
from tasks.models.climb import ASSIGNMENT, NOTHING, Climb, Sum
from tasks.models.task import Task


class ParentLinkManager(models.Manager):
    @transaction.atomic
    def tie(self, child, parent, *, via=None, on=None):
        """Link a duty to the superior's duty it continues: through the superior's assignment it carries, without it relates.

        `on` is its first day (None: today). The link that stands already is returned as it is.

        Raises ValueError where the link would close a circle, or carry up to a plan that is not above the child's own.
        """
        if child == parent or self._reaches(parent, child):
            raise ValueError(f"{child} and {parent} would continue each other in a circle.")
        if via and not is_above(via.plan.unit, child.plan.unit):
            raise ValueError(f"{parent} stands no higher than {child}: it can be related to, not carried.")
        lock(child)
        link, made = self.get_or_create(child=child, parent=parent, until=None, defaults={"via": via, "since": on or timezone.localdate()})
        if via and made:
            link.carry(as_child(child))
        return link

    def live(self):
        return self.filter(until=None)

    @transaction.atomic
    def close_all(self, links, *, on):
        """End many links from the day `on` at once, as `ParentLink.close` ends one. Returns how many were still live."""
        list(Task.objects.select_for_update().filter(pk__in={link.child_id for link in links}).order_by("pk").values_list("pk", flat=True))
        links = list(self.live().filter(pk__in=[link.pk for link in links]).select_related("via__plan__unit").order_by("pk"))
        self.filter(pk__in=[link.pk for link in links]).update(until=on)
        counted = Task.objects.filter(plan__issued_on__isnull=False, plan__withdrawn_on=None, pk__in={link.child_id for link in links})
        sums = {pk: Sum(*row).as_one() for pk, *row in counted.order_by().values_list("pk", "leads_n", "leads_said", "leads_done")}
        climb = Climb()
        for link in links:
            if link.carries:
                climb.add(ASSIGNMENT, link.via_id, NOTHING.minus(sums.get(link.child_id, NOTHING)), depth=len(link.via.plan.unit.path))
        climb.go()
        return len(links)

    def _reaches(self, start, goal):
        seen, edge = set(), {start.pk}
        while edge:
            if goal.pk in edge:
                return True
            seen |= edge
            edge = set(self.filter(child__in=edge, until=None).values_list("parent", flat=True)) - seen
        return False


def is_above(unit, other):
    """Whether plans of `unit` stand higher than those of `other`: only then may a duty carry, so that numbers climb one way."""
    return len(unit.path) < len(other.path)


def lock(task):
    """Hold a duty's row until the transaction ends: who climbs through it meanwhile waits, then reads the links anew."""
    Task.objects.select_for_update().filter(pk=task.pk).order_by().values_list("pk", flat=True).first()


def as_child(task):
    """What a duty adds to the assignment it is carried under: nothing while its plan is a draft or withdrawn."""
    row = Task.objects.filter(pk=task.pk, plan__issued_on__isnull=False, plan__withdrawn_on=None)
    sums = row.values_list("leads_n", "leads_said", "leads_done").first()
    return Sum(*sums).as_one() if sums else NOTHING


class ParentLink(models.Model):
    """A duty continues a superior's duty: it *carries* (with `via`, the superior's assignment to its own line) or *relates*."""

    child = models.ForeignKey(Task, models.CASCADE, related_name="parent_links")
    parent = models.ForeignKey(Task, models.CASCADE, related_name="child_links")
    via = models.ForeignKey(Assignment, models.CASCADE, null=True, related_name="carried_links")
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True)  # the first day on which it no longer holds

    objects = ParentLinkManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["child", "parent"], name="link_once", condition=Q(until=None))]

    def __str__(self):
        return f"{self.child_id} → {self.parent_id}"

    @property
    def carries(self):
        return self.via_id is not None

    @transaction.atomic
    def close(self, *, on):
        """End the link from the day `on`; what it carried no longer counts above. A link already closed stays as it is."""
        lock(self.child)
        if ParentLink.objects.filter(pk=self.pk, until=None).update(until=on) and self.carries:
            self.carry(NOTHING.minus(as_child(self.child)))
        self.until = self.until or on

    def carry(self, change):
        """Add `change` to the superior's assignment and to everything above it."""
        climb = Climb()
        climb.add(ASSIGNMENT, self.via_id, change)
        climb.go()
