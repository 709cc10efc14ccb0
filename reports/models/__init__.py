from reports.models.call import Call, CallAnswer, CallVerdict
from reports.models.report import MonthlyReport, Paper, ReportEntry, ReportPart, ReportVerdict, Timing

__all__ = ["Call", "CallAnswer", "CallVerdict", "MonthlyReport", "Paper", "ReportEntry", "ReportPart", "ReportVerdict", "Timing"]
