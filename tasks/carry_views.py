"""Pages of carrying down: drafting from a superior's plan, issuing, receiving, the cascade clock."""

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
from tasks import carrying, cascade_clock, issuing, receiving, sheets
from tasks.carry_forms import CopyForm, DutyForm, EndForm, PaperForm, TitleForm
from tasks.importer.confirming import NotReady
from tasks.models import ParentLink, StaleWrite, Task


def _plan(request, pk):
    return get_object_or_404(Plan.objects.visible_to(request.post).select_related("document__issuer", "unit"), pk=pk)


def _draft(request, pk):
    """A draft that this post may edit."""
    plan = _plan(request, pk)
    if not plan.may_be_edited_by(request.post):
        raise PermissionDenied
    return plan


def _duty(request, pk):
    """A duty of a draft that this post may edit."""
    task = get_object_or_404(Task.objects.visible_to(request.post).select_related("plan__document", "plan__unit", "group"), pk=pk)
    if not task.plan.may_be_edited_by(request.post):
        raise PermissionDenied
    return task


def _number(asked, name):
    words = asked.get(name, "")[:18]
    return int(words) if words.isdecimal() and int(words) < 2**63 else None


def _changed_meanwhile(request, back):
    messages.error(request, _("A colleague has changed this meanwhile; look at what is here now."))
    return redirect(back)


# On a plan's page


class PlanActs:
    """What the plan's page shows of its way down: its state, the own receipt, what this post may do. Read as the template asks."""

    def __init__(self, plan, post):
        self.plan, self.post = plan, post

    @cached_property
    def receipt(self):
        return receiving.receipt_of(self.plan, self.post) if self.plan.is_issued else None

    @cached_property
    def may(self):
        plan, post, receipt = self.plan, self.post, self.receipt
        may_end = plan.may_be_ended_by(post)
        return {
            "edit": plan.may_be_edited_by(post),
            "issue": plan.may_be_issued_by(post),
            "receive": bool(receipt and not receipt.received_by_id and receipt.may_be_acknowledged_by(post) and not plan.withdrawn_on),
            "carry": plan.may_be_carried_down_by(post) and plan.tasks.exists(),
            "forward": plan.may_be_forwarded_by(post),
            "close": may_end and plan.closed_on is None,
            "withdraw": may_end,
        }

    @cached_property
    def has_acts(self):
        return any(self.may.values())

    @cached_property
    def ending(self):
        return issuing.ending(self.plan) if self.plan.closed_on or self.plan.withdrawn_on else None

    @cached_property
    def is_amended(self):
        return self.plan.is_issued and self.plan.is_amended

    @cached_property
    def own_draft(self):
        """The own area's draft under this plan, to be gone on with."""
        if not self.may["carry"]:
            return None
        return Plan.objects.filter(unit=self.post.scope().area, issued_on=None, superiors=self.plan).order_by("pk").first()


# Drafting


@act_of("plans", keep=False)
def start_draft(request):
    """An empty draft of the own area."""
    if not Plan.may_be_drafted_by(request.post):
        raise PermissionDenied
    plan, _is_new = carrying.start(by=request.post, at=timezone.now())
    return redirect("plan_draft", plan.pk)


@act_of("plan")
def carry_down(request, pk):
    """The own draft under a superior's plan: a new one, or the one that is there."""
    superior = _plan(request, pk)
    if not superior.may_be_carried_down_by(request.post):
        raise PermissionDenied
    plan, is_new = carrying.start(superior, by=request.post, at=timezone.now())
    if is_new:
        return redirect(f"{_address('pick_duties', plan)}?from={superior.pk}")
    return redirect("plan_draft", plan.pk)


def _address(name, plan):
    return reverse(name, args=[plan.pk])


def plan_draft(request, pk):
    """The desk of a draft: its superiors, its duties in order, what speaks against each."""
    return _desk(request, _draft(request, pk))


def _superiors(request, plan):
    seen = Plan.objects.visible_to(request.post).filter(inferiors=plan)
    return seen.select_related("document", "unit").order_by("unit__path", "pk")


