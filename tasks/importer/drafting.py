"""Reading the files that wait: from an Intake's bytes to its text lines and draft duties. Nothing here is seen by others."""

import logging
from datetime import date

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.models import Entry
from orgunits.models import OrgUnit
from orgunits.words import fold
from tasks.importer import comparing, gate, meaning, parents, reading, reviewing
from tasks.importer.naming import Directory
from tasks.importer.shapes import Merge, Refused, Table
from tasks.models import Task
from tasks.models.intake import MAX_TRIES, Draft, Intake, IntakeLine, LeftOut

log = logging.getLogger(__name__)
LIMIT = settings.EVIDENCE_MAX_BYTES


def judge(content, name):
    """Whether a file may be kept at all, told from its bytes in memory. Raises Refused."""
    gate.check(content, name, limit=LIMIT)


def refuse(kind, *, by, at):
    """Journal that a file was turned away: the kind of reason and nothing of the file (product.md §8)."""
    Entry.objects.record(by=by, verb="intake.refused", target=by.scope().area, at=at, kind=kind)


def read_waiting(*, at):
    """Read every file that waits. Returns how many were read; each is claimed first, so two workers share the pile."""
    waiting = Intake.objects.unread(at=at).order_by("pk").values_list("pk", flat=True)
    return sum(_read(pk) for pk in list(waiting) if Intake.objects.claim(pk, at=at))


def read_one(intake, *, at):
    """Read this file now, unless somebody else holds it. Returns the Intake as it is then."""
    if Intake.objects.claim(intake.pk, at=at):
        _read(intake.pk)
    return Intake.objects.get(pk=intake.pk)


def _read(pk):
    intake = Intake.objects.select_related("area", "by__person", "by__unit", "issuer").get(pk=pk)
    if intake.tries > MAX_TRIES:
        intake.forget(Intake.State.FAILED, _("The file stopped its reader several times. Save it anew from Word and take it in again."))
        return False
    try:
        return fill(intake, *_understand(intake))
    except Refused as refused:
        return _turn_away(intake, refused)
    except (OSError, OperationalError):
        raise  # the disk or the database, not the file: the next sweep tries again
    except Exception as error:
        log.error("Intake %s could not be read: %s", pk, type(error).__name__)
        intake.forget(Intake.State.FAILED, _("The file could not be read. Save it anew from Word and take it in again."))
        return False


def _turn_away(intake, refused):
    """A refusal that only the whole text shows. A secret leaves no trace of the file, not even its row."""
    with transaction.atomic():
        refuse(refused.kind, by=intake.by, at=timezone.now())
        intake.forget(Intake.State.FAILED, refused.says)
        if refused.kind == "secret":
            Intake.objects.filter(pk=intake.pk).update(name="", sha256="", size=0)
    return False


def _understand(intake):
    """(Source, the dict of meaning.understand, suggested parents by ref)."""
    with intake.file.open() as file:
        content = file.read()
    source = reading.read(content, intake.name, limit=LIMIT, on_progress=_Steps(intake, 0))
    found = meaning.understand(
        source,
        directory=Directory.read(),
        issuer=intake.issuer and intake.issuer.code,
        strict=settings.DEADLINE_BEFORE_IS_STRICT,
        on_progress=_Steps(intake, 50),
    )
    return source, found, suggest(found["tasks"], intake.by)


