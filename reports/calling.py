"""Asking units below for a report out of turn, moving its due moment or taking it back; what each of them does with the call; and
reminding who has not answered."""

from datetime import timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from journal.models import Entry, Notice
from orgunits.models import OrgUnit, Role
from plans import period
from reports import call_paper, numbering
from reports.models import Call, CallAnswer, CallChange, CallFiling, CallVerdict, Paper
from reports.wording import said_by
from tasks import ladder
from tasks.models import Progress, StaleWrite
from tasks.readers import people_of

DESKS = (Role.CLERK, Role.STEERING)  # who answers in a unit, and who asks
TAKEN = 500  # entries that one click writes into a draft at most; how many more there are is said


def units_below(unit, *, on):
    """The areas directly below that may be asked."""
    return OrgUnit.objects.areas().in_force(on=on).filter(parent=unit).order_by("name_key", "pk")


@transaction.atomic
def ask(unit, *, units, by, at, title, words, due_at, token):
    """Ask `units` (directly below) for a report. A second submit of the same form gives the same Call."""
    call, made = Call.objects.get_or_create(
        token=token, defaults={"unit": unit, "title": title, "words": words, "due_at": due_at, "by": by, "at": at}
    )
    if made:
        answers = CallAnswer.objects.bulk_create(CallAnswer(call=call, unit=one) for one in units)
        Entry.objects.record(by=by, verb="call.made", target=call, at=at, title=title, units_asked=len(answers), due_at=due_at.isoformat())
        _tell(answers, step="made", words=_("A report is asked for by %(day)s: %(title)s"), at=at)
    return call


@transaction.atomic
def move(call, due_at, *, by, at, reason, token, revision=None):
    """Move the due moment to `due_at`, after `at`; who has not been accepted yet is told. A second submit changes nothing.

    Raises StaleWrite.
    """
    call, again = _held(call, token, revision)
    if again:
        return call
    change = CallChange.objects.create(call=call, was_due_at=call.due_at, due_at=due_at, reason=reason, by=by, at=at, token=token)
    facts = {"was": call.due_at.isoformat(), "now": due_at.isoformat()}
    Entry.objects.record(by=by, verb="call.moved", target=call, at=at, reason=reason, **facts)
    call.due_at, call.moved_at = due_at, at
    return _changed(call, change, words=_("The report asked for is due by %(day)s now: %(title)s"))


@transaction.atomic
def withdraw(call, *, by, at, reason, token, revision=None):
    """Take the call back: nobody answers it any more, what was filed stays. A second submit changes nothing. Raises StaleWrite."""
    call, again = _held(call, token, revision)
    if again:
        return call
    change = CallChange.objects.create(call=call, was_due_at=call.due_at, reason=reason, by=by, at=at, token=token)
    Entry.objects.record(by=by, verb="call.withdrawn", target=call, at=at, reason=reason)
    call.withdrawn_at = at
    return _changed(call, change, words=_("The report is not asked for any more: %(title)s"))


def _held(call, token, revision):
    """(the call under its lock and its answers' locks, whether this very form was submitted before). Raises StaleWrite."""
    call = Call.objects.select_for_update(of=("self",)).select_related("unit").get(pk=call.pk)
    if call.changes.filter(token=token).exists():
        return call, True
    if call.withdrawn_at or (revision is not None and revision != call.revision):
        raise StaleWrite
    list(call.answers.select_for_update().order_by("pk"))  # whoever signs or files in this moment does so before or after, never between
    return call, False


def _changed(call, change, *, words):
    call.revision += 1
    call.save()
    answers = list(call.answers.filter(accepted_at=None).select_related("unit").order_by("pk"))
    for answer in answers:
        answer.call = call
    _tell(answers, step=f"changed/{change.pk}", words=words, at=change.at, body=change.reason)
    return call


def _locked(answer, revision):
    """The answer under its lock; its call is read after that, as it stands by now. Raises StaleWrite, also where it was withdrawn."""
    answer = CallAnswer.objects.select_for_update(of=("self",)).select_related("unit__parent").get(pk=answer.pk)
    is_stale = revision is not None and revision != answer.revision
    if is_stale or not (answer.is_running or answer.filed_at):
        raise StaleWrite
    return answer


def _keep(answer, **fields):
    """Write the step under the row's lock."""
    for name, value in fields.items():
        setattr(answer, name, value)
    answer.revision += 1
    answer.save(update_fields=[*fields, "revision"])
    return answer


@transaction.atomic
def edit(answer, words, *, by, at, revision):
    """Keep the clerk's words. Raises StaleWrite where it changed, or was signed, since `revision`."""
    answer = _locked(answer, revision)
    if answer.signed_at:
        raise StaleWrite
    Entry.objects.record(by=by, verb="call.edited", target=answer, at=at)
    return _keep(answer, words=words)


