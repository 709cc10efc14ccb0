"""Pages of coverage: the matrix of a plan, the list behind each of its numbers, one cell, and what was declared not applicable."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import OrgUnit
from plans.models import Plan
from tasks import coverage_sheets, declarations, sheets
from tasks.coverage import Cell, Sight
from tasks.coverage_forms import CoverageFilter, DeclarationsForm, ReasonForm
from tasks.models import Assignment, NotApplicable, ParentLink, StaleWrite, State, Task
from tasks.models.states import FINISHED

LOOK = {Cell.TAKEN: "done", Cell.DECLARED: "wait", Cell.MISSING: "late", Cell.NO_PLAN: "todo ring"}
MARKS = {Cell.TAKEN: "✓", Cell.DECLARED: "∅", Cell.MISSING: "✕", Cell.NO_PLAN: "–"}
AWAITING = "?"
ROWS = 60  # areas on one page of the matrix


class Question:
    """What a request asks about a plan's coverage: `matrix` holds the answer, within what the post may see."""

    def __init__(self, request, plan):
        self.form, self.plan = CoverageFilter(request.GET), plan
        self.on, self.place, self.kind = self.form.on_day, self.form.place, self.form.kind_chosen
        self.sight = None if self.form.names_nobody else Sight.of(request.post, plan, place=self.place)
        if self.sight is None:
            if request.GET.get("unit"):
                raise Http404
            self.sight = Sight(plan.unit.path, ())
        offered = self.sight.levels
        self.level = self.form.chosen.get("level") if self.form.chosen.get("level") in offered else (offered[-1] if offered else "")

    @cached_property
    def matrix(self):
        return self.sight.coverage(self.plan, on=self.on, level=self.level)

    @property
    def duty(self):
        return next((row for row in self.matrix.duties if row.pk == self.form.chosen.get("duty")), None)

    def narrow(self, area):
        """Ask of this one area alone."""
        self.place, self.level = area, area.level
        return self

    @property
    def kept(self):
        """What of the question each further address keeps."""
        kept = {"unit": self.place and self.place.code, "level": self.level if len(self.sight.levels) > 1 else ""}
        kept["on"] = self.on.isoformat() if self.on != timezone.localdate() else ""
        return {name: value for name, value in kept.items() if value}


def _plan(request, pk):
    return get_object_or_404(Plan.objects.visible_to(request.post).select_related("document", "unit"), pk=pk)


def coverage(request, pk):
    """Duties × areas below: a country by provinces, a province by its communes, a commune by the duties alone."""
    asked = Question(request, _plan(request, pk))
    matrix, groups = asked.matrix, asked.matrix.groups()
    shown = asked.kind or Cell.TAKEN
    states = request.post.reads_branch and asked.on == timezone.localdate()  # roll-ups are of today
    context = {
        **_frame(request, asked),
        "tiles": _tiles(matrix),
        "lines": list(_lines(matrix, states=states)),
        "shown": shown,
        "waits": matrix.waits(),
        "states": states,
    }
    if len(matrix.areas) == 1:
        context["cells"] = _with_words(matrix, matrix.cells())
    elif len(groups) > 1 and len(groups) < len(matrix.areas):
        context["groups"] = list(_groups(matrix, groups, shown))
    else:
        context |= _areas(request, matrix, asked.kind)
    return render(request, "tasks/coverage.html", context)


def _frame(request, asked):
    return {
        "plan": asked.plan,
        "asked": asked,
        "matrix": asked.matrix,
        "on": asked.on,
        "is_today": asked.on == timezone.localdate(),
        "kinds": [(kind, LOOK[kind], MARKS[kind]) for kind in Cell],
        "place": asked.place,
        "keeps": asked.kept,
        "may_judge": declarations.may_judge(asked.plan, request.post),
    }


def _tiles(matrix):
    """(kind, look, n, share) of all cells."""
    totals = matrix.totals()
    whole = sum(totals.values())
    return [(kind, LOOK[kind], n, n / whole if whole else None) for kind, n in totals.items()]


def _lines(matrix, *, states):
    """For each duty its counts, the share that took it up and, with `states`, the shares said and confirmed of what carries it."""
    counts = matrix.counts()
    for duty in matrix.duties:
        n, whole = counts[duty.pk], len(matrix.bound[duty.pk])
        yield {
            "duty": duty,
            "counts": [(kind, n[kind]) for kind in Cell],
            "share": n[Cell.TAKEN] / whole if whole else None,
            "shares": matrix.shares(duty.pk) if states else None,
        }


