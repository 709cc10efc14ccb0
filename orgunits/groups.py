"""Collective addressees: a rule as data, the units it names on a day, and the list frozen when a plan is issued.

A rule (`AddresseeGroup.criteria`) is a dict; each key may be missing or empty:

    levels      ["ward"]         of any of these levels
    branch      "56"             the unit of this code or under it
    kinds       ["xa", "phuong"] of any of these kinds
    areas_only  True             territories alone, none of their bodies
    traits      ["border"]       with any of these properties
    without     ["22423"]        but not these nor what lies under them (the branch's own unit is left out alone)
    listed      ["TW.BCA"]       besides, these by name, whatever the conditions above say

Conditions narrow one another, values of one condition widen it. «…liên quan» can't be resolved: such a group is *open*, it has no
criteria (None), and its list is completed by name, before its plan is issued or after (tasks/joining.py).
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Substr
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from journal.models import Entry
from orgunits.models import AREAS, STEP, AddresseeGroup, Kind, Level, OrgUnit, Trait, below
from orgunits.words import fold

CONDITIONS = ("levels", "branch", "kinds", "areas_only", "traits")
KEYS = {*CONDITIONS, "listed", "without"}
NAMED = 8  # names a sentence gives before it counts the rest
BATCH = 1000


# The rule


def members(criteria, *, on):
    """The units in force on the day `on` that the rule names, in the order of the tree, each once: an OrgUnit queryset.

    A code that no unit has names nobody; `faults` says so before a person confirms the rule.
    """
    return OrgUnit.objects.in_force(on=on).filter(_meets(criteria or {})).order_by("path", "pk")


def _meets(criteria):
    listed = Q(code__in=criteria.get("listed") or [])
    if not has_conditions(criteria):
        return listed
    return (_conditions(criteria) & ~_left_out(criteria)) | listed


def has_conditions(criteria):
    return any(criteria.get(name) for name in CONDITIONS)


def _conditions(criteria):
    wanted = Q()
    if criteria.get("levels"):
        wanted &= Q(level__in=criteria["levels"])
    if criteria.get("branch"):
        branch = OrgUnit.objects.filter(code=criteria["branch"]).first()
        wanted &= Q(**below(branch.path)) if branch else Q(pk__in=[])
    if criteria.get("kinds"):
        wanted &= Q(kind__in=criteria["kinds"])
    if criteria.get("areas_only"):
        wanted &= Q(kind__in=AREAS)
    if criteria.get("traits"):
        wanted &= Q(pk__in=Trait.objects.filter(code__in=criteria["traits"]).values("unit"))
    return wanted


def _left_out(criteria):
    """«Trừ tỉnh Khánh Hòa» means its communes too; a rule for a branch may leave out the branch's own unit alone."""
    out = Q(pk__in=[])
    for code, path in OrgUnit.objects.filter(code__in=criteria.get("without") or []).values_list("code", "path"):
        out |= Q(path=path) if code == criteria.get("branch") else Q(**below(path))
    return out


def words_of(criteria):
    """The rule in words for a person who confirms it, in the language now active."""
    if criteria is None:
        return _("An open list: the units are chosen by name.")
    names = _names({criteria.get("branch"), *(criteria.get("listed") or []), *(criteria.get("without") or [])})
    said = [
        _labelled(_("level: %(names)s"), Level, criteria.get("levels")),
        _("territories only, without their bodies") if criteria.get("areas_only") else "",
        _("in the branch of %(unit)s") % {"unit": names.get(criteria["branch"], criteria["branch"])} if criteria.get("branch") else "",
        _labelled(_("kind: %(names)s"), Kind, criteria.get("kinds")),
        _labelled(_("property: %(names)s"), Trait.Code, criteria.get("traits")),
        _listed(_("without: %(names)s"), names, criteria.get("without")),
        _listed(_("by name: %(names)s"), names, criteria.get("listed")),
    ]
    words = "; ".join(part for part in said if part)
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _labelled(words, choices, values):
    known = [str(choices(value).label) for value in values or [] if value in choices.values]
    return words % {"names": f" {_('or')} ".join(known)} if known else ""


