"""Every address × everybody × what lies in every corner: nothing beyond trust.md §2 in any answer (promise 10)."""

import json
from dataclasses import dataclass

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from config.demo.people import read
from orgunits.models import Post, Role
from reports import drafting, lint
from tasks.models import NotApplicable
from tests.permissions.reach import NO, OPEN, YES
from tests.permissions.requests import CANARY, body, fresh_token, taken_back, told, writes_seen
from tests.permissions.scene import MORE, NOW

pytestmark = pytest.mark.django_db
REFUSED = {"anonymous": {302, 401, 403}, "nobody": {403}}


@dataclass(frozen=True)
class Case:
    """How to try one address. `kind` of thing fills `arg`; without one it is a list, tried with each of `queries`.

    `act`: what a POST does (reach.may_…) and `form` makes its fields; `get` False where only POST is answered.
    `guarded`: the page itself is there only for who may do that. `files`: the kinds of file it hands out.
    `late`: who acts on what has ended is told so (409) and keeps the words, instead of being refused.
    `everybody`: answered without signing in. `only`: the roles a list is there for.
    """

    kind: str = ""
    arg: str = "pk"
    get: bool = True
    act: str = ""
    form: object = None
    json: bool = False
    queries: tuple = ("",)
    files: tuple = ()
    everybody: bool = False
    only: tuple = ()
    guarded: bool = False
    late: bool = False


LISTS = ("", "?q=canary&sort=-unit", "?page=2&sort=owner__password")
ROWS = ("?page_size=200", "?page_size=200&ordering=-id")
PARTS = {f"{name}{n}": "lời mới" for name in ("part", "shown") for n in range(1, 6)}


def _entry(thing, role):
    return {"token": fresh_token(), "version": thing.row.version, **_words(thing, role)}


def _words(thing, role):
    return {"says": "doing", "words": "Đã làm", **({"spoken_for": "Tổ"} if role == Role.CLERK else {})}


def _step(thing, role):
    return {"version": thing.row.version, "words": "Lời mới"}


def _trouble(thing, role):
    return {"token": fresh_token(), "words": "Thiếu người", "level": "central"}


def _nobody(thing, role):
    return {"owner": "", "version": thing.row.version}


def _halt(thing, role):
    words = {"kind": "pause", "reason": "Chờ kinh phí", "document": "99-CV/BCĐ ngày 14/7/2026"}
    return {"token": fresh_token(), "version": thing.row.version, **words}


def _same_word(thing, role):
    return {"ok": False, "reason": thing.row.verdict}


def _correction(thing, role):
    return {"on": "15/07/2026", "type": "NQ", "symbol": "16/NQ-HĐND", "signed_on": "01/07/2026", "issuer": "HĐND tỉnh"}


def _nothing(thing, role):
    return {}


def _yes(thing, role):
    return {"ok": "1"}


def _rule(thing, role):
    return {"mark": "0", "words": thing.row.words, "how": "rule", "levels": ["ward"], "areas_only": "on"}


def _commune(thing, role):
    code = {"TW": "14797", "56": "22432", "38": "14797"}.get(thing.row.owner.code, f"{thing.row.owner.code}.UBND")
    return {"names": code, "on": "2026-07-14"}


def _revision(thing, role):
    return {"revision": thing.row.revision}


def _moved(thing, role):
    terms = {"token": fresh_token(), "revision": 0, "due_on": "25/07/2026", "due_time": "17:00", "reason": "Thêm thời gian"}
    return {f"move-{name}": value for name, value in terms.items()}


def _withdrawn(thing, role):
    return {"withdraw-token": fresh_token(), "withdraw-revision": 0, "withdraw-reason": "Đã có số liệu"}


def _reopened(thing, role):
    return {"token": fresh_token(), "reason": "Thiếu số liệu", "expires_on": f"{timezone.localdate():%d/%m/%Y}"}


def _noted(thing, role):
    """The head has seen what lint finds now."""
    return {**_revision(thing, role), "noted": lint.digest(lint.findings(drafting.Draft(thing.row, at=timezone.now())))}


def _declared(thing, role):
    """One declaration under the plan that waits for a word, made where there is none."""
    words = {"reason": "Không có", "by": Post.objects.order_by("pk").first(), "at": NOW}
    row, _made = NotApplicable.objects.get_or_create(task=thing.row.tasks.order_by("pk").first(), unit=thing.unit, defaults=words)
    return {"ok": "1", "ids": row.pk}


