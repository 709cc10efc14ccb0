"""What lint says: one Finding is one place in one plan that a person must look at."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks.lint.rows import Duty, PlanRow


class Kind(models.TextChoices):
    """What can be wrong, in the order in which it is shown."""

    PAST_AT_SIGNING = "past_at_signing", _("past on the day of signing")
    STAGES_OUT_OF_ORDER = "stages_out_of_order", _("stages out of order")
    CHILD_LATER_THAN_PARENT = "child_later_than_parent", _("later than the superior's duty")
    ONGOING_UNDER_DATE = "ongoing_under_date", _("ongoing where the superior has a date")
    ISSUED_AFTER_PARENT_DEADLINE = "issued_after_parent_deadline", _("issued after the superior's deadline")
    UNCOVERED = "uncovered", _("the superior's duty has no counterpart")
    CONFLICTING_DATES = "conflicting_dates", _("two dates for one thing")
    FIX_BEFORE_REVIEW = "fix_before_review", _("to be mended before it is reviewed")
    DUPLICATE_DUTY = "duplicate_duty", _("the same duty twice")
    NO_LEAD = "no_lead", _("no lead")
    LEAD_GONE = "lead_gone", _("the lead is not in force")
    NO_PRODUCT = "no_product", _("no product")
    WAITING_UNLINKED = "waiting_unlinked", _("waits for a plan that is not named")
    UNREAD_DEADLINE = "unread_deadline", _("deadline not interpreted")


class Severity(models.TextChoices):
    """A fault is wrong by the texts alone; a doubt may be meant so and needs a person."""

    FAULT = "fault", _("fault")
    DOUBT = "doubt", _("to be looked at")


@dataclass(frozen=True)
class Finding:
    """One finding in `plan`. `duty` is where it stands: a duty of the plan, or the superior's duty the plan answers badly.

    `words` are the document's own words it rests on, `says` one Vietnamese sentence that names the other side, `related` the
    duties of that other side.
    """

    kind: Kind
    plan: PlanRow
    duty: Duty
    words: str
    says: str
    related: tuple[Duty, ...] = ()
    severity: Severity = Severity.FAULT

    @property
    def ref(self):
        return self.duty.ref

    def as_json(self):
        """The five keys that `lint_plans --json` prints; `plan` is the symbol."""
        return {"kind": str(self.kind), "plan": self.plan.symbol, "ref": self.ref, "words": self.words, "says": self.says}


KINDS = list(Kind)


def in_order(findings):
    """By plan, kind and place: the same rows always give the same list."""
    return sorted(findings, key=lambda f: (f.plan.order, KINDS.index(f.kind), f.duty.plan.order, f.duty.position, f.says))


def day(on):
    return f"{on:%d/%m/%Y}"


def quoted(duty):
    """What a duty's deadline says in the document; the whole duty's title where nothing is written."""
    return duty.deadline_words or " … ".join(stage.words for stage in duty.stages if stage.words) or duty.title


def titled(duty):
    """A duty's title in quotation marks, other ones where it has some itself."""
    return f"“{duty.title}”" if "«" in duty.title else f"«{duty.title}»"