@transaction.atomic
def sign(answer, *, by, at, revision=None):
    """The head signs the words as they stand; from here they stand still. Raises StaleWrite."""
    answer = _locked(answer, revision)
    if answer.signed_at or not answer.words:
        raise StaleWrite
    Entry.objects.record(by=by, verb="call.signed", target=answer, at=at)
    words = _("The report is signed and waits to be filed: %(title)s")
    _tell([answer], step=f"signed/{answer.revision}", words=words, at=at, roles=[Role.CLERK])
    return _keep(answer, signed_by=by, signed_at=at)


@transaction.atomic
def unsign(answer, *, by, at, revision=None):
    """Give it back to the clerk before it is filed. Raises StaleWrite."""
    answer = _locked(answer, revision)
    if answer.filed_at or not answer.signed_at:
        raise StaleWrite
    Entry.objects.record(by=by, verb="call.unsigned", target=answer, at=at)
    return _keep(answer, signed_by=None, signed_at=None)


@transaction.atomic
def file(answer, *, by, at, revision=None):
    """File it as of `at`, the moment that decides whether it is late: number, receipt, paper. Filing it again changes nothing.

    Raises StaleWrite.
    """
    answer = _locked(answer, None)
    if answer.filed_at:
        return answer
    if not answer.signed_at or (revision is not None and revision != answer.revision):
        raise StaleWrite
    number = numbering.next_number(answer.unit, at=at)
    Entry.objects.record(by=by, verb="call.filed", target=answer, at=at, number=number)
    words = _("The report asked for is filed and waits for your word: %(title)s")
    _tell([answer], step=f"filed/{answer.revision}", words=words, at=at, roles=[Role.STEERING], above=True)
    first = {} if answer.first_filed_at else {"first_filed_at": at, "first_due_at": answer.call.due_at}
    _keep(answer, number=number, filed_by=by, filed_at=at, **first)
    _freeze(answer, by=by, at=at)
    return answer


def _freeze(answer, *, by, at):
    """What was filed, with its number, and the order of its paper."""
    facts = {**call_paper.facts_of(answer, draft=False), "receipt": answer.receipt_to_be}
    terms = {"version": answer.version, "number": answer.number, "symbol": call_paper.symbol_of(facts), "receipt": answer.receipt_to_be}
    filing = CallFiling.objects.create(answer=answer, facts=facts, by=by, at=at, **terms)
    Paper.objects.create(answer=answer, filing=filing, is_draft=False, facts=facts, ordered_by=by, ordered_at=at)


@transaction.atomic
def judge(answer, *, by, at, ok, reason=""):
    """Accept it, or return it with a reason: its words are open again, what was judged is kept. Raises StaleWrite."""
    answer = _locked(answer, None)
    if answer.status != "filed" or not answer.is_running:
        raise StaleWrite
    filing = answer.filings.filter(version=answer.version).first()
    CallVerdict.objects.create(answer=answer, filing=filing, ok=ok, reason=reason, words=answer.words, by=by, at=at)
    Entry.objects.record(by=by, verb="call.accepted" if ok else "call.returned", target=answer, at=at, reason=reason)
    words = _("The report asked for is accepted: %(title)s") if ok else _("The report asked for is returned: %(title)s")
    _tell([answer], step=f"judged/{answer.revision}", words=words, at=at, body=reason)
    if ok:
        return _keep(answer, accepted_at=at)
    opened = {"version": answer.version + 1, "number": None}
    return _keep(answer, signed_by=None, signed_at=None, filed_by=None, filed_at=None, **opened)


def _tell(answers, *, step, words, at, roles=DESKS, above=False, body=""):
    """One notice for each of those who in `roles` act for the unit of each answer, or with `above` for the one that asked; `words` may
    hold %(title)s, %(day)s, %(unit)s."""
    places = [(answer, answer.call.unit_id if above else answer.unit_id) for answer in answers]
    people = people_of({unit for _answer, unit in places}, roles=roles, on=timezone.localdate(at))
    rows = [_notices(answer, people[unit], [step], words=words, at=at, body=body) for answer, unit in places]
    return Notice.objects.tell_all(list(chain.from_iterable(rows)))


def _notices(answer, people, steps, *, words, at, body="", link="", stem="", n=0):
    """One unsaved notice for each of `people` (ids) under the latest of `steps`; `stem` stands before them. The words may also hold
    %(n)s."""
    with translation.override("vi"):
        day = date_format(timezone.localtime(answer.call.due_at), "DATETIME_FORMAT")
        title = Truncator(words % {"title": answer.call.title, "day": day, "unit": answer.unit.full_name, "n": n}).chars(300)
    facts = {"kind": Notice.Kind.REPORT, "title": title, "body": body, "link": link or answer.get_absolute_url(), "at": at}
    return [Notice.at_step(f"call/{answer.pk}{stem}", steps, person_id=person, **facts) for person in sorted(people)]


