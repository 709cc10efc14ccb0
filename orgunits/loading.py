"""The country as data: areas from fixtures/vn-units.csv, named bodies and groups from fixtures/*.json. Loading twice adds nothing."""

import csv
import json

from django.conf import settings
from django.db import transaction

from orgunits.models import STEP, AddresseeGroup, Alias, Kind, Level, OrgUnit
from orgunits.words import fold

FIXTURES = settings.BASE_DIR / "fixtures"
KINDS = {"tỉnh": Kind.PROVINCE, "thành phố": Kind.CITY, "xã": Kind.COMMUNE, "phường": Kind.URBAN_WARD, "đặc khu": Kind.SPECIAL_ZONE}
LEVELS = {"province": Level.PROVINCE, "commune": Level.WARD, "ward": Level.WARD}
IN_FORCE = "2025-07-01"


class Tree:
    """Units by code while they are being added: gives each new child the next path under its parent."""

    def __init__(self):
        self.by_code = {unit.code: unit for unit in OrgUnit.objects.all()}
        self.last = {}
        for unit in self.by_code.values():
            parent = unit.path[:-STEP]
            self.last[parent] = max(self.last.get(parent, 0), int(unit.path[-STEP:]))
        self.fresh = []

    def add(self, *, code, parent, kind, name, level, **more):
        if code in self.by_code:
            return self.by_code[code]
        above = self.by_code[parent] if parent else None
        stem = above.path if above else ""
        self.last[stem] = self.last.get(stem, 0) + 1
        unit = OrgUnit(code=code, parent=above, path=f"{stem}{self.last[stem]:0{STEP}d}", kind=kind, name=name, level=level, **more)
        unit.fill()
        self.by_code[code] = unit
        self.fresh.append(unit)
        return unit

    def save(self):
        """Write the new units level by level, so that parents have keys before their children."""
        for depth in sorted({len(unit.path) for unit in self.fresh}):
            layer = [unit for unit in self.fresh if len(unit.path) == depth]
            for unit in layer:
                unit.parent = unit.parent and self.by_code[unit.parent.code]
                unit.area = unit.area and self.by_code[unit.area.code]
            OrgUnit.objects.bulk_create(layer, batch_size=1000)
        areas = [unit for unit in self.fresh if unit.is_area]
        for unit in areas:
            unit.area = unit
        OrgUnit.objects.bulk_update(areas, ["area"], batch_size=500)
        count, self.fresh = len(self.fresh), []
        return count


def read_areas():
    """Rows of fixtures/vn-units.csv as dicts: code, level, kind, name, parent_code."""
    with open(FIXTURES / "vn-units.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read(name):
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


@transaction.atomic
def load_units():
    """Add what is missing of areas, bodies, aliases and groups. Returns the number of new units."""
    tree, bodies = Tree(), read("bodies.json")
    tree.add(code="TW", parent=None, kind=Kind.CENTRE, name="Trung ương", level=Level.CENTRAL)
    for row in read_areas():
        tree.add(
            code=row["code"],
            parent=row["parent_code"] or "TW",
            kind=KINDS[row["kind"]],
            name=row["name"],
            level=LEVELS[row["level"]],
            valid_from=IN_FORCE,
        )
    for row in bodies["bodies"]:
        above = tree.by_code[row["parent"]]
        tree.add(
            code=row["code"],
            parent=row["parent"],
            kind=row["kind"],
            name=row["name"],
            level=above.level,
            area=above if above.is_area else above.area,
        )
    count = tree.save()
    if count:
        _link(tree, bodies)
        _add_aliases(tree, bodies)
    _add_groups(tree)
    return count


def _link(tree, bodies):
    for row in [*bodies["areas"], *bodies["bodies"]]:
        links = {name: tree.by_code[row[name]] for name in ("answers_through", "kept_by") if row.get(name)}
        if links:
            OrgUnit.objects.filter(code=row["code"]).update(**links)


def _add_aliases(tree, bodies):
    rows = {}
    for row in [*bodies["areas"], *bodies["bodies"]]:
        for name in row.get("aliases", []):
            rows[row["code"], fold(name)] = Alias(unit=tree.by_code[row["code"]], name=name, name_folded=fold(name))
    Alias.objects.bulk_create(rows.values(), ignore_conflicts=True)


def _add_groups(tree):
    for row in read("groups.json"):
        fields = {"owner": tree.by_code[row["owner"]], "words": row["words"], "rule": row["rule"], "criteria": _criteria(row)}
        group, made = AddresseeGroup.objects.get_or_create(code=row["code"], defaults=fields)
        if made:
            group.units.set([tree.by_code[code] for code in row["units"]])
        if made and row.get("rule_units") == "provinces":
            group.units.add(*OrgUnit.objects.areas().filter(level=Level.PROVINCE))


def _criteria(row):
    """The rule of a group of the fixtures, as orgunits/groups.py reads it: a later plan resolves it anew."""
    provinces = {"levels": [Level.PROVINCE.value], "areas_only": True} if row.get("rule_units") == "provinces" else {}
    return {**provinces, "listed": row["units"]}