def _desk(request, plan, *, form=None, title="", error="", stale=None, status=200):
    context = {
        "plan": plan,
        "form": form or TitleForm(plan=plan),
        "duties": carrying.duties(plan),
        "superiors": _superiors(request, plan),
        "others": carrying.possible_superiors(plan, request.post)[: carrying.OFFERED],
        "may_issue": plan.may_be_issued_by(request.post),
        "title": title,
        "error": error,
        "stale": stale,
    }
    return render(request, "tasks/plan_draft.html", context, status=status)


@act_of("plan_draft")
def rename_draft(request, pk):
    plan = _draft(request, pk)
    form = TitleForm(request.POST, plan=plan)
    if not form.is_valid():
        return _desk(request, plan, form=form, status=422)
    try:
        carrying.rename(plan, by=request.post, at=timezone.now(), **form.cleaned_data)
    except StaleWrite:
        fresh = _draft(request, pk)
        again = request.POST.copy()
        again["version"] = fresh.version
        return _desk(request, fresh, form=TitleForm(again, plan=fresh), stale=fresh, status=409)
    messages.success(request, _("Saved."))
    return redirect("plan_draft", plan.pk)


@act_of("plan_draft")
def add_superior(request, pk):
    """Name one more superior's plan, and pick from it."""
    plan = _draft(request, pk)
    superior = get_object_or_404(carrying.possible_superiors(plan, request.post), pk=_number(request.POST, "superior"))
    try:
        carrying.rest_on(plan, superior, by=request.post, at=timezone.now())
    except StaleWrite:
        return _changed_meanwhile(request, plan)
    return redirect(f"{_address('pick_duties', plan)}?from={superior.pk}")


@act_of("plan_draft")
def drop_draft(request, pk):
    plan = _draft(request, pk)
    try:
        carrying.drop(plan, by=request.post, at=timezone.now())
    except StaleWrite:
        return _changed_meanwhile(request, plan)
    messages.success(request, _("The draft was thrown away."))
    return redirect("plans")


def pick_duties(request, pk):
    """The duties of one superior as a checklist; POST takes up those ticked, or links one to a duty that is here already."""
    plan = _draft(request, pk)
    superiors = list(
        Plan.objects.visible_to(request.post).filter(inferiors=plan).select_related("document", "unit").order_by("unit__path", "pk")
    )
    wanted = _number(request.POST if request.method == "POST" else request.GET, "from")
    superior = next((row for row in superiors if row.pk == wanted), superiors[0] if superiors and wanted is None else None)
    if superior is None and wanted is not None:
        raise Http404
    rows = carrying.choices(plan, superior, request.post) if superior else []
    if request.method == "POST":
        return _take_up(request, plan, superior, superiors, rows)
    return _checklist(request, plan, superior, superiors, rows)


def _checklist(request, plan, superior, superiors, rows, *, error="", status=200):
    typed = request.POST
    for row in rows:
        pk = str(row.task.pk)
        row.is_ticked, row.how, row.words = pk in typed.getlist("pick"), typed.get(f"how-{pk}", carrying.KEEP), typed.get(f"words-{pk}", "")
    context = {
        "plan": plan,
        "superior": superior,
        "superiors": superiors,
        "rows": rows,
        "ours": sum(row.is_ours for row in rows),
        "picked": sum(bool(row.picked) for row in rows),
        "error": error,
    }
    return render(request, "tasks/pick_duties.html", context, status=status)


def _take_up(request, plan, superior, superiors, rows):
    by_pk = {str(row.task.pk): row.task for row in rows}
    if ":" in request.POST.get("link", ""):
        return _link(request, plan, by_pk)
    ticked = [pk for pk in by_pk if pk in set(request.POST.getlist("pick"))]
    if not ticked:
        error = _("Tick the duties to take up.")
        return _checklist(request, plan, superior, superiors, rows, error=error, status=422)
    picks = [_pick(request, by_pk[pk]) for pk in ticked]
    if any(line.how == carrying.OWN and not line.words for line in picks):
        error = _("Write the deadline in your own words where you chose so.")
        return _checklist(request, plan, superior, superiors, rows, error=error, status=422)
    try:
        made = carrying.pick(plan, picks, by=request.post, at=timezone.now())
    except StaleWrite:
        return _changed_meanwhile(request, plan)
    done = ngettext("%(n)s duty taken up: rewrite it for your unit.", "%(n)s duties taken up: rewrite them for your unit.", len(made))
    messages.success(request, done % {"n": len(made)})
    return redirect("plan_draft", plan.pk)


