"""Who speaks on the paper of a report and who signs it, and the marks of the step it stands on."""

import re

from django.utils import timezone

from orgunits.models import Kind, Level, Role
from plans.models import Plan
from reports import figures, profiles

# «Phó Chủ tịch UBND phường»: only this post is one of the People's Committee's, and its name is not said again.
STATE_POST = re.compile(r"\b(quyền )?(phó )?chủ tịch(?=( thường trực)?\s*($|,|UBND|Ủy ban nhân dân))", re.IGNORECASE)
COMMITTEE = re.compile(r" (?:ban chỉ đạo|BCĐ)\b", re.IGNORECASE)


def of(unit, speaker, *, on):
    """Who speaks on the paper, and in which profile: a People's Committee that issued the unit's plan on a State paper, else the
    unit's steering committee under its Party committee on a Party paper (documents.md). `on` is the last day the paper tells of: a body
    that has ended by then speaks no more."""
    if speaker and speaker.kind == Kind.GOVERNMENT and unit.level != Level.CENTRAL:
        return _of_state(unit, _body(unit, Kind.GOVERNMENT, speaker, on=on) or speaker)
    committee, party = _body(unit, Kind.STEERING, speaker, on=on), _party_of(unit)
    return {
        "profile": profiles.PARTY.name,
        "issuer": {"superior": party.upper(), "name": (committee.name if committee else f"Ban Chỉ đạo {unit.full_name}").upper()},
        "signature": _of_head(profiles.PARTY),
        "symbol_tail": "BC/BCĐTW" if unit.level == Level.CENTRAL else "BC/BCĐ",
        "place": "Hà Nội" if unit.level == Level.CENTRAL else unit.name,
        "recipients": [
            *([f"Ban Chỉ đạo {unit.parent.full_name} (để báo cáo)"] if unit.parent else []),
            f"Thường trực {party} (để báo cáo)",
            "Thành viên Ban Chỉ đạo",
            "Lưu Ban Chỉ đạo",
        ],
    }


def speaker(unit, plans):
    """The body that issued the newest of the unit's own among `plans`: who assigned the work reports on it. None where there is none."""
    own = [plan for plan in plans if plan.unit_id == unit.pk]
    return max(own, key=lambda plan: (plan.issued_on, plan.pk)).document.issuer if own else None


def at_present(unit, *, on):
    """How a paper that tells of no period is headed: by who issued the newest plan of the unit's present duties, as its monthly report."""
    plans = Plan.objects.filter(unit=unit, pk__in=figures.duties_of(unit).order_by().values("plan"))
    return of(unit, speaker(unit, plans.select_related("document__issuer")), on=on)


def _body(unit, kind, speaker, *, on):
    """The unit's body of that kind in force on the day `on`: the speaker if it is one, else the first. None where there is none."""
    bodies = list(unit.bodies.filter(kind=kind).in_force(on=on))
    return next((body for body in bodies if body == speaker), bodies[0] if bodies else None)


def _party_of(unit):
    named = {Level.CENTRAL: "Ban Chấp hành Trung ương", Level.WARD: f"Đảng ủy {unit.full_name}"}
    return named.get(unit.level) or f"{'Thành ủy' if unit.kind == Kind.CITY else 'Tỉnh ủy'} {unit.name}"


def _of_state(unit, committee):
    """A People's Committee names no body above itself (Nghị định 30/2020/NĐ-CP, phụ lục I)."""
    return {
        "profile": profiles.STATE.name,
        "issuer": {"superior": "", "name": committee.name.upper()},
        "signature": _of_head(profiles.STATE),
        "symbol_tail": "BC-UBND",
        "place": unit.name,
        "recipients": [f"Ban Chỉ đạo {unit.parent.full_name} (để báo cáo)", f"Thường trực {_party_of(unit)} (để báo cáo)", "Lưu: VT"],
    }


def dated(facts, *, report, illustrative, draft):
    """`facts` as printed: with number, day, signer, and the marks of a draft or illustrative data. What was dated keeps its signature."""
    day = timezone.localdate(report.filed_at).isoformat() if report.filed_at else None
    signature = facts["signature"] if facts.get("dated_on") else _signature(report, profiles.BY_NAME[facts["profile"]])
    return {**facts, "number": report.number, "dated_on": day, "signature": signature, "draft": draft, "illustrative": illustrative}


def _of_head(profile, name=""):
    return {"authority": profile.by_head, "post": profile.head, "name": name}


def _signature(report, profile):
    """As what the post that signed the report signs: by its title, without one as the head. Who deputises signs in place of the head
    (K/T, KT.), never of another deputy, and below it as what they are."""
    signer = report.signed_by
    if signer is None or signer.role != Role.STEERING:
        return _of_head(profile, signer.person.full_name if signer else "")
    named = (
        _post_of_deputy(signer, profile, on=timezone.localdate(report.signed_at)) if signer.deputises_id else _post(signer.title, profile)
    )
    in_place = signer.deputises_id or _is_deputy(named, profile)
    return {"authority": profile.by_deputy if in_place else profile.by_head, "post": named, "name": signer.person.full_name}


def _post_of_deputy(signer, profile, *, on):
    """The deputy's own post in the area, not the one of who is absent; "" where the portal knows none: it is filled in by hand."""
    own = signer.person.posts.live(on=on).filter(deputises=None, unit__area=signer.unit.area_id).exclude(title="").order_by("id")
    return next((named for named in (_post(post.title, profile) for post in own) if _is_deputy(named, profile)), "")


def _is_deputy(named, profile):
    return f"PHÓ {profile.head}" in named


def _post(title, profile):
    """«TRƯỞNG BAN» of «Trưởng Ban Chỉ đạo», «PHÓ CHỦ TỊCH» of «Phó Chủ tịch UBND phường»; without a title the head's. On State paper ""
    for a post that is none of the People's Committee's: it is filled in by hand."""
    if not title:
        return profile.head
    if profile is profiles.STATE:
        found = STATE_POST.search(title)
        return re.sub("^QUYỀN ", "Q. ", found[0].upper()) if found else ""
    post = COMMITTEE.split(title)[0].upper()
    return f"{post} BAN" if post.endswith("TRƯỞNG") else post
