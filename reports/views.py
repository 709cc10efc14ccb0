import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.waking import wake
from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import OrgUnit, Role
from orgunits.words import fold
from plans import period
from plans.models import Document
from reports import charts, compliance, drafting, figures, filing, lint, paper, printing, reminders, supplements
from reports import my_work as work
from reports.forms import ReportForm, ReportVerdictForm
from reports.jobs import build_papers
from reports.models import CallAnswer, Locked, MonthlyReport, Paper, Reopening
from reports.models.cutoff import last_day
from reports.reach import unit_within
from tasks import difficulties
from tasks.models import Assignment, Halt, Progress, StaleWrite, State, Task, Timeliness


def my_work(request):
    post, today = request.post, timezone.localdate()
    if post.role == Role.ADMIN:
        return redirect("units")
    if post.role == Role.AUDITOR:
        return redirect("dashboard")
    now = period.holding(today)
    writes = post.role in {Role.OFFICIAL, Role.CLERK}
    context = {
        "heaps": work.heaps(post, on=today) if writes else [],
        "regular": work.regular(post, on=today) if writes else None,
        "to_confirm": _to_confirm(post) if post.role == Role.STEERING else [],
        "awaiting": Assignment.objects.to_be_confirmed_by(post).count() if post.role == Role.STEERING else 0,
        "halts": Halt.objects.to_be_judged_by(post).with_duties()[:20] if post.role == Role.STEERING else [],
        "reports": _reports_waiting(post, at=request.began_at),
        "calls": _calls_waiting(post),
        "troubles": difficulties.on_the_desk(post, on=today),
        "arrivals": work.arrivals(post),
        "incidents": work.incidents(post, at=timezone.now()),
        "overdue": _overdue_below(post, today) if post.role == Role.STEERING else [],
        "period": now,
        "days_left": (last_day(post.scope().area, now) - today).days,
        "today": today,
    }
    return render(request, "reports/my_work.html", context)


def _to_confirm(post):
    """The newest unjudged results that wait for this post, oldest first."""
    rows = Assignment.objects.to_be_confirmed_by(post).with_names().order_by("awaits_since", "pk")[:20]
    newest = {}
    for entry in (
        Progress.objects.filter(assignment__in=[row.pk for row in rows], needs_verdict=True, verdict=None).with_names().order_by("pk")
    ):
        entry.is_own = entry.by.shares_a_hand_with(post)
        newest[entry.assignment_id] = entry
    return [(row, newest[row.pk]) for row in rows if row.pk in newest]


def _reports_waiting(post, *, at):
    """Reports whose next step is this post's at `at`: the clerk's to write or file, the head's to sign, the superior's to judge."""
    rows = MonthlyReport.objects.visible_to(post).standing().with_names().light().order_by("month", "unit__path", "pk")
    if post.role == Role.CLERK:
        own = [row for row in rows.filter(unit__in=post.scope().areas, filed_at=None).unlocked(at=at)[:20] if row.is_owed][:6]
        for row in own:
            row.may_be_filed = row.may_be_filed_by(post)
        return own
    if post.role == Role.STEERING:
        own = [row for row in rows.filter(unit__in=post.scope().areas, signed_at=None).unlocked(at=at)[:20] if row.is_owed][:6]
        below = rows.filter(unit__parent=post.scope().area, filed_at__isnull=False, verdict=None).order_by("-month", "unit__path", "pk")
        return own + list(below[:20])
    return []


def _calls_waiting(post):
    """Reports out of turn whose next step is this post's, the first due first."""
    rows, now = list(CallAnswer.objects.waiting_for(post).with_names().order_by("call__due_at", "pk")[:20]), timezone.now()
    for row in rows:
        row.timing_now = row.timing(at=now)
    return rows


def _overdue_below(post, today):
    rows = figures.whole_branch(post.scope().area, post=post).timed(on=today).with_timeliness([Timeliness.OVERDUE], on=today)
    return rows.with_names().order_by("due_on", "path", "pk")[:8]


COMING = [Timeliness.SOON, Timeliness.NOT_DUE]


