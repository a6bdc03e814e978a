"""Each rule with a sentence that it must flag and a near one that it must not."""

from __future__ import annotations

import pytest

from kb.chat.support import DifferenceKind as Kind
from kb.chat.support import Verdict

_LEAVE = "재직 중인 직원에게는 매년 4일의 하계휴가를 준다."
_REPORT = "출장 보고서는 복귀 후 7일 이내에 소속 팀장에게 제출한다."
_BADGE = "출입증은 타인에게 빌려주거나 양도할 수 없다."
_LABS = "연구동에는 연구소장의 허가를 받은 방문객만 출입할 수 있다."
_CARDS = "법인카드의 월 사용 한도는 팀장 200만원, 팀원 50만원이다."
_SERVER = "Server logs are kept for 18 months and backed up every night."
_USB = "USB drives must be encrypted and registered with the IT team."
_WARRANTY = "The warranty covers parts for 24 months and labor for 12 months."

_PAIRS = [
    # source, a sentence that differs, the kind, a near sentence that does not
    (_LEAVE, "직원에게는 매년 5일의 하계휴가를 줍니다.", Kind.NUMBER, "직원에게는 매년 나흘의 하계휴가를 줍니다."),
    (_SERVER, "Server logs are kept for 24 months.", Kind.NUMBER, "Server logs are kept for eighteen months."),
    (_LEAVE, "직원에게는 매년 4주의 하계휴가를 줍니다.", Kind.UNIT, "직원에게는 매년 하계휴가를 4일 줍니다."),
    ("숙박비는 250달러를 상한으로 정산한다.", "숙박비는 250유로를 상한으로 정산합니다.", Kind.UNIT, "숙박비는 250달러까지 정산합니다."),
    ("주차비는 월 8만원까지 지급한다.", "주차비는 연 8만원까지 지급합니다.", Kind.UNIT, "주차비는 매월 80,000원까지 지급합니다."),
    ("Mileage is paid at $0.67 per mile.", "Mileage is paid at $0.67 per kilometre.", Kind.UNIT, "Mileage is paid at 67 cents per mile."),
    ("이 규정은 2026년 3월 1일부터 시행한다.", "이 규정은 2026년 4월 1일부터 시행합니다.", Kind.DATE, "이 규정의 시행일은 2026-03-01입니다."),
    ("회의는 매주 월요일 오후 2시에 연다.", "회의는 매주 화요일 오후 2시에 엽니다.", Kind.DATE, "회의는 매주 월요일 14:00에 엽니다."),
    ("Hours are 8:30 a.m. to 5:30 p.m.", "Hours are 9:30 a.m. to 5:30 p.m.", Kind.DATE, "Hours are 08:30 to 17:30."),
    (_REPORT, "출장 보고서는 복귀 후 7일 이후에 소속 팀장에게 제출합니다.", Kind.COMPARISON, "출장 보고서는 복귀 후 7일 안에 소속 팀장에게 제출합니다."),
    ("1,000만원을 초과하는 구매는 견적을 받아야 한다.", "1,000만원 이하의 구매는 견적을 받아야 합니다.", Kind.COMPARISON, "1,000만원 이상의 구매는 견적을 받아야 합니다."),
    ("Tickets are booked at least 14 days before departure.", "Tickets are booked at most 14 days before departure.", Kind.COMPARISON, "Tickets are booked 14 days or more before departure."),
    (_BADGE, "출입증은 타인에게 양도할 수 있습니다.", Kind.POLARITY, "출입증은 타인에게 양도하면 안 됩니다."),
    ("휴직 중에는 식대를 지급하지 아니한다.", "휴직 중에도 식대를 지급합니다.", Kind.POLARITY, "휴직 중에는 식대가 지급되지 않습니다."),
    ("계약서는 법무팀의 검토를 거쳐야 한다.", "계약서는 법무팀의 검토를 거치지 않아도 됩니다.", Kind.POLARITY, "계약서는 법무팀 검토를 거쳐야 합니다."),
    ("사적인 용도로 차량을 사용해서는 아니 된다.", "사적인 용도로도 차량을 사용할 수 있습니다.", Kind.POLARITY, "사적인 용도로 차량을 쓸 수 없습니다."),
    (_USB, "USB drives do not have to be encrypted.", Kind.POLARITY, "USB drives have to be encrypted."),
    ("Sharing an account is prohibited.", "Sharing an account is allowed.", Kind.POLARITY, "An account may not be shared."),
    ("과태료는 운전자가 부담하며 회사는 부담하지 않는다.", "과태료는 회사가 부담합니다.", Kind.POLARITY, "과태료는 운전자가 부담합니다."),
    ("해외출장은 본부장의 승인을 받아야 한다.", "해외출장은 본부장의 승인 없이 갈 수 있습니다.", Kind.POLARITY, "해외출장에는 본부장의 승인이 필요합니다."),
    ("병가 기간의 최초 10일은 유급으로 한다.", "병가 기간의 최초 10일은 무급으로 합니다.", Kind.ANTONYM, "병가 기간의 처음 10일은 유급입니다."),
    ("수료 후 1년 안에 퇴직하면 반환한다.", "수료 전 1년 안에 퇴직하면 반환합니다.", Kind.ANTONYM, "수료 후 1년이 되기 전에 퇴직하면 반환합니다."),
    ("Leave is paid during the first month.", "Leave is unpaid during the first month.", Kind.ANTONYM, "During the first month, leave is paid."),
    (_CARDS, "팀원의 법인카드 월 사용 한도는 200만원입니다.", Kind.BINDING, "팀장의 법인카드 월 사용 한도는 200만원입니다."),
    (_WARRANTY, "The warranty covers labor for 24 months.", Kind.BINDING, "The warranty covers parts for two years."),
    ("Leave is 5 days for a spouse and 2 days for other relatives.", "Leave is 5 days for other relatives.", Kind.BINDING, "Leave is 2 days for other relatives."),
    ("부모의 사망 시에는 5일, 조부모의 사망 시에는 3일을 준다.", "조부모의 사망 시에는 5일을 줍니다.", Kind.BINDING, "조부모의 사망 시에는 3일을 줍니다."),
    ("숙박비는 가 지역 250달러, 나 지역 180달러로 한다.", "나 지역의 숙박비는 250달러로 합니다.", Kind.BINDING, "가 지역의 숙박비는 250달러로 합니다."),
    ("부적합품에는 빨간색 꼬리표를 붙이고, 재작업품에는 노란색 꼬리표를 붙인다.", "부적합품에는 노란색 꼬리표를 붙입니다.", Kind.BINDING, "부적합품에는 빨간색 꼬리표를 붙입니다."),
    ("개인정보 유출은 보안팀에 신고하여야 한다.", "개인정보 유출은 인사팀에 신고하여야 합니다.", Kind.SLOT, "개인정보 유출은 보안팀에 신고합니다."),
    ("점검 결과에는 생산팀장이 서명한다.", "점검 결과에는 품질팀장이 서명합니다.", Kind.SLOT, "점검 결과에는 생산팀의 팀장이 서명합니다."),
    ("Spare parts ship from Busan within three days.", "Spare parts ship from Seoul within three days.", Kind.SLOT, "Within three days, spare parts ship from Busan."),
    ("Access is reviewed by the IT manager.", "Access is reviewed by the HR manager.", Kind.SLOT, "The IT manager reviews access."),
    ("Insurance is arranged by the company, not by the employee.", "Insurance is arranged by the employee.", Kind.SLOT, "Insurance is arranged by the company."),
    ("Part-time employees accrue 10 days.", "Full-time employees accrue 10 days.", Kind.SLOT, "Part-time staff accrue 10 days."),
    (_LABS, "연구동에는 방문객도 출입할 수 있습니다.", Kind.CONDITION, "연구동에는 연구소장이 허가한 방문객만 출입할 수 있습니다."),
    ("재택근무는 정규직에 한해 주 2일까지 허용한다.", "재택근무는 주 2일까지 할 수 있습니다.", Kind.CONDITION, "정규직은 재택근무를 주 2일까지 할 수 있습니다."),
    ("Forklifts may be driven only by licensed operators.", "Forklifts may be driven by employees.", Kind.CONDITION, "You need a license to drive forklifts."),
    ("Employees may not install software unless it is on the approved list.", "Employees may not install software.", Kind.CONDITION, "Only software on the approved list may be installed."),
    ("Taxis are reimbursed only if public transport is not available.", "Taxis are reimbursed even if public transport is available.", Kind.CONDITION, "If public transport is not available, taxis are reimbursed."),
    ("만 40세 이상 직원에게는 종합검진 비용을 지원한다.", "모든 직원에게 종합검진 비용을 지원합니다.", Kind.UNIVERSAL, "만 40세 이상 직원 모두에게 종합검진 비용을 지원합니다."),
    ("The allowance applies to trips of three days or more.", "The allowance applies to all trips.", Kind.UNIVERSAL, "The allowance applies to all trips of three days or more."),
]  # fmt: skip


