"""Units over time: what a dated act does to the tree and to the posts in it. What it does to duties: tasks/succession.py.

A change is recorded (`record`), where an administrator recorded it approved by a second person, and carried out on its day once.
Nothing before that day is rewritten: units end, posts end, others begin.
"""

from dataclasses import asdict, dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from journal.models import Entry
from orgunits.models import PREFIX, STEP, Alias, FormerTerm, Handover, Kind, OrgUnit, Post, Role, Succession, UnitChange, below
from orgunits.words import fold

K = UnitChange.Kind
# An area has one of each: the successor of «UBND phường A» is the UBND of the new area whatever its name.
ONE_OF_ITS_KIND = {
    *(Kind.STEERING, Kind.STANDING, Kind.PARTY, Kind.ASSEMBLY, Kind.GOVERNMENT),
    *(Kind.FRONT, Kind.POLICE, Kind.MILITARY, Kind.COURT),
}


class CannotChange(ValueError):
    """The act is not possible as asked. The message is one sentence for the person who asks."""


@dataclass(frozen=True)
class NewUnit:
    """A unit that the change itself makes, beside the first one that ends, with bodies like that one's."""

    code: str
    kind: str
    name: str

    @property
    def full_name(self):
        return f"{PREFIX[self.kind]} {self.name}" if self.kind in PREFIX else self.name


@dataclass
class Moves:
    """What a change did to units and posts: `heirs` {unit that ended: those that follow, main first}, `posts` {old id: new Post}."""

    heirs: dict = field(default_factory=dict)
    posts: dict = field(default_factory=dict)
    back: list = field(default_factory=list)  # units in force again


# Recording


@transaction.atomic
def record(kind, olds, into=(), *, on, document, by, at, reason="", corrects=None, now=None):
    """Write down a change of the units `olds` from the day `on`. Returns the UnitChange; the same one when asked again.

    `into`: units or NewUnits, the main successor first. `now`: for a rename, what becomes of name, kind and code. A steering post
    decides at once; what an administrator records waits for a second person. Raises CannotChange.
    """
    olds = _locked(olds)
    facts = {"olds": [unit.pk for unit in olds], "into": [_as_fact(unit) for unit in into], "names": [unit.full_name for unit in olds]}
    facts["followers"] = [unit.full_name for unit in into] or ([NewUnit(now["code"], now["kind"], now["name"]).full_name] if now else [])
    facts |= {"now": now} if now else {}
    if again := _again(kind, facts, on=on, document=document, corrects=corrects):
        return again
    refuse(kind, olds, into, on=on, now=now, corrects=corrects)
    approved_at = None if by.role == Role.ADMIN else at
    change = UnitChange.objects.create(
        kind=kind, on=on, document=document, reason=reason, facts=facts, corrects=corrects, by=by, at=at, approved_at=approved_at
    )
    Entry.objects.record(by=by, verb="change.recorded", target=change, at=at, kind=kind, on=on.isoformat(), **facts)
    return change


def _locked(units):
    """The units as they are now, in the order given, held until the transaction ends."""
    rows = OrgUnit.objects.select_for_update(no_key=True, of=("self",)).order_by("pk").in_bulk([unit.pk for unit in units])
    return [rows[unit.pk] for unit in units]


def _as_fact(unit):
    return asdict(unit) if isinstance(unit, NewUnit) else {"unit": unit.pk}


def _again(kind, facts, *, on, document, corrects):
    """The same change recorded before (a double click, a second clerk), or None."""
    asked = ("olds", "into", "now")
    for row in UnitChange.objects.standing().filter(kind=kind, on=on, document=document, corrects=corrects, corrected_by=None):
        if all(row.facts.get(name) == facts.get(name) for name in asked):
            return row
    return None


@transaction.atomic
def approve(change, *, by, at):
    """The second person's word on what an administrator recorded. Returns the change; approving twice changes nothing."""
    fresh = UnitChange.objects.waiting().filter(pk=change.pk)
    if fresh.update(approved_by=by, approved_at=at):
        Entry.objects.record(by=by, verb="change.approved", target=change, at=at)
    change.refresh_from_db()
    return change


