from django.utils.translation import gettext as _

from tasks.forms import ProgressForm


class LineForm(ProgressForm):
    """One row of the page on which several duties are logged: the form of a duty for its current stage, without files.

    `prefix` is the assignment's id. `is_stale` is set where somebody wrote in between; `since` then says what.
    """

    is_stale, since = False, ()

    def __init__(self, *args, assignment, **kwargs):
        kwargs.setdefault("prefix", str(assignment.pk))
        super().__init__(*args, assignment=assignment, **kwargs)
        del self.fields["files"]
        self.fields["words"].widget.attrs["rows"] = 2
        if "spoken_for" in self.fields:
            self.fields["spoken_for"].initial = assignment.unit.full_name
        for field in self.fields.values():
            field.help_text = ""

    def _offer_stages(self):
        """No choice of stages, and no question to the database: the row speaks of the current one."""
        del self.fields["answer"]

    def add_error(self, field, error):
        """A rule about a field this row does not show is said for the row as a whole."""
        super().add_error(field if field in self.fields else None, error)

    def is_filled(self):
        """An empty row is no entry. «Không phát sinh» is one without a word."""
        return bool(self.typed())

    def mark_stale(self, since):
        self.is_stale, self.since = True, since
        self.add_error(
            None, _("Somebody else has written here in the meantime. Your words are kept: look at what is new, then send again.")
        )