def _listed(words, names, codes):
    return words % {"names": _few([names.get(code, code) for code in codes])} if codes else ""


def _few(names):
    """«A, B, C và 12 đơn vị khác»."""
    more = len(names) - NAMED
    said = ", ".join(names[:NAMED])
    return said if more <= 0 else _("%(names)s and %(n)s more") % {"names": said, "n": more}


def _names(codes):
    return {unit.code: unit.full_name for unit in OrgUnit.objects.filter(code__in=codes - {None, ""})}


def faults(criteria, *, on, owner=None):
    """What is wrong with a rule, one sentence for each fault; none when a person may confirm it. `owner`: whose group it is."""
    if not isinstance(criteria, dict) or set(criteria) - KEYS:
        return [_("This is no rule the portal knows.")]
    found = [*_unknown_values(criteria), *_unknown_codes(criteria, on)]
    if both := set(criteria.get("listed") or []) & set(criteria.get("without") or []):
        found.append(_("Named both to be in and to be left out: %(names)s.") % {"names": _few(sorted(_names(both).values()))})
    if not has_conditions(criteria) and not criteria.get("listed"):
        return [*found, _("The rule is empty: choose a level, branch, kind or property, or name units.")]
    return found or [*_of_the_list(criteria, on, owner)]


def _unknown_values(criteria):
    for name, choices in (("levels", Level), ("kinds", Kind), ("traits", Trait.Code)):
        if strange := [value for value in criteria.get(name) or [] if value not in choices.values]:
            yield _("The portal does not know this level, kind or property: %(names)s.") % {"names": _few(strange)}


def _unknown_codes(criteria, on):
    listed = [code for code in [criteria.get("branch"), *(criteria.get("listed") or []), *(criteria.get("without") or [])] if code]
    known = set(OrgUnit.objects.filter(code__in=listed).values_list("code", flat=True))
    if strange := sorted(set(listed) - known):
        yield _("No unit has this code: %(names)s.") % {"names": _few(strange)}
    named = OrgUnit.objects.filter(code__in=criteria.get("listed") or [])
    gone = named.exclude(pk__in=OrgUnit.objects.in_force(on=on).values("pk")).order_by("path", "pk")
    if names := [unit.full_name for unit in gone]:
        yield _("Not in force on %(day)s: %(names)s.") % {"day": f"{on:%d/%m/%Y}", "names": _few(names)}


def _of_the_list(criteria, on, owner):
    found = members(criteria, on=on)
    outside = found.exclude(**_range(owner)) if owner else found.none()
    if names := [unit.full_name for unit in outside[: NAMED + 1]]:
        yield _("A group of %(owner)s names only units of its own branch; outside it: %(names)s.") % {
            "owner": owner.full_name,
            "names": ", ".join(names[:NAMED]) + ("…" if len(names) > NAMED else ""),
        }
    elif not found.exists():
        yield _("Nobody meets this rule on %(day)s.") % {"day": f"{on:%d/%m/%Y}"}


def _range(unit):
    """The negation of two bounds is not two negated bounds: a set of keys is."""
    return {"pk__in": OrgUnit.objects.within(unit).values("pk")}


# Names as people write them


def read_names(text, *, within, on):
    """The units that `text` names, one on a line (or between semicolons), by code or by full name: (units, faults).

    «22423», «22423 · phường Ba Ngòi», «phường Ba Ngòi» and «phuong ba ngoi» are the same. `within`: the unit under which names are
    looked for. A name that several units share is asked back with their codes.
    """
    lines = [line.strip() for line in text.replace(";", "\n").splitlines() if line.strip()]
    codes = {line: line.split(" · ")[0].strip() for line in lines}
    there = OrgUnit.objects.in_force(on=on).within(within).select_related("parent")
    by_code = {unit.code.casefold(): unit for unit in there.filter(code__in=_cases(codes.values()))}
    left = [line for line in lines if codes[line].casefold() not in by_code]
    by_name = _by_name(there, {fold(line) for line in left})
    units, wrong = {}, []
    for line in lines:
        known = by_code.get(codes[line].casefold())
        found = [known] if known else by_name.get(fold(line), [])
        if len(found) == 1:
            units.setdefault(found[0].pk, found[0])
        else:
            wrong.append(_asked_back(line, found))
    return list(units.values()), wrong


