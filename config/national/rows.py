"""Unsaved rows by kind, written in bulk in the order in which they stand on one another."""

from orgunits.models import AddresseeGroup
from plans.models import Document, IndicatorValue, Plan, Receipt
from reports.models import MonthlyReport, ReportEntry, ReportVerdict
from tasks.models import (
    Answer,
    Assignment,
    Difficulty,
    DifficultyStep,
    Halt,
    Incident,
    IncidentWord,
    NotApplicable,
    ParentLink,
    Progress,
    Stage,
    Task,
    Verdict,
)

ORDER = [
    Document,
    Plan,
    Plan.superiors.through,
    AddresseeGroup,
    AddresseeGroup.units.through,
    Task,
    Stage,
    Assignment,
    Answer,
    ParentLink,
    Receipt,
    IndicatorValue,
    Progress,
    Verdict,
    NotApplicable,
    Difficulty,
    DifficultyStep,
    Halt,
    Incident,
    IncidentWord,
    MonthlyReport,
    ReportEntry,
    ReportVerdict,
]
BATCH = 2000


class Rows:
    """A pile of unsaved rows. `counts` remembers how many of each kind were written."""

    def __init__(self):
        self.piles = {model: [] for model in ORDER}
        self.counts = dict.fromkeys(ORDER, 0)

    def add(self, *rows):
        for row in rows:
            self.piles[type(row)].append(row)

    def save(self):
        for model in ORDER:
            model._base_manager.bulk_create(self.piles[model], batch_size=BATCH)
            self.counts[model] += len(self.piles[model])
            self.piles[model] = []