def _pick(request, task):
    how, words = request.POST.get(f"how-{task.pk}", carrying.KEEP), request.POST.get(f"words-{task.pk}", "")
    how = how if how in {carrying.KEEP, carrying.WAIT, carrying.OWN} else carrying.KEEP
    return carrying.Pick(task, how, words.replace("\x00", "").strip()[:500])


def _link(request, plan, by_pk):
    """«It is here already»: a duty of the draft continues the superior's duty."""
    parent, _sep, child = request.POST["link"].partition(":")
    task = get_object_or_404(plan.tasks, pk=int(child) if child.isdecimal() and len(child) < 18 else None)
    if parent not in by_pk:
        raise Http404
    try:
        carrying.continue_duty(task, by_pk[parent], by=request.post, at=timezone.now())
    except (StaleWrite, ValueError):
        return _changed_meanwhile(request, plan)
    messages.success(request, _("Linked."))
    return redirect(f"{_address('pick_duties', plan)}?from={by_pk[parent].plan_id}")


def draft_reading(request, pk):
    """How a wording is read in this draft, while it is typed."""
    plan = _draft(request, pk)
    words = request.GET.get("deadline_words", "").replace("\x00", "")[:500]
    stages = carrying.read_stages(words, plan.document.signed_on or timezone.localdate())
    return render(request, "tasks/_deadline.html", {"stages": stages})


# One duty of a draft


@act_of("plan_draft")
def add_duty(request, pk):
    """A local duty, without parent."""
    plan = _draft(request, pk)
    title = request.POST.get("title", "").replace("\x00", "").strip()
    if not title or len(title) > 300:
        error = _("Say in a few words what is to be done.") if not title else _("At most 300 characters; the full words come after.")
        return _desk(request, plan, title=title, error=error, status=422)
    try:
        task = carrying.add_duty(plan, title, by=request.post, at=timezone.now())
    except StaleWrite:
        return _changed_meanwhile(request, plan)
    return redirect("edit_duty", task.pk)


def edit_duty(request, pk):
    """The form of one duty of a draft."""
    task = _duty(request, pk)
    today = timezone.localdate()
    if request.method != "POST":
        return _duty_page(request, task, DutyForm(task=task, area=task.plan.unit, on=today))
    form = DutyForm(request.POST, task=task, area=task.plan.unit, on=today)
    if not form.is_valid():
        return _duty_page(request, task, form, status=422)
    try:
        carrying.edit(task, by=request.post, at=timezone.now(), **form.changes)
    except StaleWrite:
        return _stale_duty(request, pk)
    messages.success(request, _("Saved."))
    return redirect("edit_duty", task.pk) if request.POST.get("then") == "stay" else redirect("plan_draft", task.plan_id)


def _stale_duty(request, pk):
    """The page again (409) with what a colleague wrote meanwhile and everything typed, now knowing the newest version."""
    task = _duty(request, pk)
    again = request.POST.copy()
    again["version"] = task.version
    form = DutyForm(again, task=task, area=task.plan.unit, on=timezone.localdate())
    form.is_valid()
    return _duty_page(request, task, form, stale=True, status=409)


def _duty_page(request, task, form, *, stale=False, status=200):
    [shown] = [row for row in carrying.duties(task.plan) if row.pk == task.pk]
    context = {
        "task": task,
        "plan": task.plan,
        "form": form,
        "links": form.links,
        "doubts": shown.doubts,
        "is_copied": shown.is_copied,
        "stages": shown.stages.all(),
        "suggested": carrying.suggested_parents(task, _superiors(request, task.plan), request.post),
        "stale": stale,
    }
    return render(request, "tasks/edit_duty.html", context, status=status)