# What was logged, as a beginning


def logged(answer, *, room, plan=None, since=None, until=None):
    """(words, n): what the unit's own bodies logged, of one plan or all, between two days: one paragraph a duty, as many whole ones as
    `room` characters and TAKEN entries hold. n entries were left out."""
    rows = Progress.objects.standing().filter(assignment__unit__area=answer.unit).exclude(says=Progress.Says.NOTHING).exclude(words="")
    if plan:
        rows = rows.filter(assignment__plan=plan)
    if since:
        rows = rows.filter(at__gte=period.moment(since))
    if until:
        rows = rows.filter(at__lt=period.moment(until + timedelta(days=1)))
    told, total = {}, rows.count()
    in_order = rows.order_by("assignment__task__plan", "assignment__task__position", "assignment__task", "pk")
    for entry in in_order.select_related("assignment__task", "assignment__unit")[: TAKEN + 1]:
        told.setdefault(entry.assignment.task, []).append((entry.assignment.unit.full_name, entry.words))
    if total > TAKEN:
        told.popitem()  # the duty at which the reading ended
    lines, taken = [], 0
    for task, said in told.items():
        line = f"{task.ref}. {task.title}. {' '.join(said_by(said))}"
        if sum(map(len, lines)) + len(lines) + len(line) > room:
            break
        lines.append(line)
        taken += len(said)
    return "\n".join(lines), total - taken


# Reminding


def remind(*, at, ledger=Notice.objects):
    """Tell who has not answered: 7, 3, 1 days before and on the day, the latest step alone; once late with the unit that asked.
    Whose answer was returned: every week until it is filed again.

    Steps that had passed when the call was made, or its due moment moved, are not told. Returns how many notices were new; a second run
    tells nobody. `ledger` is what they are written into: Notice.objects, or a Rehearsal that only looks (reports/rehearsing.py).
    """
    unanswered, again = (list(rows.with_names().order_by("pk")) for rows in (_unanswered(at), _returned(at)))
    places = {answer.unit_id for answer in unanswered + again} | {answer.call.unit_id for answer in unanswered if at > answer.call.due_at}
    people = people_of(places, roles=DESKS, on=timezone.localdate(at))
    told = [_reminders(answer, people, at=at) for answer in unanswered] + [_of_returned(answer, people, at=at) for answer in again]
    return ledger.tell_all(list(chain.from_iterable(told)))


def _unanswered(at):
    """Answers never filed that are due soon, or were not long ago."""
    today = timezone.localdate(at)
    first, last = today - timedelta(days=ladder.LOOKED_BACK), today + timedelta(days=ladder.CALL.first + 1)
    rows = CallAnswer.objects.running().never_filed()
    return rows.filter(call__due_at__gte=period.moment(first), call__due_at__lt=period.moment(last))


def _returned(at):
    """Answers returned a week ago or longer, each with `returned_at`."""
    before = period.moment(timezone.localdate(at) - timedelta(days=ladder.WEEK - 1))
    rows = CallAnswer.objects.running().returned().annotate(returned_at=Max("verdicts__at", filter=Q(verdicts__ok=False)))
    return rows.filter(returned_at__lt=before)


def _reminders(answer, people, *, at):
    """Unsaved notices of the latest step of one answer."""
    call, stem = answer.call, answer.call.stem_of_reminders
    if at > call.due_at:
        words, steps = _("The report asked for by %(day)s is late: %(title)s · %(unit)s"), [ladder.LATE]
        above = _notices(answer, people[call.unit_id], steps, words=words, at=at, link=call.get_absolute_url(), stem=stem)
        return above + _notices(answer, people[answer.unit_id], steps, words=words, at=at, stem=stem)
    on, since = timezone.localdate(at), timezone.localdate(call.moved_at or call.at)
    days = {step: answer.due_on - timedelta(days=n) for n, step in ladder.CALL.steps_before()}
    steps = [step for step, day in days.items() if since < day <= on]
    words = _("A report is due by %(day)s: %(title)s")
    return _notices(answer, people[answer.unit_id], steps, words=words, at=at, stem=stem) if steps else []


def _of_returned(answer, people, *, at):
    """Unsaved notices of an answer returned so many days ago and not filed again."""
    days = (timezone.localdate(at) - timezone.localdate(answer.returned_at)).days
    words = ngettext_lazy(
        "The report asked for was returned %(n)s day ago and not filed again: %(title)s",
        "The report asked for was returned %(n)s days ago and not filed again: %(title)s",
        "n",
    )
    steps = ladder.RETURNED.passed(-days)
    return _notices(answer, people[answer.unit_id], steps, words=words, at=at, stem=f"/v{answer.version}", n=days)
