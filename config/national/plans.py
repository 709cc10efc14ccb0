"""The plans of provinces and wards: documents, duties, who leads them, and what they continue above."""

import random
from datetime import date, timedelta

from config.national import dates
from config.national.wording import MARK, NOTE, WORDING
from orgunits.models import AddresseeGroup, Level
from orgunits.words import fold
from plans.models import Document, Plan, Receipt
from tasks import recurring
from tasks.cascade import is_self_led
from tasks.models import Assignment, ParentLink, Part, Stage, Task
from tasks.models.climb import Sum

PAST = 0.7  # share of dated duties whose date has come
DROPPED = 0.1  # share of the superiors' duties a ward's plan leaves out
FIRST_DAYS = {Level.PROVINCE: (25, 80), Level.WARD: (95, 180)}  # days from the Central plan to the plans of a level
ROOM = 45  # days a plan stands at least before the day of the seed
_FOLDED = {}


class Standing:
    """A duty of the Central plan that stands already, as a source for those below."""

    def __init__(self, task, lines):
        self.task, self.lines = task, lines

    def line_of(self, area):
        return self.lines[area.pk]


class Centre:
    """The real Central plan: its duties by number, its lines, and where it has been received already."""

    def __init__(self):
        self.plan = Plan.objects.select_related("unit").get(document__key="04-kh-bcdtw")
        self.received = set(Receipt.objects.values_list("plan", "unit"))
        lines = {}
        for line in Assignment.objects.live().leads().filter(plan=self.plan):
            lines.setdefault(line.task_id, {})[line.unit_id] = line
        self._duties = {task.ref: Standing(task, lines.get(task.pk, {})) for task in self.plan.tasks.all()}

    def duty(self, template):
        return self._duties[template["central"]] if "central" in template else None


class Duty:
    """One duty of a plan while it is being written: its rows, and its lines by unit."""

    def __init__(self, template, task, stages):
        self.template, self.task, self.stages = template, task, stages
        self.lines = {}
        self.via = None  # the superior's line through which it is carried, where that is as new as itself

    @property
    def key(self):
        return self.template["key"]

    def line_of(self, area):
        return self.lines[area.pk][0]

    def add_up(self):
        """The roll-up of one duty (tasks/rollup.py), once its lines are told: its leads' sum, and what it adds where it is carried."""
        led = Sum()
        for line, _answers in self.lines.values():
            led = led.plus(line.as_child)
        self.task.leads_n, self.task.leads_said, self.task.leads_done = led
        if self.via and led.n:
            now = self.via.carried.plus(led.as_one())
            self.via.carried_n, self.via.carried_said, self.via.carried_done = now
            self.via.adds_up = True