@act_of("edit_duty")
def link_duty(request, pk):
    """Continue a superior's duty, or let it go."""
    task = _duty(request, pk)
    try:
        if (link := _number(request.POST, "link")) is not None:
            row = get_object_or_404(ParentLink.objects.live().select_related("child__plan"), pk=link, child=task)
            carrying.let_go(row, by=request.post, at=timezone.now())
        else:
            seen = Task.objects.visible_to(request.post).filter(plan__in=_superiors(request, task.plan).order_by())
            parent = get_object_or_404(seen, pk=_number(request.POST, "parent"))
            carrying.continue_duty(task, parent, by=request.post, at=timezone.now())
    except (StaleWrite, ValueError):
        return _changed_meanwhile(request, task.plan)
    return redirect("edit_duty", task.pk)


@act_of("edit_duty")
def move_duty(request, pk):
    task = _duty(request, pk)
    try:
        carrying.move(task, request.POST.get("way") == "up", by=request.post, at=timezone.now())
    except StaleWrite:
        return _changed_meanwhile(request, task.plan)
    return redirect(f"{_address('plan_draft', task.plan)}#duty-{task.pk}")


@act_of("edit_duty")
def remove_duty(request, pk):
    """Take a duty out of the draft; the page asked once before."""
    task, version = _duty(request, pk), _number(request.POST, "version")
    if version is None:
        raise Http404
    try:
        carrying.remove(task, version=version, by=request.post, at=timezone.now())
    except StaleWrite:
        return _changed_meanwhile(request, task.plan)
    messages.success(request, _("Taken out: %(title)s") % {"title": task.title})
    return redirect("plan_draft", task.plan_id)


# Issuing, ending


def issue_plan(request, pk):
    """The signed paper's facts; POST issues the draft."""
    if request.method == "POST" and (issued := issuing.issued_as(pk, request.post)):
        return redirect("plan", issued)  # the second click of a double one
    plan = _plan(request, pk)
    if not plan.may_be_issued_by(request.post):
        raise PermissionDenied
    if request.method != "POST":
        return _issue_page(request, plan, PaperForm(plan=plan, post=request.post))
    form = PaperForm(request.POST, plan=plan, post=request.post)
    if not form.is_valid():
        return _issue_page(request, plan, form, status=422)
    try:
        issued = issuing.issue(plan, form.paper, by=request.post, at=timezone.now())
    except NotReady as not_ready:
        return _issue_page(request, plan, form, reasons=not_ready.reasons, status=422)
    except StaleWrite:
        return _changed_meanwhile(request, "plans")
    messages.success(request, _("Issued. The units concerned are told."))
    return redirect(issued)


def _issue_page(request, plan, form, *, reasons=(), status=200):
    context = {
        "plan": plan,
        "form": form,
        "reasons": reasons,
        "warnings": list(issuing.warnings(plan)),
        "duties": plan.tasks.count(),
        "areas": issuing.areas_concerned(plan),
    }
    return render(request, "tasks/issue_plan.html", context, status=status)


def close_plan(request, pk):
    return _end(request, pk, "close_plan", issuing.close)


def withdraw_plan(request, pk):
    return _end(request, pk, "withdraw_plan", issuing.withdraw)


def _end(request, pk, name, verb):
    """The page that asks for day, document and reason; POST ends the plan so."""
    plan = _plan(request, pk)
    if not plan.may_be_ended_by(request.post) or (name == "close_plan" and plan.closed_on):
        raise PermissionDenied
    if request.method != "POST":
        return _end_page(request, plan, name, EndForm(plan=plan, on=timezone.localdate()))
    form = EndForm(request.POST, plan=plan)
    if not form.is_valid():
        return _end_page(request, plan, name, form, status=422)
    try:
        verb(plan, by=request.post, at=timezone.now(), **form.cleaned_data)
    except StaleWrite:
        fresh = _plan(request, pk)
        again = request.POST.copy()
        again["version"] = fresh.version
        return _end_page(request, fresh, name, EndForm(again, plan=fresh), stale=True, status=409)
    messages.success(request, _("The plan is closed.") if name == "close_plan" else _("The plan is withdrawn."))
    return redirect(plan)


