from reports.models.cutoff import Cutoff
from reports.models.reopening import Reopening
from reports.models.report import Locked, MonthlyReport, Paper, ReportEntry, ReportPart, ReportVerdict, Timing

__all__ = ["Cutoff", "Locked", "MonthlyReport", "Paper", "Reopening", "ReportEntry", "ReportPart", "ReportVerdict", "Timing"]