def _does(verb):
    return lambda thing, role: {"act": verb, "revision": thing.row.revision}


def _duty(thing, role):
    return {name: getattr(thing.row, name) for name in ("revision", "title", "text", "ref", "lead_words")}


def _figure(thing, role):
    numbers = {"numerator": "1", "denominator": "2"} if thing.row.asks_parts else {"value": "7"}
    more = {"source": "Sổ theo dõi", "reason": "Đếm lại", "seen": 2**40, "month": "2026-07"}
    return {"token": fresh_token(), **numbers, **more}


def _version(thing, role):
    return {"version": thing.row.version, "title": "Tên mới"}


def _paper(thing, role):
    unit = thing.unit
    facts = {"symbol": f"99-KH/{unit.code}", "type": "KH", "type_name": "Kế hoạch", "signed_on": "01/07/2026", "subject": "An ninh mạng"}
    return {**facts, "issuer": unit.pk}


def _end(thing, role):
    return {"version": thing.row.version, "on": "14/07/2026", "document": "", "reason": "Đã xong"}


def _new_date(thing, role):
    row = thing.row if thing.kind == "stage" else thing.row.stage
    paper = {"symbol": "99-QĐ/BCĐ", "type": "QĐ", "signed_on": "14/07/2026", "signer": "Trưởng ban", "reason": "Chờ hướng dẫn"}
    return {"token": fresh_token(), "version": row.task.version, "due_on": "30/11/2031", **paper}


def _no_link(thing, role):
    return {"source": "", "version": thing.row.task.version}


def _facts(thing, role):
    row = thing.row
    return {"revision": row.revision, "symbol": row.symbol, "type": row.type, "signed_on": row.signed_on, "issuer": row.issuer_id or ""}


def _word(thing, role):
    spoken_for = {"spoken_for": "Tổ"} if role == Role.CLERK else {}
    words = {
        "what": "Sự cố",
        "system": "Cổng",
        "effect": "Chưa rõ",
        "measures": "Đã ngắt",
        "text": "Lời mới",
        "discovered_at": "2026-07-10T08:00",
    }
    return {"token": fresh_token(), "version": thing.row.version, "send": "1", **words, **spoken_for}


def _somebody(thing):
    """An account within the reach of whoever grants posts there, who plays no other part in the scene."""
    writers = Post.objects.filter(person__username__startswith="viet.").select_related("person")
    return (writers.filter(unit__path__startswith=thing.unit.area.path).first() or writers.first()).person


def _heir(thing, role):
    return {"person": _somebody(thing).username, "on": f"{timezone.localdate():%d/%m/%Y}", "act": "1", "seen": "0/0/0"}


def _deputy(thing, role):
    day = f"{timezone.localdate():%d/%m/%Y}"
    return {"person": _somebody(thing).username, "since": day, "until": day}