def _groups(matrix, groups, shown):
    """One row for each province: how many of its areas are `shown` under each duty, and what share that is."""
    for unit, ids in groups:
        counts, cells, all_shown, all_cells = matrix.counts(ids), [], 0, 0
        for duty in matrix.duties:
            n, whole = counts[duty.pk][shown], sum(counts[duty.pk].values())
            all_shown, all_cells = all_shown + n, all_cells + whole
            cells.append((duty.pk, n, n / whole if whole else None, _heat(shown, n, whole)))
        total = all_shown / all_cells if all_cells else None
        yield {"unit": unit, "areas": len(ids), "cells": cells, "n": all_shown, "whole": all_cells, "share": total}


def _heat(kind, n, whole):
    """The ground of a number: taken up is good, without counterpart is bad; the number says it too."""
    share = n / whole if whole else 0
    if kind == Cell.TAKEN:
        return "good" if share >= 0.9 else "fair" if share >= 0.5 else "bad"
    return "fair" if kind == Cell.MISSING and n else ""


def _areas(request, matrix, kind):
    """One row for each area, a page of them; with a kind chosen only areas that have it, and only those cells."""
    rows = matrix.areas
    if kind:
        held = set().union(*(matrix.held(duty.pk, kind) for duty in matrix.duties))
        rows = [area for area in rows if area.pk in held]
    page = lists.paged(request, rows, per=ROWS)
    page.object_list = [_area(matrix, area, kind) for area in page.object_list]
    return {"page": page}


def _area(matrix, area, kind):
    cells = [(duty.pk, matrix.cell(duty.pk, area.pk)) for duty in matrix.duties]
    marks = [(duty, *_mark(matrix, duty, area, cell)) if kind in {None, cell} else (duty, "", "", "") for duty, cell in cells]
    asked = [cell for _duty, cell in cells if cell]
    return {"area": area, "marks": marks, "taken": asked.count(Cell.TAKEN), "whole": len(asked)}


def _mark(matrix, duty, area, cell):
    """(mark, look, words) of a cell."""
    if cell is None:
        return "", "", ""
    if cell == Cell.DECLARED and matrix.is_waiting(duty, area.pk):
        return AWAITING, "wait", f"{cell.label}, {_('awaits a word')}"
    return MARKS[cell], LOOK[cell], str(cell.label)


def _with_words(matrix, cells):
    """Rows of the list of cells: how each is, and the duties that continue it by their refs."""
    refs = coverage_sheets.refs_of(matrix, {area.pk for _duty, area, _cell in cells})
    rows = []
    for duty, area, cell in cells:
        _sign, look, words = _mark(matrix, duty.pk, area, cell)
        by = [refs[row.task] for row in matrix.taken[duty.pk].get(area.pk, ())]
        rows.append({"duty": duty, "area": area, "look": look, "words": words, "by": by})
    return rows


def cells(request, pk):
    """The list behind each number of the matrix."""
    asked = Question(request, _plan(request, pk))
    return _cells_page(request, asked, asked.duty)


def _cells_page(request, asked, duty):
    matrix = asked.matrix
    page = lists.paged(request, matrix.cells(duty=duty and duty.pk, kind=asked.kind))
    page.object_list = _with_words(matrix, page.object_list)
    return render(request, "tasks/cells.html", {**_frame(request, asked), "page": page, "duty": duty})


def export_coverage(request, pk):
    """The whole matrix as CSV, or as XLSX with ?form=xlsx; with ?list=1 the list of cells that the filter names."""
    asked = Question(request, _plan(request, pk))
    chosen = {"duty": asked.form.chosen.get("duty"), "kind": asked.kind}
    table = coverage_sheets.Cells(asked.matrix, **chosen) if request.GET.get("list") else coverage_sheets.Table(asked.matrix)
    name = f"bao-phu-{asked.on:%Y-%m-%d}"
    form = "xlsx" if request.GET.get("form") == "xlsx" else "csv"
    return sheets.answer(table.heads(), table.rows(), title=_("Coverage"), widths=table.widths, form=form, name=name)


# One cell


def _task(request, pk):
    return get_object_or_404(Task.objects.visible_to(request.post).select_related("plan__document", "plan__unit"), pk=pk)