@transaction.atomic
def drop(change, *, by, at, reason=""):
    """Take a change back before it is carried out. Its record stays; what it was to correct may be corrected anew."""
    if UnitChange.objects.pending().filter(pk=change.pk).update(dropped_at=at, corrects=None):
        Entry.objects.record(by=by, verb="change.dropped", target=change, at=at, reason=reason, corrects=change.corrects_id)
    change.refresh_from_db()
    return change


# What stands against a change


def refuse(kind, olds, into=(), *, on, now=None, corrects=None, change=None):
    """Raise CannotChange with the first reason against it. `change`: the recorded one, when its day has come."""
    _refuse_pending(olds, into, change)
    if kind == K.RESTORE:
        _refuse_correction(corrects, on, change)
        return
    for unit in olds:
        _refuse_unit(unit, on, renamed=kind == K.RENAME)
    if kind == K.RENAME:
        _refuse_rename(olds[0], now)
    if kind in {K.MERGE, K.SPLIT}:
        _refuse_successors(kind, olds, into, on)


def _refuse_pending(olds, into, change):
    """Two pending changes may lead to one successor; none may touch a unit that another one ends or renames."""
    ends = {unit.pk for unit in olds}
    concerned = ends | {unit.pk for unit in into if isinstance(unit, OrgUnit)}
    for other in UnitChange.objects.pending().exclude(pk=change and change.pk):
        if (concerned & set(other.facts["olds"]) or ends & set(other.concerned)) and (change is None or other.pk < change.pk):
            raise CannotChange(_("Another change of one of these units is recorded and not yet carried out: settle that one first."))


def _refuse_unit(unit, on, *, renamed):
    if unit.parent_id is None:
        raise CannotChange(_("The Centre itself does not change."))
    if unit.valid_to is not None or (unit.valid_from and unit.valid_from >= on):
        raise CannotChange(_("%(unit)s is not in force on the day before the change.") % {"unit": unit.full_name})
    if not renamed and OrgUnit.objects.areas().filter(valid_to=None).within(unit).exclude(pk=unit.pk).exists():
        raise CannotChange(_("Areas still stand under %(unit)s: they must find their place first.") % {"unit": unit.full_name})


def _refuse_rename(unit, now):
    if all(getattr(unit, name) == value for name, value in now.items()):
        raise CannotChange(_("Nothing would change: name, kind and code are the same."))
    _refuse_code(now["code"], but=unit)


def _refuse_code(code, but=None):
    if OrgUnit.objects.filter(code__iexact=code).exclude(pk=but and but.pk).exists():
        raise CannotChange(_("Another unit has the code %(code)s.") % {"code": code})


def _refuse_successors(kind, olds, into, on):
    if len(into) < (2 if kind == K.SPLIT else 1) or (kind == K.SPLIT and len(olds) > 1):
        raise CannotChange(_("A merge needs the unit that follows; a split needs one old unit and at least two that follow."))
    ids = [unit.pk for unit in [*olds, *into] if isinstance(unit, OrgUnit)]
    codes = [unit.code for unit in into if isinstance(unit, NewUnit)]
    if len(set(ids)) < len(ids) or len(set(codes)) < len(codes):
        raise CannotChange(_("One unit is named twice; a unit that stays is a successor only."))
    for unit in into:
        if isinstance(unit, NewUnit):
            _refuse_code(unit.code)
        elif unit.valid_to is not None or (unit.valid_from and unit.valid_from > on):
            raise CannotChange(_("%(unit)s is not in force on that day.") % {"unit": unit.full_name})
    if len({_sort_of(unit, olds[0]) for unit in [*olds, *into]}) > 1:
        raise CannotChange(_("Only areas of one level follow each other, and bodies follow bodies."))


def _sort_of(unit, like):
    is_area = unit.kind in {*PREFIX, Kind.CENTRE}
    return is_area, unit.level if isinstance(unit, OrgUnit) else like.level


def _refuse_correction(wrong, on, change):
    by_another = UnitChange.objects.filter(corrects=wrong).exclude(pk=change and change.pk).exists()
    if not wrong.applied_at or wrong.kind == K.RESTORE or by_another or on < wrong.on:
        raise CannotChange(_("Only a change that was carried out is corrected, from its day on at the earliest, and once."))
    ended = OrgUnit.objects.filter(follows__change=wrong).exclude(valid_to=None)
    if wrong.kind != K.RENAME and (later := ended.first()):
        raise CannotChange(_("%(unit)s has ended by a later change: correct that one first.") % {"unit": later.full_name})


