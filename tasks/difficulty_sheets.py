"""The list of difficulties as a file. Read as plain columns: whole rows of a country, each with nine others beside it, take minutes."""

import functools
from itertools import islice

from django.db.models import Q
from django.utils.translation import gettext as _

from orgunits.models import OrgUnit
from tasks import sheets
from tasks.models import Difficulty, DifficultyStep

CHUNK = 500  # rows whose steps are looked up together
WIDTHS = [26, 11, 50, 32, 50, 40, 26, 12, 18, 34, 50]  # of the columns, in characters
COLUMNS = [
    *("pk", "assignment__plan__document__symbol", "assignment__plan__unit__kind", "assignment__plan__unit__name"),
    *("assignment__task__ref", "assignment__task__title", "assignment__unit__kind", "assignment__unit__name"),
    *("words", "proposal", "lies_with__kind", "lies_with__name", "reply_by", "state"),
]


def heads():
    return [
        *(_("Plan"), _("Ref"), _("Duty"), _("Unit"), _("Difficulty"), _("Proposal"), _("Lies with"), _("Answer due by")),
        *(_("State"), _("Late at"), _("Answer")),
    ]


def answer(difficulties, *, form, name):
    """The response that hands the list out as `form`, "csv" or "xlsx"."""
    return sheets.answer(heads(), _rows(difficulties), title=_("Difficulties"), widths=WIDTHS, form=form, name=name)


def _rows(difficulties):
    """One list of cells for each; their steps are read a chunk at a time."""
    states = {value: str(words) for value, words in Difficulty.State.choices}
    lines = difficulties.values_list(*COLUMNS).iterator(chunk_size=CHUNK)
    while chunk := list(islice(lines, CHUNK)):
        answers, late = _steps([line[0] for line in chunk])
        for pk, symbol, owner_kind, owner, ref, title, kind, unit, words, proposal, with_kind, with_name, reply_by, state in chunk:
            plan, last = f"{symbol} ({_named(owner_kind, owner)})", answers.get(pk, "")
            where, delays = _named(with_kind, with_name), "; ".join(late.get(pk, ()))
            yield [plan, ref, title, _named(kind, unit), words, proposal, where, reply_by, states[state], delays, last]


def _steps(ids):
    """({id: the newest answer}, {id: ["phường Ba Ngòi: 3 days"]}) of the difficulties `ids`."""
    answers, late = {}, {}
    told = DifficultyStep.objects.filter(Q(act=DifficultyStep.Act.ANSWERED) | Q(late_days__gt=0), difficulty__in=ids).order_by("n")
    for pk, act, words, days, kind, name in told.values_list("difficulty", "act", "words", "late_days", "was_with__kind", "was_with__name"):
        if act == DifficultyStep.Act.ANSWERED:
            answers[pk] = words
        if days:
            late.setdefault(pk, []).append(_("%(unit)s: %(n)s days") % {"unit": _named(kind, name), "n": days})
    return answers, late


@functools.lru_cache(maxsize=5000)
def _named(kind, name):
    return OrgUnit(kind=kind, name=name).full_name