CASES = {
    "my_work": Case(),
    "dashboard": Case(),
    "unit_dashboard": Case("picture"),
    "year": Case(
        queries=("", "?year=2027&what=duty&what=coming", "?year=99999999999999999999&what=x"),
        only=(Role.OFFICIAL, Role.CLERK, Role.STEERING, Role.AUDITOR),
    ),
    "unit_year": Case("picture"),
    "export_year": Case("picture"),
    "compliance": Case(
        queries=("", "?sort=missing", "?year=2026&month=2026-06", "?year=x&sort=password&page=9&month=x&until=x"),
        only=(Role.CLERK, Role.STEERING, Role.AUDITOR),
    ),
    "export_compliance": Case(files=("csv", "xlsx"), only=(Role.CLERK, Role.STEERING, Role.AUDITOR)),
    "reports": Case(
        queries=(
            "",
            "?q=phuong",
            "?month=2026-06",
            "?month=2026-07&sort=-filed",
            *(f"?status={s}" for s in ("draft", "signed", "filed", "hanging")),
        )
    ),
    "report": Case("report"),
    "edit_report": Case("report", get=False, act="edit", form=lambda thing, role: {**_revision(thing, role), **PARTS}),
    "sign_report": Case("report", get=False, act="sign", form=_noted),
    "unsign_report": Case("report", get=False, act="unsign", form=_revision),
    "file_report": Case("report", get=False, act="file", form=_revision),
    "judge_report": Case("report", get=False, act="accept", form=_yes),
    "cutoffs": Case(only=(Role.OFFICIAL, Role.CLERK, Role.STEERING, Role.AUDITOR)),
    "set_cutoff": Case(get=False),
    "receipt": Case("report"),
    "supplement_report": Case("report", get=False, act="supplement", form=_nothing),
    "reopen_report": Case("owed", act="reopen", form=_reopened),
    "print_report": Case("report", get=False, act="print", form=_nothing),
    "papers": Case("report", act="list_papers"),
    "download_paper": Case("paper"),
    "journal": Case(queries=("", "?who=an&since=2026-06-01&until=2026-07-31", "?what=progress.confirmed", "?before=7")),
    "export_journal": Case(files=("csv", "xlsx"), only=(Role.AUDITOR,)),
    "story": Case("assignment"),
    "search": Case(queries=("?q=canary", "?q=viec", "?q=ke hoach", "?q=phuong")),
    "duties": Case(
        queries=(
            *LISTS,
            *(f"?told={subject}" for subject in ("overdue", "silent", "returned", "hanging")),
            "?unit=22432.UBND&only=1",
            "?unit=38&state=doing",
            "?part=coordinator",
            "?level=ward&unowned=1&awaiting=1",
        )
    ),
    "export_duties": Case(files=("csv", "xlsx"), queries=("", "?q=viec&sort=-unit", "?unit=22432.UBND&part=lead")),
    "plan": Case("plan"),
    "calls": Case(
        queries=("", "?page=2&below=9", "?q=viec&state=open", "?state=answered", "?state=x"),
        only=(Role.OFFICIAL, Role.CLERK, Role.STEERING, Role.AUDITOR),
    ),
    "make_call": Case(only=(Role.CLERK, Role.STEERING)),
    "call": Case("call"),
    "export_calls": Case(
        files=("csv", "xlsx"),
        queries=("", "?state=answered", "?q=viec"),
        only=(Role.OFFICIAL, Role.CLERK, Role.STEERING, Role.AUDITOR),
    ),
    "export_call": Case("call"),
    "move_call": Case("call", get=False, act="change_call", form=_moved),
    "withdraw_call": Case("call", get=False, act="change_call", form=_withdrawn),
    "call_answer": Case("call_answer"),
    "edit_call_answer": Case("call_answer", get=False, act="edit", form=lambda thing, role: {**_revision(thing, role), "words": "Lời mới"}),
    "sign_call_answer": Case("call_answer", get=False, act="sign", form=_revision),
    "unsign_call_answer": Case("call_answer", get=False, act="unsign", form=_revision),
    "file_call_answer": Case("call_answer", get=False, act="file", form=_revision),
    "print_call_answer": Case("call_answer", get=False, act="order", form=_nothing),
    "call_papers": Case("call_answer", act="list_papers"),
    "judge_call_answer": Case("call_answer", get=False, act="accept", form=_yes),
    "indicators": Case(queries=("", "?due=1&page=2", "?year=2026&standing=no_data", "?plan=1", "?plan=9999999999999999999&year=x")),
    "indicators_csv": Case(queries=("", "?standing=met")),
    "indicators_xlsx": Case(),
    "indicator": Case("indicator"),
    "value_indicator": Case("indicator", get=False, act="value", form=_figure),
    "coverage": Case("plan"),
    "cells": Case("plan"),
    "export_coverage": Case("plan"),
    "declarations": Case("plan"),
    "judge_declarations": Case("plan", get=False, act="judge_declarations", form=_declared),
    "cell": Case("task"),
    "declare": Case("task", get=False, act="declare", form=lambda thing, role: {"reason": "Không có hệ thống nào"}),
    "withdraw_declaration": Case("task", get=False, act="declare", form=_nothing),
    "amend_plan": Case("plan", act="amend", guarded=True),
    "plan_lint": Case("plan"),
    "export_lint": Case("plan"),
    "task": Case("task"),
    "extend_stage": Case("stage", act="extend", form=_new_date, guarded=True),
    "extend_answer": Case("answer", act="extend_alone", form=_new_date, guarded=True),
    "link_stage": Case("waits", get=False, act="link", form=_no_link),
    "waiting_stages": Case(queries=("", "?sort=-since&told=1", "?page=2"), only=(Role.CLERK, Role.STEERING)),
    "link_stages": Case(get=False),
    "assignment": Case("assignment"),
    "log_progress": Case("assignment", get=False, act="log", form=_entry),
    "log_nothing": Case("assignment", get=False, act="log", form=lambda thing, role: {"token": fresh_token()}),
    "keep_progress_draft": Case("assignment", get=False, act="log", form=_entry),
    "discard_progress_draft": Case("assignment", get=False, act="log", form=_nothing),
    "log_many": Case(queries=("", "?page=2", "?page=9999"), only=(Role.OFFICIAL, Role.CLERK)),
    "log_nothing_many": Case(get=False),
    "give": Case("assignment", get=False, act="give", form=_nobody),
    "halts": Case(only=(Role.STEERING,)),
    "halt": Case("assignment", act="halt", form=_halt),
    "judge_halt": Case("assignment", get=False, act="judge_halt", form=lambda thing, role: {"ok": "1", "halt": 1}),
    "withdraw_halt": Case("assignment", get=False, act="log", form=_nothing),
    "resume": Case(
        "assignment", get=False, act="halt", form=lambda thing, role: {"version": thing.row.version, "reason": "Đã có kinh phí"}
    ),
    "judge": Case("progress", get=False, act="judge", form=_yes),
    "evidence": Case("evidence"),
    "to_confirm": Case(queries=("", "?unit=ba ngoi&days=0", "?plan=1&page=2&others=1"), only=(Role.STEERING,)),
    "confirm_many": Case(get=False),
    "raise_difficulty": Case("assignment", act="raise", form=_trouble, guarded=True, late=True),
    "difficulties": Case(
        queries=("", "?turn=1&late=ever", "?late=near", "?unit=22423.CA&sort=-with", "?state=answered&level=province&page=2")
    ),
    "export_difficulties": Case(files=("csv", "xlsx"), queries=("", "?state=open&sort=-due")),
    "difficulty": Case("trouble"),
    "answer_difficulty": Case("trouble", get=False, act="answer", form=_step),
    "send_up_difficulty": Case("trouble", get=False, act="send_up", form=_step),
    "withdraw_difficulty": Case("trouble", get=False, act="settle", form=_step),
    "close_difficulty": Case("answered", get=False, act="settle", form=_step),
    "reopen_difficulty": Case("answered", get=False, act="settle", form=_step),
    "unanswered": Case("task"),
    "unanswered_csv": Case("task"),
    "unanswered_xlsx": Case("task"),
    "remind_unanswered": Case("task", get=False, act="remind", form=_nothing),
    "groups": Case(queries=(*LISTS, "?state=draft", "?state=frozen&sort=-frozen")),
    "group": Case("group"),
    "group_csv": Case("group"),
    "group_xlsx": Case("group"),
    "make_group": Case(only=(Role.CLERK, Role.STEERING)),
    "change_group": Case("group", act="shape", form=_rule, guarded=True),
    "discard_group": Case("group", get=False, act="shape", form=_nothing),
    "join_group": Case("group", get=False, act="join", form=_commune),
    "incidents": Case(queries=(*LISTS, "?state=late&sort=-reported", "?unit=22423&since=2026-07-01", "?unit=38&state=unsent")),
    "export_incidents": Case(files=("csv", "xlsx"), queries=("", "?q=canary&sort=-unit", "?unit=22432.UBND")),
    "new_incident": Case(only=(Role.OFFICIAL, Role.CLERK)),
    "incident": Case("incident"),
    "incident_file": Case("incident_file"),
    "send_incident": Case("noted", get=False, act="keep_incident", form=_word),
    "correct_incident": Case("noted", get=False, act="keep_incident", form=_word),
    "drop_incident": Case("noted", get=False, act="keep_incident", form=_word),
    "follow_incident": Case("incident", get=False, act="keep_incident", form=_word),
    "close_incident": Case("incident", get=False, act="keep_incident", form=_word),
    "acknowledge_incident": Case("incident", get=False, act="acknowledge", form=_word),
    "plans": Case(queries=LISTS),
    "intakes": Case(queries=("", "?page=2"), only=(Role.CLERK,)),
    "upload_plan": Case(get=False),
    "intake": Case("intake"),
    "intake_file": Case("intake"),
    "intake_difference": Case("intake"),
    "deadline_reading": Case("intake"),
    "edit_intake": Case("intake", get=False, act="review", form=_facts),
    "accept_drafts": Case("intake", get=False, act="review", form=_nothing),
    "undo_step": Case("intake", get=False, act="review", form=_nothing),
    "add_draft": Case("intake", get=False, act="review", form=lambda thing, role: {"text": "Lập danh mục"}),
    "discard_intake": Case("intake", get=False, act="review", form=_nothing),
    "confirm_intake": Case("intake", act="review", form=_nothing),
    "draft": Case("draft"),
    "act_on_draft": Case("draft", get=False, act="review", form=_does("drop")),
    "edit_draft": Case("draft", get=False, act="review", form=_duty),
    "start_draft": Case(get=False),
    "carry_down": Case("plan", get=False, act="carry", form=_nothing),
    "plan_draft": Case("plan", act="edit_plan", guarded=True),
    "rename_draft": Case("plan", get=False, act="edit_plan", form=_version),
    "add_superior": Case("plan", get=False),
    "drop_draft": Case("plan", get=False, act="edit_plan", form=_nothing),
    "pick_duties": Case("plan", act="edit_plan", guarded=True),
    "add_duty": Case("plan", get=False, act="edit_plan", form=lambda thing, role: {"title": "Việc riêng"}),
    "draft_reading": Case("plan", act="edit_plan", guarded=True),
    "issue_plan": Case("plan", act="issue", form=_paper, guarded=True),
    "close_plan": Case("plan", act="end", form=_end, guarded=True),
    "withdraw_plan": Case("plan", act="end", form=_end, guarded=True),
    "receive_plan": Case("plan", get=False, act="receive", form=_nothing),
    "forward_plan": Case("plan", act="forward", guarded=True),
    "cascade": Case("plan"),
    "export_cascade": Case("plan"),
    "edit_duty": Case("task", act="edit_duty", form=_version, guarded=True),
    "link_duty": Case("task", get=False),
    "move_duty": Case("task", get=False, act="edit_duty", form=lambda thing, role: {"way": "up"}),
    "remove_duty": Case("task", get=False, act="edit_duty", form=_version),
    "documents": Case(queries=LISTS),
    "document": Case("document"),
    "sign_in": Case(everybody=True),
    "sign_out": Case(get=False),
    "language": Case(get=False, everybody=True),
    "act_as": Case(get=False),
    "account": Case(),
    "revoke_token": Case("token", get=False, act="revoke", form=_nothing),
    "posts": Case(
        queries=("", "?q=canary&state=all&sort=-name", "?q=nguoi&role=official", "?state=deputies&page=9", "?state=x&sort=password")
    ),
    "letters": Case(only=(Role.ADMIN,), queries=("", "?state=waiting", "?state=x&page=9")),
    "retry_letters": Case(get=False),
    "give_post": Case(only=(Role.ADMIN, Role.STEERING)),
    "post": Case("person"),
    "name_deputy": Case("person", guarded=True, act="hand_over", form=_deputy),
    "end_post": Case("person", get=False, act="hand_over", form=lambda thing, role: {"last": f"{timezone.localdate():%d/%m/%Y}"}),
    "hand_over": Case("person", guarded=True, act="hand_over", form=_heir),
    "drop_handover": Case("person", get=False, act="hand_over", form=_nothing),
    "units": Case(queries=("", "?q=canary", "?q=ba ngoi", "?level=ward&sort=-name")),
    "unit": Case("unit"),
    "change_unit": Case("unit", guarded=True, act="change", form=lambda thing, role: {"kind": "close", **_correction(thing, role)}),
    "unit_changes": Case(queries=("", "?q=canary", "?q=ba ngoi", "?kind=merge&status=waiting&sort=-day")),
    "unit_change": Case("change"),
    "approve_change": Case("change", get=False, act="approve", form=_nothing),
    "drop_change": Case("change", get=False, act="drop", form=_nothing),
    "correct_change": Case("change", get=False, act="correct", form=_correction),
    "inbox": Case(queries=("", "?unread=1", "?page=9")),
    "read_all": Case(get=False),
    "open_notice": Case("notice", get=False, act="open", form=_nothing),
    "healthz": Case(everybody=True),
    "api-schema": Case(),
    "api-root": Case(),
    "api-unit-list": Case(queries=("?parent=22423", "?code=22423.CA&ordering=-path")),
    "api-unit-detail": Case("unit"),
    "api-document-list": Case(queries=(*ROWS, "?type=KH&page_size=200")),
    "api-document-detail": Case("document"),
    "api-plan-list": Case(queries=(*ROWS, "?in_force=false&page_size=200", "?level=ward&page_size=200")),
    "api-plan-detail": Case("plan"),
    "api-indicator-value-list": Case(queries=(*ROWS, "?unit=22432&page_size=200", "?current=true&month=2026-07&page_size=200")),
    "api-indicator-value-detail": Case("value"),
    "api-task-list": Case(queries=("?page_size=200", "?unit=22423.UBND&page_size=200", "?unit=38&page_size=200")),
    "api-task-detail": Case("task"),
    "api-assignment-list": Case(queries=(*ROWS, "?unit=22432.CA&page_size=200", "?updated_since=2026-06-01T00:00:00Z&page_size=200")),
    "api-assignment-detail": Case("assignment"),
    "api-assignment-progress": Case("assignment", arg="assignment", act="log", form=_words, json=True),
    "api-progress-list": Case(queries=(*ROWS, "?unit=22423.CA&page_size=200", "?judged=true&page_size=200")),
    "api-progress-detail": Case("progress"),
    "api-incident-list": Case(queries=(*ROWS, "?unit=22423.CA&page_size=200", "?reported=false&page_size=200")),
    "api-incident-detail": Case("noted"),
    "api-difficulty-list": Case(queries=(*ROWS, "?overdue=false&page_size=200", "?lies_with=56&page_size=200")),
    "api-difficulty-detail": Case("trouble"),
    "api-difficulty-answer": Case("trouble", get=False, act="answer", form=_step, json=True),
    "api-difficulty-send-up": Case("trouble", get=False, act="send_up", form=_step, json=True),
    "api-difficulty-withdraw": Case("trouble", get=False, act="settle", form=_step, json=True),
    "api-difficulty-close": Case("answered", get=False, act="settle", form=_step, json=True),
    "api-difficulty-reopen": Case("answered", get=False, act="settle", form=_step, json=True),
    "api-assignment-difficulties": Case("assignment", arg="assignment", act="raise", form=_trouble, json=True),
    "api-halt-list": Case(queries=(*ROWS, "?waiting=false&page_size=200", "?unit=22423.CA&page_size=200")),
    "api-halt-detail": Case("halt"),
    "api-halt-judge": Case("halt", get=False, act="judge_request", form=_same_word, json=True),
    "api-halt-withdraw": Case("halt", get=False),  # none waits any more: tests/api/test_halts.py
    "api-assignment-halts": Case("assignment", arg="assignment", act="halt", form=_halt, json=True),
    "api-assignment-resume": Case("assignment", arg="assignment", get=False),  # none is paused: tests/api/test_halts.py
    "api-report-list": Case(queries=(*ROWS, "?status=draft&page_size=200", "?month=2026-06&page_size=200")),
    "api-report-detail": Case("report"),
    "api-call-list": Case(queries=(*ROWS, "?unit=56&page_size=200", "?step=answered&page_size=200")),
    "api-call-detail": Case("call"),
    "api-call-answer-list": Case(queries=(*ROWS, "?status=filed&page_size=200", "?unit=22432&page_size=200")),
    "api-call-answer-detail": Case("call_answer"),
}


