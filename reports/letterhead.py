"""Who speaks on the paper of a report and who signs it, and the marks of the step it stands on."""

from django.utils import timezone

from orgunits.models import Kind, Level, Role
from reports import profiles


def of(unit, speaker):
    """Who speaks on the paper, and in which profile: a People's Committee that issued the unit's plan on a State paper, else the
    unit's steering committee under its Party committee on a Party paper (documents.md)."""
    if speaker and speaker.kind == Kind.GOVERNMENT and unit.level != Level.CENTRAL:
        return _of_state(unit, speaker)
    committee, party = unit.bodies.filter(kind=Kind.STEERING).first(), _party_of(unit)
    return {
        "profile": "party",
        "issuer": {"superior": party.upper(), "name": (committee.name if committee else f"Ban Chỉ đạo {unit.full_name}").upper()},
        "signature": {"authority": f"{profiles.PARTY.on_behalf} BAN CHỈ ĐẠO", "post": "TRƯỞNG BAN", "name": ""},
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


def _party_of(unit):
    named = {Level.CENTRAL: "Ban Chấp hành Trung ương", Level.WARD: f"Đảng ủy {unit.full_name}"}
    return named.get(unit.level) or f"{'Thành ủy' if unit.kind == Kind.CITY else 'Tỉnh ủy'} {unit.name}"


def _of_state(unit, committee):
    """A People's Committee names no body above itself (Nghị định 30/2020/NĐ-CP, phụ lục I)."""
    return {
        "profile": "state",
        "issuer": {"superior": "", "name": committee.name.upper()},
        "signature": {"authority": f"{profiles.STATE.on_behalf} ỦY BAN NHÂN DÂN", "post": "CHỦ TỊCH", "name": ""},
        "symbol_tail": "BC-UBND",
        "place": unit.name,
        "recipients": [f"Ban Chỉ đạo {unit.parent.full_name} (để báo cáo)", f"Thường trực {_party_of(unit)} (để báo cáo)", "Lưu: VT"],
    }


def dated(facts, *, report, illustrative, draft):
    """`facts` as printed: with number, day, signer, and the marks of a draft or of illustrative data."""
    signer = report.signed_by
    signature = {**facts["signature"], "name": signer.person.full_name if signer else ""}
    if signer and signer.role == Role.STEERING:
        signature["post"] = _post_of(signer, signature["post"], facts["profile"])
    day = timezone.localdate(report.filed_at).isoformat() if report.filed_at else None
    return {**facts, "number": report.number, "dated_on": day, "signature": signature, "draft": draft, "illustrative": illustrative}


def _post_of(signer, head, profile):
    """As what a steering post signs: by its title, without one as the `head`; who stands in for somebody signs in their place («KT.»)."""
    if profile == profiles.STATE.name and "Ban Chỉ đạo" in signer.title:
        return ""  # a post of the steering committee is none of the People's Committee's: it is filled in by hand
    post = signer.title.split(" Ban Chỉ đạo")[0]  # «Trưởng Ban Chỉ đạo» signs as TRƯỞNG BAN
    named = (f"{post} Ban" if post.endswith("Trưởng") else post).upper()
    named = named or head.removeprefix("KT. ")  # facts that were printed before come here again
    return f"KT. {named}" if signer.deputises_id else named