def _end_page(request, plan, name, form, *, stale=False, status=200):
    return render(request, "tasks/end_plan.html", {"plan": plan, "name": name, "form": form, "stale": stale}, status=status)


# Receiving, sending on


@act_of("plan")
def receive_plan(request, pk):
    """Acknowledge that the plan arrived."""
    plan = _plan(request, pk)
    receipt = receiving.receipt_of(plan, request.post)
    if receipt is None or not receipt.may_be_acknowledged_by(request.post):
        raise PermissionDenied
    receiving.acknowledge(receipt, by=request.post, at=timezone.now())
    messages.success(request, _("Receipt is acknowledged."))
    return redirect("/" if request.POST.get("next") == "/" else plan)


def forward_plan(request, pk):
    """A true copy and the units to which it goes; POST sends it."""
    plan = _plan(request, pk)
    if not plan.may_be_forwarded_by(request.post):
        raise PermissionDenied
    if request.method != "POST":
        return _copy_page(request, plan, CopyForm(post=request.post, on=timezone.localdate()))
    form = CopyForm(request.POST, post=request.post, on=timezone.localdate())
    if not form.is_valid():
        return _copy_page(request, plan, form, status=422)
    try:
        _copy, new = receiving.forward(plan, by=request.post, at=timezone.now(), **form.changes)
    except receiving.OtherCopy:
        form.add_error("symbol", _("Another document of this unit has this type, number and date already."))
        return _copy_page(request, plan, form, status=422)
    said = ngettext("Sent to %(n)s unit that did not have the plan yet.", "Sent to %(n)s units that did not have the plan yet.", new)
    messages.success(request, said % {"n": new})
    return redirect(plan)


def _copy_page(request, plan, form, *, status=200):
    return render(request, "tasks/forward_plan.html", {"plan": plan, "form": form}, status=status)


# The clock


def cascade(request, pk):
    """Per receiving unit: sent, received, opened, own plan issued, and the days between."""
    plan, rows, place, show, words = _asked(request, pk)
    everything = cascade_clock.receipts(plan, request.post)
    found, sort = lists.ordered(cascade_clock.with_names(rows), cascade_clock.ORDER, request.GET.get("sort"), "unit")
    page = lists.paged(request, found)
    page.object_list = cascade_clock.add_plans(page.object_list, request.post)
    context = {
        "plan": plan,
        "page": page,
        "sort": sort,
        "clock": cascade_clock.clock(cascade_clock.found(everything, province=place)),
        "place": place,
        "provinces": cascade_clock.provinces(plan, request.post),
        "show": show,
        "labels": cascade_clock.LABELS,
        "q": words,
        "today": timezone.localdate(),
    }
    return render(request, "tasks/cascade.html", context)


def _asked(request, pk):
    """(plan, the receipts the address asks for, the province or None, the heap, the words)."""
    plan = _plan(request, pk)
    show, words = request.GET.get("show", ""), request.GET.get("q", "").replace("\x00", "")[:100].strip()
    show = show if show in cascade_clock.SHOWN else ""
    code = request.GET.get("province", "")[:24].replace("\x00", "")
    place = OrgUnit.objects.areas().filter(code=code).first() if code else None
    rows = cascade_clock.found(cascade_clock.receipts(plan, request.post), show=show, province=place, words=words)
    return plan, rows, place, show, words


WIDTHS = [32, 12, 26, 12, 12, 10, 12, 10, 14, 10, 18]


def export_cascade(request, pk):
    """The same list, filter and order as a file: XLSX, or CSV where the address says form=csv."""
    _plan_row, rows, _place, _show, _words = _asked(request, pk)
    rows, _sort = lists.ordered(cascade_clock.with_names(rows), cascade_clock.ORDER, request.GET.get("sort"), "unit")
    name = f"dong-ho-trien-khai-{pk}-{timezone.localdate():%Y-%m-%d}"
    form = "csv" if request.GET.get("form") == "csv" else "xlsx"
    return sheets.answer(
        cascade_clock.heads(), cascade_clock.cells(rows), title=_("Cascade clock"), widths=cascade_clock.WIDTHS, form=form, name=name
    )
