"""What every page knows."""

from django.conf import settings

from journal.models import Notice


def portal(request):
    """`demo`: whether pages carry the mark; `unread`: notices this person has not opened."""
    person = getattr(request, "user", None)
    unread = Notice.objects.filter(person=person).unread().count() if person is not None and person.is_authenticated else 0
    return {"demo": settings.DEMO, "unread": unread}
