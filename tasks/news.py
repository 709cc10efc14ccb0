"""What happened to a duty since a page showed it: read from the journal, so that a writer sees it before writing over it."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max

from journal.models import Entry
from tasks.models import Assignment, Progress

SHOWN = 20


def newest(rows):
    """{assignment id: number of its newest act in the journal}; 0 where there is none. One query."""
    keys = [row.pk for row in rows]
    acts = Entry.objects.filter(target_type=ContentType.objects.get_for_model(Assignment), target_id__in=keys)
    found = dict(acts.order_by().values_list("target_id").annotate(Max("pk")))
    return {pk: found.get(pk, 0) for pk in keys}


def since(row, seen):
    """The acts on an assignment after number `seen`, oldest first, each with its `progress` or None. `seen` None: the newest alone."""
    acts = Entry.objects.about(row).select_related("person", "post__unit").order_by("-pk")
    acts = list(acts[:1] if seen is None else acts.filter(pk__gt=seen)[:SHOWN])[::-1]
    entries = Progress.objects.filter(assignment=row).in_bulk([act.facts["progress"] for act in acts if "progress" in act.facts])
    for act in acts:
        act.progress = entries.get(act.facts.get("progress"))
    return acts