# Carrying out


def carry_out(change, *, at):
    """Do to units and posts what the change says. Returns Moves. Call once, inside the transaction that claimed it."""
    olds = _locked([OrgUnit(pk=pk) for pk in change.facts["olds"]])
    into = [_successor(line) for line in change.facts["into"]]
    refuse(change.kind, olds, into, on=change.on, now=change.facts.get("now"), corrects=change.corrects, change=change)
    if change.kind == K.RENAME:
        return _rename(change, olds[0], change.facts["now"])
    if change.kind == K.RESTORE:
        return _restore(change, olds)
    return _end(change, olds, [_make(change, unit, olds[0]) if isinstance(unit, NewUnit) else unit for unit in into])


def _successor(line):
    return OrgUnit.objects.select_related("answers_through", "area").get(pk=line["unit"]) if "unit" in line else NewUnit(**line)


def _end(change, olds, news):
    moves = Moves(heirs=heirs(olds, news))
    ids = list(moves.heirs)
    OrgUnit.objects.filter(pk__in=ids).update(valid_to=change.on - timedelta(days=1))
    Succession.objects.bulk_create(_successions(change, moves.heirs))
    change.facts["leant"] = _lean_on_successors(moves.heirs)
    moves.posts = _move_posts(change, moves.heirs)
    return moves


def _successions(change, followed):
    for old, line in followed.items():
        for position, new in enumerate(line or [None]):
            yield Succession(change=change, old_id=old, new=new, position=position)


def ending(olds):
    """The units that end with `olds`: they and everything under them in force, in the order of the tree; one query."""
    reach = Q()
    for unit in olds:
        reach |= Q(**below(unit.path))
    return list(OrgUnit.objects.filter(reach, valid_to=None).select_related("area").order_by("path"))


def heirs(olds, news):
    """{id of each unit that ends: the units that follow it, main first}: for a body its counterpart in each new unit."""
    bodies = {new.pk: _bodies(new) for new in news}
    found = {}
    for unit in ending(olds):
        old = next(old for old in olds if unit.path.startswith(old.path))
        line = news if unit == old else [counterpart(unit, old, new, bodies[new.pk]) for new in news]
        found[unit.pk] = list(dict.fromkeys(line))
    return found


def _bodies(unit):
    """The bodies in a unit in force: those of an area, or those under a body."""
    rows = OrgUnit.objects.filter(valid_to=None).exclude(pk=unit.pk)
    return list((rows.filter(area=unit) if unit.is_area else rows.within(unit)).order_by("path"))


def counterpart(body, old, new, bodies):
    """Who follows a body of `old` in `new`: the body that says the same name there, else the only one of its kind where an area has
    but one, else the body the new area answers through, else the area itself."""
    alike = [other for other in bodies if other.kind == body.kind]
    same = [other for other in alike if _stem(other, new) == _stem(body, old)]
    if same or (len(alike) == 1 and body.kind in ONE_OF_ITS_KIND):
        return (same or alike)[0]
    through = new.answers_through
    return through if through and through.valid_to is None else new


def _stem(body, area):
    """The folded name of a body without that of its area: «ubnd», «cong an»."""
    name = fold(body.name)
    for part in (fold(area.full_name), fold(area.name)):
        name = name.removesuffix(f" {part}")
    return name


# Units that a change makes


def _make(change, wanted, like):
    """A unit in force from the day on, beside `like`, with bodies like its: those that carry the area's name or of which it has one."""
    unit = OrgUnit(code=wanted.code, kind=wanted.kind, name=wanted.name, level=like.level, parent=like.parent, valid_from=change.on)
    _place(unit, like.parent)
    if unit.is_area:
        OrgUnit.objects.filter(pk=unit.pk).update(area=unit)
        unit.area = unit
    else:
        OrgUnit.objects.filter(pk=unit.pk).update(area=like.area)
        unit.area = like.area
    twins = {like.pk: unit}
    for body in ending([like])[1:]:
        if body.parent_id in twins and (name := twin_name(body, like, wanted)):
            twins[body.pk] = _twin(change, body, name, like, unit, twins)
    _lean(like, twins)
    change.facts.setdefault("made", []).extend(twin.pk for twin in twins.values())
    return OrgUnit.objects.select_related("answers_through", "area").get(pk=unit.pk)


