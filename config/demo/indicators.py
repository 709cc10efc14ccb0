"""What targets come to, month by month: Ba Ngòi for its own and the Centre's, provinces for the Centre's; some months are missing."""

import uuid
from datetime import timedelta
from decimal import Decimal

from config.demo.central import chosen
from config.demo.story import chance, office_hour, workday
from orgunits.models import Level, OrgUnit
from plans import measuring, period
from plans.models import Indicator

# (whole, reached in the first month, more each month); a whole of None: one value.
WARD = {
    "I.2.1.3#1": (14, 5, 3),
    "I.2.1.3#2": (62, 30, 9),
    "I.2.1.4#1": (118, 40, 21),
    "I.2.1.4#3": (None, 0, Decimal("0.5")),
    "III.3.1#1": (96, 20, 8),
    "III.5.1#1": (1250, 80, 30),
}
ABOVE = {"II.2.a/3#1": 0.06, "IV.5#1": 0.012, "II.2.b/4#1": None}  # growth of a province's share each month
SOURCES = ["Sổ theo dõi hệ thống thông tin", "Biểu tổng hợp của bộ phận tham mưu", "Báo cáo của các cơ quan, đơn vị"]


def tell(story, cast, *, provinces):
    """Plan every statement before the story's end, in the last week of its period."""
    units = OrgUnit.objects.in_bulk(["22423", "TW", *chosen(provinces)], field_name="code")
    for row in Indicator.objects.select_related("plan__document", "plan__unit").order_by("plan", "position"):
        if row.ref in WARD and row.plan.unit.code == "22423":
            _monthly(story, cast, row, units["22423"], _ward(row))
        if row.ref in ABOVE and row.plan.unit.code == "TW":
            for code, unit in units.items():
                if unit.level == Level.PROVINCE and chance("states", code).random() < 0.8:
                    _monthly(story, cast, row, unit, _province(row, unit))
    _correct(story, cast, units["22423"])


def _ward(row):
    whole, first, more = WARD[row.ref]
    return lambda n: (
        {"value": int(first + more * n)} if whole is None else {"numerator": min(first + more * n, whole), "denominator": whole}
    )


def _province(row, unit):
    rng = chance("indicator", row.ref, unit.code)
    communes = OrgUnit.objects.areas().filter(parent=unit).count()
    whole, share, growth = (communes if row.ref == "II.2.a/3#1" else rng.randint(80, 900) * 10), rng.uniform(0.05, 0.3), ABOVE[row.ref]
    if growth is None:
        return lambda n: {"value": communes // 3 + 4 * n}
    return lambda n: {"numerator": round(whole * min(share + growth * n, 1)), "denominator": whole}


def _monthly(story, cast, row, unit, numbers):
    rng, of_period, n = chance("figures", row.ref, unit.code), period.holding(row.plan.issued_on).later(), 0
    while of_period.closes < story.today:
        if rng.random() < 0.85:
            at = office_hour(workday(of_period.closes - timedelta(days=rng.randint(0, 3)), step=-1), rng)
            story.plan(at, _act(cast, row, unit, of_period.month, numbers(n), rng.choice(SOURCES)))
        of_period, n = of_period.later(), n + 1


def _act(cast, row, unit, month, numbers, source, **more):
    token = uuid.uuid5(uuid.NAMESPACE_URL, f"{row.ref}/{unit.code}/{month}/{more}")
    facts = {"unit": unit, "month": month, "source": source, "token": token, "by": cast.clerk(unit), **numbers, **more}
    return lambda at: measuring.record_value(row, at=at, **facts)


def _correct(story, cast, unit):
    """In its third month the ward had counted two systems too many, and says so."""
    row = Indicator.objects.get(plan__unit=unit, ref="I.2.1.3#1")
    of_period = period.holding(row.plan.issued_on).later(3)

    def act(at):
        first = row.values.current().filter(unit=unit, month=of_period.month).first()
        if first:
            reason = {"reason": "Đã tính hai hệ thống mới ở bước khảo sát", "seen": first.pk}
            _act(cast, row, unit, of_period.month, {"numerator": first.numerator - 2, "denominator": 14}, SOURCES[0], **reason)(at)

    story.plan(office_hour(workday(of_period.closes + timedelta(days=3)), chance("correct"), first=9), act)
