"""Phường Ba Ngòi: the 21 rows of its annex and its monthly report duty."""

import uuid
from datetime import timedelta

from config.demo import pauses, troubles
from config.demo.duties import Outcome, Pace
from config.demo.story import chance, office_hour, workday
from plans.models import Plan
from tasks import news
from tasks.models import ProgressDraft

VIGOUR = {"UBND": 0.96, "CA": 0.95, "VPDU": 0.92, "BXDD": 0.85, "DU": 0.85, "UBMTTQ": 0.7, "HDND": 0.6, "CTXH": 0.4, "QS": 0.3}

# Rows one body leads. Row 4 and row 14 fall silent; row 17 keeps this period free for whoever tries the portal.
ROWS = {
    "PL/1": Pace(skip=0, nothing=0, early=True),
    "PL/2": Pace(skip=0, nothing=0.05, early=True),
    "PL/4": Pace(months=1, nothing=0, early=True),
    "PL/5": Pace(skip=0, early=True),
    "PL/6": Pace(skip=0.2, nothing=0.25),
    "PL/7": Pace(skip=0.3, nothing=0.15),
    "PL/9": Pace(skip=0, nothing=0, trouble=0.3, confirm=0.9),
    "PL/14": Pace(months=2, nothing=0, trouble=0.6, spread=0),
    "PL/15": Pace(skip=0, nothing=0, trouble=0.3),
    "PL/17": Pace(skip=0, nothing=0, trouble=0.3, confirm=1, spread=0, current=False),
    "PL/21": Pace(skip=0.1, nothing=0.2),
}
PAPERS = {"PL/17": {2: "bien-ban-kiem-tra-lo-hong.pdf"}}

# Row 19, for each body: systems of level 3 and above (April, past on the day of issue), and the others (June).
LEVELS = {
    "UBND": (Outcome(20, doing=1, paper="phe-duyet-cap-do.pdf"), Outcome(-5, doing=1)),
    "CA": (Outcome(21, doing=0), Outcome(-2, doing=1)),
    "VPDU": (Outcome(26, doing=1), Outcome(116, ok=None, doing=2)),
    "DU": (Outcome(28, doing=0), Outcome(9)),
    "HDND": (Outcome(48, doing=1), Outcome(30)),
    "UBMTTQ": (Outcome(40), Outcome(None, doing=3)),
    "BXDD": (Outcome(33, ok=False),),
    "CTXH": (Outcome(None, doing=2),),
    "QS": (),
}
RANKING = (Outcome(-2, doing=3),)  # row 10
UNOWNED = {"PL/4", "PL/8", "PL/12", "PL/21"}
NOTES = {"PL/11": 4, "PL/13": 2}  # waiting rows with one note, by period
UNSENT = {"PL/6": "Đã kiểm tra đột xuất 3 bộ phận, chưa phát hiện máy tính soạn văn bản mật nối Internet; còn chờ biên bản của"}


def tell(teller):
    plan = Plan.objects.get(document__key="02-kh-bcd-ba-ngoi")
    troubles.tell(teller, plan)
    pauses.tell(teller, plan)
    for assignment in teller.leads(plan):
        body = assignment.unit.code.partition(".")[2]
        if assignment.task.ref not in UNOWNED and not (assignment.via_group_id and body in {"CTXH", "QS"}):
            teller.own(assignment)
        _tell_row(teller, assignment, body, teller.sentences["ward"][assignment.task.ref])
        if body == "UBND" and assignment.task.ref in UNSENT:
            _leave_unsent(teller, assignment, UNSENT[assignment.task.ref])


def _leave_unsent(teller, assignment, words):
    """Words typed on the last working day before today, and not sent yet."""
    by, fields = teller.cast.official(assignment.unit), {"says": "doing", "words": words}

    def act(at):
        seen = news.newest([assignment])[assignment.pk]
        ProgressDraft.objects.keep(assignment, by=by, at=at, fields=fields, page=uuid.uuid4(), seen=seen)

    day = workday(teller.story.today - timedelta(days=1), step=-1)
    if day > assignment.joined_on:
        teller.story.plan(office_hour(day, chance("unsent"), first=16), act)


def _tell_row(teller, assignment, body, pool):
    ref = assignment.task.ref
    if ref == "PL/19":
        teller.dated(assignment, pool, LEVELS[body])
    elif ref == "PL/10":
        teller.dated(assignment, pool, RANKING)
    elif ref in {"PL/8", "PL/11", "PL/12", "PL/13"}:
        teller.note(assignment, pool, NOTES.get(ref))
    elif ref in ROWS:
        teller.monthly(assignment, pool, ROWS[ref], papers=PAPERS.get(ref))
    elif ref == "IV.3":
        teller.monthly(assignment, pool, Pace(skip=(1 - VIGOUR[body]) * 0.5, nothing=0, trouble=0, confirm=0.9, spread=0))
    else:
        teller.monthly(assignment, pool, Pace.of(VIGOUR[body], early=body in {"UBND", "CA"}))
