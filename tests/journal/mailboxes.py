"""Mail backends that misbehave, and one that looks at the database while it sends."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as Works

from journal import digests
from journal.models import Digest
from tests.journal.conftest import AT


class Down(BaseEmailBackend):
    """The relay answers nobody."""

    tries = 0

    def open(self):
        Down.tries += 1
        raise ConnectionRefusedError("111 từ chối kết nối")


class PutsAnOff(Works):
    """The relay takes letters for everybody but those whose address begins with «an»; these later, perhaps."""

    answer = (450, b"no\r\nspace left")

    def send_messages(self, messages):
        address = messages[0].to[0]
        if address.startswith("an"):
            raise SMTPRecipientsRefused({address: self.answer})
        return super().send_messages(messages)


class RefusesAn(PutsAnOff):
    """These never: there is no such recipient."""

    answer = (550, b"5.1.1 no\r\nsuch user")


class RelaysNothing(PutsAnOff):
    """Its rules do not let us send there; that is about us, not about the recipient."""

    answer = (554, b"5.7.1 relay access denied")


class HangsUp(Works):
    """The relay takes the letter and dies before it says so; closing then fails as well."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SMTPServerDisconnected("Connection unexpectedly closed")

    def close(self):
        raise OSError("already gone")


class Crowded(Works):
    """While one worker sends, another comes by and looks for work."""

    def send_messages(self, messages):
        assert Digest.objects.exclude(claimed_at=None).filter(sent_at=None).count() == 1
        assert digests.send_unsent(AT) == 0
        return super().send_messages(messages)