def _place(unit, parent):
    """Give a new unit the next path under its parent, whose row is held so that two never take one path."""
    OrgUnit.objects.select_for_update(no_key=True).get(pk=parent.pk)
    last = OrgUnit.objects.filter(parent=parent).order_by("-path").values_list("path", flat=True).first()
    unit.path = f"{parent.path}{int(last[-STEP:]) + 1 if last else 1:0{STEP}d}"
    unit.save()


def twin_name(body, old, new):
    """The name of the like body in the new area («UBND phường Mới»), or "" where it is no body of every area (a firm)."""
    for was, now in ((old.full_name, new.full_name), (old.name, new.name)):
        if was in body.name:
            return body.name.replace(was, now)
    return body.name if body.kind in ONE_OF_ITS_KIND else ""


def _twin(change, body, name, old, new, twins):
    tail = body.code.removeprefix(old.code)
    code = f"{new.code}{tail}" if tail != body.code else f"{new.code}.{body.code}"
    twin = OrgUnit(code=code[:24], kind=body.kind, name=name, level=body.level, area=new.area, valid_from=change.on)
    twin.parent = twins[body.parent_id]
    _place(twin, twin.parent)
    return twin


def _lean(like, twins):
    """Who answers for whom among the new units, as among the old ones."""
    for old in OrgUnit.objects.filter(pk__in=twins).exclude(answers_through=None, kept_by=None):
        links = {name: twins.get(getattr(old, f"{name}_id")) for name in ("answers_through", "kept_by")}
        OrgUnit.objects.filter(pk=twins[old.pk].pk).update(**links)


def _lean_on_successors(followed):
    """Units in force that answered through, or were kept by, one that ended lean on its main successor. Returns [[unit, field, old]]."""
    leant = []
    for name in ("answers_through", "kept_by"):
        for unit in OrgUnit.objects.filter(**{f"{name}__in": followed, "valid_to": None}):
            old = getattr(unit, f"{name}_id")
            new = next(iter(followed[old]), None)
            OrgUnit.objects.filter(pk=unit.pk).update(**{name: new if new != unit else None})
            leant.append([unit.pk, name, old])
    return leant


# Posts


def _move_posts(change, followed):
    """Posts at units that end end the day before; the same people get the same role at the main successor. Returns {old id: Post}.

    Who holds that role there already keeps the post they have. `change.facts["posts"]`: [old, new, whether it was made].
    """
    on = change.on
    rows = list(Post.objects.filter(unit__in=followed).filter(Q(until=None) | Q(until__gte=on)).select_related("person").order_by("pk"))
    Post.objects.filter(pk__in=[row.pk for row in rows]).update(until=on - timedelta(days=1))
    mains = {unit.pk for line in followed.values() for unit in line[:1]}
    there = Post.objects.live(on=on).filter(unit__in=mains, person__in={row.person_id for row in rows}).select_related("person", "unit")
    held = {(post.person_id, post.unit_id, post.role, None): post for post in there.filter(deputises=None)}
    moved, fresh = {}, []
    for row in rows:
        if not followed[row.unit_id]:
            continue
        key = row.person_id, followed[row.unit_id][0].pk, row.role, row.deputises_id
        if key not in held:
            held[key] = _same_post(row, followed[row.unit_id][0], on)
            fresh.append(held[key])
        moved[row.pk] = held[key]
    Post.objects.bulk_create(fresh)
    _follow(moved)
    made = {post.pk for post in fresh}
    change.facts.setdefault("posts", []).extend([old, new.pk, new.pk in made] for old, new in moved.items())
    return moved


def _same_post(post, unit, on):
    return Post(unit=unit, since=max(on, post.since), until=post.until, **_of_the_holder(post))


def _of_the_holder(post):
    """What of a post goes with its holder to another unit; a deputy stays a deputy."""
    return {name: getattr(post, name) for name in ("person", "role", "title", "deputises_id", "instead_of")}