def dashboard(request, pk=None):
    """The picture of one unit within the post's reach: both axes, units below, what is next, what waits."""
    post, today = request.post, timezone.localdate()
    unit = unit_within(post, pk)
    rows = figures.whole_branch(unit, post=post)
    lines = figures.by_unit_below(rows, unit, on=today)
    tally = figures.total(lines)
    timed = rows.timed(on=today).with_names()
    context = {
        "unit": unit,
        "chain": reversed(unit.chain),
        "tally": tally,
        "states": [(state, n) for state, n in tally.by_state().items() if n],
        "cells": [(cell, n) for cell, n in tally.by_timeliness().items() if n],
        "lines": [(line, charts.bar(line.tally)) for line in lines],
        "next": timed.with_timeliness(COMING, on=today).order_by("due_on", "path", "pk")[: figures.DUE_NEXT],
        "late": timed.with_timeliness([Timeliness.OVERDUE], on=today).order_by("due_on", "path", "pk")[: figures.DUE_NEXT],
        "silent": timed.filter(silent=True).order_by(F("last_entry_at").asc(nulls_first=True), "path", "pk")[: figures.DUE_NEXT],
        "waiting": timed.filter(timeliness=Timeliness.WAITING).order_by("joined_on", "path", "pk")[: figures.DUE_NEXT],
        "months": _months(post, unit, today),
        "period": period.holding(today),
        "now": timezone.now(),
        "today": today,
        "T": Timeliness,
        "S": State,
    }
    return render(request, "reports/dashboard.html", context)


def _months(post, unit, today):
    """The Board of the last five periods, for who reads who filed; else None."""
    newest = period.holding(today)
    months = [newest.earlier(n) for n in range(4, -1, -1)]
    return compliance.Board(unit, months, post=post, at=timezone.now()) if compliance.may_be_read_by(post, unit) else None


REPORT_ORDER = {
    "month": ("-month", "unit__path", "-version"),
    "unit": ("unit__name_key", "-month", "-version", "pk"),
    "filed": ("filed_at", "pk"),
}
HANGING = "hanging"  # filed, and waiting for the post's word for a week or longer


def reports(request):
    rows = MonthlyReport.objects.visible_to(request.post).with_names().numbered()
    words, month, status = request.GET.get("q", "").replace("\x00", "")[:100], request.GET.get("month", ""), request.GET.get("status", "")
    if receipt := re.fullmatch(r"\S+-v\d+-(\d{6,18})", words.strip()):
        rows = rows.filter(pk=int(receipt[1]), filed_at__isnull=False)
    elif words:
        rows = rows.filter(unit__name_folded__contains=fold(words))
    if re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", month):
        rows = rows.filter(month__year=int(month[:4]), month__month=int(month[5:]))
    steps = {
        "draft": {"signed_at": None},
        "signed": {"signed_at__isnull": False, "filed_at": None},
        "filed": {"filed_at__isnull": False, "verdict": None},
    }
    steps |= {"accepted": {"verdict__ok": True}, "returned": {"verdict__ok": False}}
    rows = rows.filter(**steps.get(status, {}))
    if status == HANGING:
        rows = rows.filter(pk__in=reminders.unjudged_by(request.post, timezone.localdate()).values("pk"))
    rows, sort = lists.ordered(rows, REPORT_ORDER, request.GET.get("sort"), "month")
    page, now = lists.paged(request, rows), timezone.now()
    for report in page:
        report.timing_now = report.timing(at=now)
    context = {
        "page": page,
        "sort": sort,
        "q": words,
        "month": month,
        "status": status,
        "statuses": [*steps, *([HANGING] if request.post.role == Role.STEERING else [])],
        "last_day": None if request.post.role == Role.ADMIN else last_day(request.post.scope().area, period.holding(timezone.localdate())),
        "close_day": period.holding(timezone.localdate()).closes.day,
    }
    return render(request, "reports/reports.html", context)


ACTS = ("edited", "signed", "unsigned", "filed", "judged", "reopened", "supplemented", "printed")


def _report(request, pk):
    return get_object_or_404(MonthlyReport.objects.visible_to(request.post).with_names(), pk=pk)


def report(request, pk):
    """One report: its words to edit or to read, its figures, its next step, its papers."""
    row = _report(request, pk)
    return _report_page(request, row)


