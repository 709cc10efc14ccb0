"""One duty × one unit: who leads or coordinates, how far it is, and what today says of it."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, Length
from django.urls import reverse

from journal.models import Entry
from orgunits.models import AddresseeGroup, OrgUnit, Post, Role, below
from plans import period
from plans.models import Plan
from plans.period import Cadence
from tasks.deadlines import CLOCK_ORDER, Clock
from tasks.models.answer import Answer, current_of, relevant, state_of
from tasks.models.cadence import CADENCES, cadence_of
from tasks.models.climb import TASK, WHOLE, Climb, Sum, share
from tasks.models.states import FINISHED, HALTABLE, HANGING_DAYS, OFF, SOON_DAYS, Part, StaleWrite, State, Timeliness
from tasks.models.tally import Tally
from tasks.models.task import Task


class AssignmentQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_on=None, plan__withdrawn_on=None)

    def live_on(self, day):
        """As they stood on a day: joined by then and not yet ended, of plans not yet withdrawn."""
        ended, withdrawn = Q(ended_on=None) | Q(ended_on__gt=day), Q(plan__withdrawn_on=None) | Q(plan__withdrawn_on__gt=day)
        return self.filter(ended, withdrawn, joined_on__lte=day)

    def from_below(self):
        """In the one order in which many rows are locked: of deeper plans first, then by id, as who logs climbs (tasks/models/climb.py)."""
        return self.order_by(Length("plan__unit__path").desc(), "pk")

    def leads(self):
        return self.filter(part__in=[Part.LEAD, Part.CO_LEAD])

    def to_do(self):
        """Without what nobody has to do any more: dropped, not applicable, or confirmed for good; what comes back never is for good."""
        return self.exclude(state__in=[State.DROPPED, State.NOT_APPLICABLE]).exclude(~comes_again(), state=State.DONE)

    def reporting(self):
        """Leads that report themselves; one that adds up duties carried below would count twice."""
        return self.leads().filter(adds_up=False)

    def within(self, unit):
        return self.filter(**below(unit.path))

    def visible_to(self, post):
        """model.md, «Rights»: own units, the branch a post may read, own plans, and named leads of duties it coordinates."""
        if post.role == Role.ADMIN:
            return self.none()
        scope = post.scope()
        if scope.is_whole_country:
            return self._without_drafts_of_others(post)
        reach = Q(unit__in=scope.own)
        if scope.branch:
            reach |= Q(**below(scope.branch))
        if post.role in {Role.CLERK, Role.STEERING}:
            reach |= Q(plan__in=list(Plan.objects.filter(unit__in=scope.own).values_list("pk", flat=True)))
        if post.role != Role.AUDITOR:
            helped = self.model.objects.live().filter(unit__in=scope.own, part=Part.COORDINATOR).values_list("task", flat=True)
            reach |= Q(task__in=list(helped), via_group=None)
        return self.filter(reach)._without_drafts_of_others(post)

    def _without_drafts_of_others(self, post):
        drafts = Plan.objects.filter(issued_on=None).values("pk")
        if post.role != Role.AUDITOR:
            drafts = drafts.exclude(unit__in=post.scope().own)
        return self.exclude(plan__in=drafts)

    def answered_by(self, post):
        """What the post's own units must answer for."""
        return self.live().leads().filter(unit__in=post.scope().own, plan__issued_on__isnull=False, plan__closed_on=None)

    def confirmed_by(self, post):
        """What this steering post confirms (model.md, «Confirming»)."""
        area = post.scope().area
        if post.role != Role.STEERING or area.pk not in post.scope().own:
            return self.none()
        areas = post.scope().areas
        own_plan = Q(plan__unit__in=areas, self_led=False)
        self_led = Q(self_led=True, plan__unit__parent__in=areas)
        if area.parent_id is None:
            self_led |= Q(self_led=True, plan__unit=area)
        return self.live().filter(own_plan | self_led, plan__closed_on=None)

    def to_be_confirmed_by(self, post):
        """Results that wait for this steering post."""
        return self.confirmed_by(post).exclude(awaits_since=None)

    def timed(self, *, on, of_period=None, since=None, until=None):
        """Annotate `timeliness` and `silent` as of the day `on` (model.md, «Timeliness of one day»).

        Results of ongoing duties are looked for from the opening of `of_period` on (None: the period that holds `on`) or from an earlier
        moment `since`, or from the opening of its quarter, half year or year where the duty reports no oftener. `until`: the moment before
        which they were logged, where that is not now.
        """
        turn, result_at = (of_period or period.holding(on)).closes, "result_then" if until else "last_result_at"
        rows = self.annotate(result_then=self._result_before(until)) if until else self
        return rows.annotate(
            timeliness=Case(
                When(state__in=OFF, then=Value(Timeliness.OFF.value)),
                When(state__in=FINISHED, was_late=True, then=Value(Timeliness.DONE_LATE.value)),
                When(state__in=FINISHED, then=Value(Timeliness.DONE_IN_TIME.value)),
                When(self.stood_still(), then=Value(Timeliness.OFF.value)),
                When(clock=Clock.WAITING, then=Value(Timeliness.WAITING.value)),
                When(clock=Clock.UNDATED, then=Value(Timeliness.UNDATED.value)),
                When(in_its_turn(result_at, on=turn, since=since), clock=Clock.ONGOING, then=Value(Timeliness.WITH_RESULT.value)),
                When(clock=Clock.ONGOING, then=Value(Timeliness.WITHOUT_RESULT.value)),
                When(due_on__lt=on, then=Value(Timeliness.OVERDUE.value)),
                When(due_on__lte=on + timedelta(days=SOON_DAYS), then=Value(Timeliness.SOON.value)),
                default=Value(Timeliness.NOT_DUE.value),
                output_field=models.CharField(max_length=14),
            ),
            silent=Case(When(self.silence(on=on), then=Value(True)), default=Value(False), output_field=models.BooleanField()),
        )

    def _result_before(self, moment):
        """When the newest standing result before `moment` was logged; last_result_at knows the newest of all alone."""
        results = self.model.progress.rel.related_model.objects.standing().exclude(says="nothing")
        return Subquery(results.filter(assignment=OuterRef("pk"), at__lt=moment).order_by("-at").values("at")[:1])

    def with_timeliness(self, cells, *, on):
        """Those of .timed(on=) whose timeliness is one of `cells`. Where all of them look at a date, an index finds the rows: the
        annotation alone makes the database compute it for every row of the country."""
        rows = self.filter(timeliness__in=cells)
        if not set(cells) <= {Timeliness.OVERDUE, Timeliness.SOON, Timeliness.NOT_DUE}:
            return rows
        if Timeliness.OVERDUE not in cells:
            rows = rows.filter(due_on__gte=on)
        if Timeliness.NOT_DUE not in cells:
            last = on + timedelta(days=SOON_DAYS) if Timeliness.SOON in cells else on - timedelta(days=1)
            rows = rows.filter(due_on__lte=last)
        return rows

    def silence(self, *, on):
        """The condition for «im lặng»: two full turns of its cadence closed without an entry, on a duty whose own clock runs.

        Where the clock stood still they are counted from the moment it ran on (Assignment.quiet_from). Counted apart from «quá hạn»: a
        duty can be both, either or neither.
        """
        quiet = Q()
        for cadence in Cadence:
            edge = period.silent_before(on, cadence)
            ran = [Q(**{name: None}) | Q(**{f"{name}__lt": edge}) for name in RAN_ON]
            quiet |= Q(*ran, cadence=cadence, last_entry_at__lt=edge)
            quiet |= Q(*ran, cadence=cadence, last_entry_at=None, joined_on__lt=period.turn_opens(on, cadence, back=2))
        return quiet & ~Q(state__in=[*FINISHED, *OFF]) & ~Q(clock=Clock.WAITING) & Q(plan__closed_on=None)

    def stood_still(self):
        """The condition for an unfinished duty whose clock stopped with its plan: closed before the date had passed."""
        late = Q(clock=Clock.DATED, due_on__lt=F("plan__closed_on"))
        return Q(plan__closed_on__isnull=False) & ~late

    def with_waiting(self):
        """Annotate `fell_back_at`: when a duty that waits lost the date a superior's plan had given it; None where it never had one."""
        lost = Answer.objects.filter(assignment=OuterRef("pk"), clock=Clock.WAITING, change__cause="undated")
        since = Subquery(lost.order_by("-change").values("change__at")[:1])
        return self.annotate(fell_back_at=Case(When(clock=Clock.WAITING, then=since), default=None, output_field=models.DateTimeField()))

    def waiting_for(self, days, *, on):
        """Those that wait for a superior's plan, and have for at least so many days by the day `on`."""
        edge = on - timedelta(days=days)
        since = Q(fell_back_at=None, joined_on__lte=edge) | Q(fell_back_at__lt=period.moment(edge + timedelta(days=1)))
        return self.filter(clock=Clock.WAITING).with_waiting().filter(since)

    def tally(self, *, on, **as_of):
        """Counts of this list for the day `on`, in one query: a Tally (`as_of`: as timed())."""
        rows = (
            self.order_by()
            .timed(on=on, **as_of)
            .values("state", "timeliness", "silent", "clock")
            .annotate(n=Count("pk"), waiting=Count("awaits_since"), late_originally=Count("pk", LATE_ORIGINALLY))
            .annotate(hanging=Count("pk", hanging(on=on)))
        )
        return Tally(list(rows))

    def with_names(self):
        return self.with_waiting().select_related(
            "task__plan__document", "task__plan__unit", "unit__area", "owner__person", "plan__unit", "plan__document"
        )


