"""The plan: documents and their graph of bases, plans and their chain, objectives and indicators."""

from plans.models.document import Basis, Document, Doubt, Mention
from plans.models.objective import Indicator, Objective
from plans.models.plan import AmendingPaper, Amendment, Plan, PlanQuerySet, Receipt, Recipient

__all__ = [
    "AmendingPaper",
    "Amendment",
    "Basis",
    "Document",
    "Doubt",
    "Indicator",
    "Mention",
    "Objective",
    "Plan",
    "PlanQuerySet",
    "Receipt",
    "Recipient",
]