def cell(request, pk):
    """One duty and one area: which duties continue it and how they stand, or why none does. Without an area, the duty's whole column."""
    task = _task(request, pk)
    asked = Question(request, task.plan)
    if asked.place:
        asked.narrow(asked.place)
    if task not in asked.matrix.duties:
        return _nothing(request, asked, task)
    return _cell(request, task, asked) if len(asked.matrix.areas) == 1 else _cells_page(request, asked, task)


def _nothing(request, asked, task):
    return render(request, "tasks/cell.html", {**_frame(request, asked), "task": task, "cell": None})


def _cell(request, task, asked, *, form=None, status=200):
    area, matrix = asked.matrix.areas[0], asked.matrix
    kind = matrix.cell(task.pk, area.pk)
    unit = OrgUnit.objects.get(pk=area.pk)
    filed = NotApplicable.objects.visible_to(request.post).filter(task=task, unit=unit)
    filed = list(filed.select_related("by__person", "by__unit", "judged_by__person", "judged_by__unit", "unit").order_by("-pk"))
    standing = next((row for row in filed if row.stands), None)
    may_declare = kind in {Cell.MISSING, Cell.NO_PLAN} and unit.pk == request.post.unit_id and _may_declare(request, task)
    _sign, look, words = _mark(matrix, task.pk, area, kind)
    context = {
        **_frame(request, asked),
        "task": task,
        "unit": unit,
        "cell": kind,
        "look": look,
        "words": words,
        "continuing": _continuing(request.post, matrix, task, area),
        "plans": Plan.objects.visible_to(request.post)
        .filter(unit=unit)
        .issued()
        .select_related("document")
        .order_by("issued_on", "pk")[:10],
        "receipt": task.plan.receipts.filter(unit=unit).first(),
        "filed": filed,
        "standing": standing,
        "may_withdraw": standing and standing.may_be_withdrawn_by(request.post),
        "judges": standing and standing.is_waiting and declarations.may_judge(task.plan, request.post),
        "form": form or (ReasonForm() if may_declare and not standing else None),
    }
    return render(request, "tasks/cell.html", context, status=status)


def _may_declare(request, task):
    return declarations.may_declare(task, request.post, on=timezone.localdate())


def _continuing(post, matrix, task, area):
    """The duties of the area that continue `task`, through which, and how the leads in the post's reach stand."""
    ids = [row.task for row in matrix.taken.get(task.pk, {}).get(area.pk, ())]
    if not ids:
        return []
    leads = Assignment.objects.visible_to(post).live().leads().filter(task__in=ids).order_by("path", "pk").values_list("task", "state")
    states = {}
    for pk, state in leads:
        states.setdefault(pk, []).append(state)
    links = ParentLink.objects.filter(child__in=ids, until=None).select_related("parent__plan__document", "parent__plan__unit", "via__unit")
    lines = {}
    for link in links.order_by("pk"):
        if link.parent_id == task.pk or (link.parent.plan_id != task.plan_id and area.path.startswith(link.parent.plan.unit.path)):
            lines.setdefault(link.child_id, []).append(link)
    rows = Task.objects.visible_to(post).filter(pk__in=ids).select_related("plan__document", "plan__unit").order_by("plan", "position")
    return [_standing(row, states.get(row.pk, []), _through(lines.get(row.pk, []), task, post)) for row in rows]


def _standing(row, states, links):
    said, done = sum(state in FINISHED for state in states), states.count(State.DONE)
    return {"task": row, "links": links, "n": len(states), "said": said, "done": done}


def _through(links, task, post):
    """The direct link where there is one, else the links through a superior's duty that continues `task` itself."""
    direct = [link for link in links if link.parent_id == task.pk]
    if direct:
        return direct
    between = ParentLink.objects.filter(child__in=[link.parent_id for link in links], parent=task, until=None).values_list(
        "child", flat=True
    )
    seen = set(Task.objects.visible_to(post).filter(pk__in=set(between)).values_list("pk", flat=True))
    return [link for link in links if link.parent_id in seen]


# Declared not applicable


def _own_cell(request, pk):
    """The task and the question of its cell under the post's own area."""
    task = _task(request, pk)
    if not _may_declare(request, task):
        raise PermissionDenied
    asked = Question(request, task.plan).narrow(request.post.unit)
    asked.sight = Sight.of(request.post, task.plan, place=request.post.unit)
    return task, asked


def _to_cell(task, unit):
    return redirect(f"{reverse('cell', args=[task.pk])}?unit={unit.code}")