def names(patterns=None):
    """The names of every address of the project; an address without one is named by its route."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or f"(unnamed) {pattern.pattern}"
        else:
            yield from names(pattern.url_patterns)


def test_every_address_has_a_case():
    assert sorted(set(names()) - set(CASES)) == []
    assert sorted(set(CASES) - set(names())) == []


ACTORS = [
    *(f"{line['username']} {post['role']} {post['unit']}" for line in read("demo/people.json")["sign_in"] for post in line["posts"]),
    *(f"{name} {role} {unit}" for name, unit, role in MORE),
    "nobody",
    "anonymous",
]


def _sort_of(thing):
    """What tells two things of one kind and place apart for the rules."""
    row = thing.row
    plan = getattr(row, "plan", None) or (row if thing.kind == "plan" else None) or (thing.plans[0] if thing.plans else None)
    report = row if thing.kind in {"report", "owed", "call_answer"} else getattr(row, "report", None)
    step = report and (bool(report.signed_at), bool(report.filed_at))
    return plan and bool(plan.issued_on), step, getattr(row, "is_draft", None), getattr(row, "part", None)


def few(things, key):
    """The first of `things` for each `key`."""
    return list({key(thing): thing for thing in reversed(things)}.values())


@pytest.fixture
def _without_contexts(monkeypatch):
    """The crawl reads bytes alone; keeping every template's context would take half its time."""
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *args, **kwargs: None)


