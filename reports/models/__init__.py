from reports.models.reopening import Reopening
from reports.models.report import Locked, MonthlyReport, Paper, ReportEntry, ReportPart, ReportVerdict, Timing

__all__ = ["Locked", "MonthlyReport", "Paper", "Reopening", "ReportEntry", "ReportPart", "ReportVerdict", "Timing"]
