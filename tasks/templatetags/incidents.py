"""The clock of an incident beside its name: one colour for each meaning, always with a word."""

from django import template

from tasks import incident_clock

register = template.Library()


@register.inclusion_tag("tasks/_tag.html")
def clock_tag(incident, now):
    return {"look": incident_clock.look(incident, at=now), "words": incident_clock.words(incident, at=now)}


@register.filter
def is_late(incident, now):
    return incident.hours_late(at=now) > 0
