"""The plan: documents and their graph of bases, plans and their chain, objectives and indicators."""

from plans.models.document import Basis, Document, Doubt, Mention
from plans.models.objective import Indicator, Objective
from plans.models.plan import Amendment, Paper, Plan, PlanQuerySet, Receipt, Recipient

__all__ = [
    "Amendment",
    "Basis",
    "Document",
    "Doubt",
    "Indicator",
    "Mention",
    "Objective",
    "Paper",
    "Plan",
    "PlanQuerySet",
    "Receipt",
    "Recipient",
]
