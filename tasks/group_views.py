"""Pages of collective addressees: a rule with its exact list, frozen lists, late joiners; and who has not answered a duty."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from orgunits import groups as rules
from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import AddresseeGroup, OrgUnit
from orgunits.words import fold
from plans.models import Plan
from tasks import answering, duties, joining, rosters, sheets
from tasks.group_forms import GroupForm, JoinForm
from tasks.models import Task

ORDER = {"owner": ("owner__path", "words", "pk"), "words": ("words", "pk"), "frozen": ("frozen_on", "pk")}
PER = 50


def groups(request):
    """The groups of the post's own area, and those of the plans it may read."""
    rows = joining.groups_visible_to(request.post).select_related("owner")
    words, state = _words(request), request.GET.get("state", "")
    if words:
        rows = rows.filter(pk__in=[pk for pk, said in rows.values_list("pk", "words") if fold(words) in fold(said)])
    if state in {"draft", "frozen"}:
        rows = rows.filter(frozen_on__isnull=state == "draft")
    rows, sort = lists.ordered(rows, ORDER, request.GET.get("sort"), "owner")
    page = lists.paged(request, rows)
    sizes = _sizes(page)
    for row in page:
        row.n = sizes.get(row.pk, 0)
    context = {"page": page, "sort": sort, "q": words, "state": state}
    return render(request, "tasks/groups.html", {**context, "may_make": AddresseeGroup.may_be_made_by(request.post)})


def _sizes(page):
    """{group id: units in its stored list} in one query."""
    held = AddresseeGroup.units.through.objects.filter(addresseegroup__in=[row.pk for row in page])
    return dict(held.values_list("addresseegroup").annotate(n=Count("pk")))


def _words(request):
    return request.GET.get("q", "").replace("\x00", "")[:100].strip()


def _group(request, pk):
    return get_object_or_404(joining.groups_visible_to(request.post).select_related("owner", "made_from"), pk=pk)


def group(request, pk):
    """One group: its rule, the exact list, the plans that use it, who joined late."""
    return _page(request, _group(request, pk))


def _page(request, row, form=None, *, status=200):
    today, words = timezone.localdate(), _words(request)
    units, late = rules.roster(row, on=today), rules.joined_late(row)
    page = lists.paged(request, (units.named(words) if words else units).select_related("parent"))
    for unit in page:
        unit.joined_late_on = late.get(unit.pk)
    may_join = joining.may_be_joined_by(row, request.post)
    context = {
        "group": row,
        "page": page,
        "q": words,
        "total": units.count(),
        "provinces": rules.by_province(units),
        "late": _late(late),
        "plans": Plan.objects.visible_to(request.post).filter(tasks__group=row).select_related("document", "unit").distinct(),
        "may_change": row.may_be_changed_by(request.post),
        "form": form or (JoinForm(group=row, today=today) if may_join else None),
        "is_kept": row.is_kept_by(request.post),
        "today": today,
    }
    return render(request, "tasks/group.html", context, status=status)


def _late(late):
    units = OrgUnit.objects.filter(pk__in=late).select_related("parent")
    return [(unit, late[unit.pk]) for unit in sorted(units, key=lambda unit: (late[unit.pk], unit.path))]


def export_group(request, pk, form):
    """The exact list as a CSV or XLSX file, as the page shows it under its search."""
    row = _group(request, pk)
    units, words = rules.roster(row, on=timezone.localdate()), _words(request)
    units = units.named(words) if words else units
    return rosters.answer(units, rules.joined_late(row), form=form, name=f"nhom-don-vi-{row.pk}")


def make_group(request):
    """A new draft: the form with its live preview."""
    if not AddresseeGroup.may_be_made_by(request.post):
        raise PermissionDenied
    return _draft(request, None, owner=request.post.scope().area)


def change_group(request, pk):
    """Change a draft; a frozen list is never changed."""
    row = _group(request, pk)
    if not row.may_be_changed_by(request.post):
        raise PermissionDenied
    return _draft(request, row, owner=row.owner)


def _draft(request, row, *, owner):
    """Show the rule with its list, hand the list out, or save: what the button pressed says. Nothing typed is lost."""
    today = timezone.localdate()
    form = GroupForm(request.POST or None, owner=owner, on=today, group=row)
    if request.method != "POST":
        units = rules.roster(row, on=today) if row else None
        return _form(request, form, row, units)
    valid = form.is_valid()
    units = _named(form.cleaned_data, today) if valid else None
    if request.POST.get("show"):
        return _form(request, form, row, units)
    if valid and request.POST.get("take") in rosters.FORMS:
        return rosters.answer(units, {}, form=request.POST["take"], name=f"nhom-don-vi-{today:%Y-%m-%d}")
    return _save(request, form, row, owner, units) if valid else _form(request, form, row, None, status=422)


