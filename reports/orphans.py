"""Stored files that no row names: a worker was killed between storing a file and the commit. Whoever attached it tries again."""

import logging
from datetime import timedelta

from reports.models import Paper
from tasks.models import Evidence, IncidentFile, Intake

log = logging.getLogger(__name__)
FOLDERS = {"evidence": Evidence, "incidents": IncidentFile, "intake": Intake, "papers": Paper}  # every model with a file
AGE = timedelta(days=1)  # no act takes so long
MOST = 100  # of one night; more than that is no accident: the database is another one than the folder's, or was put back from a copy


def remove(*, at):
    """Remove the files stored longer than AGE before `at` that no row names. Returns how many; none where there are more than MOST."""
    found = [(model, name) for folder, model in FOLDERS.items() for name in _unnamed(model, folder, at=at)]
    if len(found) > MOST:
        log.error("%s stored files have no row in this database, too many to be left by accident. None was removed.", len(found))
        return 0
    for model, name in found:
        _storage(model).delete(name)
    if found:
        log.warning("Removed %s stored files older than a day that no row names.", len(found))
    return len(found)


def _unnamed(model, folder, *, at):
    """The names below `folder`, one folder of a month at a time: the disk is read first, so that what is stored meanwhile is not seen."""
    storage = _storage(model)
    if not storage.exists(folder):
        return
    folders, files = storage.listdir(folder)
    names = {name for name in (f"{folder}/{file}" for file in files) if storage.get_modified_time(name) < at - AGE}
    if names:
        yield from sorted(names.difference(model.objects.filter(file__startswith=f"{folder}/").values_list("file", flat=True)))
    for one in folders:
        yield from _unnamed(model, f"{folder}/{one}", at=at)


def _storage(model):
    return model._meta.get_field("file").storage