class Visit:
    """One person going round. `leaks` and `wrong` fill up; both must stay empty."""

    def __init__(self, scene, name):
        self.scene, self.actor = scene, scene.actors[name]
        self.client = self.actor.sign_in()
        self.verdicts = scene.verdicts(self.actor)
        self.forbidden = scene.forbidden(self.verdicts)
        self.problems, self.count = [], 0

    def note(self, *words):
        self.problems.append(" ".join(str(word) for word in words))

    def ask(self, address, method="get", data=None, **more):
        self.count += 1
        answer = getattr(self.client, method)(address, data, **more)
        echoed = set(CANARY.findall(address))
        leaked = (told(answer) & self.forbidden) - echoed
        for word in leaked:
            self.note("LEAK", method, address, answer.status_code, "told", word, self.scene.canaries[word])
        if answer.status_code >= 500:
            self.note("BROKEN", method, address, answer.status_code)
        return answer

    # Expectations

    def refused(self, answer, address):
        if self.actor.name in REFUSED and answer.status_code not in REFUSED[self.actor.name]:
            self.note("OPEN DOOR", address, answer.status_code)

    def check_get(self, answer, verdict, may, thing, address):
        wanted = {YES: {200}, NO: {404}, OPEN: {200, 404}}[verdict]
        if verdict != NO and may == NO:
            wanted = {403} if verdict == YES else {403, 404}
        if answer.status_code not in wanted:
            self.note("STATUS", address, answer.status_code, "not", wanted, thing)

    def check_post(self, answer, verdict, may, seen, thing, address, *, late):
        if verdict == NO or may == NO:
            wanted = {NO: {404}, YES: {403}, OPEN: {403, 404}}[verdict] | ({409} if late and verdict != NO else set())
            if seen:
                self.note("WRITTEN", address, seen[:2])
        else:
            wanted = {200, 201, 302} if verdict == YES else {200, 201, 302, 404}
        if answer.status_code not in wanted:
            self.note("STATUS post", address, answer.status_code, "not", wanted, thing)


