"""What three of the Centre's targets came to in the communes, in the last closed periods."""

import random
import uuid
from datetime import timedelta

from config.national import dates
from config.national.wording import MARK
from orgunits.models import Role
from plans import period
from plans.models import Indicator, IndicatorValue
from plans.models.indicator import exact, rounded

MONTHS, STATING = 3, 0.85  # periods back, and the share of communes that state one
REFS = ["II.2.a/3#1", "IV.5#1", "II.2.b/4#1"]


class Figures:
    """Values of communes as unsaved rows into `rows`; areas that stated something already are left alone."""

    def __init__(self, rows, cast, plan, *, on, seed):
        self.rows, self.cast, self.seed = rows, cast, seed
        self.indicators = list(Indicator.objects.filter(plan=plan, ref__in=REFS).order_by("position"))
        self.periods = [period.holding(on).earlier(n) for n in range(MONTHS, 0, -1)]
        self.known = set(IndicatorValue.objects.filter(indicator__in=self.indicators).values_list("unit", flat=True))

    def tell(self, area):
        if area.pk in self.known:
            return
        rng = random.Random(f"{self.seed}/figures/{area.code}")  # noqa: S311 - a story, not a secret
        by = self.cast.at(area.pk, Role.CLERK)
        for row in self.indicators:
            whole, part = (1, rng.randint(0, 1)) if row.ref == REFS[0] else (rng.randint(40, 400) * 10, rng.randint(10, 90))
            for n, of_period in enumerate(self.periods):
                if rng.random() < STATING:
                    self._state(row, area, of_period, by, part * (n + 1), whole, rng)

    def _state(self, row, area, of_period, by, part, whole, rng):
        at = dates.office_hour(of_period.closes - timedelta(days=rng.randint(0, 4)), rng)
        numbers = {"numerator": min(part, whole), "denominator": whole} if row.asks_parts else {"value": part % 7}
        if row.asks_parts:
            numbers["value"] = rounded(exact(numbers["numerator"], whole, None))
        token = uuid.uuid5(uuid.NAMESPACE_URL, f"{self.seed}/{row.ref}/{area.code}/{of_period.slug}")
        facts = {"indicator": row, "unit": area, "month": of_period.month, "source": f"Sổ theo dõi {MARK}", "token": token}
        self.rows.add(IndicatorValue(by=by, at=at, **facts, **numbers))
