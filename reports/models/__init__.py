from reports.models.call import Call, CallAnswer, CallChange, CallFiling, CallVerdict
from reports.models.cutoff import Cutoff
from reports.models.paper import Paper
from reports.models.reopening import Reopening
from reports.models.report import Locked, MonthlyReport, PartAside, ReportEntry, ReportPart, ReportVerdict
from reports.models.timing import Timing

__all__ = [
    "Call",
    "CallAnswer",
    "CallChange",
    "CallFiling",
    "CallVerdict",
    "Cutoff",
    "Locked",
    "MonthlyReport",
    "Paper",
    "PartAside",
    "Reopening",
    "ReportEntry",
    "ReportPart",
    "ReportVerdict",
    "Timing",
]
