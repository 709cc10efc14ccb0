"""The product's own Celery with an impatient beat: the sweep rings every quarter second, with FAULTS_RING_ALL every job each second."""

import os
from datetime import timedelta

from config.celery import app

SWEEP, ALL = timedelta(seconds=0.25), timedelta(seconds=1)
lines = app.conf.beat_schedule
if os.environ.get("FAULTS_RING_ALL"):
    app.conf.beat_schedule = {name: {**line, "schedule": ALL} for name, line in lines.items()}
else:
    app.conf.beat_schedule = {"sweep": {**lines["sweep"], "schedule": SWEEP}}
