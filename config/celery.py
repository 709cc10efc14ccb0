import os
from pathlib import Path

from celery import Celery

from config.environment import one_clear_sentence
from config.schedule import as_celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


app = Celery("thongsuot")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery looks for tasks.py by default, which here would be a word for nhiệm vụ.
app.autodiscover_tasks(related_name="jobs")
app.conf.beat_schedule = as_celery()


@app.on_configure.connect
def stand_on_settings(**kwargs):
    """A worker with wrong settings stops with the same sentence as every other command; the embedded broker gets its folders."""
    from django.conf import settings  # noqa: PLC0415 - read when Celery first needs them, never at import

    with one_clear_sentence():
        for folder in queue_folders(settings.CELERY_BROKER_TRANSPORT_OPTIONS):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def queue_folders(options):
    """The folders in which the embedded broker keeps its orders; none for Redis."""
    return [Path(options[key]) for key in ("data_folder_in", "processed_folder", "control_folder") if key in options]