@pytest.mark.parametrize(("source", "differing", "kind"), [pair[:3] for pair in _PAIRS])
def test_it_flags_what_differs(look, source, differing, kind):
    found = look(differing, source)
    assert found.verdict == Verdict.CONTRADICTED
    assert kind in {flag.kind for flag in found.flags}


@pytest.mark.parametrize(("source", "faithful"), [(pair[0], pair[3]) for pair in _PAIRS])
def test_it_flags_nothing_that_says_the_same(look, source, faithful):
    assert look(faithful, source).flags == ()


def test_a_difference_names_both_values_and_where_they_stand(look):
    answer, source = "직원에게는 매년 5일의 하계휴가를 줍니다.", _LEAVE
    (flag,) = look(answer, source).flags
    assert (flag.answer_value, flag.source_value) == ("5일", "4일")
    assert answer[slice(*flag.answer_span)] == "5일"
    assert source[slice(*flag.source_span)] == "4일"


def test_a_turned_bound_is_shown_with_the_words_that_turn_it(look):
    (flag,) = look(
        "1,000만원 이하의 구매는 견적을 받아야 합니다.", "1,000만원을 초과하는 구매는 견적을 받아야 한다."
    ).flags
    assert "이하" in flag.answer_value
    assert "초과" in flag.source_value


def test_a_dropped_condition_is_shown_by_the_source_alone(look):
    (flag,) = look("재택근무는 주 2일까지 할 수 있습니다.", "재택근무는 정규직에 한해 주 2일까지 허용한다.").flags
    assert (flag.answer_value, flag.answer_span) == ("", None)
    assert "정규직" in flag.source_value


def test_another_subject_is_no_difference(look):
    """A number of another rule says nothing: the passage must speak of the same thing first."""
    found = look("주차 요금은 시간당 3,000원입니다.", "야근 식대는 12,000원까지 영수증을 내고 받는다.")
    assert (found.verdict, found.flags) == (Verdict.UNSUPPORTED, ())
