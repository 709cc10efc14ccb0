from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from reports import story as stories
from tasks.models import Assignment


def story(request, pk):
    """One page that tells one unit's duty from the file taken in to the confirmed result."""
    rows = Assignment.objects.visible_to(request.post).timed(on=timezone.localdate()).with_names()
    row = get_object_or_404(rows.select_related("moved_from__unit__area"), pk=pk)
    events = stories.of(row, request.post)
    return render(request, "reports/story.html", {"assignment": row, "task": row.task, "events": events, "today": timezone.localdate()})