def _report_page(request, row, *, form=None, verdict=None, unnoted=False, status=200):
    now = timezone.now()
    draft = None if row.signed_at else supplements.draft_of(row, at=now)
    words = draft.words() if draft else _frozen_words(row)
    if form is None and row.may_be_edited_by(request.post):
        form = ReportForm(draft=draft)
    lines = compliance.of_period(row.unit, row.period, at=now) if figures.is_above_wards(row.unit) else []
    notes = _notes(row, draft, request.post)
    versions = MonthlyReport.objects.visible_to(request.post).filter(unit=row.unit, month=row.month).exclude(pk=row.pk)
    versions = list(versions.light().select_related("verdict"))
    context = {
        "report": row,
        "form": form,
        "verdict_form": verdict,
        "parts": [(heading, words[part].splitlines()) for part, heading in drafting.PARTS.items()],
        "counts": draft.count_rows() if draft else row.facts["sections"][0]["table"]["rows"],
        "entries": len(draft.entries) if draft else row.entries.count(),
        "notes": notes,
        "noted": lint.digest(notes) if notes and draft else "",
        "unnoted": unnoted,
        "timing": row.timing(at=now),
        **_papers_of(row, request.post),
        **_orders_of(row, request.post),
        "may": {verb: getattr(row, f"may_be_{verb}_by")(request.post) for verb in ACTS},
        "locked": row.is_locked(at=request.began_at),
        "reopenable": row.is_reopenable(at=request.began_at),
        "reopenings": Reopening.objects.of_month(row),
        "may_reopen_below": request.post.role == Role.STEERING
        and row.unit_id in request.post.scope().own
        and request.began_at >= row.period.locked_from,
        "versions": versions,
        "standing": _standing(row, versions) if row.superseded else None,
        "compliance": lines,
        "arrived": supplements.arrived(row) if lines and row.filed_at and not row.supplements_id and not row.superseded else [],
        "compliance_counts": compliance.counted(lines),
        "now": now,
    }
    return render(request, "reports/report.html", context, status=status)


def _standing(row, others):
    """The version among `others` that stands in place of a superseded one: of the same supplement, else of the whole report.

    None where the post may not read it, because it is not filed yet.
    """
    standing = [other for other in others if not other.superseded]
    same = [other for other in standing if other.supplements_id == row.supplements_id]
    return next(iter(same or [other for other in standing if other.supplements_id is None]), None)


def _orders_of(row, post):
    """The forms that may be ordered now, and why there is no PDF on this machine, if there is none."""
    if not row.may_be_printed_by(post):
        return {"orders": [], "paper_problem": None}
    problem, made = paper.problem(), set(row.papers.filter(is_draft=False).values_list("form", flat=True))
    unwanted = made | ({Paper.Form.PDF} if problem else set())
    return {"orders": [choice for choice in Paper.Form.choices if choice[0] not in unwanted], "paper_problem": problem}


def _notes(row, draft, post):
    """What lint finds in a draft, for its clerk and its head; what it found when it was signed, for who reads the report."""
    if draft is None:
        return lint.frozen(row.facts)
    return lint.findings(draft) if row.may_be_edited_by(post) or row.may_be_signed_by(post) else []


def _papers_of(row, post):
    """The newest papers of a report for who may print it, and whether one is still being built."""
    newest = list(Paper.objects.visible_to(post).filter(report=row).order_by("-pk")[:5]) if row.may_be_printed_by(post) else None
    is_building = any(not paper.built_at and not paper.problem for paper in newest or ())
    return {"papers": newest, "building": is_building, "papers_url": reverse("papers", args=[row.pk])}


def _frozen_words(row):
    return {part: "\n".join(section["paragraphs"]) for part, section in zip(drafting.PARTS, row.facts["sections"], strict=True)}


@act_of("report")
def edit_report(request, pk):
    row = _report(request, pk)
    if not row.may_be_edited_by(request.post):
        raise PermissionDenied
    at = timezone.now()
    draft = supplements.draft_of(row, at=at)
    form = ReportForm(request.POST, draft=draft)
    if not form.is_valid():
        return _report_page(request, row, form=form, status=422)
    try:
        row.edit(**form.changes(), by=request.post, at=at, revision=form.cleaned_data["revision"])
    except StaleWrite:
        row = _report(request, pk)
        again = request.POST.copy()
        again["revision"] = row.revision
        theirs = {part.part: part.words for part in row.parts.all()}
        form = ReportForm(again, draft=draft, theirs=theirs)
        form.is_valid()
        form.add_error(None, _("Somebody else has changed this report in the meantime. Your words are kept: compare, then save again."))
        return _report_page(request, row, form=form, status=409)
    messages.success(request, _("The report's words are saved."))
    return redirect(row)


def _step(request, pk, may, act, done):
    """Find → may? → act → answer, for the steps that need no form; `done` says the words for the row as it is then.

    What is asked in time is done in time, whatever it waits for (config/beginning.py).
    """
    at = request.began_at
    row = _report(request, pk)
    if not may(row):
        raise PermissionDenied
    revision = request.POST.get("revision", "")
    try:
        act(row, at, int(revision) if revision.isdecimal() and len(revision) < 10 else None)
    except StaleWrite:
        messages.error(request, _("The report has changed since this page was opened; look at it again first."))
        return redirect(row)
    except Locked:
        messages.error(request, _("The period is locked. Only the unit above can open this report again."))
        return redirect(row)
    messages.success(request, done(_report(request, pk)))
    return redirect(row)