def _go_to_things(visit, name, case):
    """A page of each sort of thing in each relation to the post's unit; through the API and for acts a coarser choice."""
    is_page = case.get and not name.startswith("api-")
    reach, verdicts = visit.actor.reach, visit.verdicts

    def may(thing):
        return YES if not case.act or verdicts[thing] == NO else reach.may(case.act, thing)

    def of_its_own(thing):
        place = reach.relation(thing.unit) if visit.actor.post else ""
        if is_page:
            return verdicts[thing], may(thing), place, _sort_of(thing), thing.unit and thing.unit.is_area
        return verdicts[thing], may(thing), _sort_of(thing) if verdicts[thing] != NO else place in {"own", "own area", "below"}

    for thing in few(visit.scene.things[case.kind], of_its_own):
        address, verdict = reverse(name, kwargs={case.arg: thing.pk}), verdicts[thing]
        if case.get:
            answer = visit.ask(address)
            visit.refused(answer, address)
            if visit.actor.post:
                visit.check_get(answer, verdict, may(thing) if name in {"papers", "call_papers"} or case.guarded else YES, thing, address)
        if case.form:
            _act(visit, address, case, thing, verdict, may(thing))


def _act(visit, address, case, thing, verdict, may):
    data = case.form(thing, visit.actor.reach.role)
    more = {"content_type": "application/json"} if case.json else {}
    with writes_seen() as seen, taken_back():
        answer = visit.ask(address, "post", json.dumps(data) if case.json else data, **more)
    visit.refused(answer, address)
    if visit.actor.post:
        visit.check_post(answer, verdict, may, seen, thing, address, late=case.late)
    elif seen:
        visit.note("WRITTEN", address, seen[:2])


