"""The areas that take part, and the bodies invented for those whose bodies the texts do not name."""

from dataclasses import dataclass, field

from config.national.wording import MARK, WORDING
from orgunits.loading import Tree
from orgunits.models import STEP, Level, OrgUnit

FIRST = "56"  # Khánh Hòa: the province of the real ward plan
TOGETHER = 16  # in one ward of so many every body answers the collective rows; in the others the UBND alone
WITHOUT_PLAN = 20  # one ward of so many has issued no plan yet


@dataclass
class Place:
    """An area and its bodies by the last part of their code («UBND»)."""

    area: OrgUnit
    bodies: dict
    together: bool = False
    plans: bool = True
    wards: list = field(default_factory=list)

    @property
    def code(self):
        return self.area.code

    @property
    def answering(self):
        """The bodies behind a collective row: all but the committee that hands the work out, or the UBND alone."""
        named = [unit for code, unit in self.bodies.items() if code != "BCD"]
        return named if self.together else [self.bodies["UBND"]]


def load_places(provinces, wards=None):
    """The first `provinces` provinces (None: all), Khánh Hòa first, with their (first `wards`) wards; writes the bodies they need."""
    tree = Tree()
    areas = [unit for unit in sorted(tree.by_code.values(), key=lambda unit: unit.path) if unit.is_area]
    chosen = sorted((unit for unit in areas if unit.level == Level.PROVINCE), key=lambda unit: unit.code != FIRST)[:provinces]
    places = [Place(area, _bodies(tree, area, WORDING["bodies"]["province"])) for area in chosen]
    by_path = {place.area.path: place for place in places}
    for area in areas:
        above = by_path.get(area.path[:-STEP])
        if area.level == Level.WARD and above and (wards is None or len(above.wards) < wards):
            above.wards.append(_ward(tree, area, len(above.wards)))
    tree.save()
    _answer_through(places)
    return places


def _ward(tree, area, n):
    together = n % TOGETHER == TOGETHER // 3
    kinds = WORDING["bodies"]["ward"] + (WORDING["bodies"]["together"] if together else [])
    return Place(area, _bodies(tree, area, kinds), together=together, plans=n % WITHOUT_PLAN != WITHOUT_PLAN // 3)


def _bodies(tree, area, kinds):
    return {code: _body(tree, area, code, kind, name) for code, kind, name in kinds}


def _body(tree, area, code, kind, name):
    """The body the texts name under this code, or an illustrative one."""
    name = f"{name.format(area=area.full_name)} {MARK}"
    return tree.add(code=f"{area.code}.{code}", parent=area.code, kind=kind, name=name, level=area.level, area=area)


def _answer_through(places):
    """Areas for which nobody answers yet answer through their UBND."""
    fresh = [place for above in places for place in [above, *above.wards] if place.area.answers_through_id is None]
    for place in fresh:
        place.area.answers_through = place.bodies["UBND"]
    OrgUnit.objects.bulk_update([place.area for place in fresh], ["answers_through"], batch_size=400)
