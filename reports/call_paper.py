"""The paper of a report out of turn: what it prints, and ordering it. It is built as every paper is (reports.printing)."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from journal.models import Entry
from reports import letterhead, profiles
from reports.models import CallAnswer, Paper

FORMS = [Paper.Form.PDF, Paper.Form.DOCX]  # it has no annexes to make a workbook of


def facts_of(answer, *, draft):
    """What the paper of an answer prints as it stands (the shape is reports.paper's): its words and nothing computed."""
    asked = answer.call
    told_on = min(asked.due_on, timezone.localdate(answer.filed_at)) if answer.filed_at else asked.due_on
    head = letterhead.at_present(answer.unit, on=told_on)
    who = f"Ban Chỉ đạo {asked.unit.full_name}"
    facts = {
        **head,
        "subject": asked.title,
        "period": {"opens": timezone.localdate(asked.at).isoformat(), "closes": asked.due_on.isoformat()},
        "bases": [f"yêu cầu báo cáo của {who} ngày {timezone.localdate(asked.at):%d/%m/%Y}"],
        "opening": profiles.BY_NAME[head["profile"]].opening_out_of_turn,
        "sections": [{"heading": "", "paragraphs": [line.strip() for line in answer.words.splitlines() if line.strip()], "table": None}],
        "annexes": [],
        "recipients": [f"{who} (để báo cáo)", head["recipients"][-1]],  # the last one keeps the file copy
    }
    return letterhead.dated(facts, report=answer, illustrative=settings.DEMO, draft=draft)


def symbol_of(facts):
    return profiles.BY_NAME[facts["profile"]].symbol(facts["number"], facts["symbol_tail"])


@transaction.atomic
def order(answer, *, by, at, form=Paper.Form.PDF):
    """Order one form of the answer: of what was filed once for all, else of the words as they stand, marked as a draft.

    While a draft of the same form and revision is still to be built, ordering again gives that one.
    """
    answer = CallAnswer.objects.select_for_update(of=("self",)).with_names().get(pk=answer.pk)
    filing = answer.filings.filter(version=answer.version).first() if answer.filed_at else None
    of = {"answer": answer, "form": form, "revision": answer.revision}
    made = Paper.objects.filter(filing=filing, form=form).first() if filing else Paper.objects.draft_to_come(at=at, **of)
    if made:
        return made
    if filing:
        of |= {"filing": filing, "is_draft": False, "revision": None}
    facts = filing.facts if filing else facts_of(answer, draft=True)
    ordered = Paper.objects.create(**of, facts=facts, ordered_by=by, ordered_at=at)
    Entry.objects.record(by=by, verb="call.printed", target=answer, at=at, paper=ordered.pk)
    return ordered