def _follow(moved):
    """Deputies stand in for the post that follows; a handover that waits for its day goes with it. `moved`: {old id: Post}."""
    for deputy in Post.objects.filter(pk__in=[post.pk for post in moved.values()], deputises__in=moved):
        Post.objects.filter(pk=deputy.pk).update(deputises=moved[deputy.deputises_id])
    taken = set(Handover.objects.standing().filter(old__in=moved.values()).values_list("old", flat=True))
    for handover in Handover.objects.pending().filter(old__in=moved):
        new = moved[handover.old_id]
        if new.pk not in taken:  # of two posts that became one, the first to be handed over goes
            Handover.objects.filter(pk=handover.pk).update(old=new)
            taken.add(new.pk)


# Names


def _rename(change, unit, now):
    """Name, kind or code from the day on. The old full name and the old code stay as aliases and still find the unit."""
    was = {name: getattr(unit, name) for name in ("name", "kind", "code")}
    change.facts["was"] = was | {"full_name": unit.full_name}
    old_names = {unit.full_name, *([unit.code] if now["code"] != unit.code else [])}
    for name, value in now.items():
        setattr(unit, name, value)
    unit.save()
    for name in sorted(old_names - {unit.full_name}):
        Alias.objects.get_or_create(unit=unit, name_folded=fold(name), defaults={"name": name[:200]})
    Succession.objects.create(change=change, old=unit, new=unit)
    return Moves()


# Correcting


def _restore(change, olds):
    """What was wrongly merged, split or closed is in force again from the day on; units that the wrong change made end with it."""
    wrong = change.corrects
    if wrong.kind == K.RENAME:
        return _rename(change, olds[0], {name: wrong.facts["was"][name] for name in ("name", "kind", "code")})
    lines = list(wrong.successions.select_related("old__area", "new").order_by("position", "pk"))
    back = list({line.old_id: line.old for line in lines}.values())
    FormerTerm.objects.bulk_create(FormerTerm(unit=unit, since=unit.valid_from, until=unit.valid_to) for unit in back)
    OrgUnit.objects.filter(pk__in=[unit.pk for unit in back]).update(valid_from=change.on, valid_to=None)
    _lean_back(wrong)
    Succession.objects.bulk_create(Succession(change=change, old=unit, new=unit) for unit in back)
    moves = Moves(back=back)
    _end_made(change, wrong, lines, moves)
    moves.posts = _posts_back(change, wrong)
    moves.posts |= _move_posts(change, moves.heirs)
    return moves


def _end_made(change, wrong, lines, moves):
    """Units the wrong change made end; what else came to them goes to the first unit they stood for."""
    made = set(wrong.facts.get("made", ()))
    for line in lines:
        if line.new_id in made:
            moves.heirs.setdefault(line.new_id, [line.old])
    if alone := made - set(moves.heirs):  # a twin that nobody's successor is
        moves.heirs.update({pk: [lines[0].old] for pk in alone})
    OrgUnit.objects.filter(pk__in=made).update(valid_to=change.on - timedelta(days=1))


def _lean_back(wrong):
    for pk, name, old in wrong.facts.get("leant", ()):
        OrgUnit.objects.filter(pk=pk).update(**{name: old})


def _posts_back(change, wrong):
    """The people of the restored units hold their old roles there again. Returns {post at the successor: Post}."""
    made = wrong.facts.get("posts", ())
    rows = Post.objects.select_related("person", "unit").in_bulk({pk for old, new, _is_made in made for pk in (old, new)})
    ended = [new for _old, new, is_made in made if is_made and (rows[new].until is None or rows[new].until >= change.on)]
    still = {new for _old, new, _is_made in made if rows[new].until is None or rows[new].until >= change.on}
    again = {}
    for old, new, _is_made in made:
        if new in still:
            again[old] = (new, Post(unit=rows[old].unit, **_of_the_holder(rows[old])))
            again[old][1].since, again[old][1].until = change.on, rows[new].until
    Post.objects.bulk_create(post for _new, post in again.values())
    Post.objects.filter(pk__in=ended).update(until=change.on - timedelta(days=1))
    change.facts["posts"] = [[new, post.pk, True] for new, post in again.values()]
    return {old: post for old, (_new, post) in again.items()} | {new: post for new, post in again.values() if new in ended}
