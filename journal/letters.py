"""Letters that can never leave as things stand: no address, a locked account, a recipient the relay refused for good. Trying them again."""

from django.db import transaction

from journal.jobs import send_urgent
from journal.models import Digest, Entry, Notice
from journal.waking import wake

VERB = "person.letter_retried"


@transaction.atomic
def retry(letters, *, by, at):
    """Put the dead ones among `letters` back in line, under the name they always had. Returns how many.

    Of several days' letters to one person the newest carries the notices of all: nobody gets a letter for each day without an address.
    Journaled on the person each goes to, in the name of `by` (a post, or None for an operator at the machine). A second call finds none.
    """
    dead = list(letters.dead().select_for_update(of=("self",)).order_by("pk").select_related("person"))
    newest = {letter.person_id: letter.pk for letter in sorted(dead, key=lambda letter: letter.on) if letter.slot == 0}
    older = {letter.pk: newest[letter.person_id] for letter in dead if letter.slot == 0 and letter.pk != newest[letter.person_id]}
    for pk, carrier in older.items():
        Notice.objects.filter(digest=pk).update(digest=carrier)
    Digest.objects.filter(pk__in=older).update(problem=Digest.NOTHING_IN_IT)
    again = Digest.objects.filter(pk__in=[letter.pk for letter in dead if letter.pk not in older])
    again.update(sent_at=None, claimed_at=None, tries=0, problem="")
    Entry.objects.record_all([(VERB, letter.person, {"digest": letter.pk}) for letter in dead], by=by, at=at)
    wake(send_urgent)
    return len(dead)