def in_its_turn(moment, *, on, since=None):
    """The condition that the moment in the column `moment` lies in the duty's own turn that holds the day `on`, or after it.

    `since`: an earlier moment than the opening of the month, from which what is asked every month counts.

    The monthly report asks every month: whoever reports weekly is asked for the month, whoever reports more seldom for its own turn.
    """
    longer = [cadence for cadence in Cadence if cadence not in {Cadence.WEEKLY, Cadence.MONTHLY}]
    opens = period.holding(on).opens_at
    found = Q(**{f"{moment}__gte": min(opens, since or opens)})
    for cadence in longer:
        found |= Q(cadence=cadence, **{f"{moment}__gte": period.moment(period.turn_opens(on, cadence))})
    return found


class Assignment(models.Model):
    """One duty × one unit. A duty is never copied to give it to many: each addressee has one of these."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="assignments")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="assignments")
    path = models.CharField(max_length=32)
    part = models.CharField(max_length=12, choices=Part)
    owner = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="owned")
    as_role = models.CharField(max_length=200, blank=True)
    via_group = models.ForeignKey(AddresseeGroup, models.PROTECT, null=True, related_name="+")
    joined_on = models.DateField()
    ended_on = models.DateField(null=True)  # the first day on which it no longer holds
    moved_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="moved_to")
    self_led = models.BooleanField(default=False)
    adds_up = models.BooleanField(default=False)
    state = models.CharField(max_length=14, choices=State, default=State.TODO)
    clock = models.CharField(max_length=8, choices=[(clock.value, clock.value) for clock in Clock], default=Clock.UNDATED.value)
    due_on = models.DateField(null=True)
    cadence = models.CharField(max_length=12, choices=CADENCES, default=Cadence.MONTHLY.value)  # how often an entry is expected
    was_late = models.BooleanField(default=False)
    was_late_originally = models.BooleanField(default=False)  # against the dates before any extension
    last_entry_at = models.DateTimeField(null=True)
    last_result_at = models.DateTimeField(null=True)
    awaits_since = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True, editable=False)  # its clock ran on, paused, dropped or not applicable before
    dated_at = models.DateTimeField(null=True, editable=False)  # its clock ran on, waiting for a superior's plan before
    unproven = models.BooleanField(default=False)  # a stage is said to be done and no file proves it
    version = models.PositiveIntegerField(default=0)
    # Roll-up (tasks/rollup.py), shares in parts per 10⁹: what its own stages say, and the sums of the duties carried under it.
    counts = models.BooleanField(default=False, editable=False)
    own_said = models.BigIntegerField(default=0, editable=False)
    own_done = models.BigIntegerField(default=0, editable=False)
    carried_n = models.PositiveIntegerField(default=0, editable=False)
    carried_said = models.BigIntegerField(default=0, editable=False)
    carried_done = models.BigIntegerField(default=0, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["task__plan", "task__position", "path", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "unit"], name="assignment_once", condition=Q(ended_on=None))]
        indexes = [
            models.Index(fields=["path", "due_on"], name="assignment_branch"),
            models.Index(fields=["unit", "part"], name="assignment_unit"),
            models.Index(fields=["plan", "part"], name="assignment_plan"),
            models.Index(fields=["due_on", "id"], name="assignment_due", condition=Q(due_on__isnull=False)),
            models.Index(fields=["awaits_since"], name="assignment_awaits", condition=Q(awaits_since__isnull=False)),
            models.Index(fields=["path"], name="assignment_unproven", condition=Q(unproven=True)),
            models.Index(fields=["cadence", "last_entry_at"], name="assignment_quiet", condition=Q(ended_on=None)),
        ]

    def __str__(self):
        return f"{self.task} · {self.unit}"

    def get_absolute_url(self):
        return reverse("assignment", args=[self.pk])

    @property
    def is_lead(self):
        return self.part in {Part.LEAD, Part.CO_LEAD}

    @property
    def is_ongoing(self):
        return self.clock == Clock.ONGOING

    def is_overdue(self, *, on):
        return self.clock == Clock.DATED and self.state not in FINISHED + OFF and self.due_on < on

    # Who may

    def may_be_progressed_by(self, post):
        """Officials log on what their units lead; clerks for the bodies of their area, naming for whom (trust.md §2)."""
        if not self.is_lead or self.ended_on or not self.plan.is_in_force or self.state in [State.DONE, *OFF]:
            return False
        return self.is_answered_by(post)

    def is_answered_by(self, post):
        """Whether the post logs for the unit: its officials, and the clerks of its area."""
        return post.role in {Role.OFFICIAL, Role.CLERK} and self.unit_id in post.scope().own

    def may_be_halted_by(self, post):
        """The leading unit asks to pause or drop what is still to be done; the confirming side orders it."""
        return self.state in HALTABLE and self.is_between(post)

    def is_between(self, post):
        """Whether the post stands on one of the two sides of a lead that runs: it logs for the unit, or confirms what that says."""
        return self.is_lead and self.is_running and (self.is_answered_by(post) or self.may_be_judged_by(post))

    @property
    def is_running(self):
        return not self.ended_on and self.plan.is_in_force

    def may_be_resumed_by(self, post):
        """Either side takes up again what was paused or dropped."""
        return self.state in {State.PAUSED, State.DROPPED} and self.is_between(post)

    def may_be_judged_by(self, post):
        """The plan's unit confirms its leads; what it leads itself is confirmed one level up, or by itself at the top."""
        return self.is_judged_by(post) and not self.ended_on and not self.plan.closed_on

    def is_judged_by(self, post):
        """Whether its results are the post's to judge at all, though it may have ended."""
        if post.role != Role.STEERING or not self.is_lead:
            return False
        judge = self.plan.unit.parent or self.plan.unit if self.self_led else self.plan.unit
        return judge.pk in post.scope().own

    def may_be_owned_out_by(self, post):
        """Who names the responsible post: clerks and steering posts of the unit's own area."""
        return (
            post.role in {Role.CLERK, Role.STEERING}
            and self.unit_id in post.scope().own
            and self.ended_on is None
            and not self.plan.closed_on
        )

    def may_be_summed_by(self, post):
        """What is carried under it, for who reads what stands below the unit, or sums up the whole duty."""
        lower = post.lower_path()
        return self.task.may_be_summed_by(post) or (lower is not None and self.path.startswith(lower))

    # Acts

    @transaction.atomic
    def give_to(self, owner, *, by, at, version=None):
        """Name the post inside the unit that answers («rõ người»); None takes the name away. Raises StaleWrite."""
        assignment = Assignment.objects.select_for_update().get(pk=self.pk)
        if version is not None and version != assignment.version:
            raise StaleWrite
        before = assignment.owner
        Assignment.objects.filter(pk=self.pk).update(owner=owner, version=F("version") + 1)
        Entry.objects.record(by=by, verb="assignment.owned", target=assignment, at=at, was=before and before.pk, now=owner and owner.pk)

    def named_person(self, *, on):
        """{id of the person the duty is named after}, empty where nobody is, or whoever was no longer holds that post on the day."""
        return {self.owner.person_id} if self.owner and self.owner.is_live(on=on) else set()

    def possible_owners(self, *, on):
        """Live official posts whose units answer for this one; who only stands in for somebody is not named."""
        units = [self.unit_id, self.unit.answers_through_id, self.unit.kept_by_id]
        posts = Post.objects.live(on=on).filter(role=Role.OFFICIAL, unit__in=[pk for pk in units if pk], deputises=None)
        return posts.select_related("person", "unit")

    def start_from(self, answers):
        """Take state, clock, date and cadence from the first answers, before the first save. A successor brings its cadence along."""
        if not self.moved_from_id:
            self.cadence = cadence_of([answer.stage for answer in answers])
        if answers:
            self.state, self.was_late = state_of(answers), any(answer.is_late for answer in answers)
            self.was_late_originally = any(answer.is_late_originally for answer in answers)
            self.unproven = any(answer.is_unproven for answer in answers)
        current = current_of(answers)
        if current:
            self.clock = current.clock
            self.due_on = current.due_on if current.clock == Clock.DATED else None

    def current_answer(self, answers=None):
        """The answer an entry speaks of when nobody names a stage; of `answers` where they are at hand."""
        answers = list(self.answers.select_related("stage")) if answers is None else answers
        unconfirmed = [answer for answer in answers if answer.state != State.DONE]
        return current_of(answers) or (unconfirmed or answers)[-1]

    def take_progress(self, progress, *, proves=False):
        """What an entry does to the duty; `proves`: it brings a file. Call under the row's lock."""
        self.last_entry_at = progress.at
        if progress.has_result:
            self.last_result_at = progress.at
            progress.answer.is_proven |= proves
            progress.answer.take(progress)
        self.take_state()

    def take_verdict(self, verdict):
        """What a verdict does to the duty: a returned entry is void and the clock runs on. Call under the row's lock."""
        answer = Answer.objects.get(pk=verdict.progress.answer_id)
        if not verdict.ok:
            answer.state, answer.said_at, answer.is_proven = State.RETURNED, None, answer.has_standing_evidence()
            standing = self.progress.standing().exclude(says="nothing")
            self.last_result_at = standing.aggregate(last=Max("at"))["last"]
            waited = answer.clock == Clock.WAITING
            answer.catch_up(by=verdict.by, at=verdict.at)
            self.dated_at = verdict.at if waited and answer.clock != Clock.WAITING else self.dated_at
        elif answer.state == State.SAID:
            answer.state = State.DONE
        answer.save(update_fields=["state", "said_at", "is_proven"])
        self.take_state()

    def run_on(self, *, at):
        """The clock of a duty put off runs on where nothing else stops it. Call under the row's lock."""
        self.resumed_at = at if self.state in OFF else self.resumed_at
        self.take_state()

    @property
    def quiet_from(self):
        """(what, moment) from which «im lặng» is counted: the latest of "entry" (or "joined"), "resumed", "dated"."""
        said = ("entry", self.last_entry_at) if self.last_entry_at else ("joined", period.moment(self.joined_on))
        found = [said, ("resumed", self.resumed_at), ("dated", self.dated_at)]
        return max([line for line in found if line[1]], key=lambda line: line[1])

    def _awaits_since(self, answers):
        """Since when a result waits for the superior's word: a stage said to be done, or the newest result of an ongoing one.

        What was put off in between waits from the moment it ran on.
        """
        if self.state in OFF:
            return None
        moments = [answer.said_at for answer in answers if answer.state == State.SAID]
        if any(answer.clock == Clock.ONGOING for answer in answers):
            newest = self.progress.filter(answer__clock=Clock.ONGOING, needs_verdict=True).select_related("verdict").order_by("-pk").first()
            moments += [newest.at] if newest and not hasattr(newest, "verdict") else []
        return max(min(moments), self.resumed_at or min(moments)) if moments else None

    def take_state(self):
        """Derive state, clock and current date from the answers and save them. Call under the row's lock."""
        answers = list(self.answers.all())
        self.derive(answers)
        self.save(update_fields=DERIVED)
        self.settle(answers)

    def derive(self, answers):
        """Set what follows from all the answers, without saving (DERIVED). Call under the row's lock."""
        self.state = self._put_off() or state_of(answers)
        for name, value in self.dates_of(answers).items():
            setattr(self, name, value)
        self.unproven = any(answer.is_unproven for answer in answers)
        self.awaits_since = self._awaits_since(answers)
        self.version += 1

    @staticmethod
    def dates_of(answers):
        """The fields that follow from the answers' dates: clock, current date, late against the current and the first dates."""
        current = current_of(answers)
        return {
            "clock": current.clock if current else min((a.clock for a in answers), key=CLOCK_ORDER.index),
            "due_on": current.due_on if current and current.clock == Clock.DATED else None,
            "was_late": any(answer.is_late for answer in relevant(answers)),
            "was_late_originally": any(answer.is_late_originally for answer in relevant(answers)),
        }

    def _put_off(self):
        """The state that keeps it put off, whatever its answers say; None where nothing does."""
        if self.state not in OFF:
            return None
        if self._is_excused():
            return State.NOT_APPLICABLE
        halt = self.halts.holding().first()
        return halt and halt.state

    def _is_excused(self):
        """Accepted as not applicable, for the unit or the area it answers for: no answer's date or verdict changes that."""
        if self.state != State.NOT_APPLICABLE:
            return False
        return self.task.not_applicable.filter(unit__in=[self.unit_id, self.unit.area_id], accepted=True, withdrawn_at=None).exists()

    # Roll-up

    @property
    def carried(self):
        return Sum(self.carried_n, self.carried_said, self.carried_done)

    @property
    def share(self):
        """(said, done) in parts per 10⁹: of the duties carried under it, or of its own stages (model.md §2)."""
        return share(self.carried, self.own_said, self.own_done)

    @property
    def as_child(self):
        """What it adds to its duty: one lead with its share, or nothing where it does not count."""
        return Sum(1, *self.share) if self.counts else Sum()

    def take_own_share(self, answers):
        """Set `counts` and the own share from the answers: stages said, and confirmed, of those that can be completed.

        Of what comes again the current occurrence alone counts (model.md §2).
        """
        stages = [answer for answer in answers if answer.clock != Clock.ONGOING and not answer.is_past]
        self.counts = bool(stages) and self.is_lead and self.ended_on is None and self.state != State.NOT_APPLICABLE
        rests = not stages or self.state in OFF
        self.own_said = 0 if rests else WHOLE * sum(answer.state in FINISHED for answer in stages) // len(stages)
        self.own_done = 0 if rests else WHOLE * sum(answer.state == State.DONE for answer in stages) // len(stages)

    def settle(self, answers=None):
        """Recount the own share and carry the difference up. Call under the row's lock; a second call changes nothing."""
        was, stored = self.as_child, (self.counts, self.own_said, self.own_done)
        self.take_own_share(list(self.answers.all()) if answers is None else answers)
        if (self.counts, self.own_said, self.own_done) == stored:
            return
        Assignment.objects.filter(pk=self.pk).update(counts=self.counts, own_said=self.own_said, own_done=self.own_done)
        climb = Climb()
        climb.add(TASK, self.task_id, self.as_child.minus(was))
        climb.go()


def comes_again():
    """The condition for an assignment with an occurrence after which the next one begins, however it stands itself."""
    return Exists(Answer.objects.filter(assignment=OuterRef("pk"), occurs_on__isnull=False, is_past=False))


RAN_ON = ["resumed_at", "dated_at"]  # the moments at which a clock that stood still ran on


def hangs_from(moment, *, assignment="assignment"):
    """The moment (an expression) from which a word hangs: its own, or the later one at which its duty, put off since, ran on."""
    return Greatest(moment, Coalesce(f"{assignment}__resumed_at", moment))


LATE_ORIGINALLY = Q(state__in=FINISHED, was_late_originally=True)


def hanging(*, on):
    """The condition for «treo»: a result that by the day `on` has waited HANGING_DAYS or longer for the superior's word."""
    return Q(awaits_since__lt=period.moment(on - timedelta(days=HANGING_DAYS - 1)))


DERIVED = [
    *("state", "clock", "due_on", "was_late", "was_late_originally"),
    *("last_entry_at", "last_result_at", "awaits_since", "resumed_at", "dated_at", "unproven", "version"),
]
