"""Letters that can never leave as things stand: no address, a locked account, a recipient the relay refused for good. Trying them again."""

from django.db import transaction

from journal.jobs import send_urgent
from journal.models import Digest, Entry
from journal.waking import wake

VERB = "person.letter_retried"


@transaction.atomic
def retry(letters, *, by, at):
    """Put the dead ones among `letters` back in line, under the name they always had. Returns how many.

    Journaled on the person each goes to, in the name of `by` (a post, or None for an operator at the machine). A second call finds none.
    """
    dead = list(letters.dead().select_for_update(of=("self",)).order_by("pk").select_related("person"))
    again = Digest.objects.filter(pk__in=[letter.pk for letter in dead])
    again.update(sent_at=None, claimed_at=None, tries=0, problem="")
    Entry.objects.record_all([(VERB, letter.person, {"digest": letter.pk}) for letter in dead], by=by, at=at)
    wake(send_urgent)
    return len(dead)
