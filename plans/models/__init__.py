"""The plan: documents and their graph of bases, plans and their chain, objectives and indicators."""

from plans.models.document import Basis, Document, Doubt, Mention
from plans.models.indicator import Indicator, IndicatorValue, Rollup, Standing
from plans.models.objective import Objective
from plans.models.plan import AmendingPaper, Amendment, Plan, PlanQuerySet, Receipt, Recipient

__all__ = [
    "AmendingPaper",
    "Amendment",
    "Basis",
    "Document",
    "Doubt",
    "Indicator",
    "IndicatorValue",
    "Mention",
    "Objective",
    "Plan",
    "PlanQuerySet",
    "Receipt",
    "Recipient",
    "Rollup",
    "Standing",
]
