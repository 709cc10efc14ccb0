"""The words of every verb an entry may bear, and how far the act is told. A new verb is one new line here.

tests/journal/test_verbs.py reads the source of all rooms: a verb recorded anywhere without a line here fails.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


class Reach(Enum):
    """Who is told of an act in the journal, beside the post that did it (trust.md §2, row «journal»)."""

    BRANCH = "branch"  # a business event: steering and inspection posts of the branch
    OWN = "own"  # work on a draft: steering posts of the unit itself, until it is issued or filed
    DESK = "desk"  # a plan taken in: the clerks of its area alone, in its own history
    TREE = "tree"  # units and their changes: public once decided; administrators and steering posts before
    TECHNICAL = "technical"  # people, posts, keys: administrators and inspection posts of the branch


@dataclass(frozen=True)
class Verb:
    words: str  # what somebody did, so that «An (UBND) <words>: <the thing>» is a sentence
    reach: Reach = Reach.BRANCH


OWN, DESK, TREE, TECHNICAL = Reach.OWN, Reach.DESK, Reach.TREE, Reach.TECHNICAL

FAMILIES = {
    "progress": _("Progress"),
    "assignment": _("Responsibility"),
    "not_applicable": _("Not applicable"),
    "difficulty": _("Difficulties"),
    "incident": _("Incidents"),
    "indicator": _("Indicators"),
    "stage": _("Due dates"),
    "task": _("Addressees"),
    "plan": _("Plans"),
    "duty": _("Duties of a draft"),
    "intake": _("Plans taken in"),
    "group": _("Groups"),
    "report": _("Monthly reports"),
    "call": _("Reports out of turn"),
    "change": _("Changes of units"),
    "unit": _("Units"),
    "post": _("Posts"),
    "person": _("People"),
    "token": _("Keys of other systems"),
    "journal": _("The journal"),
    "national": _("Illustrative data"),
}

VERBS = {
    "progress.logged": Verb(_("logged progress")),
    "progress.confirmed": Verb(_("confirmed the result")),
    "progress.returned": Verb(_("returned the result")),
    "assignment.owned": Verb(_("named the responsible person")),
    "assignment.pause_asked": Verb(_("asked to pause the duty")),
    "assignment.pause_refused": Verb(_("did not accept the pause")),
    "assignment.pause_withdrawn": Verb(_("took the request for a pause back")),
    "assignment.paused": Verb(_("paused the duty")),
    "assignment.drop_asked": Verb(_("asked that the duty not be done")),
    "assignment.drop_refused": Verb(_("did not accept that the duty is not done")),
    "assignment.drop_withdrawn": Verb(_("took back the request that the duty not be done")),
    "assignment.dropped": Verb(_("settled that the duty will not be done")),
    "assignment.request_closed": Verb(_("closed a request that waited: the unit changed")),
    "assignment.resumed": Verb(_("resumed the duty")),
    "assignment.turned": Verb(_("began the next occurrence")),
    "not_applicable.declared": Verb(_("declared the duty not applicable")),
    "not_applicable.accepted": Verb(_("accepted that the duty is not applicable")),
    "not_applicable.refused": Verb(_("did not accept that the duty is not applicable")),
    "not_applicable.withdrawn": Verb(_("withdrew the declaration «not applicable»")),
    "difficulty.raised": Verb(_("raised a difficulty")),
    "difficulty.sent_up": Verb(_("sent the difficulty up")),
    "difficulty.climbed": Verb(_("moved the difficulty up: not answered in time")),
    "difficulty.answered": Verb(_("answered the difficulty")),
    "difficulty.reopened": Verb(_("was not satisfied with the answer to the difficulty")),
    "difficulty.closed": Verb(_("accepted the answer to the difficulty")),
    "difficulty.withdrawn": Verb(_("took the difficulty back")),
    "incident.noted": Verb(_("noted an incident")),
    "incident.edited": Verb(_("edited the note of the incident")),
    "incident.corrected": Verb(_("corrected when the incident was discovered")),
    "incident.reported": Verb(_("sent the first report of the incident")),
    "incident.followed": Verb(_("wrote a follow-up on the incident")),
    "incident.acknowledged": Verb(_("acknowledged the report of the incident")),
    "incident.closed": Verb(_("wrote the closing report of the incident")),
    "incident.dropped": Verb(_("found that it was no incident")),
    "indicator.valued": Verb(_("stated a figure of the indicator")),
    "stage.extended": Verb(_("moved the due date by a document")),
    "stage.dated": Verb(_("took the due date from the superior's plan")),
    "stage.followed": Verb(_("moved the due date with the superior's plan")),
    "stage.undated": Verb(_("let the due date wait for the superior's plan again")),
    "stage.linked": Verb(_("linked the due date with a superior's duty")),
    "stage.unlinked": Verb(_("took the link of the due date away")),
    "task.joined": Verb(_("added units that joined later")),
    "task.chased": Verb(_("reminded the units that had not answered")),
    "plan.confirmed": Verb(_("confirmed what was read and put the plan into force")),
    "plan.issued": Verb(_("issued the plan")),
    "plan.received": Verb(_("received the plan")),
    "plan.opened": Verb(_("opened the plan for the first time")),
    "plan.forwarded": Verb(_("forwarded the plan by a true copy")),
    "plan.extended": Verb(_("extended a due date of the plan")),
    "plan.amended": Verb(_("amended the plan")),
    "plan.closed": Verb(_("closed the plan")),
    "plan.withdrawn": Verb(_("withdrew the plan")),
    "plan.drafted": Verb(_("began a draft"), OWN),
    "plan.renamed": Verb(_("renamed the draft"), OWN),
    "plan.rests_on": Verb(_("named one more superior plan"), OWN),
    "plan.picked": Verb(_("picked duties of the superior's plan"), OWN),
    "plan.removed_duty": Verb(_("took a duty out of the draft"), OWN),
    "plan.dropped": Verb(_("dropped the draft"), OWN),
    "duty.added": Verb(_("added a duty to the draft"), OWN),
    "duty.edited": Verb(_("edited the duty in the draft"), OWN),
    "duty.moved": Verb(_("moved the duty in the draft"), OWN),
    "duty.linked": Verb(_("linked the duty with a superior's"), OWN),
    "duty.unlinked": Verb(_("took the duty's link away"), OWN),
    "intake.uploaded": Verb(_("took the plan's file in"), DESK),
    "intake.read": Verb(_("read the duties in the file"), DESK),
    "intake.refused": Verb(_("was refused a file"), DESK),
    "intake.corrected": Verb(_("corrected the document's facts"), DESK),
    "intake.reviewed": Verb(_("reviewed the duties read"), DESK),
    "intake.undone": Verb(_("took the last step of the review back"), DESK),
    "intake.discarded": Verb(_("threw the file away"), DESK),
    "group.made": Verb(_("made the group"), OWN),
    "group.changed": Verb(_("changed the group"), OWN),
    "group.frozen": Verb(_("fixed the group's list"), OWN),
    "group.joined": Verb(_("added late joiners to the group"), OWN),
    "group.discarded": Verb(_("discarded the group"), OWN),
    "report.edited": Verb(_("edited the report"), OWN),
    "report.signed": Verb(_("signed the report"), OWN),
    "report.unsigned": Verb(_("took the signature back"), OWN),
    "report.printed": Verb(_("ordered the report on paper"), OWN),
    "report.supplemented": Verb(_("began a supplement to the report"), OWN),
    "report.filed": Verb(_("filed the report")),
    "report.accepted": Verb(_("accepted the report")),
    "report.returned": Verb(_("returned the report")),
    "report.cut_off": Verb(_("set an earlier last day on time for the reports below")),
    "report.cut_off_lifted": Verb(_("put the general last day on time in force again for the reports below")),
    "report.reopened": Verb(_("opened the report again")),
    "report.lapsed": Verb(_("left the report as it was filed: nobody filed the version opened again in time")),
    "call.made": Verb(_("asked units below for a report")),
    "call.moved": Verb(_("moved the day by which a report is asked for")),
    "call.withdrawn": Verb(_("took back that a report was asked for")),
    "call.edited": Verb(_("edited the report asked for"), OWN),
    "call.signed": Verb(_("signed the report asked for"), OWN),
    "call.unsigned": Verb(_("took the signature under the report asked for back"), OWN),
    "call.printed": Verb(_("ordered the report asked for on paper"), OWN),
    "call.filed": Verb(_("filed the report asked for")),
    "call.accepted": Verb(_("accepted the report asked for")),
    "call.returned": Verb(_("returned the report asked for")),
    "change.recorded": Verb(_("recorded a change of units"), TREE),
    "change.approved": Verb(_("approved the change of units"), TREE),
    "change.dropped": Verb(_("took the change of units back"), TREE),
    "change.carried_out": Verb(_("carried the change of units out"), TREE),
    "unit.merged": Verb(_("merged the unit into another"), TREE),
    "unit.split": Verb(_("split the unit"), TREE),
    "unit.renamed": Verb(_("renamed the unit"), TREE),
    "unit.closed": Verb(_("closed the unit"), TREE),
    "unit.restored": Verb(_("put the unit in force again"), TREE),
    "post.given": Verb(_("gave the post"), TECHNICAL),
    "post.ended": Verb(_("ended the post"), TECHNICAL),
    "post.deputised": Verb(_("named a deputy for the post"), TECHNICAL),
    "post.handover_recorded": Verb(_("recorded the handover of the post"), TECHNICAL),
    "post.handover_dropped": Verb(_("took the handover of the post back"), TECHNICAL),
    "post.handed_over": Verb(_("handed the post over"), TECHNICAL),
    "post.taken": Verb(_("began to act in the post"), TECHNICAL),
    "person.signed_in": Verb(_("signed in"), TECHNICAL),
    "person.signed_out": Verb(_("signed out"), TECHNICAL),
    "person.refused": Verb(_("refused a wrong password"), TECHNICAL),
    "person.password_changed": Verb(_("changed the password"), TECHNICAL),
    "person.letter_retried": Verb(_("tried a letter again that could not leave"), TECHNICAL),
    "token.made": Verb(_("made a key for another system"), TECHNICAL),
    "token.revoked": Verb(_("revoked a key"), TECHNICAL),
    "journal.exported": Verb(_("took a part of the journal along as a file"), TECHNICAL),
    "national.seeded": Verb(_("filled the portal with illustrative data"), TECHNICAL),
}


def verb(name):
    """The Verb `name`; one that has no line yet bears its own name and is told to nobody but who did it."""
    return VERBS.get(name) or Verb(format_lazy("{}", name), DESK)


def told(*reaches):
    """The names of the verbs told as far as one of `reaches`."""
    return [name for name, one in VERBS.items() if one.reach in reaches]


def choices():
    """[(family, [(verb, words)])] for a filter."""
    return [(title, [(name, VERBS[name].words) for name in VERBS if name.startswith(f"{family}.")]) for family, title in FAMILIES.items()]
