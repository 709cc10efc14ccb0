"""Lint on a clean chain: nothing. On each fault put into it: that fault alone. On near misses: nothing."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgunits.models import FormerTerm, OrgUnit
from plans.models import Amendment, Document, Plan
from tasks.deadlines import Kind
from tasks.lint import Kind as Fault
from tasks.lint import Severity, findings, findings_of_cascade
from tasks.models import Assignment, NotApplicable, ParentLink, Stage, Task
from tests.tasks.chain import APRIL, JUNE, NOVEMBER, SEPTEMBER, TODAY, Chain, carry, duty, group_of, plan_of
from tests.world import area

pytestmark = pytest.mark.django_db


def brief(found):
    return [(row.kind, row.plan.symbol, row.ref) for row in found]


@pytest.fixture
def chain(world):
    return Chain(world)


def test_a_clean_chain_gives_nothing(chain):
    assert findings_of_cascade(chain.centre, on=TODAY) == []


# Each fault: what it does to the clean chain → what must be found, alone.


def past(chain):
    low = duty(chain.ward, "Khử khuẩn nguồn nước sinh hoạt", due_on=date(2026, 1, 31), leads=[chain.world.ubnd])
    return [(Fault.PAST_AT_SIGNING, "05-KH/UBND", low.ref)]


def out_of_order(chain):
    stages = [{"label": "Thí điểm", "due_on": SEPTEMBER}, {"label": "Nhân rộng", "due_on": JUNE}]
    low = duty(chain.ward, "Khám sức khỏe định kỳ học sinh", stages=stages, leads=[chain.world.ubnd])
    return [(Fault.STAGES_OUT_OF_ORDER, "05-KH/UBND", low.ref)]


def ends_before_it_begins(chain):
    stages = [{"starts_on": SEPTEMBER, "due_on": JUNE, "kind": Kind.RANGE}]
    low = duty(chain.ward, "Khám sức khỏe định kỳ học sinh", stages=stages, leads=[chain.world.ubnd])
    return [(Fault.STAGES_OUT_OF_ORDER, "05-KH/UBND", low.ref)]


def later(chain):
    chain.review.stages.update(due_on=SEPTEMBER)
    return [(Fault.CHILD_LATER_THAN_PARENT, "05-KH/UBND", chain.review.ref)]


def later_than_the_grandparent(chain):
    chain.above(chain.review).stages.update(due_on=None, kind=Kind.ONGOING)
    chain.review.stages.update(due_on=SEPTEMBER)
    return [
        (Fault.ONGOING_UNDER_DATE, "31-KH/UBND", chain.above(chain.review).ref),
        (Fault.CHILD_LATER_THAN_PARENT, "05-KH/UBND", chain.review.ref),
    ]


def later_than_what_it_only_touches(chain):
    low = duty(chain.ward, "Tập huấn sử dụng máy thở", due_on=NOVEMBER, leads=[chain.world.ubnd])
    ParentLink.objects.tie(low, chain.above(chain.review))
    return [(Fault.CHILD_LATER_THAN_PARENT, "05-KH/UBND", low.ref)]


def ongoing(chain):
    chain.repair.stages.update(due_on=None, kind=Kind.ONGOING)
    return [(Fault.ONGOING_UNDER_DATE, "05-KH/UBND", chain.repair.ref)]


def issued_late(chain):
    top = duty(chain.province, "Bố trí bác sĩ tại trạm y tế", due_on=date(2026, 2, 1), group=chain.above(chain.review).group)
    low = duty(chain.ward, "Bố trí bác sĩ tại trạm y tế", due_on=None, leads=[chain.world.ubnd])
    ParentLink.objects.tie(low, top)
    return [(Fault.ISSUED_AFTER_PARENT_DEADLINE, "05-KH/UBND", top.ref)]


def nobody_took_it_up(chain):
    top = duty(chain.province, "Lập hồ sơ sức khỏe điện tử toàn dân", due_on=NOVEMBER, group=chain.above(chain.review).group)
    return [(Fault.UNCOVERED, "05-KH/UBND", top.ref)]


def its_duty_was_taken_out(chain):
    Task.objects.filter(pk=chain.vaccine.pk).update(ended_on=date(2026, 2, 20))
    return [(Fault.UNCOVERED, "05-KH/UBND", chain.above(chain.vaccine).ref)]


def two_dates(chain):
    one = duty(chain.ward, "Sửa đổi Quy chế 15/2024/QC-UBND về trực trạm", due_on=JUNE, leads=[chain.world.ubnd])
    duty(chain.ward, "Tham mưu và sửa đổi, bổ sung 15/2024/QC-UBND", due_on=SEPTEMBER, leads=[chain.world.committee])
    return [(Fault.CONFLICTING_DATES, "05-KH/UBND", one.ref)]


def one_duty_with_two_dates(chain):
    one = duty(chain.ward, "Trang bị tủ thuốc cho nhà trẻ", due_on=JUNE, leads=[chain.world.ubnd])
    duty(chain.ward, "Trang bị tủ thuốc cho các nhà trẻ", due_on=SEPTEMBER, leads=[chain.world.ubnd])
    return [(Fault.CONFLICTING_DATES, "05-KH/UBND", one.ref)]


def fix_first(chain):
    fix = duty(chain.ward, "Khắc phục ngay sai sót trong hồ sơ bệnh án", due_on=APRIL, leads=[chain.world.ubnd])
    duty(chain.ward, "Tổ chức kiểm tra, rà soát hồ sơ bệnh án", due_on=NOVEMBER, leads=[chain.world.ubnd])
    return [(Fault.FIX_BEFORE_REVIEW, "05-KH/UBND", fix.ref)]


def twice(chain):
    one = duty(chain.ward, "Trang bị tủ thuốc cho nhà trẻ", leads=[chain.world.ubnd])
    duty(chain.ward, "Trang bị tủ thuốc cho các nhà trẻ", leads=[chain.world.ubnd])
    return [(Fault.DUPLICATE_DUTY, "05-KH/UBND", one.ref)]


def nobody_leads(chain):
    low = duty(chain.ward, "Vệ sinh môi trường khu dân cư")
    return [(Fault.NO_LEAD, "05-KH/UBND", low.ref)]


def nobody_known_leads(chain):
    low = duty(chain.ward, "Vệ sinh môi trường khu dân cư", lead_words="Tổ 5")
    return [(Fault.NO_LEAD, "05-KH/UBND", low.ref)]


def lead_closed(chain):
    OrgUnit.objects.filter(pk=chain.world.firm.pk).update(valid_to=date(2026, 2, 28))
    low = duty(chain.ward, "Cung cấp muối iốt cho bếp ăn", leads=[chain.world.firm])
    return [(Fault.LEAD_GONE, "05-KH/UBND", low.ref)]


def no_product(chain):
    Task.objects.filter(pk=chain.vaccine.pk).update(product="")
    return [(Fault.NO_PRODUCT, "05-KH/UBND", chain.vaccine.ref)]


def waits_for_nothing(chain):
    stages = [{"kind": Kind.RELATIVE_TO_SUPERIOR_PLAN, "words": "Theo Kế hoạch của Tỉnh"}]
    low = duty(chain.ward, "Mua sắm xe cứu thương", stages=stages, leads=[chain.world.ubnd])
    return [(Fault.WAITING_UNLINKED, "05-KH/UBND", low.ref)]


def unread(chain):
    low = duty(chain.ward, "Mua sắm xe cứu thương", stages=[{"kind": Kind.UNREAD, "words": "Sớm"}], leads=[chain.world.ubnd])
    return [(Fault.UNREAD_DEADLINE, "05-KH/UBND", low.ref)]


FAULTS = [
    past,
    out_of_order,
    ends_before_it_begins,
    later,
    later_than_the_grandparent,
    later_than_what_it_only_touches,
    ongoing,
    issued_late,
    nobody_took_it_up,
    its_duty_was_taken_out,
    two_dates,
    one_duty_with_two_dates,
    fix_first,
    twice,
    nobody_leads,
    nobody_known_leads,
    lead_closed,
    no_product,
    waits_for_nothing,
    unread,
]


@pytest.mark.parametrize("put_in", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_put_in_alone_is_found_alone(chain, put_in):
    wanted = put_in(chain)
    assert brief(findings_of_cascade(chain.centre, on=TODAY)) == wanted


def test_every_kind_is_put_in_once(chain):
    kinds = set()
    for put_in in FAULTS:
        kinds |= {kind for kind, _symbol, _ref in put_in(chain)}
    assert kinds == set(Fault)


# Near misses: what looks like a fault and is none.


def due_on_the_day_of_signing(chain):
    duty(chain.ward, "Khử khuẩn nguồn nước sinh hoạt", due_on=chain.ward.issued_on, leads=[chain.world.ubnd])


def brought_by_a_later_amendment(chain):
    document = Document.objects.create(type="KH", symbol="77-KH", key="77", signed_on=date(2026, 2, 25))
    amendment = Amendment.objects.create(plan=chain.ward, document=document, signer="A", reason="B", by=chain.world.mai, at=NOW)
    low = duty(chain.ward, "Khử khuẩn nguồn nước sinh hoạt", due_on=date(2026, 2, 25), leads=[chain.world.ubnd])
    Task.objects.filter(pk=low.pk).update(added_by=amendment)


def stages_on_one_day(chain):
    duty(chain.ward, "Khám sức khỏe học sinh", stages=[{"due_on": JUNE}, {"due_on": JUNE}], leads=[chain.world.ubnd])


def a_stage_that_goes_on_after_a_date(chain):
    duty(chain.ward, "Khám sức khỏe học sinh", stages=[{"due_on": SEPTEMBER}, {}], leads=[chain.world.ubnd])


def earlier_than_the_superior(chain):
    chain.review.stages.update(due_on=APRIL)


def the_superior_got_an_extension(chain):
    chain.review.stages.update(due_on=SEPTEMBER)
    Stage.objects.filter(task__title=chain.review.title).exclude(task=chain.review).update(due_on=SEPTEMBER, due_originally_on=JUNE)
    Stage.objects.filter(task__title=chain.repair.title).update(due_on=NOVEMBER)


def each_stage_in_time_with_its_own(chain):
    for task in (chain.above(chain.vaccine), chain.vaccine):
        task.stages.update(kind=Kind.BY_DATE, label="Đợt đầu", due_on=JUNE)
        Stage.objects.create(task=task, position=2, label="Đợt sau", kind=Kind.BY_DATE, due_on=NOVEMBER)


def yearly_under_a_date(chain):
    chain.review.stages.update(kind=Kind.RECURRING_YEARLY, due_on=NOVEMBER)


def ongoing_and_only_touching_a_date(chain):
    low = duty(chain.ward, "Tập huấn sử dụng máy thở", leads=[chain.world.ubnd])
    ParentLink.objects.tie(low, chain.above(chain.review))


def a_closed_link(chain):
    link = ParentLink.objects.tie(
        duty(chain.ward, "Tập huấn sử dụng máy thở", due_on=NOVEMBER, leads=[chain.world.ubnd]), chain.above(chain.review)
    )
    ParentLink.objects.filter(pk=link.pk).update(until=date(2026, 2, 20))


def a_deadline_on_the_day_of_signing(chain):
    top = duty(chain.province, "Bố trí bác sĩ tại trạm y tế", due_on=chain.ward.issued_on, group=chain.above(chain.review).group)
    ParentLink.objects.tie(duty(chain.ward, "Bố trí bác sĩ tại trạm", leads=[chain.world.ubnd]), top)


def a_past_deadline_of_a_ministry(chain):
    ministry = OrgUnit.objects.create(
        path="00010002", parent=chain.world.centre, area=chain.world.centre, kind="ministry", level="central", name="Bộ Y tế", code="TW.BYT"
    )
    duty(chain.centre, "Ban hành quy trình khám bệnh", due_on=date(2026, 1, 31), leads=[ministry])


def a_duty_of_the_province_by_name(chain):
    duty(chain.centre, "Xây dựng bệnh viện tuyến tỉnh", due_on=date(2026, 1, 31), leads=[chain.world.khanh_hoa])
    duty(chain.province, "Xây dựng bệnh viện tuyến tỉnh", due_on=date(2026, 1, 31), leads=[chain.world.khanh_hoa])
    low, high = (plan.tasks.get(title="Xây dựng bệnh viện tuyến tỉnh") for plan in (chain.province, chain.centre))
    carry(low, high, chain.world.khanh_hoa)


def a_duty_of_the_neighbour(chain):
    duty(chain.province, "Lập chốt kiểm dịch động vật", due_on=NOVEMBER, leads=[chain.world.cam_linh])


def taken_up_by_the_wards_other_plan(chain):
    top = duty(chain.province, "Lập hồ sơ sức khỏe điện tử toàn dân", due_on=NOVEMBER, group=chain.above(chain.review).group)
    ParentLink.objects.tie(duty(chain.world.plan, "Lập hồ sơ sức khỏe", due_on=NOVEMBER, leads=[chain.world.ubnd]), top)


def declared_not_applicable_and_accepted(chain):
    top = duty(chain.province, "Lập hồ sơ sức khỏe điện tử toàn dân", due_on=date(2026, 2, 1), group=chain.above(chain.review).group)
    NotApplicable.objects.create(task=top, unit=chain.world.ba_ngoi, reason="Không", by=chain.world.mai, at=NOW, accepted=True)


def taken_out_of_the_superiors_plan(chain):
    top = duty(chain.province, "Lập hồ sơ sức khỏe điện tử toàn dân", due_on=NOVEMBER, group=chain.above(chain.review).group)
    Task.objects.filter(pk=top.pk).update(ended_on=TODAY)


def in_a_superiors_plan_taken_back(chain):
    plan = plan_of(chain.world.khanh_hoa, "44-KH/UBND", date(2026, 1, 22))
    chain.ward.superiors.add(plan)
    duty(plan, "Lập hồ sơ sức khỏe điện tử toàn dân", due_on=date(2026, 2, 1), group=chain.above(chain.review).group)
    Plan.objects.filter(pk=plan.pk).update(withdrawn_on=date(2026, 2, 20))


def draft_and_document(chain):
    duty(chain.ward, "Dự thảo sửa đổi Quy chế 15/2024/QC-UBND", due_on=JUNE, leads=[chain.world.ubnd])
    duty(chain.ward, "Sửa đổi Quy chế 15/2024/QC-UBND", due_on=SEPTEMBER, leads=[chain.world.ubnd])


def two_documents(chain):
    duty(chain.ward, "Sửa đổi Quy chế 15/2024/QC-UBND", due_on=JUNE, leads=[chain.world.ubnd])
    duty(chain.ward, "Sửa đổi Quy chế 16/2024/QC-UBND", due_on=SEPTEMBER, leads=[chain.world.ubnd])


def by_a_document(chain):
    duty(chain.ward, "Sửa đổi Quy chế 15/2024/QC-UBND", due_on=JUNE, leads=[chain.world.ubnd])
    duty(chain.ward, "Sửa lịch trực theo Quy chế 15/2024/QC-UBND", due_on=SEPTEMBER, leads=[chain.world.ubnd])


def two_acts_on_one_day(chain):
    duty(chain.ward, "Sửa đổi Quy chế 15/2024/QC-UBND", due_on=JUNE, leads=[chain.world.ubnd])
    duty(chain.ward, "Phối hợp sửa đổi Quy chế 15/2024/QC-UBND", due_on=JUNE, leads=[chain.world.committee])


def a_date_taken_from_the_heading(chain):
    duty(chain.ward, "Sửa đổi Quy chế 15/2024/QC-UBND", due_on=JUNE, leads=[chain.world.ubnd])
    stages = [{"due_on": date(2026, 12, 31), "kind": Kind.IN_YEAR, "flags": ["inherited"]}]
    duty(chain.ward, "Hoàn thành sửa đổi Quy chế 15/2024/QC-UBND", stages=stages, leads=[chain.world.committee])


def rounds_of_one_work(chain):
    for n, due_on in ((1, APRIL), (2, NOVEMBER)):
        duty(chain.ward, f"Phun thuốc diệt muỗi khu dân cư đợt {n}", due_on=due_on, leads=[chain.world.ubnd])


def one_work_for_two(chain):
    for lead, due_on in ((chain.world.ubnd, APRIL), (chain.world.committee, NOVEMBER)):
        duty(chain.ward, "Trang bị tủ thuốc cho nhà trẻ", due_on=due_on, leads=[lead])


def looked_at_first(chain):
    duty(chain.ward, "Tổ chức kiểm tra, rà soát hồ sơ bệnh án", due_on=APRIL, leads=[chain.world.ubnd])
    duty(chain.ward, "Khắc phục ngay sai sót trong hồ sơ bệnh án", due_on=NOVEMBER, leads=[chain.world.ubnd])


def mended_with_a_look_of_its_own(chain):
    duty(chain.ward, "Kiểm tra, khắc phục ngay sai sót trong hồ sơ bệnh án", due_on=APRIL, leads=[chain.world.ubnd])
    duty(chain.ward, "Tổ chức rà soát hồ sơ bệnh án", due_on=NOVEMBER, leads=[chain.world.ubnd])


def looked_at_by_another(chain):
    duty(chain.ward, "Khắc phục ngay sai sót trong hồ sơ bệnh án", due_on=APRIL, leads=[chain.world.ubnd])
    duty(chain.ward, "Tổ chức rà soát hồ sơ bệnh án", due_on=NOVEMBER, leads=[chain.world.committee])


def another_thing_looked_at(chain):
    duty(chain.ward, "Khắc phục ngay sai sót trong hồ sơ bệnh án", due_on=APRIL, leads=[chain.world.ubnd])
    duty(chain.ward, "Kiểm tra hồ sơ dự thầu xây trạm", due_on=NOVEMBER, leads=[chain.world.ubnd])


def the_work_itself_looked_at(chain):
    duty(chain.ward, "Khắc phục ngay sai sót trong hồ sơ bệnh án", due_on=APRIL, leads=[chain.world.ubnd])
    duty(chain.ward, "Đánh giá kết quả lập hồ sơ bệnh án", due_on=NOVEMBER, leads=[chain.world.ubnd])


def aims_that_name_nobody(chain):
    duty(chain.ward, "Nâng cao sức khỏe Nhân dân", section="I.2", product="")
    duty(chain.ward, "Bảo đảm mọi người dân được khám", section="I.2", product="")


def a_lead_on_its_last_day(chain):
    OrgUnit.objects.filter(pk=chain.world.firm.pk).update(valid_to=TODAY)
    duty(chain.ward, "Cung cấp muối iốt cho bếp ăn", leads=[chain.world.firm])


def a_lead_in_a_former_term(chain):
    OrgUnit.objects.filter(pk=chain.world.firm.pk).update(valid_from=date(2026, 6, 1))
    FormerTerm.objects.create(unit=chain.world.firm, until=date(2026, 3, 31))
    duty(chain.ward, "Cung cấp muối iốt cho bếp ăn", leads=[chain.world.firm])


def a_lead_whose_part_ended(chain):
    OrgUnit.objects.filter(pk=chain.world.firm.pk).update(valid_to=date(2026, 2, 28))
    low = duty(chain.ward, "Cung cấp muối iốt cho bếp ăn", leads=[chain.world.firm, chain.world.ubnd])
    Assignment.objects.filter(task=low, unit=chain.world.firm).update(ended_on=TODAY)


def a_plan_that_hardly_names_products(chain):
    chain.ward.tasks.exclude(pk=chain.review.pk).update(product="")


def waits_for_the_provinces_plan(chain):
    stages = [{"kind": Kind.RELATIVE_TO_SUPERIOR_PLAN, "waits_for_plan": chain.province}]
    duty(chain.ward, "Mua sắm xe cứu thương", stages=stages, leads=[chain.world.ubnd])


def waited_and_got_its_date(chain):
    stages = [{"kind": Kind.RELATIVE_TO_SUPERIOR_PLAN, "due_on": NOVEMBER}]
    duty(chain.ward, "Mua sắm xe cứu thương", stages=stages, leads=[chain.world.ubnd])


NOW = "2026-02-25T10:00+07:00"
NEAR_MISSES = [
    due_on_the_day_of_signing,
    brought_by_a_later_amendment,
    stages_on_one_day,
    a_stage_that_goes_on_after_a_date,
    earlier_than_the_superior,
    the_superior_got_an_extension,
    each_stage_in_time_with_its_own,
    yearly_under_a_date,
    ongoing_and_only_touching_a_date,
    a_closed_link,
    a_deadline_on_the_day_of_signing,
    a_past_deadline_of_a_ministry,
    a_duty_of_the_province_by_name,
    a_duty_of_the_neighbour,
    taken_up_by_the_wards_other_plan,
    declared_not_applicable_and_accepted,
    taken_out_of_the_superiors_plan,
    in_a_superiors_plan_taken_back,
    draft_and_document,
    two_documents,
    by_a_document,
    two_acts_on_one_day,
    a_date_taken_from_the_heading,
    rounds_of_one_work,
    one_work_for_two,
    looked_at_first,
    mended_with_a_look_of_its_own,
    looked_at_by_another,
    another_thing_looked_at,
    the_work_itself_looked_at,
    aims_that_name_nobody,
    a_lead_on_its_last_day,
    a_lead_in_a_former_term,
    a_lead_whose_part_ended,
    a_plan_that_hardly_names_products,
    waits_for_the_provinces_plan,
    waited_and_got_its_date,
]


@pytest.mark.parametrize("put_in", NEAR_MISSES, ids=lambda fault: fault.__name__)
def test_a_near_miss_is_not_found(chain, put_in):
    put_in(chain)
    assert brief(findings_of_cascade(chain.centre, on=TODAY)) == []


def test_a_declaration_that_waits_makes_a_doubt_and_says_so(chain):
    (_kind, _symbol, ref), top = nobody_took_it_up(chain)[0], chain.province.tasks.last()
    NotApplicable.objects.create(task=top, unit=chain.world.ba_ngoi, reason="Không có", by=chain.world.mai, at=NOW)
    (found,) = findings(chain.ward, on=TODAY)
    assert (found.ref, found.severity) == (ref, Severity.DOUBT)
    assert "đã khai không áp dụng và đang chờ cấp trên chấp nhận" in found.says


def test_a_refused_declaration_changes_nothing(chain):
    nobody_took_it_up(chain)
    top = chain.province.tasks.last()
    NotApplicable.objects.create(task=top, unit=chain.world.ba_ngoi, reason="Không", by=chain.world.mai, at=NOW, accepted=False)
    (found,) = findings(chain.ward, on=TODAY)
    assert (found.kind, found.severity) == (Fault.UNCOVERED, Severity.FAULT)


def test_a_duty_only_for_whom_it_concerns_is_a_doubt(chain):
    duty(
        chain.province,
        "Lập tổ kiểm dịch",
        words="Áp dụng nơi có cảng biển.",
        due_on=NOVEMBER,
        group=chain.above(chain.review).group,
    )
    (found,) = findings(chain.ward, on=TODAY)
    assert (found.kind, found.severity) == (Fault.UNCOVERED, Severity.DOUBT)
    assert "nhiệm vụ có điều kiện" in found.says


def test_a_plan_in_which_nobody_leads_has_no_excuse(chain):
    plan = plan_of(chain.world.cam_linh, "09-KH/UBND", date(2026, 2, 2))
    refs = [duty(plan, title).ref for title in ("Vệ sinh môi trường khu dân cư", "Diệt muỗi, diệt bọ gậy")]
    assert [(row.kind, row.ref) for row in findings(plan, on=TODAY)] == [(Fault.NO_LEAD, ref) for ref in refs]


def test_a_draft_is_measured_by_the_day_it_is_looked_at(chain):
    Plan.objects.filter(pk=chain.ward.pk).update(issued_on=None)
    Document.objects.filter(pk=chain.ward.document_id).update(signed_on=None)
    assert findings(Plan.objects.get(pk=chain.ward.pk), on=JUNE) == []
    found = findings(Plan.objects.get(pk=chain.ward.pk), on=JUNE + timedelta(days=1))
    assert [row.kind for row in found] == [Fault.PAST_AT_SIGNING, Fault.ISSUED_AFTER_PARENT_DEADLINE, Fault.ISSUED_AFTER_PARENT_DEADLINE]


def test_the_order_of_rows_does_not_matter(chain):
    for put_in in (past, nobody_took_it_up, two_dates, nobody_leads):
        put_in(chain)
    found = findings_of_cascade(chain.centre, on=TODAY)
    assert found == findings_of_cascade(chain.centre, on=TODAY)
    assert [row.kind for row in found] == sorted((row.kind for row in found), key=list(Fault).index)


# What a reader may be told


def test_nothing_is_told_from_plans_the_reader_may_not_read(chain):
    nobody_took_it_up(chain)
    province_only = findings(chain.ward, on=TODAY, post=chain.world.an)
    assert brief(province_only) == [(Fault.UNCOVERED, "05-KH/UBND", "II/4")]
    duty(chain.centre, "Rà soát giường bệnh", due_on=date(2026, 1, 31), group=chain.centre.tasks.first().group)
    assert chain.centre not in Plan.objects.visible_to(chain.world.an)
    assert findings(chain.ward, on=TODAY, post=chain.world.an) == province_only
    assert len(findings(chain.ward, on=TODAY)) == 3


def test_how_a_superior_answers_its_own_superiors_is_not_told_below(chain):
    duty(chain.centre, "Rà soát giường bệnh", due_on=NOVEMBER, group=chain.centre.tasks.first().group)
    assert findings(chain.province, on=TODAY, post=chain.world.an) == []
    assert [row.kind for row in findings(chain.province, on=TODAY, post=chain.world.dung)] == [Fault.UNCOVERED]


def test_the_cascade_holds_what_the_post_may_read(chain):
    past(chain)
    assert brief(findings_of_cascade(chain.province, on=TODAY, post=chain.world.dung)) == [(Fault.PAST_AT_SIGNING, "05-KH/UBND", "II/4")]
    assert findings_of_cascade(chain.province, on=TODAY, post=chain.world.giang) == []


# Cost


def test_the_number_of_queries_does_not_grow_with_the_plans(chain):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            found = findings_of_cascade(chain.centre, on=TODAY)
        return len(asked), len(found)

    first, none = cost()
    wards = [area(f"00010001{n:04}", chain.world.khanh_hoa, "xa", "ward", f"Xã {n}") for n in range(3, 9)]
    group = group_of(chain.world.khanh_hoa, "Các xã", wards)
    top = duty(chain.province, "Diệt lăng quăng bọ gậy", due_on=APRIL, group=group)
    for n, ward in enumerate(wards):
        plan = plan_of(ward, f"{n + 50}-KH/UBND", date(2026, 2, 2), chain.province)
        for title in ("Diệt lăng quăng quanh nhà", "Phát màn chống muỗi cho hộ nghèo"):
            low = duty(plan, title, due_on=NOVEMBER, leads=[ward])
        carry(low, top, ward)
    # Each of the six: one later date, and three duties of the Centre's that the province did not pass on to it.
    assert (none, cost()) == (0, (first, 24))
    assert first <= 16