class _Steps:
    """Writes how far the reading is, in percent, only where the number changed."""

    def __init__(self, intake, base):
        self.pk, self.base, self.told = intake.pk, base, None

    def __call__(self, done, total):
        percent = self.base + (50 * min(done, total) // total if total else 0)
        if percent != self.told:
            self.told = percent
            Intake.objects.filter(pk=self.pk).update(done=percent, total=100)


def suggest(rows, post):
    """{ref: [{"task", "likeness", "confident", "why"}]}: duties of the superiors' plans that `rows` may continue, likeliest first."""
    tasks = _above(post.scope().area, Task.objects.visible_to(post))
    held = {(task.plan.document.key, task.ref): task.pk for task in tasks}
    found = {}
    for one in _alike(rows, tasks):
        line = {"task": held[one.plan_key, one.parent_ref], "likeness": round(one.likeness, 3), "confident": one.confident, "why": one.why}
        found.setdefault(one.child_ref, []).append(line)
    return found


def name_parents(found, *, area):
    """Fill `parent_ref` of a reading's tasks where the suggestion is sure, and flag those due after the duty they continue."""
    if area is None:
        return
    tasks = list(_above(area, Task.objects.exclude(plan__issued_on=None)).prefetch_related("stages"))
    held = {(task.plan.document.key, task.ref): task for task in tasks}
    sure = {one.child_ref: one for one in _alike(found["tasks"], tasks) if one.confident}
    for row in found["tasks"]:
        if one := sure.get(row["ref"]):
            row["parent_ref"] = one.parent_ref
            if _is_later(row["deadline"], held[one.plan_key, one.parent_ref]):
                row["flags"].append("child_later_than_parent")


def _above(area, tasks):
    """Duties of the plans in force of the areas above."""
    above = [unit.pk for unit in area.chain]
    return tasks.filter(plan__unit__in=above, plan__withdrawn_on=None).select_related("plan__document")


def _alike(rows, tasks):
    superiors = [(t.ref, t.title, t.words, (t.lead_words,) * bool(t.lead_words), t.plan.document.key, t.deadline_words) for t in tasks]
    duties = [(row["ref"], row["title"], row["text"], tuple(row["lead"]), "", row["deadline"]["words"] or "") for row in rows]
    return parents.suggest(duties, superiors)


def _is_later(deadline, parent):
    """Whether the last written day comes after every day of the parent's; repetitions have no last day."""
    mine = [one["due_on"] for one in [deadline, *deadline["stages"]] if one["due_on"] and not one["kind"].startswith("recurring")]
    theirs = [one.due_on.isoformat() for one in parent.stages.all() if one.due_on and not one.kind.startswith("recurring")]
    return bool(mine and theirs) and max(mine) > max(theirs)


@transaction.atomic
def fill(intake, source, found, suggested=None, *, at=None):
    """Write what was read: lines, document facts, drafts, what was left out. Reading twice writes once. Returns True when written."""
    intake = Intake.objects.select_for_update().get(pk=intake.pk)
    if intake.state != Intake.State.WAITING:
        return False
    lines = _lines(intake, source)
    IntakeLine.objects.bulk_create(lines, batch_size=1000)
    _facts(intake, source, found)
    places = _Places(lines)
    drafts = [_draft(intake, n, row, places, (suggested or {}).get(row["ref"], [])) for n, row in enumerate(found["tasks"], 1)]
    reviewing.weigh(drafts, intake)
    Draft.objects.bulk_create(drafts, batch_size=500)
    LeftOut.objects.bulk_create((_left_out(intake, n, row, places) for n, row in enumerate(found["left_out"], 1)), batch_size=500)
    intake.state, intake.done, intake.total, intake.claimed_at = Intake.State.REVIEW, 100, 100, None
    intake.earlier = reviewing.earlier_plan(intake)
    intake.save()
    Entry.objects.record(by=None, verb="intake.read", target=intake, at=at, duties=len(drafts))
    if intake.earlier and comparing.is_same(intake.earlier, drafts):
        intake.forget(Intake.State.KNOWN)
    return True


def _lines(intake, source):
    rows = []
    for n, block in enumerate(source.blocks):
        for cells, label, look in _of_block(block):
            rows.append(IntakeLine(intake=intake, position=len(rows), block=n, cells=cells, label=label[:40], **look))
    return rows


def _of_block(block):
    if isinstance(block, Table):
        for row in block.rows:
            yield ["" if isinstance(cell, Merge) else cell for cell in row], "", {"is_row": True}
    else:
        yield [block.text], block.label, {"is_heading": block.bold or block.centred}


class _Places:
    """Which lines a duty stands on. A table is one block: its row is the first, from the last one found on, that holds the words."""

    def __init__(self, lines):
        self.by_block = {}
        for line in lines:
            self.by_block.setdefault(line.block, []).append(line)
        self.folded, self.next = {}, {}

    def of(self, blocks, words):
        """(first, last) line positions of `words` in `blocks` ([first, last]), or (None, None)."""
        first, last = (blocks[0], blocks[-1]) if blocks else (None, None)
        if first not in self.by_block or last not in self.by_block:
            return None, None
        if first == last and self.by_block[first][0].is_row:
            return self._row(first, words)
        return self.by_block[first][0].position, self.by_block[last][-1].position

    def _row(self, block, words):
        lines, wanted = self.by_block[block], _key(words)
        if block not in self.folded:
            self.folded[block] = [_key(" ".join(line.cells), None) for line in lines]
        keys = self.folded[block]
        start = self.next.get(block, 0)
        for n in (*range(start, len(lines)), *range(start)) if wanted else ():
            if wanted in keys[n]:
                self.next[block] = n
                return lines[n].position, lines[n].position
        place = lines[min(start, len(lines) - 1)].position
        return place, place


def _key(text, length=40):
    """`text` without marks, case, spaces and signs, cut short: what is left of it however it was printed."""
    return "".join(char for char in fold(text) if char.isalnum())[:length]


def _facts(intake, source, found):
    facts = found["document"]
    intake.format = source.format[:20]
    intake.symbol = _clip(facts.get("symbol"), 60)
    intake.type = _clip(facts.get("type"), 12)
    intake.type_name = _clip(facts.get("type_name") or facts.get("type"), 60)
    intake.signed_on = date.fromisoformat(facts["date"]) if facts.get("date") else None
    intake.issuer = OrgUnit.objects.filter(code=facts.get("issuer_unit") or "").first()
    intake.issuer_words, intake.place = _clip(facts.get("issuer"), 300), _clip(facts.get("place"), 120)
    intake.subject = _clip(facts.get("subject"), 500)
    intake.bases, intake.recipients = facts.get("bases") or [], facts.get("recipients") or []
    intake.objectives, intake.indicators = found.get("objectives") or [], found.get("indicators") or []
    intake.problems = found.get("problems") or []


def _draft(intake, position, row, places, suggested):
    deadline = row["deadline"]
    first, last = places.of(row.get("blocks"), row["text"] or row["title"])
    best = suggested[0] if suggested and suggested[0]["confident"] else None
    return Draft(
        intake=intake,
        position=position,
        ref=_clip(row["ref"], 40),
        section=_clip(row.get("section"), 40),
        section_title=_clip(row.get("section_title"), 300),
        title=_clip(row["title"] or row["text"], 300),
        text=row["text"] or "",
        product=row.get("product") or "",
        deadline_words="" if "inherited" in (deadline.get("flags") or []) else _clip(deadline.get("words"), 500),
        deadline=deadline,
        period=deadline if "inherited" in (deadline.get("flags") or []) else None,
        lead_words=_clip(row.get("lead_words"), 500),
        lead_role=_clip(row.get("lead_role"), 200),
        leads=_named(row, "lead", row.get("unknown") or [], row.get("open") or []),
        coordinator_words=_clip(row.get("coordinator_words"), 500),
        coordinators=_named(row, "coordinator", row.get("unknown") or [], row.get("open") or []),
        directing=row.get("directing_units") or [],
        proposals=[list(line) for line in row.get("proposals") or []],
        doubts=[flag for flag in row.get("flags") or [] if flag in Draft.DOUBTS],
        suggestions=suggested[:8],
        parent_id=best and best["task"],
        first_line=first,
        last_line=last,
    )


def _named(row, part, unknown, left_open):
    """What was read of one cell of names. `unknown` and `left_open` are those of both cells; each goes where it is printed."""
    others = row.get("coordinators" if part == "lead" else "lead") or []
    names = (row.get("lead") if part == "lead" else row.get("coordinators")) or []
    mine = [name for name in unknown if name in names or (part == "lead" and name not in others)]
    return {
        "names": names,
        "units": row.get(f"{part}_units") or [],
        "groups": row.get(f"{part}_groups") or [],
        "unknown": mine,
        "open": [name for name in left_open if name in names or (part == "coordinator" and name not in others)],
    }


def _left_out(intake, position, row, places):
    first, _last = places.of(row.get("blocks"), row["text"])
    return LeftOut(intake=intake, position=position, text=row["text"], why=_clip(row.get("why"), 200), line=first)


def _clip(text, length):
    """`text`, cut with «…» where a column is too narrow; the whole of it stays in the source beside."""
    text = text or ""
    return text if len(text) <= length else text[: length - 1] + "…"