def _cases(codes):
    return {form for code in codes for form in (code, code.upper(), code.lower())}


def _by_name(there, wanted):
    found = {}
    for unit in there.filter(name_folded__in=wanted):
        found.setdefault(unit.name_folded, {})[unit.pk] = unit
    for unit in there.filter(aliases__name_folded__in=wanted).annotate(alias=F("aliases__name_folded")):
        if unit.alias in wanted:
            found.setdefault(unit.alias, {})[unit.pk] = unit
    return {name: list(units.values()) for name, units in found.items()}


def _asked_back(line, found):
    if not found:
        return _("No unit in force here has the name or code «%(line)s».") % {"line": line[:80]}
    options = ", ".join(f"{unit.code} ({unit.parent.full_name})" if unit.parent else unit.code for unit in found[:NAMED])
    return _("«%(line)s» is the name of %(n)s units; write the code: %(options)s.") % {
        "line": line[:80],
        "n": len(found),
        "options": options + ("…" if len(found) > NAMED else ""),
    }


def as_lines(codes):
    """Codes as `read_names` takes them back: «22423 · phường Ba Ngòi», one on a line, in the order given."""
    names = _names(set(codes))
    return "\n".join(f"{code} · {names[code]}" if code in names else code for code in codes)


# The list


def roster(group, *, on):
    """The group's list as an OrgUnit queryset in tree order: the frozen one, or what a draft's rule names on the day `on`."""
    if group.frozen_on is None and group.criteria is not None:
        return members(group.criteria, on=on)
    return OrgUnit.objects.filter(in_groups=group).order_by("path", "pk")


def by_province(units):
    """[(area, n)] of a queryset of units: the Centre, then each province, in tree order. Two queries."""
    place = Case(When(level=Level.CENTRAL, then=Value("0" * STEP)), default=Substr("path", 1, 2 * STEP))
    counts = dict(units.order_by().values_list(place).annotate(n=Count("pk", distinct=True)))
    areas = {area.path: area for area in OrgUnit.objects.areas().filter(Q(path__in=counts) | Q(parent=None)).order_by("path")}
    root = next((area for path, area in areas.items() if len(path) == STEP), None)
    return [(areas.get(path, root), counts[path]) for path in sorted(counts)]


def joined_late(group):
    """{unit id: the day from which it holds} of the late joiners, as the journal tells them."""
    acts = Entry.objects.about(group).filter(verb="group.joined").values_list("facts", flat=True)
    return {unit: date.fromisoformat(facts["on"]) for facts in acts for unit in facts["units"]}


@transaction.atomic
def freeze(group, *, on, by, at):
    """The group whose list is fixed now, on the day its plan is issued. Call once for each group of a plan.

    A draft's rule is resolved into `units`; an open group keeps the names it has, perhaps none. A group that another plan has frozen
    gives a fresh one, `made_from` it and resolved anew, without that plan's late joiners. Give the duties the group returned.
    Raises ValidationError where nobody meets the rule.
    """
    group = AddresseeGroup.objects.select_for_update().get(pk=group.pk)
    if group.frozen_on:
        group = _renewed(group, on=on)
    elif group.criteria is not None:
        _fill(group, members(group.criteria, on=on).values_list("pk", flat=True))
    group.frozen_on = on
    n = group.units.count()
    if not n and group.criteria is not None:
        with translation.override("vi"):
            raise ValidationError(_("Nobody meets the rule of «%(group)s» on %(day)s.") % {"group": group.words, "day": f"{on:%d/%m/%Y}"})
    group.save(update_fields=["frozen_on"])
    Entry.objects.record(by=by, verb="group.frozen", target=group, at=at, on=on.isoformat(), units=n, made_from=group.made_from_id)
    return group