@act_of("cell")
def declare(request, pk):
    """«Không áp dụng»: the post's own area says why the duty does not concern it."""
    task, asked = _own_cell(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _cell(request, task, asked, form=form, status=422)
    try:
        declarations.declare(task, unit=request.post.unit, by=request.post, at=timezone.now(), **form.cleaned_data)
    except StaleWrite:
        form.add_error(None, _("Your unit has declared this already; look at what stands there. Your words are kept."))
        return _cell(request, task, asked, form=form, status=409)
    except declarations.NothingToDeclare:
        messages.error(request, _("A duty of your plan continues this one: there is nothing to declare."))
        return _to_cell(task, request.post.unit)
    messages.success(request, _("Declared. The superior's word is awaited; until then the duty counts as before."))
    return _to_cell(task, request.post.unit)


@act_of("cell")
def withdraw_declaration(request, pk):
    task, _asked = _own_cell(request, pk)
    standing = NotApplicable.objects.standing().filter(task=task, unit=request.post.unit).first()
    try:
        if standing is None:
            raise StaleWrite
        declarations.withdraw(standing, by=request.post, at=timezone.now())
    except StaleWrite:
        messages.error(request, _("No declaration of your unit stands here any more."))
        return _to_cell(task, request.post.unit)
    messages.success(request, _("Taken back: the duty concerns your unit again."))
    return _to_cell(task, request.post.unit)


WORDS = {
    "waiting": {"accepted": None, "withdrawn_at": None},
    "accepted": {"accepted": True, "withdrawn_at": None},
    "refused": {"accepted": False},
}


def declaration_list(request, pk):
    """What areas within the post's reach declared of a plan's duties; first those that await a word."""
    return _declarations_page(request, _plan(request, pk), DeclarationsForm())


def _declarations_page(request, plan, form, *, status=200):
    status_chosen = request.GET.get("status") if request.GET.get("status") in {*WORDS, "all"} else "waiting"
    rows = NotApplicable.objects.visible_to(request.post).filter(task__plan=plan)
    waiting = rows.waiting().count()
    rows = rows.filter(**WORDS.get(status_chosen, {}))
    duty = CoverageFilter(request.GET).chosen.get("duty")
    rows = rows.filter(task=duty) if duty else rows
    names = ("task", "unit", "by__person", "by__unit", "by__deputises", "judged_by__unit", "judged_by__person")
    page = lists.paged(request, rows.select_related(*names).order_by("task__position", "unit__path", "pk"), per=100)
    may_judge = declarations.may_judge(plan, request.post)
    for row in page:
        row.open_to_verdict = may_judge and row.is_waiting and not row.by.shares_a_hand_with(request.post)
    context = {"plan": plan, "page": page, "form": form, "status": status_chosen, "duty": duty, "waiting": waiting, "may_judge": may_judge}
    context["duties"] = plan.tasks.filter(not_applicable__isnull=False).distinct().order_by("position", "pk").only("pk", "ref", "title")
    return render(request, "tasks/declarations.html", context, status=status)


@act_of("declarations")
def judge_declarations(request, pk):
    """The superior's word on one or many at once."""
    plan = _plan(request, pk)
    if not declarations.may_judge(plan, request.post):
        raise PermissionDenied
    waiting = NotApplicable.objects.visible_to(request.post).filter(task__plan=plan)
    form = DeclarationsForm(request.POST, rows=waiting.order_by("pk").values_list("pk", flat=True))
    if not form.is_valid():
        return _declarations_page(request, plan, form, status=422)
    chosen = form.cleaned_data
    judged = declarations.judge(chosen["ids"], ok=chosen["ok"], reason=chosen["reason"], by=request.post, at=timezone.now())
    _say(request, len(judged), len(set(chosen["ids"])), ok=chosen["ok"])
    return redirect(reverse("declarations", args=[plan.pk]))


def _say(request, n, wanted, *, ok):
    if n:
        words = ngettext("%(n)s declaration accepted.", "%(n)s declarations accepted.", n)
        if not ok:
            words = ngettext(
                "%(n)s declaration not accepted; the reason was told.", "%(n)s declarations not accepted; the reason was told.", n
            )
        messages.success(request, words % {"n": n})
    if n < wanted:
        left = ngettext(
            "%(n)s was left: judged by somebody else meanwhile, or filed by yourself.",
            "%(n)s were left: judged by somebody else meanwhile, or filed by yourself.",
            wanted - n,
        )
        messages.error(request, left % {"n": wanted - n})