@act_of("report")
def sign_report(request, pk):
    """Sign; with open findings only where the head ticked those that stand now."""
    noted = request.POST.get("noted", "")
    try:
        return _step(
            request,
            pk,
            lambda row: row.may_be_signed_by(request.post),
            lambda row, at, revision: filing.sign(row, by=request.post, at=at, revision=revision, noted=noted),
            lambda row: _("Signed. The clerk can file it now."),
        )
    except filing.Unnoted:
        return _report_page(request, _report(request, pk), unnoted=True, status=422)


@act_of("report")
def unsign_report(request, pk):
    return _step(
        request,
        pk,
        lambda row: row.may_be_unsigned_by(request.post),
        lambda row, at, revision: filing.unsign(row, by=request.post, at=at, revision=revision),
        lambda row: _("The signature is taken back; the clerk can write again."),
    )


@act_of("report")
def file_report(request, pk):
    def act(row, at, revision):
        filing.file(row, by=request.post, at=at, revision=revision)
        wake(build_papers)

    return _step(
        request,
        pk,
        lambda row: row.may_be_filed_by(request.post),
        act,
        _filed,
    )


def _filed(row):
    facts = {"at": f"{timezone.localtime(row.filed_at):%H:%M:%S, %d/%m/%Y}", "receipt": row.receipt}
    return _("Filed at %(at)s. Receipt %(receipt)s. The PDF is being built.") % facts


@act_of("report")
def judge_report(request, pk):
    row = _report(request, pk)
    if not row.may_be_judged_by(request.post):
        raise PermissionDenied
    form = ReportVerdictForm(request.POST)
    if not form.is_valid():
        return _report_page(request, row, verdict=form, status=422)
    try:
        row.judge(by=request.post, at=request.began_at, **form.cleaned_data)
    except StaleWrite:
        messages.error(request, _("Somebody else has already judged this report."))
        return redirect(row)
    except Locked:
        messages.error(request, _("The period is locked: a report is no longer returned. Open it again, with a reason and a last day."))
        return redirect("reopen_report", row.pk)
    messages.success(
        request,
        _("The report is accepted.") if form.cleaned_data["ok"] else _("The report is returned; its next version is open for the unit."),
    )
    return redirect(row)


@act_of("report")
def supplement_report(request, pk):
    """Begin the supplement that names what arrived from below since, or go on with the one already begun."""
    row = _report(request, pk)
    if not row.may_be_supplemented_by(request.post):
        raise PermissionDenied
    try:
        return redirect(supplements.begin(row, by=request.post, at=request.began_at))
    except StaleWrite:
        messages.error(request, _("No report has come in from below since this one: there is nothing to add."))
        return redirect(row)


@act_of("report")
def print_report(request, pk):
    """Order a file of a draft, or a form of a filed report that it does not have yet."""
    row, form = _report(request, pk), request.POST.get("form", Paper.Form.PDF)
    if not row.may_be_printed_by(request.post):
        raise PermissionDenied
    if form not in Paper.Form:
        messages.error(request, _("There is no such form of a report; choose one of those offered."))
        return redirect(row)
    order = printing.order_filed if row.filed_at else printing.order_draft
    order(row, by=request.post, at=timezone.now(), form=form)
    wake(build_papers)
    return redirect(f"{row.get_absolute_url()}#papers")


def papers(request, pk):
    """The list of a report's papers alone, asked for again while one is being built."""
    row = _report(request, pk)
    if not row.may_be_printed_by(request.post):
        raise PermissionDenied
    return render(request, "reports/_papers.html", {"report": row, **_papers_of(row, request.post)})


def download_paper(request, pk):
    """The file itself, for who may print the report now."""
    row = get_object_or_404(Paper.objects.visible_to(request.post).select_related("report__unit", "answer__unit", "filing"), pk=pk)
    if not row.of.may_be_printed_by(request.post) or not row.built_at:
        raise Http404
    try:
        file = row.file.open()
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, as_attachment=True, filename=row.file_name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def search(request):
    """One field for duties, documents and units; accents do not matter."""
    words = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    wanted = fold(words)
    context = {"q": words, "tasks": [], "documents": [], "units": []}
    if len(wanted) >= 2:
        tasks = Task.objects.visible_to(request.post).select_related("plan__document", "plan__unit")
        for word in wanted.split()[:8]:
            tasks = tasks.filter(folded__contains=word)
        context["tasks"] = tasks.order_by("plan__issued_on", "plan", "position")[:20]
        context["documents"] = Document.objects.visible_to(request.post).filter(folded__contains=wanted)[:20]
        context["units"] = OrgUnit.objects.visible_to(request.post).named(words).select_related("area")[:20]
    return render(request, "reports/search.html", context)
