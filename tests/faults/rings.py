"""The product's own Celery, whose beat rings far more often than in life: a sweep every half second, or with FAULTS_RING_ALL every job."""

import os
from datetime import timedelta

from config.celery import app

EVERY = timedelta(seconds=0.5)
wanted = app.conf.beat_schedule if os.environ.get("FAULTS_RING_ALL") else ["sweep"]
app.conf.beat_schedule = {name: {**app.conf.beat_schedule[name], "schedule": EVERY} for name in wanted}
