from django.utils.translation import gettext as _

from tasks.forms import ProgressForm
from tasks.models import Progress

WRITTEN = ("words", "difficulties", "proposals", "percent")


class LineForm(ProgressForm):
    """One row of the page on which several duties are logged: the form of a duty for its current stage, without files.

    `prefix` is the assignment's id. `is_stale` is set where somebody wrote in between; `since` then says what. A draft that speaks of
    another stage is `put_aside`: here its words would be logged for the current one.
    """

    is_stale, since = False, ()

    def __init__(self, *args, assignment, draft=None, **kwargs):
        kwargs.setdefault("prefix", str(assignment.pk))
        self.put_aside = draft if draft and _speaks_of_another_stage(draft, assignment) else None
        super().__init__(*args, assignment=assignment, draft=None if self.put_aside else draft, **kwargs)
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

    @property
    def says_something(self):
        """Whether more was said than a choice that the row began with, whatever the duty's state is by now."""
        typed = self.typed()
        return typed.get("says") == Progress.Says.NOTHING or any(typed.get(name) for name in WRITTEN)

    def mark_stale(self, since):
        self.is_stale, self.since = True, since
        self.add_error(
            None, _("Somebody else has written here in the meantime. Your words are kept: look at what is new, then send again.")
        )


def _speaks_of_another_stage(draft, assignment):
    chosen = draft.fields.get("answer")
    return bool(chosen) and chosen != str(assignment.current_answer(list(assignment.answers.all())).pk)
