"""Who may read and do what: trust.md §2 and decision 8 said once more, without a word of the product's own scopes.

Nothing here calls `visible_to`, `scope` or a `may_be_…`: these are what the tests in this folder put to the proof. A cell of the
table is YES (must be answered), NO (must not exist for this post) or OPEN (the table leaves it to the product).
"""

from types import SimpleNamespace

from orgunits.models import Role

YES, OPEN, NO = "yes", "open", "no"

OFFICES = {Role.CLERK, Role.STEERING, Role.AUDITOR}  # they sit on an area and answer for its bodies


def best(verdicts):
    """The most that several verdicts together give."""
    verdicts = set(verdicts)
    return YES if YES in verdicts else OPEN if OPEN in verdicts else NO


def yes(condition):
    return YES if condition else NO


class Reach:
    """What one post may read and do. `post` None: somebody without any."""

    def __init__(self, post):
        self.post = post
        self.role = post and post.role
        self.home = post and post.unit
        self.area = self.home and (self.home if self.home.is_area else self.home.area)

    # Places

    def is_own(self, unit):
        """«own: the post's unit (and units that answer through it or are kept by it)»; an office's own are the area's bodies too."""
        home = self.home.pk
        return home in {unit.pk, unit.answers_through_id, unit.kept_by_id} or (self.role in OFFICES and unit.area_id == home)

    def is_below(self, unit):
        """«sub: unit and all under it»."""
        return unit.path.startswith(self.home.path)

    def relation(self, unit):
        """How `unit` lies to the post, for choosing a few objects of each kind."""
        if unit is None:
            return "none"
        if self.is_own(unit):
            return "own"
        if unit.path.startswith(self.area.path):
            return "own area" if unit.area_id == self.area.pk else "below"
        if self.area.path.startswith((unit.area or unit).path):
            return "above"
        return "neighbour" if unit.path[:8] == self.area.path[:8] else "far"

    # Reading

    def of(self, thing):
        """YES, NO or OPEN for reading `thing` (of scene.Thing)."""
        return getattr(self, thing.kind)(thing) if self.post else NO

    def plan(self, thing):
        return self._plan(thing.row)

    def _plan(self, plan):
        if self.role == Role.ADMIN:
            return NO
        return self._issued(plan) if plan.issued_on else self._draft(plan)

    def _draft(self, plan):
        if self.role == Role.AUDITOR:
            return NO
        return yes(self.is_own(plan.unit))

    def _issued(self, plan):
        is_above = self.area.path.startswith(plan.unit.path)
        if plan.unit_id == self.area.pk:
            return YES
        if is_above:
            return YES if self.area.pk in plan.continued_in else OPEN  # model.md: plans received; decision 8: by auditors too
        if self.role == Role.AUDITOR:
            return yes(self.is_below(plan.unit))
        if self.area.level == "ward" or not plan.unit.path.startswith(self.area.path):
            return NO
        return yes(self.is_below(plan.unit) or self.is_own(self.area))

    def indicator(self, thing):
        return self._plan(thing.row.plan)

    def value(self, thing):
        """A figure is read as a filed report is: in the own area, by who reads the branch, and by who consolidates it above."""
        unit = thing.row.unit
        if self.role == Role.ADMIN:
            return NO
        consolidates = self.area.level != "ward" and self.is_own(self.area) and unit.path.startswith(self.area.path)
        reads_sub = self.role in {Role.STEERING, Role.AUDITOR} and self.is_below(unit)
        return yes(unit.area_id == self.area.pk or self.is_own(unit) or reads_sub or consolidates)

    def document(self, thing):
        return best(self._plan(plan) for plan in thing.plans)

    def task(self, thing):
        return self._task(thing.row)

    def stage(self, thing):
        return self._task(thing.row.task)

    waits = stage

    def answer(self, thing):
        both = {self._task(thing.row.stage.task), self._assignment(thing.row.assignment)}
        return NO if NO in both else OPEN if OPEN in both else YES

    def _task(self, task):
        plan = self._plan(task.plan)
        if self.role == Role.ADMIN or plan != NO or not task.plan.issued_on:
            return plan
        live = [row.unit for row in task.parts]
        if any(self.is_own(unit) for unit in live):
            return YES
        reads_sub = self.role in {Role.STEERING, Role.AUDITOR} and any(self.is_below(unit) for unit in live)
        return OPEN if reads_sub else NO

    def group(self, thing):
        """A collective addressee: «create, edit own» for its area's clerk and head, and for whoever reads a plan that names it."""
        return best([yes(self._keeps(thing)), *(self._plan(plan) for plan in thing.plans)])

    def _keeps(self, thing):
        return self.role in {Role.CLERK, Role.STEERING} and self.is_own(thing.row.owner)

    def assignment(self, thing):
        return self._assignment(thing.row)

    def _assignment(self, row):
        if row.plan.issued_on is None:
            plan = self._plan(row.plan)
            return NO if plan == NO else self._duty(row)
        return self._duty(row)

    def _duty(self, row):
        if self.role == Role.ADMIN:
            return NO
        if self.is_own(row.unit) or (self.role in {Role.STEERING, Role.AUDITOR} and self.is_below(row.unit)):
            return YES
        if self.role in {Role.CLERK, Role.STEERING} and row.plan.unit_id == self.home.pk:
            return YES
        return NO if self.role == Role.AUDITOR else self._part(row)

    def _part(self, row):
        """«part: duties where the unit leads or coordinates, anywhere»."""
        parts = {other.part for other in row.task.parts if self.is_own(other.unit)}
        if self.role == Role.OFFICIAL and "coordinator" in parts and row.is_lead and row.via_group_id is None:
            return YES
        if self.role != Role.OFFICIAL and "coordinator" in parts and row.is_lead and row.via_group_id is None:
            return YES
        return OPEN if parts else NO  # the other leads and the helpers of a shared duty

    def progress(self, thing):
        return self._assignment(thing.row.assignment)

    def evidence(self, thing):
        return self._assignment(thing.row.progress.assignment)

    def halt(self, thing):
        return self._assignment(thing.row.assignment)

    def trouble(self, thing):
        """A difficulty: of own units; the clerk's where it lies with her area or came past it; the branch for who reads it."""
        row = thing.row
        if self.role == Role.ADMIN:
            return NO
        if self.is_own(row.assignment.unit) or (self.role in {Role.STEERING, Role.AUDITOR} and self.is_below(row.assignment.unit)):
            return YES
        has_come = self.home.path.startswith(row.lies_with.path) and self.is_below(row.assignment.unit)
        return yes(self.role == Role.CLERK and has_come)

    answered = trouble

    def report(self, thing):
        return self._report(thing.row)

    def _report(self, report):
        if self.role == Role.ADMIN or (self.role == Role.AUDITOR and not report.filed_at):
            return NO
        if self.is_own(report.unit):
            return YES
        if self.role in {Role.STEERING, Role.AUDITOR} and report.filed_at and self.is_below(report.unit):
            return YES
        if self.role == Role.CLERK and report.filed_at and report.unit.parent_id == self.home.pk:
            return YES  # decision 8: she consolidates them
        return NO

    def owed(self, thing):
        """That a report is owed and may be opened again: the committee one level up, the Centre's own by itself."""
        unit = thing.row.unit
        return yes(self.role == Role.STEERING and self.home.pk == (unit.parent_id or unit.pk))

    def call(self, thing):
        """A report asked for: the asking area's offices, and who reads its branch."""
        is_sub = self.role in {Role.STEERING, Role.AUDITOR} and self.is_below(thing.unit)
        return yes(self.role in OFFICES and (self.is_own(thing.unit) or is_sub))

    def call_answer(self, thing):
        return self._call_answer(thing.row)

    def _call_answer(self, row):
        """As a report, and filed ones for the offices of who asked."""
        if self.role == Role.ADMIN or (self.role == Role.AUDITOR and not row.filed_at):
            return NO
        is_sub = self.role in {Role.STEERING, Role.AUDITOR} and self.is_below(row.unit)
        asked = self.role in OFFICES and self.is_own(row.call.unit)
        return yes(self.is_own(row.unit) or (row.filed_at and (is_sub or asked)))

    def paper(self, thing):
        report = thing.row.report or thing.row.answer
        verdict = self._report(report) if thing.row.report else self._call_answer(report)
        if self.role not in OFFICES or verdict == NO:
            return NO
        is_inner = thing.row.is_draft and (self.role == Role.AUDITOR or not self.is_own(report.unit))
        return NO if is_inner else verdict

    def incident(self, thing):
        """«incident»: official and clerk read own, steering and inspection read sub; an administrator nothing."""
        return self._incident(thing.row)

    noted = incident

    def incident_file(self, thing):
        return self._incident(thing.row.incident)

    def _incident(self, row):
        reads_sub = self.role in {Role.STEERING, Role.AUDITOR} and self.is_below(row.unit)
        return yes(self.role != Role.ADMIN and (self.is_own(row.unit) or reads_sub))

    def intake(self, thing):
        """«plan, draft»: a plan taken in is its clerks' alone until it is confirmed."""
        return yes(self.role == Role.CLERK and self.is_own(thing.row.area))

    def draft(self, thing):
        return yes(self.role == Role.CLERK and self.is_own(thing.row.intake.area))

    def person(self, thing):
        """A post as a unit's page shows it."""
        there = thing.row
        if there.person_id == self.post.person_id:
            return YES
        if self.role in {Role.STEERING, Role.ADMIN, Role.AUDITOR} and self.is_below(there.unit):
            return YES
        return yes(self.role == Role.CLERK and self.is_own(there.unit))

    def may_hand_over(self, thing):
        """«grant up to own role within sub» for steering posts, «accounts» for administrators: hand over, end, name a deputy."""
        there = thing.row
        grants = self.role == Role.ADMIN or (self.role == Role.STEERING and there.role in {Role.OFFICIAL, Role.CLERK, Role.STEERING})
        return yes(grants and self.is_below(there.unit))

    def notice(self, thing):
        return yes(thing.row.person_id == self.post.person_id)

    told = notice

    def token(self, thing):
        return yes(thing.row.post.person_id == self.post.person_id)

    def unit(self, thing):
        return YES

    def change(self, thing):
        """What is decided about units is public; what waits for a second person is for those who decide."""
        return yes(thing.row.approved_at or self.role in {Role.ADMIN, Role.STEERING})

    def picture(self, thing):
        """The dashboard of a unit: own, sub, and for everybody the own area's (its rows are the own ones)."""
        if self.role == Role.ADMIN:
            return NO
        if self.is_own(thing.row) or (self.role in {Role.STEERING, Role.AUDITOR} and self.is_below(thing.row)):
            return YES
        return OPEN if thing.row.pk == self.area.pk else NO

    # Doing

    def may(self, act, thing):
        """YES, NO or OPEN for doing `act` to a `thing` this post reads."""
        return getattr(self, f"may_{act}")(thing)

    def may_log(self, thing):
        row = thing.row
        is_running = row.plan.issued_on and not row.plan.withdrawn_on and not row.ended_on and row.is_lead
        return yes(is_running and self.role in {Role.OFFICIAL, Role.CLERK} and self.is_own(row.unit))

    def may_value(self, thing):
        """Who logs states the figures of the own unit; what is measured for the whole, the plan's own area alone."""
        row, plan = thing.row, thing.row.plan
        bound = self.home.path.startswith(plan.unit.path) and (row.rollup != "none" or plan.unit_id == self.area.pk)
        return yes(bound and self.role in {Role.OFFICIAL, Role.CLERK} and self._is_in_force(plan))

    def may_raise(self, thing):
        """What may be logged may meet a difficulty."""
        return self.may_log(thing)

    def may_answer(self, thing):
        """The head of the area it lies with; nobody what they raised."""
        row = thing.row
        return yes(self.role == Role.STEERING and self.home == row.lies_with and row.by.person_id != self.post.person_id)

    def may_send_up(self, thing):
        return yes(self.may_answer(thing) == YES and thing.row.lies_with.parent_id)

    def may_settle(self, thing):
        return yes(self.role in {Role.OFFICIAL, Role.CLERK} and self.is_own(thing.row.assignment.unit))

    def may_amend(self, thing):
        return self._may_amend(thing.row)

    def may_extend(self, thing):
        return self._may_amend(thing.row.task.plan)

    def may_extend_alone(self, thing):
        return self._may_amend(thing.row.stage.task.plan)

    may_link = may_extend  # nothing waits in the scene's drafts

    def _may_amend(self, plan):
        """«amend own», «extend»; a clerk records what was signed."""
        return yes(plan.issued_on and not plan.withdrawn_on and self.role in {Role.CLERK, Role.STEERING} and self.is_own(plan.unit))

    def may_give(self, thing):
        return yes(self.role in {Role.CLERK, Role.STEERING} and self.is_own(thing.row.unit))

    def may_judge(self, thing):
        """The plan's unit confirms; what it leads itself is confirmed one level up; nobody what they filed."""
        entry, plan = thing.row, thing.row.assignment.plan
        judge = (plan.unit.parent or plan.unit) if entry.assignment.self_led else plan.unit
        is_head = self.role == Role.STEERING and self.home == judge
        return yes(is_head and entry.needs_verdict and entry.by.person_id != self.post.person_id)

    def may_judge_halt(self, thing):
        """Who confirms what a unit leads says whether it may be put off."""
        row = thing.row
        judge = (row.plan.unit.parent or row.plan.unit) if row.self_led else row.plan.unit
        return yes(self.role == Role.STEERING and row.is_lead and not row.ended_on and self.home == judge)

    def may_judge_request(self, thing):
        """Nobody judges what they asked for."""
        is_head = self.may_judge_halt(SimpleNamespace(row=thing.row.assignment)) == YES
        return yes(is_head and thing.row.by.person_id != self.post.person_id)

    def may_halt(self, thing):
        """«Tạm dừng», «không thực hiện», «tiếp tục»: who logs for the unit asks, who confirms orders; of plans in force."""
        row = thing.row
        is_running = row.plan.issued_on and not row.plan.withdrawn_on and not row.ended_on and row.is_lead
        return yes(is_running and (self.may_log(thing) == YES or self.may_judge_halt(thing) == YES))

    def may_judge_declarations(self, thing):
        """«Không áp dụng» is judged by the steering posts of the plan's own unit."""
        plan = thing.row
        return yes(self.role == Role.STEERING and self.home == plan.unit and plan.issued_on and not plan.withdrawn_on)

    def may_declare(self, thing):
        """Clerks and steering posts of an area that leads the duty, or whose province does, itself or through the body it answers by."""
        task, plan = thing.row, thing.row.plan
        if self.role not in {Role.CLERK, Role.STEERING} or not plan.issued_on or not self.home.path.startswith(plan.unit.path):
            return NO
        line = [unit for unit in (self.home, self.home.parent) if unit and len(unit.path) > len(plan.unit.path)]
        wanted = {pk for unit in line for pk in (unit.pk, unit.answers_through_id)}
        return yes(any(row.is_lead and row.unit_id in wanted for row in task.parts))

    def may_shape(self, thing):
        return yes(self._keeps(thing) and thing.row.frozen_on is None)

    def may_join(self, thing):
        return yes(self._keeps(thing) and thing.row.frozen_on is not None)

    def may_remind(self, thing):
        """«Nhắc đơn vị chưa trả lời»: the clerk and the head of the plan's unit, once it is issued."""
        plan = thing.row.plan
        return yes(self.role in {Role.CLERK, Role.STEERING} and self.is_own(plan.unit) and plan.issued_on)

    def may_edit(self, thing):
        return yes(self.role == Role.CLERK and self._has(thing) and not thing.row.signed_at)

    def may_sign(self, thing):
        return yes(self.role == Role.STEERING and self._has(thing) and not thing.row.signed_at)

    def may_unsign(self, thing):
        return yes(self.role == Role.STEERING and self._has(thing) and thing.row.signed_at and not thing.row.filed_at)

    def may_file(self, thing):
        return yes(self.role == Role.CLERK and self._has(thing) and thing.row.signed_at)  # filed already: the same receipt

    def may_supplement(self, thing):
        return yes(self.role == Role.CLERK and self._has(thing) and thing.row.filed_at and self.home.level != "ward")

    def may_accept(self, thing):
        return yes(self.role == Role.STEERING and thing.row.filed_at and thing.row.unit.parent_id == self.home.pk)

    def may_print(self, thing):
        """Of a draft the own offices; of a filed one every office that reads it: it has each form once, whoever asks."""
        return yes(self.role in OFFICES and (thing.row.filed_at or (self.role != Role.AUDITOR and self._has(thing))))

    def may_order(self, thing):
        """A report out of turn on paper: its draft, once there are words, for the own offices; what was filed for who reads it."""
        return yes(self.may_print(thing) == YES and (thing.row.filed_at or thing.row.words))

    def may_change_call(self, thing):
        """Who may ask in the name of the unit that asked: its clerk and its head."""
        return yes(self.role in {Role.CLERK, Role.STEERING} and self.home.pk == thing.unit.pk)

    def may_list_papers(self, thing):
        return yes(self.role in OFFICES)

    def may_open(self, thing):
        return YES

    def may_keep_incident(self, thing):
        """«create; edit own»: officials and clerks, on what is their own."""
        return yes(self.role in {Role.OFFICIAL, Role.CLERK} and self.is_own(thing.row.unit))

    def may_acknowledge(self, thing):
        """A steering post above the unit; at the top the Centre's own."""
        is_above = self.home.pk != thing.row.unit_id or self.home.parent_id is None
        return yes(self.role == Role.STEERING and self.is_below(thing.row.unit) and is_above)

    def may_change(self, thing):
        """Units change by a steering post of an area above them, or by an administrator of the branch."""
        return yes(self._rules(thing.row))

    def may_approve(self, thing):
        """A second person, where an administrator recorded it and nobody has approved yet."""
        row = thing.row
        is_open = not (row.approved_at or row.applied_at or row.dropped_at)
        return yes(is_open and row.by.person_id != self.post.person_id and all(self._rules(unit) for unit in row.units))

    def may_drop(self, thing):
        row = thing.row
        is_open = not (row.applied_at or row.dropped_at)
        return yes(is_open and (row.by_id == self.post.pk or all(self._rules(unit) for unit in row.units)))

    def may_correct(self, thing):
        return yes(thing.row.applied_at and all(self._rules(unit) for unit in thing.row.units))

    def _rules(self, unit):
        if unit.parent_id is None or not unit.path.startswith(self.home.path):
            return False
        return self.role == Role.ADMIN or (self.role == Role.STEERING and self.home.is_area and unit.pk != self.home.pk)

    may_revoke = may_review = may_reopen = may_open

    # Carrying down

    def may_edit_plan(self, thing):
        """«plan, draft: create, edit own» for clerks and steering posts."""
        return yes(self._drafts() and not thing.row.issued_on and self._has(thing))

    def may_edit_duty(self, thing):
        plan = thing.row.plan
        return yes(self._drafts() and not plan.issued_on and plan.unit_id == self.home.pk)

    def may_issue(self, thing):
        return yes(self.role == Role.STEERING and not thing.row.issued_on and self._has(thing))

    def may_end(self, thing):
        return yes(self.role == Role.STEERING and self._is_in_force(thing.row) and self._has(thing))

    def may_carry(self, thing):
        """From a plan of a unit above."""
        plan = thing.row
        return yes(self._drafts() and self._is_in_force(plan) and self.home.path.startswith(plan.unit.path) and not self._has(thing))

    def may_forward(self, thing):
        plan = thing.row
        is_above = self.home.path.startswith(plan.unit.path) and self.home.level != "ward"
        return yes(self._drafts() and self._is_in_force(plan) and is_above)

    def may_receive(self, thing):
        return yes(self._drafts() and thing.row.receipts.filter(unit=self.home).exists())

    def _drafts(self):
        return self.role in {Role.CLERK, Role.STEERING}

    def _is_in_force(self, plan):
        return plan.issued_on and not plan.withdrawn_on and not plan.closed_on

    def _has(self, thing):
        return thing.row.unit_id == self.home.pk
