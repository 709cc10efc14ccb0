"""Which entries of the journal a post may read (trust.md §2, row «journal»).

Officials and clerks: what was done in their own post. Steering posts: business events of their branch, and what superiors did to its
duties, plans, reports, difficulties and incidents, the portal's own acts on these among them. Inspection posts: the same and technical
events, drafts excepted. Administrators: technical events alone.
Of one thing that a post may read, its whole history; of drafts only the unit's own people.
"""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from journal import verbs
from journal.models import Entry
from journal.verbs import Reach
from orgunits.models import STEP, AddresseeGroup, OrgUnit, Person, Post, Role, UnitChange, below
from plans.models import Plan
from reports.models import Call, CallAnswer, MonthlyReport
from tasks import joining
from tasks.models import Assignment, Difficulty, Incident, Intake, Task

READ = {
    Role.STEERING: [Reach.BRANCH, Reach.TREE],
    Role.AUDITOR: [Reach.BRANCH, Reach.TREE, Reach.TECHNICAL],
    Role.ADMIN: [Reach.TECHNICAL, Reach.TREE],
}
UNDECIDED = ["change.recorded", "change.approved", "change.dropped"]  # of units, before everybody may know


def visible_to(post):
    """The entries a post may read, as an unordered queryset."""
    rows = Entry.objects.order_by()
    if post.role not in READ:
        return rows.filter(Q(post=post) | _tried(people=[post.person_id]))
    return rows.filter(Q(post=post) | (_of_branch(post) & ~_within_drafts(post)))


def _of_branch(post):
    """What happened in the branch. The ids of its posts are fetched first: they are few beside the entries."""
    named = Q(verb__in=_verbs(post))
    if len(post.unit.path) == STEP:
        return named | _of_drafts(post)
    inside = Q(**_under(post, "unit__")) | Q(unit__in=post.scope().own)
    posts = dict(Post.objects.filter(inside).values_list("pk", "person"))
    reach = Q(post__in=list(posts)) & named
    if post.role != Role.STEERING:
        reach |= _tried(people=set(posts.values())) | _about(Post, list(posts), post=None)
    return reach | _of_drafts(post) | _done_to(post)


def _verbs(post):
    hidden = UNDECIDED if post.role == Role.AUDITOR else ()
    return [name for name in verbs.told(*READ[post.role]) if name not in hidden]


def _under(post, prefix=""):
    return {f"{prefix}{name}": value for name, value in below(post.unit.path).items()}


def _tried(people):
    """Wrong passwords and the like, which nobody signed: they are about these people."""
    return _about(Person, people, post=None)


def _of_drafts(post):
    """Drafts are read by the steering posts of their own unit alone."""
    if post.role != Role.STEERING:
        return Q(pk__in=[])
    posts = list(Post.objects.filter(unit__in=post.scope().own).values_list("pk", flat=True))
    return Q(post__in=posts, verb__in=verbs.told(Reach.OWN))


def _within_drafts(post):
    """What is about duties of drafts that the post may not read: that there is such a draft is not told either."""
    drafts = Plan.objects.filter(issued_on=None, **_under(post, "unit__"))
    if may_read_drafts(post):
        drafts = drafts.exclude(unit__in=post.scope().own)
    ids = list(drafts.values_list("pk", flat=True))
    return _about(Assignment, Assignment.objects.filter(plan__in=ids).order_by().values("pk")) | _about(
        Task, Task.objects.filter(plan__in=ids).order_by().values("pk")
    )


def _done_to(post):
    """What posts of the areas above and the portal itself did to duties, plans, filed reports, difficulties and incidents of the branch.

    The portal's acts of a day (what turned over, climbed, ended) are as many as the country has duties. So the cheap questions, whose
    act it is and which verb, stand before the ids of the branch's things: an entry is looked at once, whoever asks.
    """
    if post.role == Role.ADMIN:
        return Q(pk__in=[])
    line = [area.pk for area in post.unit.chain]
    above = Post.objects.filter(Q(unit__in=line) | Q(unit__area__in=line)).exclude(**_under(post, "unit__"))
    others = Q(post__in=list(above.values_list("pk", flat=True))) | Q(post=None)
    targets = Q()
    for model, prefix in OF_A_BRANCH.items():
        targets |= _about(model, model.objects.filter(**_under(post, prefix)).order_by().values("pk"))
    return others & Q(verb__in=verbs.told(Reach.BRANCH)) & targets


