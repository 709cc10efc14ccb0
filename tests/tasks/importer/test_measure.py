"""The measure itself: a perfect reading gives 1, one fault of each kind lowers exactly its own figure."""

import json
from copy import deepcopy

import pytest

from tests.tasks.importer.measure import Measured, main, measure, names


def duty(ref, starts, lead, deadline, **more):
    return {"ref": ref, "section": "I", "starts": starts, "lead": lead, "directing": [], "coordinators": [], "deadline": deadline, **more}


def by(day, kind="by_date", **more):
    return {"kind": kind, "due_on": day, "stages": [], **more}


NOTHING = by(None, "none")
TWO = by(None, "staged") | {"stages": [by("2026-03-31"), by("2026-09-30")]}
TRUTH = {
    "duties": [
        duty("I/1", "Đào giếng ở thôn Thượng", ["Sở Xây dựng"], by("2026-05-31"), ends="cho dân"),
        duty("I/2", "Bắc cầu qua suối Lạnh", ["Sở Tài chính", "UBND xã"], TWO, directing=["Tỉnh ủy"]),
        duty("I/3", "Trồng rừng đầu nguồn", ["Người đứng đầu các thôn"], NOTHING),
        duty("I/4", "Mở lớp xóa mù chữ", ["Các sở, ban, ngành"], by(None, "unread")),
    ]
}
TEXTS = (
    "Đào giếng ở thôn Thượng lấy nước cho dân",
    "Bắc cầu qua suối Lạnh",
    "Chủ động trồng rừng đầu nguồn",
    "Mở lớp xoá mù chữ buổi tối",
)


@pytest.fixture
def reading():
    keys = ("ref", "lead", "directing", "coordinators", "deadline")
    return {
        "tasks": [
            {key: deepcopy(true[key]) for key in keys} | {"text": text, "lead_role": ""}
            for true, text in zip(TRUTH["duties"], TEXTS, strict=True)
        ]
    }


def figures(reading):
    """{name: (precision, recall)} of the judged figures that are not perfect."""
    result = measure(reading, TRUTH)
    scores = {name: (getattr(result, name).precision, getattr(result, name).recall) for name in Measured.JUDGED}
    return {name: score for name, score in scores.items() if score != (1, 1)}


def test_a_perfect_reading_gives_one(reading):
    result = measure(reading, TRUTH)
    assert figures(reading) == {}
    assert (result.least(), result.faults, result.wrong_dates) == ((1, 1), [], [])


def test_a_missed_duty_lowers_the_recall_of_duties(reading):
    del reading["tasks"][0]
    assert figures(reading) == {"duty": (1, 3 / 4)}


def test_an_extra_duty_lowers_the_precision_of_duties(reading):
    reading["tasks"].append(reading["tasks"][0] | {"ref": "I/5"})
    assert figures(reading) == {"duty": (4 / 5, 1)}


def test_two_duties_run_together_are_one_missed(reading):
    last = reading["tasks"].pop()
    reading["tasks"][2]["text"] += ". " + last["text"]
    assert figures(reading) == {"duty": (1, 3 / 4)}


def test_the_same_ref_over_another_text_is_no_duty_found(reading):
    reading["tasks"][0]["text"] = "Vá đường liên huyện"
    assert figures(reading) == {"duty": (3 / 4, 3 / 4)}


def test_another_ref_is_told_apart(reading):
    reading["tasks"][0]["ref"] = "II/1"
    result = measure(reading, TRUTH)
    assert (result.least(), result.refs.precision, result.faults) == ((1, 1), 3 / 4, ["ref          I/1: read as II/1"])


def test_a_broken_text_is_listed(reading):
    reading["tasks"][0]["text"] = "Đào giếng ở thôn Thượng"
    assert measure(reading, TRUTH).faults == ["broken       I/1: the text does not reach «cho dân»: …Đào giếng ở thôn Thượng"]


def test_a_wrong_lead_lowers_the_lead(reading):
    reading["tasks"][0]["lead"] = ["Sở Y tế"]
    assert figures(reading) == {"lead": (4 / 5, 4 / 5)}


def test_a_lead_too_few_lowers_its_recall(reading):
    reading["tasks"][1]["lead"] = ["UBND XÃ"]
    assert figures(reading) == {"lead": (1, 4 / 5)}


def test_a_directing_body_among_the_leads_is_seen_in_both(reading):
    reading["tasks"][1]["lead"].append("Tỉnh ủy")
    reading["tasks"][1]["directing"] = []
    assert figures(reading) == {"lead": (5 / 6, 1), "directing": (1, 0)}


def test_a_role_may_lead(reading):
    reading["tasks"][2] |= {"lead": [], "lead_role": "Người đứng đầu các thôn"}
    assert figures(reading) == {}


def test_a_wrong_date_lowers_the_deadline_and_is_listed(reading):
    reading["tasks"][0]["deadline"]["due_on"] = "2026-06-01"
    assert figures(reading) == {"deadline": (2 / 3, 2 / 3)}
    assert measure(reading, TRUTH).wrong_dates == ["WRONG        I/1: 2026-06-01; right: by_date 2026-05-31"]


def test_a_wrong_date_of_one_stage_is_listed(reading):
    reading["tasks"][1]["deadline"]["stages"][1]["due_on"] = "2026-10-31"
    assert figures(reading) == {"deadline": (2 / 3, 2 / 3)}
    assert len(measure(reading, TRUTH).wrong_dates) == 1


def test_a_date_where_there_is_none_is_wrong(reading):
    reading["tasks"][2]["deadline"] = by("2026-12-31", "in_year")
    assert figures(reading) == {"deadline": (3 / 4, 1)}
    assert len(measure(reading, TRUTH).wrong_dates) == 1


def test_a_date_for_what_cannot_be_read_is_wrong(reading):
    reading["tasks"][3]["deadline"] = by("2026-12-31")
    assert len(measure(reading, TRUTH).wrong_dates) == 1


def test_unread_instead_of_a_date_is_missed_not_wrong(reading):
    reading["tasks"][0]["deadline"] = by(None, "unread")
    assert figures(reading) == {"deadline": (1, 2 / 3)}
    assert measure(reading, TRUTH).wrong_dates == []


def test_another_reading_may_be_right_too(reading):
    truth = {"duties": [TRUTH["duties"][0] | {"deadline_also": [NOTHING], "lead_also": [["Phòng Kinh tế"]]}]}
    task = reading["tasks"][0] | {"deadline": NOTHING, "lead": ["Phòng Kinh tế"]}
    result = measure({"tasks": [task]}, truth)
    assert (result.least(), result.faults) == ((1, 1), [])


def test_collectives_are_one_name_however_parted_and_names_with_commas_stay_whole():
    assert names(["Các sở, ban, ngành"]) == names(["Các sở", "ban", "ngành"])
    assert names(["Sở Văn hóa, Thể thao và Du lịch"]) != names(["Sở Văn hóa", "Thể thao và Du lịch"])


def test_the_script_reads_what_import_plan_printed(reading, tmp_path, capsys):
    for name, content in (("reading.json", reading), ("truth.json", TRUTH)):
        (tmp_path / name).write_text(json.dumps(content))
    assert main([str(tmp_path / "reading.json"), str(tmp_path / "truth.json")]) == 0
    assert capsys.readouterr().out.startswith("duty         precision 1.000 recall 1.000 (4 right of 4 given, 4 to give)")