class Writer:
    """Writes the plans of one province and its wards as unsaved rows into `rows`."""

    def __init__(self, rows, centre, *, on, seed, tasks_per_ward):
        self.rows, self.centre, self.on, self.seed, self.tasks_per_ward = rows, centre, on, seed, tasks_per_ward
        self.declared = []  # (source, area, reason, moment, accepted)

    def province(self, place):
        """The province's plan; its collective duties are addressed to its wards through a frozen group. Returns {key: Duty}."""
        rng = self._chance(place)
        plan = self._plan(place, rng, superiors=[self.centre.plan])
        self._receive(self.centre.plan, place, rng, since=self.centre.plan.issued_on, days=(3, 30))
        group = self._group(place, "province", [ward.area for ward in place.wards], plan)
        duties = {}
        for n, template in enumerate(WORDING["province"], 1):
            duty = self._duty(plan, n, template, rng)
            leads = [ward.area for ward in place.wards] if template["to"] == "wards" else [place.bodies[template["to"]]]
            self._address(duty, leads, group if template["to"] == "wards" else None)
            self._continue(duty, self.centre.duty(template), place.area)
            duties[duty.key] = duty
        return duties

    def ward(self, place, above, duties):
        """The ward's plan, carried down from its province's `duties`, or only what it received. Returns its list of Duty."""
        rng, superior = self._chance(place), duties["ra-soat"].task.plan
        self._receive(superior, place, rng, since=superior.issued_on, days=(2, 20))
        self._receive(self.centre.plan, place, rng, since=superior.issued_on, days=(3, 30))
        if not place.plans:
            return []
        plan = self._plan(place, rng, superiors=[superior, self.centre.plan], after=superior.issued_on)
        group = self._group(place, "ward", place.answering, plan) if place.together else None
        written = []
        chosen, missing = self._chosen(rng)
        for n, template in enumerate(chosen, 1):
            duty = self._duty(plan, n, template, rng, waits_for=superior)
            together = template["lead"] == "*"
            self._address(duty, place.answering if together else [place.bodies[template["lead"]]], group if together else None)
            source = duties[template["province"]] if "province" in template else self.centre.duty(template)
            self._continue(duty, source, place.area if "province" in template else above.area)
            written.append(duty)
        for template in missing:
            source = duties[template["province"]] if "province" in template else self.centre.duty(template)
            self._declare(source, place, rng, plan)
        return written

    def _chosen(self, rng):
        """The templates of one ward in their printed order: nearly all that carry, then local ones up to the number wanted."""
        templates = WORDING["ward"]
        core = [row for row in templates if row.get("core")]
        missing = [row for row in core if rng.random() < DROPPED]
        kept = [row for row in core if row not in missing][: self.tasks_per_ward]
        others = [row for row in templates if not row.get("core")]
        wanted = self.tasks_per_ward - len(kept)
        rounds, rest = divmod(wanted, len(others))
        picked = set(rng.sample(range(len(others)), rest))
        local = [_again(row, turn) for turn in range(rounds + 1) for n, row in enumerate(others) if turn < rounds or n in picked]
        return kept + local, missing

    def _chance(self, place):
        return random.Random(f"{self.seed}/plan/{place.code}")  # noqa: S311 - a story, not a secret

    def _plan(self, place, rng, *, superiors, after=None):
        area = place.area
        first, last = FIRST_DAYS[area.level]
        begin = max(after + timedelta(days=5) if after else date.min, self.centre.plan.issued_on + timedelta(days=first))
        issued = dates.between(
            rng, begin, max(min(self.centre.plan.issued_on + timedelta(days=last), self.on - timedelta(days=ROOM)), begin)
        )
        symbol = f"{rng.randint(8, 60):02d}-KH/BCĐ"
        subject = f"Bảo đảm an ninh mạng và đẩy mạnh chuyển đổi số trên địa bàn {area.full_name} năm 2026 {MARK}"
        issuer = place.bodies["BCD"]
        document = Document(
            issuer=issuer,
            issuer_words=issuer.name[:300],
            type="KH",
            type_name="Kế hoạch",
            symbol=symbol,
            symbol_printed=symbol,
            signed_on=issued,
            subject=subject[:500],
            key=f"mh-{area.code}-kh",
            text_received=True,
            note=NOTE,
            folded=fold(f"{symbol} {symbol} {subject}")[:700],
        )
        programme = self.centre.plan.programme
        plan = Plan(document=document, unit=area, level=area.level, programme=programme, title=subject[:300], issued_on=issued)
        self.rows.add(document, plan, *(Plan.superiors.through(from_plan=plan, to_plan=other) for other in superiors))
        return plan

    def _group(self, place, level, units, plan):
        words, rule = WORDING["groups"][level]
        facts = {"rule": f"{rule} {NOTE}", "criteria": {"listed": [unit.code for unit in units]}, "frozen_on": plan.issued_on}
        group = AddresseeGroup(code=f"{place.code}.MH", owner=place.area, words=words, **facts)
        self.rows.add(group, *(AddresseeGroup.units.through(addresseegroup=group, orgunit=unit) for unit in units))
        return group

    def _duty(self, plan, n, template, rng, *, waits_for=None):
        dues = self._dues(plan, template, rng)
        words = WORDING["words"].format(note=MARK)
        task = Task(
            plan=plan,
            ref=f"PL/{n}",
            position=n,
            source=f"Phụ lục, dòng {n}",
            section="PL",
            section_title=template["field"],
            title=template["title"],
            words=words,
            product=template["product"],
            deadline_words=" ".join(due.words for due in dues),
            note=MARK,
            folded=f"{fold(f'PL/{n}')} {_folded(template['title'], words)}",
        )
        stages = [
            Stage(
                task=task,
                position=position,
                label=due.label,
                words=due.words,
                kind=due.kind,
                due_on=due.due_on,
                rrules=due.rrules,
                flags=due.flags,
                waits_for_plan=waits_for if due is dates.WAITING else None,
            )
            for position, due in enumerate(dues, 1)
        ]
        self.rows.add(task, *stages)
        return Duty(template, task, stages)

    def _dues(self, plan, template, rng):
        when = template.get("when", "dated")
        if when == "ongoing":
            return [dates.ONGOING]
        if when == "monthly":
            return [dates.monthly(plan.issued_on)]
        if when == "waiting":
            return [dates.WAITING]
        past = rng.random() < PAST and plan.issued_on + timedelta(days=dates.SOONEST + 4) < self.on
        first = dates.drawn(rng, issued=plan.issued_on, on=self.on, past=past)
        if when == "dated":
            return [first]
        second = dates.drawn(rng, issued=first.due_on, on=max(self.on, first.due_on), past=False)
        return [_labelled(first, "Hệ thống cấp độ 3 trở lên"), _labelled(second, "Các hệ thống còn lại")]

    def _address(self, duty, leads, group):
        task = duty.task
        task.group = group
        task.lead_words = group.words if group else "; ".join(unit.full_name for unit in leads)[:500]
        for unit in leads:
            line = Assignment(
                task=task,
                plan=task.plan,
                unit=unit,
                path=unit.path,
                part=Part.LEAD,
                via_group=group,
                joined_on=task.plan.issued_on,
                self_led=is_self_led(unit, task.plan.unit),
            )
            answers = [answer for stage in duty.stages for answer in recurring.so_far(line, stage, on=self.on)]
            line.start_from(answers)
            duty.lines[unit.pk] = (line, answers)
            self.rows.add(line, *answers)

    def _continue(self, duty, source, area):
        """Link a duty to its source: it carries through the superior's line of `area`, or only relates."""
        if source is None:
            return
        via = source.line_of(area) if duty.template["how"] == "carries" else None
        self.rows.add(ParentLink(child=duty.task, parent=source.task, via=via, since=duty.task.plan.issued_on))
        duty.via = via if isinstance(source, Duty) else None

    def _receive(self, plan, place, rng, *, since, days):
        """When the plan was sent, arrived and was opened in an area; a few never say so."""
        sent = since + timedelta(days=rng.randint(0, 3))
        received = sent + timedelta(days=rng.randint(*days))
        dice = rng.random()
        opened = dates.office_hour(received + timedelta(days=rng.randint(0, 6)), rng)
        known, read = dice < 0.96 and received < self.on, dice < 0.88 and dates.day_of(opened) < self.on
        if (plan.pk, place.area.pk) not in self.centre.received:
            self.rows.add(
                Receipt(
                    plan=plan, unit=place.area, sent_on=sent, received_on=received if known else None, opened_at=opened if read else None
                )
            )

    def _declare(self, source, place, rng, plan):
        """Half of what a ward leaves out it declared not to concern it; the superior's word is there, or not yet."""
        if rng.random() < 0.5:
            return
        said = dates.office_hour(
            dates.between(rng, plan.issued_on, min(plan.issued_on + timedelta(days=30), self.on - timedelta(days=3))), rng
        )
        dice, reason = rng.random(), rng.choice(WORDING["said"]["not_applicable"])
        self.declared.append((source, place.area, reason, said, dice < 0.6 if dice < 0.7 else None))


def _again(row, turn):
    return row if turn == 0 else {**row, "key": f"{row['key']}-{turn + 1}", "title": f"{row['title']} (đợt {turn + 1})"}


def _labelled(due, label):
    return dates.Due(due.kind, f"{label}: {due.words}", due.due_on, label, due.rrules, due.flags)


def _folded(title, words):
    if title not in _FOLDED:
        _FOLDED[title] = fold(f"{title} {words}")
    return _FOLDED[title]
