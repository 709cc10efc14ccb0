from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgunits.models import ApiToken


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("The username or the password is not right. Capitals count in the password."),
        "inactive": _("The username or the password is not right. Capitals count in the password."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Username")
        self.fields["username"].error_messages["required"] = _("Write your username.")
        self.fields["password"].label = _("Password")
        self.fields["password"].error_messages["required"] = _("Write your password.")


class TokenForm(forms.ModelForm):
    class Meta:
        model = ApiToken
        fields = ["name", "expires_on", "may_write"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].error_messages["required"] = _("Say which system will use this key.")
        self.fields["expires_on"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["expires_on"].error_messages = {
            "required": _("Choose the last day of the key."),
            "invalid": _("Write the day as dd/mm/yyyy."),
        }

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day
