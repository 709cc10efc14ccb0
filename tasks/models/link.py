"""How duties of a lower plan continue those of a superior's."""

from django.db import models, transaction
from django.db.models import Q

from tasks.deadlines import Clock, clock_of
from tasks.models.assignment import Assignment
from tasks.models.task import Task


def _add_up(assignment, child):
    """A superior's assignment adds up as soon as one duty carried under it counts; ongoing ones never do (model.md §2)."""
    if any(clock_of(stage.kind, due_on=stage.due_on) != Clock.ONGOING for stage in child.stages.all()):
        Assignment.objects.filter(pk=assignment.pk).update(adds_up=True)


class ParentLinkManager(models.Manager):
    @transaction.atomic
    def tie(self, child, parent, *, via=None):
        """Link a duty to the superior's duty it continues: through the superior's assignment it carries, without it relates.

        Raises ValueError where the link would close a circle.
        """
        if child == parent or self._reaches(parent, child):
            raise ValueError(f"{child} and {parent} would continue each other in a circle.")
        link, made = self.get_or_create(child=child, parent=parent, until=None, defaults={"via": via})
        if via and made:
            _add_up(via, child)
        return link

    def _reaches(self, start, goal):
        seen, edge = set(), {start.pk}
        while edge:
            if goal.pk in edge:
                return True
            seen |= edge
            edge = set(self.filter(child__in=edge, until=None).values_list("parent", flat=True)) - seen
        return False


class ParentLink(models.Model):
    """A duty continues a superior's duty: it *carries* (with `via`, the superior's assignment to its own line) or *relates*."""

    child = models.ForeignKey(Task, models.CASCADE, related_name="parent_links")
    parent = models.ForeignKey(Task, models.CASCADE, related_name="child_links")
    via = models.ForeignKey(Assignment, models.CASCADE, null=True, related_name="carried_links")
    since = models.DateField(auto_now_add=True)
    until = models.DateField(null=True)

    objects = ParentLinkManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["child", "parent"], name="link_once", condition=Q(until=None))]

    def __str__(self):
        return f"{self.child_id} → {self.parent_id}"

    @property
    def carries(self):
        return self.via_id is not None