OF_A_BRANCH = {
    Assignment: "",
    Task: "plan__unit__",
    Plan: "unit__",
    MonthlyReport: "unit__",
    CallAnswer: "unit__",
    Difficulty: "",
    Incident: "",
}


def _about(model, ids, **more):
    return Q(target_type=ContentType.objects.get_for_model(model), target_id__in=ids, **more)


# One thing

THINGS = {
    "assignment": Assignment.objects.visible_to,
    "duty": Task.objects.visible_to,
    "plan": Plan.objects.visible_to,
    "report": MonthlyReport.objects.visible_to,
    "call": Call.objects.visible_to,
    "call_answer": CallAnswer.objects.visible_to,
    "intake": Intake.objects.visible_to,
    "group": joining.groups_visible_to,
    "unit": OrgUnit.objects.visible_to,
    "change": UnitChange.objects.visible_to,
    "difficulty": Difficulty.objects.visible_to,
    "incident": Incident.objects.visible_to,
}


def thing(name, post):
    """The thing that `name` («plan/12») names, or None where there is none within the post's reach."""
    kind, _slash, pk = name.partition("/")
    if kind not in THINGS or not (pk.isascii() and pk.isdecimal() and len(pk) <= 18):
        return None
    return THINGS[kind](post).filter(pk=int(pk)).first()


def name_of(row):
    """«plan/12», the name under which an address asks for a thing's history."""
    kinds = {Assignment: "assignment", Task: "duty", Plan: "plan", MonthlyReport: "report", Intake: "intake"}
    kinds |= {AddresseeGroup: "group", OrgUnit: "unit", UnitChange: "change", Difficulty: "difficulty", Incident: "incident"}
    kinds |= {Call: "call", CallAnswer: "call_answer"}
    return f"{kinds[type(row)]}/{row.pk}"


def about(row, post):
    """The history of one thing, as far as a post that may read the thing may read it."""
    rows = Entry.objects.about(row).order_by()
    if isinstance(row, OrgUnit):
        return rows.filter(verb__in=verbs.told(Reach.TREE))
    hidden = [] if keeps(row, post) else verbs.told(Reach.OWN, Reach.DESK)
    rows = rows.exclude(verb__in=hidden)
    if isinstance(row, Plan):
        rows = rows.filter(_received_within(post))
    if isinstance(row, Task):
        rows = rows.filter(_declared_within(post))
    return rows


def keeps(row, post):
    """Whether the post belongs to the unit that writes the thing (an assignment's: its plan's), and so reads its drafts."""
    if not may_read_drafts(post):
        return False
    keeper = {Assignment: "plan.unit_id", Task: "plan.unit_id", Plan: "unit_id", MonthlyReport: "unit_id"}
    keeper |= {Call: "unit_id", CallAnswer: "unit_id"}
    keeper |= {Intake: "area_id", AddresseeGroup: "owner_id"}
    path = keeper.get(type(row))
    if path is None:
        return True
    for step in path.split("."):
        row = getattr(row, step)
    return row in post.scope().own


def may_read_drafts(post):
    return post.role not in {Role.AUDITOR, Role.ADMIN}


RECEIVING = ["plan.received", "plan.opened"]
DECLARING = [name for name in verbs.VERBS if name.startswith("not_applicable.")]


def areas_read(post):
    """The own area and those below whose receipts and declarations the post may read."""
    scope, lower = post.scope(), post.lower_path()
    reach = Q(pk__in=scope.areas)
    if lower:
        reach |= Q(**below(lower))
    return OrgUnit.objects.filter(reach)


def _received_within(post):
    if post.scope().is_whole_country:
        return Q()
    ids = list(areas_read(post).values_list("pk", flat=True))
    return ~Q(verb__in=RECEIVING) | Q(verb__in=RECEIVING, facts__unit__in=ids)


def _declared_within(post):
    if post.scope().is_whole_country:
        return Q()
    codes = list(areas_read(post).values_list("code", flat=True))
    return ~Q(verb__in=DECLARING) | Q(verb__in=DECLARING, facts__unit__in=codes)
