from django.apps import AppConfig
from django.db.models.signals import post_migrate

from journal import guarding


class JournalConfig(AppConfig):
    name = "journal"

    def ready(self):
        post_migrate.connect(guarding.raise_missing, sender=self)
