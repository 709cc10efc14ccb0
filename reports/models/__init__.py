from reports.models.call import Call, CallAnswer, CallVerdict
from reports.models.cutoff import Cutoff
from reports.models.reopening import Reopening
from reports.models.report import Locked, MonthlyReport, Paper, PartAside, ReportEntry, ReportPart, ReportVerdict, Timing

__all__ = [
    "Call",
    "CallAnswer",
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
