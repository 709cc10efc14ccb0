"""A report opened again after the lock, or after it was filed (product.md §5: «reopening needs reason, signer, expiry»)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from journal.models import AppendOnly, AppendOnlyQuerySet
from orgunits.models import Post
from reports.models.report import MonthlyReport


class ReopeningQuerySet(AppendOnlyQuerySet):
    def of_month(self, report):
        """Those of any version of the unit's report for its month, the newest first."""
        rows = self.filter(report__unit=report.unit_id, report__month=report.month)
        return rows.select_related("report", "by__person", "by__unit").order_by("-pk")


class Reopening(AppendOnly):
    """Who opened `report` again, why, by whose signature and until when. A filed report stays as it is and has a next version."""

    report = models.ForeignKey(MonthlyReport, models.PROTECT, related_name="reopenings")
    reason = models.TextField(_("reason"))
    signer = models.CharField(_("signed by"), max_length=120)
    symbol = models.CharField(_("number and symbol"), max_length=60, blank=True)
    expires_on = models.DateField(_("open until"))
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    token = models.UUIDField(unique=True)

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.report_id} {self.expires_on}"
