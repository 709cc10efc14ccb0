"""The Central plan: ministries, and 34 provinces under the collective duties of V.1.m, V.1.n and V.3."""

from datetime import timedelta

from config.demo.duties import Outcome, Pace
from config.demo.story import after_workdays, chance, office_hour, workday
from orgunits.models import Level, OrgUnit
from plans.models import Plan, Receipt
from tasks.deadlines import Clock

RICH = {"56", "38"}  # Khánh Hòa, Thanh Hóa
QUALITY = {"56": 0.85, "38": 0.8, "TW.BCA": 0.95, "TW.BQP": 0.9, "TW.BKHCN": 0.85}
WARD_RECEIPTS = {"22423": 58, "22432": 61}  # days after the plan
MONTHLY = {"V.1.m/7/2", "V.1.n", "V.3"}

KHANH_HOA = {
    "V.1.m/1": Outcome(-3, paper="kien-toan-tieu-ban.pdf"),
    "V.1.m/2": Outcome(-6),
    "V.1.m/3": Outcome(24, doing=4),
    "V.1.m/4": Outcome(-1, doing=3),
    "V.1.m/5": Outcome(11, doing=3),
    "V.1.m/6": Outcome(None, doing=5),
    "V.1.m/7/1": Outcome(-8),
    "V.1.m/8": Outcome(-2),
    "V.1.m/9": Outcome(-1, ok=None, doing=3),
    "V.1.m/10": Outcome(4, ok=False, doing=3),
    "V.1.m/13": Outcome(None, doing=3),
}
MINISTRIES = {
    "V.1.c/2": Outcome(6),
    "V.1.c/3": Outcome(-4),
    "V.1.d/3": Outcome(-4, doing=8),
    "V.1.d/4": Outcome(-6, doing=4),
    "V.1.d/6/(i)": Outcome(-3, doing=3),
    "V.1.d/6/(ii)": Outcome(-5, doing=4),
    "V.1.d/6/(iii)": Outcome(-9),
    "V.1.d/7/(i)": Outcome(-4, doing=6),
    "V.1.d/7/(ii)": Outcome(13, doing=4),
    "V.1.d/8": Outcome(41, doing=6),
    "V.1.d/9": Outcome(18, doing=3),
    "V.1.d/10": Outcome(-7, doing=5),
    "V.1.d/11": Outcome(-3, doing=5),
    "V.1.đ/4": Outcome(-2, doing=3),
    "V.1.đ/5": Outcome(-10, doing=10),
    "V.1.đ/6": Outcome(-3),
    "V.1.đ/8/(i)": Outcome(-1),
    "V.1.e/1": Outcome(None, doing=5),
    "V.1.e/2": Outcome(-6, doing=6),
    "V.1.e/3": Outcome(21, ok=None, doing=3),
    "V.1.g/3": Outcome(-5, ok=False, again=20, doing=3),
    "V.1.h/2": Outcome(8, doing=3),
}
STAGED = {"V.1.d/5": (Outcome(-10, doing=7), Outcome(-6, doing=2))}


def tell(teller, *, provinces):
    plan = Plan.objects.get(document__key="04-kh-bcdtw")
    told = {*chosen(provinces), *QUALITY}
    _hand_out(plan, teller.story.today)
    for assignment in teller.leads(plan):
        unit = assignment.unit
        if assignment.via_group_id and provinces is not None and unit.code not in told:
            continue  # a short story leaves out most of those who answer together
        if unit.code == "56" and assignment.task.ref not in {"V.1.m/8", "V.1.m/13", "V.1.m/10"}:
            teller.own(assignment, ahead=(8, 20))
        _tell_duty(teller, assignment)


def chosen(provinces):
    """Codes of the provinces that tell a story: Khánh Hòa, Thanh Hóa and the first `provinces` others (None: all)."""
    codes = OrgUnit.objects.areas().filter(level=Level.PROVINCE).order_by("path").values_list("code", flat=True)
    return [*RICH, *[code for code in codes if code not in RICH][:provinces]]


def quality(unit):
    return QUALITY.get(unit.code, 0.25 + 0.75 * chance("quality", unit.code).random())


def _tell_duty(teller, assignment):
    ref, rng = assignment.task.ref, chance("outcome", assignment.unit.code, assignment.task.ref)
    own = ref in teller.sentences["central"]
    pool = teller.sentences["central" if own else "collective"][ref]
    good = 0.9 if own else quality(assignment.unit)
    if "done" not in pool:
        teller.monthly(assignment, pool, _pace(assignment, good))
    elif ref in STAGED:
        teller.dated(assignment, pool, STAGED[ref])
    elif own:
        teller.dated(assignment, pool, (MINISTRIES.get(ref) or Outcome.drawn(rng, good),))
    else:
        outcome = KHANH_HOA[ref] if assignment.unit.code == "56" else Outcome.drawn(rng, good)
        teller.dated(assignment, pool, (outcome,))


def _pace(assignment, good):
    ref = assignment.task.ref
    if assignment.answers.all()[0].clock == Clock.UNDATED:
        return Pace(skip=0.35, nothing=0, early=True)
    far = assignment.unit.code not in RICH
    if ref == "V.3":
        return Pace(skip=0.3 * far + (1 - good) * 0.5, nothing=0, trouble=0, confirm=0.3, spread=0)
    if ref in MONTHLY and far:
        return Pace(skip=0.45 + (1 - good) * 0.4, nothing=0.2, confirm=0.4)
    return Pace.of(good)


def _hand_out(plan, today):
    """When the plan arrived in each province and in the two wards, and when somebody opened it."""
    present = set(plan.receipts.values_list("unit", flat=True))
    areas = OrgUnit.objects.areas().filter(level=Level.PROVINCE) | OrgUnit.objects.filter(code__in=WARD_RECEIPTS)
    rows = [_receipt(plan, unit, today) for unit in areas if unit.pk not in present]
    Receipt.objects.bulk_create(row for row in rows if row.received_on < today)


def _receipt(plan, unit, today):
    rng = chance("receipt", unit.code)
    received = workday(plan.issued_on + timedelta(days=WARD_RECEIPTS.get(unit.code) or rng.randint(4, 32)))
    opened = after_workdays(received, rng.randint(0, 4))
    known = opened < today and (unit.code in {*RICH, *WARD_RECEIPTS} or rng.random() < 0.88)
    return Receipt(plan=plan, unit=unit, received_on=received, opened_at=office_hour(opened, rng) if known else None)