def _renewed(group, *, on):
    """A fresh group for another plan: by the same rule, else with those first named that are still in force."""
    fresh = AddresseeGroup.objects.create(
        code=_next_code(group.code.partition("/")[0] + "/"),
        owner=group.owner,
        words=group.words,
        rule=group.rule,
        criteria=group.criteria,
        made_from=group,
    )
    first = OrgUnit.objects.in_force(on=on).filter(in_groups=group).exclude(pk__in=joined_late(group))
    _fill(fresh, (members(group.criteria, on=on) if group.criteria is not None else first).values_list("pk", flat=True))
    return fresh


def _fill(group, units):
    through = AddresseeGroup.units.through
    through.objects.filter(addresseegroup=group).delete()
    through.objects.bulk_create([through(addresseegroup=group, orgunit_id=pk) for pk in units], batch_size=BATCH)


def _next_code(stem):
    """The first free code «stem1», «stem2» …; the row of the oldest group of the stem is held, so that two never take one."""
    AddresseeGroup.objects.select_for_update().filter(code=stem.rstrip("/")).first()
    taken = set(AddresseeGroup.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := f"{stem}{n}") not in taken)


def join(group, units, *, on, by, at):
    """Add late joiners to a frozen list, by name. Returns those that were not in it. Call inside tasks/joining.add_late."""
    if group.frozen_on is None:
        raise ValidationError(_("This group is a draft: change its rule or its list instead."))
    present = set(group.units.filter(pk__in=[unit.pk for unit in units]).values_list("pk", flat=True))
    fresh = [unit for unit in units if unit.pk not in present]
    group.units.add(*fresh)
    if fresh:
        Entry.objects.record(by=by, verb="group.joined", target=group, at=at, on=on.isoformat(), units=[unit.pk for unit in fresh])
    return fresh


# Drafts


@transaction.atomic
def make(owner, *, words, criteria, by, at, units=()):
    """A draft group of `owner`. `criteria` None: an open group with the `units` named so far."""
    OrgUnit.objects.select_for_update(no_key=True).get(pk=owner.pk)
    group = AddresseeGroup.objects.create(
        code=_next_code(f"{owner.code}.N"), owner=owner, words=words, rule=_rule(criteria), criteria=criteria
    )
    _fill(group, _so_far(criteria, units, at))
    Entry.objects.record(by=by, verb="group.made", target=group, at=at, words=words, criteria=criteria)
    return group


@transaction.atomic
def change(group, *, words, criteria, by, at, units=(), mark=None):
    """Give a draft other words or another rule. `mark`: that of the version the writer saw; raises Stale where it is another now."""
    group = _held(group, mark)
    before = {"words": group.words, "criteria": group.criteria}
    group.words, group.criteria, group.rule = words, criteria, _rule(criteria)
    group.save(update_fields=["words", "criteria", "rule"])
    _fill(group, _so_far(criteria, units, at))
    Entry.objects.record(by=by, verb="group.changed", target=group, at=at, was=before, words=words, criteria=criteria)
    return group


@transaction.atomic
def discard(group, *, by, at):
    """Delete a draft that no plan uses. Raises ValidationError otherwise."""
    group = _held(group, None)
    if group.tasks.exists() or group.renewed_as.exists():
        raise ValidationError(_("A plan uses this group: take it out of the plan first."))
    Entry.objects.record(by=by, verb="group.discarded", target=group, at=at, words=group.words, criteria=group.criteria)
    group.delete()


def _so_far(criteria, units, at):
    """A draft keeps the list of the moment it was saved, for whoever asks the table; pages and `freeze` resolve its rule anew."""
    if criteria is None:
        return [unit.pk for unit in units]
    return members(criteria, on=timezone.localdate(at)).values_list("pk", flat=True)


class Stale(Exception):
    """Somebody else changed the group in between; nothing was saved."""


def _held(group, mark):
    group = AddresseeGroup.objects.select_for_update().get(pk=group.pk)
    if group.frozen_on or (mark is not None and mark != mark_of(group)):
        raise Stale
    return group


def mark_of(group):
    """What tells one version of a draft from another: the number of changes the journal knows."""
    return str(Entry.objects.about(group).filter(verb="group.changed").count())


def _rule(criteria):
    with translation.override("vi"):  # what is stored is read on paper
        return words_of(criteria)
