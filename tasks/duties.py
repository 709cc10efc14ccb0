"""The list behind every number: which assignments a filter names."""

from orgunits.words import fold
from tasks import reminders
from tasks.models import Assignment
from tasks.models.assignment import hanging

ORDER = {
    "plan": ("plan__issued_on", "task__position", "path", "pk"),
    "due": ("due_on", "pk"),
    "unit": ("path", "task__position", "pk"),
    "state": ("state", "pk"),
    "fresh": ("last_entry_at", "pk"),
}


def found(post, chosen, place, *, on):
    """Assignments within `post`'s reach that the cleaned filter `chosen` names, annotated for the day `on`.

    Without `part`, the leads that report: the same rows that the dashboards count. With `told` those that a reminder of many counts.
    """
    rows = Assignment.objects.visible_to(post).live().exclude(plan__issued_on=None).timed(on=on)
    if chosen.get("told"):
        rows = rows.filter(pk__in=reminders.counted(chosen["told"], post, on))
    else:
        rows = rows.filter(part=chosen["part"]) if chosen.get("part") else rows.reporting()
    if place:
        rows = rows.filter(unit=place) if chosen.get("only") else rows.within(place)
    exact = {"plan": "plan", "level": "plan__level"}
    rows = rows.filter(**{field: chosen[name] for name, field in exact.items() if chosen.get(name)})
    if chosen.get("state"):
        rows = rows.filter(state__in=chosen["state"])
    if chosen.get("timeliness"):
        rows = rows.with_timeliness(chosen["timeliness"], on=on)
    if chosen.get("silent"):
        rows = rows.filter(rows.silence(on=on))
    if chosen.get("waited") is not None:
        rows = rows.waiting_for(chosen["waited"], on=on)
    if chosen.get("awaiting"):
        rows = rows.exclude(awaits_since=None)
    if chosen.get("hanging"):
        rows = rows.filter(hanging(on=on))
    if chosen.get("unproven"):
        rows = rows.filter(unproven=True)
    if chosen.get("unowned"):
        rows = rows.filter(owner=None)
    for word in fold((chosen.get("q") or "").replace("\x00", "")).split():
        rows = rows.filter(task__folded__contains=word)
    return rows
