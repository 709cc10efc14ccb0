from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from journal.models import Notice


def inbox(request):
    """What this person was told, newest first."""
    rows = Notice.objects.visible_to(request.post)
    only = request.GET.get("unread") == "1"
    page = Paginator(rows.unread() if only else rows, 30).get_page(request.GET.get("page", "")[:12])
    return render(request, "journal/inbox.html", {"page": page, "only": only})


@require_POST
def open_notice(request, pk):
    """Mark a notice as read and go where it points."""
    notice = get_object_or_404(Notice.objects.visible_to(request.post), pk=pk)
    Notice.objects.filter(pk=pk, read_at=None).update(read_at=timezone.now())
    return redirect(notice.link if notice.link.startswith("/") and not notice.link.startswith("//") else "inbox")


@require_POST
def read_all(request):
    Notice.objects.visible_to(request.post).unread().update(read_at=timezone.now())
    return redirect("inbox")
