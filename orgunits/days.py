"""Days that people ask for in the address of a page."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

FIRST, LAST = date(1945, 1, 1), date(2100, 12, 31)  # no plan is older than the state, none reaches further; arithmetic stays safe


class AskedDay(forms.DateField):
    """A day to filter by, between FIRST and LAST. What makes no sense is said in one sentence."""

    default_error_messages = {"invalid": _("Write the day as dd/mm/yyyy.")}
    default_validators = [
        MinValueValidator(FIRST, _("Choose a day of the years 1945 to 2100.")),
        MaxValueValidator(LAST, _("Choose a day of the years 1945 to 2100.")),
    ]

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)
