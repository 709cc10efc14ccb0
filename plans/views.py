from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.shortcuts import get_object_or_404, render

from orgunits import lists
from orgunits.models import Level
from orgunits.words import fold
from plans.models import Amendment, Document, Plan

# Counted for the plans of one page alone; joined and grouped it would count every duty of the country first.
DUTIES = Subquery(Plan.objects.filter(pk=OuterRef("pk")).order_by().annotate(n=Count("tasks")).values("n"))
PLAN_ORDER = {"issued": ("issued_on", "pk"), "symbol": ("document__symbol", "pk"), "unit": ("unit__path", "pk")}
DOCUMENT_ORDER = {"signed": ("signed_on", "symbol", "pk"), "symbol": ("symbol", "pk"), "type": ("type", "signed_on", "pk")}


def plans(request):
    rows = (
        Plan.objects.visible_to(request.post)
        .select_related("document", "unit")
        .annotate(duties=DUTIES, amended=Exists(Amendment.objects.filter(plan=OuterRef("pk"), task_changes__isnull=False)))
    )
    words, level = _words(request), request.GET.get("level", "")
    if words:
        rows = rows.filter(Q(document__folded__contains=fold(words)) | Q(unit__name_folded__contains=fold(words)))
    if level in Level.values:
        rows = rows.filter(level=level)
    rows, sort = lists.ordered(rows, PLAN_ORDER, request.GET.get("sort"), "issued")
    context = {"page": lists.paged(request, rows), "sort": sort, "q": words, "level": level, "levels": Level}
    return render(request, "plans/plans.html", {**context, "may_draft": Plan.may_be_drafted_by(request.post)})


def documents(request):
    rows = Document.objects.visible_to(request.post).select_related("issuer", "plan", "copy_of")
    words = _words(request)
    if words:
        rows = rows.filter(folded__contains=fold(words))
    rows, sort = lists.ordered(rows, DOCUMENT_ORDER, request.GET.get("sort"), "signed")
    return render(request, "plans/documents.html", {"page": lists.paged(request, rows), "sort": sort, "q": words})


def document(request, pk):
    """One document: what it rests on and what rests on it, as far as the post may read."""
    seen = Document.objects.visible_to(request.post)
    row = get_object_or_404(seen.select_related("issuer", "plan", "copy_of"), pk=pk)
    context = {
        "document": row,
        "bases": seen.filter(supports__document=row).order_by("supports__position"),
        "cited_by": seen.filter(rests_on__base=row),
        "copies": seen.filter(copy_of=row).select_related("issuer"),
        "mentions": seen.filter(mentioned_in__document=row),
        "plan": Plan.objects.visible_to(request.post).filter(document=row).first(),
    }
    return render(request, "plans/document.html", context)


def _words(request):
    return request.GET.get("q", "").replace("\x00", "")[:100].strip()
