"""The country with both plans and the demo's people, and in every corner something only some of them may see.

Each secret is a canary: a word that stands nowhere else, so that a page that holds it tells which row it came from.
"""

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from journal.models import Notice
from orgunits import groups
from orgunits.loading import read
from orgunits.models import AddresseeGroup, OrgUnit, Person, Post, Role
from orgunits.tokens import make_token
from plans.models import Basis, Document, Indicator, Plan
from reports import calling, filing
from reports.models import MonthlyReport, Paper, ReportPart
from tasks import cascade, difficulties, incidents, succession
from tasks.deadlines import Kind
from tasks.models import Assignment, Draft, Evidence, Intake, IntakeLine, LeftOut, Stage, Task
from tasks.models.progress import log_progress
from tests.permissions.reach import NO, OPEN, YES, Reach, best
from tests.permissions.requests import CANARY

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 7, 15, 10, tzinfo=HANOI)
BEFORE, FILED, SINCE = (NOW.replace(month=month, day=day) for month, day in [(6, 10), (6, 20), (7, 10)])
LAST_MAY = NOW.replace(month=5, day=24)
HIRED = date(2026, 1, 5)
BACKEND = "django.contrib.auth.backends.ModelBackend"
PDF = b"%PDF-1.4\n% "

# Who plays beside the people of fixtures/demo/people.json: Thanh Hóa, an administrator and an auditor in other places.
MORE = [
    ("hau.thanhhoa", "38.UBND", Role.OFFICIAL),
    ("kim.thanhhoa", "38", Role.CLERK),
    ("long.thanhhoa", "38", Role.STEERING),
    ("my.bangoi", "22423", Role.ADMIN),
    ("nam.tw", "TW", Role.AUDITOR),
]

# Leads that log: (unit, plan, duty). A duty without a name is made for the scene.
SPOTS = [
    ("22423.UBND", "02-kh-bcd-ba-ngoi", "PL/4"),
    ("22423.CA", "02-kh-bcd-ba-ngoi", "IV.3"),
    ("22423.VPDU", "02-kh-bcd-ba-ngoi", "IV.3"),
    ("22423.BXDD", "02-kh-bcd-ba-ngoi", "PL/15"),
    ("22423.BCD", "02-kh-bcd-ba-ngoi", "PL/1"),
    ("22423.TTBCD", "02-kh-bcd-ba-ngoi", "PL/2"),
    ("22423.DN", "02-kh-bcd-ba-ngoi", "PL/21"),
    ("22432.UBND", "plan-22432", None),
    ("22432.CA", "plan-22432", None),
    ("56", "04-kh-bcdtw", "V.1.m/1"),
    ("56.UBND", "07-kh-bcd-khanh-hoa", None),
    ("56.TU", "07-kh-bcd-khanh-hoa", None),
    ("22423.UBND", "07-kh-bcd-khanh-hoa", "shared"),
    ("38", "04-kh-bcdtw", "V.1.m/1"),
    ("01", "04-kh-bcdtw", "V.1.m/1"),
    ("38.UBND", "plan-38", None),
    ("14797", "plan-38", None),
    ("TW.BCA", "04-kh-bcdtw", "V.1.d/10"),
    ("TW.BCA", "04-kh-bcdtw", "V.1.d/8"),
    ("TW.DNL", "04-kh-bcdtw", "V.1.p/1"),
    ("TW.BKHCN", "04-kh-bcdtw", "V.1.e/3"),
    ("TW.BTC", "04-kh-bcdtw", "V.1.h/1"),
    ("TW.BCDTW", "04-kh-bcdtw", "V.1.a"),
]
DRAFTS = {"TW": "TW.BCA", "56": "56.UBND", "22423": "22423.CA", "22432": "22432.UBND", "38": "38.UBND"}  # area: whom its draft names
REPORTING = ["TW", "56", "22423", "22432", "38"]
PEOPLED = ["22423.UBND", "22423.CA", "22423", "22432.UBND", "56.UBND", "56", "38.UBND", "00004", "TW.BCA", "TW"]