def _go_to_lists(visit, name, case):
    for address in [reverse(name, args=[file]) for file in case.files] or [reverse(name)]:
        _go_to_list(visit, name, case, address)


def _go_to_list(visit, name, case, address):
    if not case.get:
        answer = visit.ask(address)
        if visit.actor.post and answer.status_code not in {405, 302}:
            visit.note("STATUS", address, answer.status_code)
        return
    for query in case.queries:
        answer = visit.ask(address + query)
        if not case.everybody:
            visit.refused(answer, address)
        if case.only and visit.actor.post and visit.actor.reach.role not in case.only:
            if answer.status_code != 403:
                visit.note("STATUS", address + query, answer.status_code)
        elif visit.actor.post and answer.status_code != 200 and name not in {"my_work", "dashboard", "sign_in"}:
            visit.note("STATUS", address + query, answer.status_code)


@pytest.mark.usefixtures("_without_contexts")
@pytest.mark.parametrize("name", ACTORS)
def test_nobody_is_told_more_than_the_table_says(scene, name):
    visit = Visit(scene, name)
    for address, case in CASES.items():
        if case.kind:
            _go_to_things(visit, address, case)
        elif address != "sign_out":
            _go_to_lists(visit, address, case)
    assert not visit.problems, "\n".join(visit.problems)