def _named(data, on):
    """The list the form names: by its rule, or one by one."""
    if data["criteria"] is not None:
        return rules.members(data["criteria"], on=on)
    return OrgUnit.objects.filter(pk__in=[unit.pk for unit in data["units"]]).order_by("path", "pk")


def _form(request, form, row, units, *, status=200):
    context = {"form": form, "group": row}
    if units is not None:
        words = request.POST.get("find", "").replace("\x00", "")[:100].strip()
        found = units.named(words) if words else units
        page = Paginator(found.select_related("parent"), PER).get_page(request.POST.get("show", "")[:12])
        criteria = form.cleaned_data["criteria"] if form.is_bound else row.criteria
        facts = {"total": units.count(), "provinces": rules.by_province(units), "rule": rules.words_of(criteria)}
        context |= {"page": page, "find": words, **facts}
    return render(request, "tasks/group_form.html", context, status=status)


def _save(request, form, row, owner, units):
    facts = {name: form.cleaned_data[name] for name in ("words", "criteria", "units")} | {"by": request.post, "at": timezone.now()}
    if row is None:
        row = rules.make(owner, **facts)
    else:
        try:
            rules.change(row, mark=form.cleaned_data["mark"], **facts)
        except rules.Stale:
            return _stale(request, row, owner, units)
    messages.success(request, _("The group is saved as a draft; its list is frozen when a plan that uses it is issued."))
    return redirect("group", row.pk)


def _stale(request, row, owner, units):
    """The form again with everything typed, now knowing the newest version."""
    row.refresh_from_db()
    if row.frozen_on:
        messages.error(request, _("A plan with this group has been issued in the meantime: its list is frozen."))
        return redirect("group", row.pk)
    again = request.POST.copy()
    again["mark"] = rules.mark_of(row)
    form = GroupForm(again, owner=owner, on=timezone.localdate(), group=row)
    form.is_valid()
    form.add_error(None, _("Somebody else has changed this group in the meantime. What you typed is kept: look, then save again."))
    return _form(request, form, row, units, status=409)


@act_of("group")
def discard_group(request, pk):
    row = _group(request, pk)
    if not row.may_be_changed_by(request.post):
        raise PermissionDenied
    try:
        rules.discard(row, by=request.post, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("group", pk)
    except rules.Stale:
        messages.error(request, _("A plan with this group has been issued in the meantime: its list is frozen."))
        return redirect("group", pk)
    messages.success(request, _("The draft «%(group)s» is deleted.") % {"group": row.words})
    return redirect("groups")


@act_of("group")
def join_group(request, pk):
    """Add late joiners by name."""
    row = _group(request, pk)
    if not joining.may_be_joined_by(row, request.post):
        raise PermissionDenied
    form = JoinForm(request.POST, group=row, today=timezone.localdate())
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = joining.add_late(row, data["units"], on=data["on"], by=request.post, at=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _say_joined(request, data["units"], made)
            return redirect("group", pk)
    return _page(request, row, form, status=422)


def _say_joined(request, units, made):
    if made:
        words = _("%(units)s units joined; %(n)s duties were given to them and their clerks are told.")
        messages.success(request, words % {"units": len({assignment.unit_id for assignment in made}), "n": len(made)})
    else:
        messages.success(request, _("Nothing new: the units named answer for these duties already, or no duty runs."))


# Who has not answered


def _task(request, pk):
    return get_object_or_404(Task.objects.visible_to(request.post).select_related("plan__document", "plan__unit"), pk=pk)


def _unanswered(request, row, today):
    found = answering.unanswered(row, request.post, on=today).timed(on=today).with_names()
    return lists.ordered(found, duties.ORDER, request.GET.get("sort"), "unit")


def unanswered(request, pk):
    """The leads of a duty that have not answered: the list behind the number, and those whom the button tells."""
    row, today = _task(request, pk), timezone.localdate()
    found, sort = _unanswered(request, row, today)
    context = {"task": row, "page": lists.paged(request, found), "sort": sort, "today": today, "reminded": answering.last_reminded(row)}
    return render(request, "tasks/unanswered.html", {**context, "may_remind": row.may_be_chased_by(request.post)})


def export_unanswered(request, pk, form):
    """The same list as a CSV or XLSX file."""
    row, today = _task(request, pk), timezone.localdate()
    found, _sort = _unanswered(request, row, today)
    return sheets.of_duties(found, form=form, name=f"chua-tra-loi-{today:%Y-%m-%d}")


@act_of("task")
def remind_unanswered(request, pk):
    """«Nhắc đơn vị chưa trả lời»."""
    row = _task(request, pk)
    if not row.may_be_chased_by(request.post):
        raise PermissionDenied
    told = answering.remind_unanswered(row, by=request.post, at=timezone.now(), on=timezone.localdate())
    messages.success(request, str(told))
    return redirect(request.POST.get("next") if request.POST.get("next") == f"/tasks/{row.pk}/unanswered/" else row)