@dataclass(eq=False)
class Thing:
    """A row somebody may or may not read. `plans` are those a document belongs to."""

    kind: str
    row: object
    unit: OrgUnit = None
    plans: list = field(default_factory=list)

    @property
    def pk(self):
        return self.row.pk

    def __repr__(self):
        return f"{self.kind} {self.pk} {self.row} of {self.unit}"


@dataclass(eq=False)
class Actor:
    """A post with its reach, or somebody without one. `client` is made anew for each test."""

    name: str
    post: Post
    person: Person = None

    def __post_init__(self):
        self.reach = Reach(self.post)

    def sign_in(self):
        client = Client()
        if self.person:
            client.force_login(self.person, backend=BACKEND)
        if self.post and self.person.posts.count() > 1:
            client.post(reverse("act_as"), {"post": self.post.pk}, follow=True)  # the page that follows says so once
        return client


class Scene(SimpleNamespace):
    """`actors` by name, `things` by kind, `canaries`: {word: [things that tell it]}."""

    def __init__(self):
        super().__init__(things={}, canaries={}, actors={}, plans={}, _count=itertools.count(1000))
        self.units = OrgUnit.objects.select_related("area", "parent", "parent__parent").in_bulk(field_name="code")
        self._hire()
        self._issue()
        self._draft()
        self._share()
        self._group()
        self._date()
        self._log(BEFORE, filed=True)
        self._file()
        self._log(SINCE, filed=False)
        self._raise()
        self._ask()
        self._papers()
        self._report_incidents()
        self._tell()
        self._take_in()
        self._change()
        self._value()
        self._call()
        self._settle()

    # Rows

    def canary(self, *things):
        word = f"canary{next(self._count)}z"
        self.canaries[word] = list(things)
        return word

    def tells(self, word, *things):
        self.canaries[word] += things

    def add(self, kind, row, unit, **more):
        thing = Thing(kind, row, unit, **more)
        self.things.setdefault(kind, []).append(thing)
        return thing

    def thing(self, kind, row):
        return next(thing for thing in self.things[kind] if thing.pk == row.pk)

    def post(self, code, role=Role.OFFICIAL):
        return next(actor.post for actor in self.actors.values() if actor.post and (actor.post.unit.code, actor.post.role) == (code, role))

    # Making

    def _hire(self):
        people = read("demo/people.json")["sign_in"]
        people += [{"username": name, "full_name": name, "posts": [{"unit": unit, "role": role, "title": ""}]} for name, unit, role in MORE]
        for line in people:
            person = Person.objects.create(username=line["username"], full_name=line["full_name"])
            for post in line["posts"]:
                row = person.posts.create(unit=self.units[post["unit"]], role=post["role"], title=post["title"], since=HIRED)
                self.actors[f"{person.username} {row.role} {row.unit.code}"] = Actor(person.username, row, person)
        nobody = Person.objects.create(username="khong.viec", full_name="Không Việc")
        nobody.posts.create(unit=self.units["22423.UBND"], role=Role.OFFICIAL, since=HIRED, until=date(2026, 7, 14))
        self.actors |= {"nobody": Actor("nobody", None, nobody), "anonymous": Actor("anonymous", None)}
        self.writers = {}
        for code in {spot[0] for spot in SPOTS}:
            writer = Person.objects.create(username=f"viet.{code}", full_name=f"Người Viết {code}")
            self.writers[code] = writer.posts.create(unit=self.units[code], role=Role.OFFICIAL, since=HIRED)
        for code in PEOPLED:
            word = self.canary()
            row = Person.objects.create(username=f"la.{word}", full_name=f"Người {word}").posts.create(
                unit=self.units[code], role=Role.OFFICIAL, since=HIRED
            )
            self.tells(word, self.add("person", row, row.unit))

    def _issue(self):
        for key in ["04-kh-bcdtw", "07-kh-bcd-khanh-hoa", "02-kh-bcd-ba-ngoi"]:
            self._note(Plan.objects.get(document__key=key))
        for code in ["22432", "38"]:
            plan = self._new_plan(code, issued_on=date(2026, 2, 2))
            plan.superiors.add(self.plans["04-kh-bcdtw"])

    def _draft(self):
        for code, named in DRAFTS.items():
            plan = self._new_plan(code, issued_on=None)
            title = self.canary()
            assignment = self.new_duty(plan, [self.units[named]], title=f"Việc {title}")
            duty = self.add("assignment", assignment, assignment.unit)
            self.tells(title, self.add("task", assignment.task, plan.unit), duty)
            self.tells(plan.document.symbol, duty)

    def _note(self, plan):
        self.plans[plan.document.key] = plan
        self.add("plan", plan, plan.unit)
        self.add("document", plan.document, plan.unit, plans=[plan])
        return plan

    def _new_plan(self, code, *, issued_on):
        draft, words = "" if issued_on else "draft-", [self.canary() for _ in range(4)]
        symbol = f"01-KH/{code}" if issued_on else self.canary()
        document = self._document(f"{draft}plan-{code}", symbol, words[0], self.units[code])
        base = self._document(f"{draft}base-{code}", f"09-CT/{draft}{code}", words[1], self.units[code])
        Basis.objects.create(document=document, base=base, position=1)
        plan = Plan.objects.create(
            document=document,
            unit=self.units[code],
            level=self.units[code].level,
            programme="KHCN",
            title=f"Kế hoạch {words[2]}",
            issued_on=issued_on,
        )
        plan.objectives.create(ref="1", horizon="2026", text=words[3], position=1)
        plan.indicators.create(ref="1#1", year=2026, name="Số cuộc diễn tập", operator=">=", value=2, rollup="sum", position=1)
        self._note(plan)
        paper, whole = self.thing("document", document), self.thing("plan", plan)
        tellers = [paper, self.add("document", base, plan.unit, plans=[plan]), whole, whole]
        for word, teller in zip(words, tellers, strict=True):
            self.tells(word, teller)
        if draft:
            self.tells(symbol, paper)
        return plan

    def _document(self, key, symbol, word, issuer):
        return Document.objects.create(
            issuer=issuer, type="KH", type_name="Kế hoạch", symbol=symbol, symbol_printed=symbol, subject=f"Về {word}", key=key
        )

    def new_duty(self, plan, leads, *, coordinators=(), group=None, title="Việc", on=HIRED, kind=Kind.ONGOING, due_on=None):
        position = 1000 + plan.tasks.count()
        task = Task.objects.create(plan=plan, ref=f"X{position}", position=position, title=title)
        Stage.objects.create(task=task, position=1, kind=kind, due_on=due_on)
        return cascade.address(task, leads=leads, coordinators=coordinators, group=group, on=on)[0]

    def _group(self):
        """The frozen groups of the issued plans, and in each reporting area a draft that only its clerk and head may know."""
        for row in AddresseeGroup.objects.select_related("owner").order_by("pk"):
            plans = list(Plan.objects.filter(tasks__group=row).select_related("unit").distinct())
            self.add("group", row, row.owner, plans=plans)
        for code in REPORTING:
            word = self.canary()
            row = groups.make(
                self.units[code],
                words=f"Nhóm {word}",
                criteria={"branch": code, "areas_only": True},
                by=self.post(code, Role.CLERK),
                at=BEFORE,
            )
            self.tells(word, self.add("group", row, row.owner))

    def _share(self):
        """One duty of Khánh Hòa's plan led by Ba Ngòi's committee, with the neighbour's as coordinator."""
        plan = self.plans["07-kh-bcd-khanh-hoa"]
        self.shared = self.new_duty(plan, [self.units["22423.UBND"]], coordinators=[self.units["22432.UBND"]], title="Việc chung")
        self.spots = []
        for code, key, ref in SPOTS:
            if ref is None:
                row = self.new_duty(self.plans[key], [self.units[code]], title=f"Việc của {code}")
            elif ref == "shared":
                row = self.shared
            else:
                row = Assignment.objects.get(task__plan__document__key=key, task__ref=ref, unit__code=code)
            self.spots.append(row)
            self._note_duty(row)
        for helper in Assignment.objects.filter(task=self.shared.task, part="coordinator"):
            self.add("assignment", helper, helper.unit)

    def _date(self):
        """In each issued plan a duty with a date and one that waits; the drafts' duties stand for those nobody may move."""
        for plan in list(self.plans.values()):
            if plan.issued_on:
                for kind, stage, due_on in [("stage", Kind.BY_DATE, date(2031, 12, 31)), ("waits", Kind.RELATIVE_TO_SUPERIOR_PLAN, None)]:
                    row = self.new_duty(plan, [self.units[DRAFTS[plan.unit.code]]], title="Việc có hạn", kind=stage, due_on=due_on)
                    self._note_duty(row)
                    self._note_stage(kind, row)
            else:
                self._note_stage("stage", Assignment.objects.get(plan=plan))

    def _note_stage(self, kind, row):
        answer = row.answers.get()
        self.add(kind, answer.stage, row.plan.unit, plans=[row.plan])
        if kind == "stage":
            self.add("answer", answer, row.unit, plans=[row.plan])

    def _note_duty(self, row):
        known = next((thing for thing in self.things["task"] if thing.pk == row.task_id), None)
        if known is None:
            word, task = self.canary(), row.task
            Task.objects.filter(pk=task.pk).update(title=f"{task.title[:280]} {word}", folded=f"{task.folded} {word}")
            known = self.add("task", task, row.plan.unit)
            self.tells(word, known)
        word = next(word for word, tellers in self.canaries.items() if known in tellers)
        self.tells(word, self.add("assignment", row, row.unit))

    def _log(self, at, *, filed):
        for row in self.spots:
            row.refresh_from_db()
            inner = [self.canary() for _ in range(4 if filed else 3)]
            words = [self.canary() for _ in range(3)]
            entry = log_progress(
                row,
                by=self.writers[row.unit.code],
                at=at,
                says="doing",
                words=f"Đã làm {words[0]}",
                difficulties=f"Khó {words[1]}",
                proposals=f"Xin {words[2]}",
                spoken_for=inner[0],
                files=[ContentFile(PDF + inner[1].encode(), name=f"{inner[2]}.pdf")],
            )
            thing = self.add("progress", entry, row.unit)
            proof = self.add("evidence", Evidence.objects.get(progress=entry), row.unit)
            for word in [*words, *inner]:
                self.tells(word, thing, proof)
            for word in words:
                self._said_in_reports(word, row.unit.area, filed=filed)
            if filed:
                entry.judge(by=self.post("TW", Role.STEERING), at=at, ok=True, reason=inner[3])

    def _said_in_reports(self, word, area, *, filed):
        self.canaries[word].append(("reports", area.pk, filed))

    def _raise(self):
        """Of each duty that logs three difficulties: with the unit's own area, with the level above, and one that level has answered."""
        for row in self.spots:
            own, above = [*difficulties.line(row.unit)[:2], row.unit.area][:2]
            for kind, holder in [("trouble", own), ("trouble", above), ("answered", above)]:
                words = [self.canary() for _ in range(3 if kind == "answered" else 2)]
                said = {"words": f"Vướng {words[0]}", "proposal": f"Xin {words[1]}", "level": holder.level}
                trouble = difficulties.raise_(row, by=self.writers[row.unit.code], at=SINCE, **said)
                if kind == "answered":
                    head = self.post(holder.code, Role.STEERING)
                    trouble = difficulties.answer(trouble, by=head, at=SINCE, words=f"Đáp {words[2]}")
                thing = self.add(kind, trouble, row.unit)
                for word in words:
                    self.tells(word, thing)
                    self._said_in_reports(word, row.unit.area, filed=False)
        # A notice is its person's, in whichever post they look.
        for notice in Notice.objects.filter(kind=Notice.Kind.DIFFICULTY):
            told = self.add("told", notice, None)
            for word in CANARY.findall(f"{notice.title} {notice.body}"):
                self.tells(word, told)

    def _ask(self):
        """Of each duty that logs one request to pause it, refused: nothing stands in the way of another."""
        said = {"kind": "pause", "at": SINCE, "accepted": False, "judged_by": self.post("TW", Role.STEERING), "judged_at": SINCE}
        for row in self.spots:
            words = [self.canary() for _ in range(2)]
            facts = {
                "reason": f"Chờ {words[0]}",
                "verdict": f"Không vì {words[1]}",
                "by": self.writers[row.unit.code],
                "token": uuid.uuid4(),
            }
            thing = self.add("halt", row.halts.create(**said, **facts), row.unit)
            for word in words:
                self.tells(word, thing)

    def _file(self):
        for code in REPORTING:
            unit, head, clerk = self.units[code], self.post(code, Role.STEERING), self.post(code, Role.CLERK)
            done = self._report(unit, 6)
            filing.sign(done, by=head, at=FILED)
            filing.file(done, by=clerk, at=FILED)
            self._report(unit, 7)
            if code.startswith("224"):
                filing.sign(self._report(unit, 5), by=head, at=LAST_MAY)

    def _report(self, unit, month):
        report = MonthlyReport.objects.create(unit=unit, month=date(2026, month, 1), opened_at=BEFORE - timedelta(days=20))
        thing = self.add("report", report, unit)
        self.add("owed", report, unit)
        ReportPart.objects.create(report=report, part=1, words=self.canary(thing), by=self.post(unit.code, Role.CLERK), at=BEFORE)
        return report

    def _call(self):
        """Khánh Hòa and the Centre each ask three times two units below: answered in draft, signed, and filed."""
        for asking, units in [("56", ("22423", "22432")), ("TW", ("56", "38"))]:
            for step in ("draft", "signed", "filed"):
                self._asked(self.units[asking], [self.units[code] for code in units], step)
        for notice in Notice.objects.filter(key__startswith="call/"):
            told = self.add("told", notice, None)
            for word in CANARY.findall(f"{notice.title} {notice.body}"):
                self.tells(word, told)

    def _asked(self, unit, units, step):
        words = [self.canary(), self.canary()]
        terms = {"title": f"Việc {words[0]}", "words": f"Nêu {words[1]}", "due_at": NOW + timedelta(days=5), "token": uuid.uuid4()}
        row = calling.ask(unit, units=units, by=self.post(unit.code, Role.CLERK), at=SINCE, **terms)
        thing = self.add("call", row, unit)
        for answer in row.answers.select_related("unit", "call__unit"):
            head, clerk, said = self.post(answer.unit.code, Role.STEERING), self.post(answer.unit.code, Role.CLERK), self.canary()
            answer = calling.edit(answer, f"Đáp {said}", by=clerk, at=SINCE, revision=0)
            if step != "draft":
                answer = calling.sign(answer, by=head, at=SINCE)
            if step == "filed":
                answer = calling.file(answer, by=clerk, at=SINCE)
            one = self.add("call_answer", answer, answer.unit)
            self.tells(said, one)
            for word in words:
                self.tells(word, thing, one)
            papers = [Paper(answer=answer, facts={}, ordered_by=clerk, ordered_at=SINCE), *answer.papers.filter(is_draft=False)]
            for paper in papers:
                self._print(paper, answer.unit)

    def _papers(self):
        for thing in self.things["report"]:
            report = MonthlyReport.objects.get(pk=thing.pk)
            final = Paper.objects.filter(report=report, is_draft=False).first()
            for paper in [Paper(report=report, facts={}, ordered_by=self.post(thing.unit.code, Role.CLERK), ordered_at=FILED), final]:
                if paper:
                    self._print(paper, thing.unit)

    def _print(self, paper, unit):
        word = self.canary()
        paper.built_at = FILED
        paper.file.save(f"papers/{word}.pdf", ContentFile(PDF + word.encode()), save=False)
        paper.save()
        self.tells(word, self.add("paper", paper, unit))

    def _report_incidents(self):
        """In each spot's unit an incident reported and one only noted; what they say stands in the area's draft report too."""
        for code in {spot[0]: None for spot in SPOTS}:
            unit = self.units[code]
            for kind in ("incident", "noted"):
                words = [self.canary() for _ in range(6)]
                facts = dict(zip(("what", "system", "effect", "measures"), words, strict=False))
                file = ContentFile(PDF + words[4].encode(), name=f"{words[5]}.pdf")
                terms = {"at": SINCE, "discovered_at": SINCE, "send": kind == "incident"}
                row = incidents.note(unit, by=self.writers[code], files=[file], **terms, **facts)
                thing, proof = self.add(kind, row, unit), self.add("incident_file", row.files.get(), unit)
                for word in words:
                    self.tells(word, thing, proof)
                for word in words[:4]:
                    self._said_in_reports(word, unit.area, filed=False)

    def _tell(self):
        for name in ["an.bangoi", "chi.camlinh", "binh.bangoi", "lan.bangoi", "quantri"]:
            person = Person.objects.get(username=name)
            word = self.canary()
            notice = Notice.objects.create(
                person=person, key=f"thu/{name}", kind="result", title=f"Tin {word}", body=word, link=reverse("duties"), at=SINCE
            )
            self.tells(word, self.add("notice", notice, None))
            token_word = self.canary()
            token, _key = make_token(person.posts.first(), name=token_word, expires_on=date(2027, 1, 1))
            self.tells(token_word, self.add("token", token, None))
        codes = [
            "22423",
            "22423.UBND",
            "22423.CA",
            "22423.DN",
            "22432",
            "22432.UBND",
            "56",
            "56.UBND",
            "38",
            "00004",
            "TW",
            "TW.BCA",
            "TW.BTC",
        ]
        for code in codes:
            self.add("unit", self.units[code], self.units[code])
            self.add("picture", self.units[code], self.units[code])

    def _take_in(self):
        """In each reporting area a plan under review, ready to be confirmed: nobody but its clerks may know a word of it."""
        for code in REPORTING:
            words, clerk = [self.canary() for _ in range(4)], self.post(code, Role.CLERK)
            earlier = next(thing.row for thing in self.things["plan"] if thing.row.unit_id == clerk.unit_id and thing.row.issued_on)
            intake = Intake(area=clerk.unit, by=clerk, at=SINCE, name=f"{words[0]}.docx", size=9, sha256=words[1], state="review")
            intake.symbol, intake.type, intake.signed_on, intake.issuer = words[1], "KH", date(2026, 7, 1), clerk.unit
            intake.earlier = earlier
            intake.file.save("ke-hoach.docx", ContentFile(words[0].encode()), save=False)
            intake.save()
            IntakeLine.objects.create(intake=intake, position=0, block=0, cells=[words[2]])
            LeftOut.objects.create(intake=intake, position=1, text=words[2])
            draft = Draft.objects.create(
                intake=intake, position=1, ref="X1", title=f"Việc {words[3]}", state="accepted", deadline={"kind": "none"}
            )
            paper = self.add("intake", intake, clerk.unit)
            duty = self.add("draft", draft, clerk.unit)
            for word in words:
                self.tells(word, paper, duty)

    def _change(self):
        """Changes of units at every step, far from where the others act: carried out, waiting for its day, waiting for a second person."""
        decision = succession.Decision("NQ", "Nghị quyết", "15/NQ-HĐND", date(2026, 7, 1), "HĐND tỉnh")
        wards = list(OrgUnit.objects.filter(parent__code="56", kind="xa").order_by("path")[:4])
        steering, admin = self.post("56", Role.STEERING), self.post("TW", Role.ADMIN)
        terms = {"decision": decision, "at": SINCE}
        rows = [
            succession.merge(wards[:1], wards[1], on=date(2026, 7, 5), by=steering, **terms),
            succession.rename(wards[2], name="Mới", on=date(2026, 9, 1), by=steering, **terms),
            succession.close(wards[3], on=date(2026, 7, 5), by=admin, **terms),
        ]
        for row in rows:
            row.units = list(OrgUnit.objects.filter(pk__in=row.concerned))
            self.add("change", row, wards[1])

    def _value(self):
        """What the Central plan's and the ward's targets came to, stated by areas and bodies; the source is the secret."""
        for row in Indicator.objects.select_related("plan__unit").order_by("pk"):
            self.add("indicator", row, row.plan.unit)
        for key, codes in [("04-kh-bcdtw", ["56", "22423", "22432", "38", "TW.BCA", "TW"]), ("02-kh-bcd-ba-ngoi", ["22423", "22423.CA"])]:
            row = self.plans[key].indicators.filter(rollup="ratio").first()
            for code in codes:
                word, unit = self.canary(), self.units[code]
                facts = {"unit": unit, "month": date(2026, 7, 1), "numerator": 1, "denominator": 2, "value": 50, "at": SINCE}
                made = row.values.create(by=Post.objects.filter(unit=unit).first(), source=f"Sổ {word}", token=uuid.uuid4(), **facts)
                self.tells(word, self.add("value", made, unit))

    def _settle(self):
        """Read every row anew, with what Reach asks for, and answer what tells a report's words."""
        related = {
            "plan": ["unit"],
            "task": ["plan__unit"],
            "assignment": ["unit", "plan__unit__parent", "task"],
            "progress": ["by", "assignment__unit", "assignment__task", "assignment__plan__unit__parent"],
            "evidence": ["progress__assignment__unit", "progress__assignment__task", "progress__assignment__plan__unit"],
            "trouble": ["by", "lies_with", "assignment__unit"],
            "answered": ["by", "lies_with", "assignment__unit"],
            "halt": ["by", "assignment__unit", "assignment__task", "assignment__plan__unit__parent"],
            "report": ["unit"],
            "owed": ["unit"],
            "paper": ["report__unit"],
            "intake": ["area"],
            "group": ["owner"],
            "draft": ["intake__area"],
            "indicator": ["plan__unit"],
            "value": ["unit"],
            "stage": ["task__plan__unit"],
            "waits": ["task__plan__unit"],
            "incident": ["unit", "by"],
            "noted": ["unit", "by"],
            "incident_file": ["incident__unit"],
            "answer": ["stage__task__plan__unit", "assignment__unit", "assignment__task", "assignment__plan__unit"],
        }
        for kind, names in related.items():
            rows = type(self.things[kind][0].row)._base_manager.select_related(*names).in_bulk([thing.pk for thing in self.things[kind]])
            for thing in self.things[kind]:
                thing.row = rows[thing.pk]
        self._lay_out_parts()
        by_area = {}
        for thing in self.things["report"]:
            by_area.setdefault((thing.row.unit_id, bool(thing.row.filed_at)), []).append(thing)
        for word, tellers in self.canaries.items():
            known = [teller for teller in tellers if isinstance(teller, Thing)]
            for _name, area, filed in (teller for teller in tellers if not isinstance(teller, Thing)):
                known += by_area.get((area, filed), [])
            self.canaries[word] = known

    def _lay_out_parts(self):
        """`task.parts` (live assignments) and `plan.continued_in` (areas whose plans it is superior of), for Reach to read."""
        parts = {}
        for row in Assignment.objects.filter(ended_on=None, task__in={thing.pk for thing in self.things["task"]}).select_related("unit"):
            parts.setdefault(row.task_id, []).append(row)
        areas = {plan.pk: set(plan.inferiors.values_list("unit", flat=True)) for plan in Plan.objects.all()}
        duties = [thing.row for thing in self.things["assignment"]]
        duties += [thing.row.assignment for thing in self.things["progress"]]
        duties += [thing.row.progress.assignment for thing in self.things["evidence"]]
        duties += [thing.row.assignment for kind in ("answer", "halt") for thing in self.things[kind]]
        dated = [thing.row for kind in ("stage", "waits") for thing in self.things[kind]]
        dated = [stage.task for stage in [*dated, *(thing.row.stage for thing in self.things["answer"])]]
        for task in dated:
            task.plan.continued_in = areas[task.plan_id]
        for task in [*dated, *(thing.row for thing in self.things["task"]), *(duty.task for duty in duties)]:
            task.parts = parts.get(task.pk, [])
        named = [thing for thing in self.things["group"] if thing.plans]
        for thing in [*self.things["plan"], *self.things["task"], *self.things["document"], *self.things["indicator"], *named]:
            for plan in thing.plans or [getattr(thing.row, "plan", thing.row)]:
                plan.continued_in = areas[plan.pk]

    # Asking

    def verdicts(self, actor):
        """{thing: verdict} for everything."""
        if not hasattr(actor, "verdicts"):
            actor.verdicts = {thing: actor.reach.of(thing) for things in self.things.values() for thing in things}
        return actor.verdicts

    def forbidden(self, verdicts):
        """The canaries that nothing within reach tells."""
        return {word for word, tellers in self.canaries.items() if best(verdicts[teller] for teller in tellers) == NO}


__all__ = ["NO", "OPEN", "YES", "Scene"]
