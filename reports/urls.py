from django.urls import path, re_path

from reports import compliance_views, indicators_views, journal_views, story_views, views, year_views

urlpatterns = [
    path("", views.my_work, name="my_work"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/<int:pk>/", views.dashboard, name="unit_dashboard"),
    path("year/", year_views.year, name="year"),
    path("year/<int:pk>/", year_views.year, name="unit_year"),
    path("year/<int:pk>/export/", year_views.export_year, name="export_year"),
    path("reports/", views.reports, name="reports"),
    path("reports/compliance/", compliance_views.compliance, name="compliance"),
    re_path(r"^reports/compliance/export\.(?P<form>csv|xlsx)$", compliance_views.export_compliance, name="export_compliance"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/edit/", views.edit_report, name="edit_report"),
    path("reports/<int:pk>/sign/", views.sign_report, name="sign_report"),
    path("reports/<int:pk>/unsign/", views.unsign_report, name="unsign_report"),
    path("reports/<int:pk>/file/", views.file_report, name="file_report"),
    path("reports/<int:pk>/verdict/", views.judge_report, name="judge_report"),
    path("reports/<int:pk>/print/", views.print_report, name="print_report"),
    path("reports/<int:pk>/papers/", views.papers, name="papers"),
    path("papers/<int:pk>/", views.download_paper, name="download_paper"),
    path("indicators/", indicators_views.indicator_list, name="indicators"),
    path("indicators/export.csv", indicators_views.export_indicators, {"form": "csv"}, name="indicators_csv"),
    path("indicators/export.xlsx", indicators_views.export_indicators, {"form": "xlsx"}, name="indicators_xlsx"),
    path("indicators/<int:pk>/", indicators_views.indicator, name="indicator"),
    path("indicators/<int:pk>/value/", indicators_views.value_indicator, name="value_indicator"),
    path("search/", views.search, name="search"),
    path("duties/<int:pk>/story/", story_views.story, name="story"),
    path("journal/", journal_views.journal, name="journal"),
    re_path(r"^journal/export\.(?P<form>csv|xlsx)$", journal_views.export_journal, name="export_journal"),
]