OWN_PAGE = {
    "progress": "api-progress-detail",
    "evidence": "evidence",
    "trouble": "difficulty",
    "answered": "difficulty",
    "halt": "api-halt-detail",
    "report": "report",
    "paper": "download_paper",
    "task": "task",
    "assignment": "assignment",
    "plan": "plan",
    "value": "api-indicator-value-detail",
    "group": "group",
    "document": "document",
    "intake": "intake",
    "draft": "draft",
    "incident": "incident",
    "noted": "incident",
    "incident_file": "incident_file",
}


def test_every_canary_is_told_to_somebody(scene):
    """A leak test has something that could leak: each secret stands on the page of its own thing, for who may read it."""
    clients, pages = {}, {}

    def page(thing):
        if thing not in pages:
            who = next((actor for actor in scene.actors.values() if scene.verdicts(actor)[thing] == YES), None)
            client = who and (clients.get(who) or clients.setdefault(who, who.sign_in()))
            pages[thing] = told(client.get(reverse(OWN_PAGE[thing.kind], args=[thing.pk]))) if who else set()
        return pages[thing]

    words = {word: [teller for teller in tellers if teller.kind in OWN_PAGE] for word, tellers in scene.canaries.items()}
    silent = [(word, tellers) for word, tellers in words.items() if tellers and not any(word in page(teller) for teller in tellers)]
    assert silent == []


@pytest.mark.parametrize(("kind", "address"), [("person", "units/{}/"), ("notice", "notices/"), ("token", "account/")])
def test_names_notices_and_keys_are_told_to_their_own(scene, kind, address):
    for thing in scene.things[kind]:
        word = next(word for word, tellers in scene.canaries.items() if thing in tellers)
        wanted = [a for a in scene.actors.values() if scene.verdicts(a)[thing] == YES]
        for actor in wanted[:2]:
            page = body(actor.sign_in().get("/" + address.format(thing.unit and thing.unit.pk))).decode()
            assert word in page, (actor.name, thing)


def test_the_words_of_one_search_find_nothing_outside(scene):
    """Searching for a secret's own word gives the page that searching for nothing gives."""
    for name in ["chi.camlinh official 22432.UBND", "son.bangoi official 22423.CA", "quantri admin TW", "khoa.bangoi auditor 22423"]:
        actor = scene.actors[name]
        client, forbidden = actor.sign_in(), sorted(scene.forbidden(scene.verdicts(actor)))
        words = [word for word in forbidden if scene.canaries[word][0].kind in {"task", "document", "plan", "person"}]
        for address in ["/search/?q={}", "/duties/?q={}", "/plans/?q={}", "/documents/?q={}", "/units/?q={}", "/reports/?q={}"]:
            nothing = body(client.get(address.format("canary9999z"))).replace(b"canary9999z", b"")
            for word in words[::6]:
                found = body(client.get(address.format(word))).replace(word.encode(), b"")
                assert _same(found, nothing), (name, address, word)


def _same(one, other):
    return _without_tokens(one) == _without_tokens(other)


def _without_tokens(page):
    csrf = b"csrfmiddlewaretoken"
    return b"\n".join(line.split(csrf)[0] if csrf in line else line for line in page.splitlines())
