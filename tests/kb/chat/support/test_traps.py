"""Readings that once went wrong, each with the sentence that shows it."""

from __future__ import annotations

import pytest

from kb.chat.support import Verdict


@pytest.mark.parametrize(
    ("source", "faithful"),
    [
        # A bound is not a negation.
        ("휴가는 25일을 초과할 수 없다.", "휴가는 25일까지 쓸 수 있습니다."),
        ("지게차는 시속 10km를 넘지 않는다.", "지게차는 시속 10km 이하로 다닙니다."),
        ("Files must not exceed 25 MB.", "Files may be 25 MB at most."),
        # Two negations, or a turned bound and a negation, say the same.
        ("승인을 받지 않으면 차량을 쓸 수 없다.", "승인을 받아야 차량을 쓸 수 있습니다."),
        ("신분증이 없으면 들어올 수 없다.", "신분증이 있어야 들어올 수 있습니다."),
        ("허가받은 방문객만 들어갈 수 있다.", "허가받은 방문객 외에는 들어갈 수 없습니다."),
        ("보안 서약을 하지 않으면 안 된다.", "보안 서약을 해야 합니다."),
        ("100km 미만의 출장에는 일비를 지급하지 않는다.", "100km 이상의 출장에는 일비를 지급합니다."),
        ("단가 인상 요청은 받아들이지 않기로 했다.", "단가 인상 요청은 거절하기로 했습니다."),
        ("You may not enter without a badge.", "You may enter with a badge."),
        # Negation inside a condition or a description is not that of the statement.
        ("반납하지 않은 퇴직자에게는 경력증명서를 발급하지 않는다.", "반납해야 경력증명서가 발급됩니다."),
        ("보관 장소는 습기가 차지 않아 자료를 두기에 좋다.", "보관 장소는 습기가 차지 않습니다."),
        ("일비는 직급에 관계없이 하루 3만원을 지급한다.", "일비는 직급에 상관없이 하루 3만원입니다."),
        # An adnominal 는 is no topic particle, 지만 no 만.
        ("외부로 나가는 자료는 보안팀에 등록한다.", "외부로 나가는 자료는 보안팀에 등록합니다."),
        ("이자는 내야 하지만 원금 상환은 미룰 수 있다.", "원금 상환은 미룰 수 있습니다."),
        # The analyser cuts one word differently by what stands around it.
        ("임원은 특실을 이용할 수 있다.", "임원에게는 특실이 허용됩니다."),
        # A rate is no fact of its own.
        ("직원은 주 2일 재택근무를 할 수 있다.", "직원은 일주일에 이틀 재택근무를 할 수 있습니다."),
        ("Employees accrue 20 days of leave per calendar year.", "Employees accrue 20 days of leave a year."),
        # The sentence behind goes on about the same thing.
        ("The tower stands in Jacksonville. It is 188 metres high.", "The tower in Jacksonville is 188 metres high."),
        # "every", "daily" and 하나의 are no numbers that must be found.
        ("로그는 매일 백업한다.", "로그를 백업합니다."),
    ],
)  # fmt: skip
def test_it_keeps_what_says_the_same(look, source, faithful):
    assert look(faithful, source).verdict == Verdict.SUPPORTED


def test_what_holds_for_one_product_says_nothing_of_another(look):
    assert look("KX-2400은 부산에서 출하합니다.", "KX-2300은 부산에서 출하한다.").verdict == Verdict.UNSUPPORTED


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        # A right number of a neighbouring sentence does not hide a wrong one.
        ("연차는 15일을 준다. 병가는 최초 10일을 유급으로 한다. 연차는 3일 전까지 신청한다.", "연차는 10일을 줍니다."),
        # A condition of the neighbouring sentence does not count for this one.
        ("특실은 임원만 이용할 수 있다. 정규직 직원은 일반실을 이용한다.", "정규직 직원은 특실을 이용할 수 있습니다."),
        # 무주택자 is not 주택, "unpaid" not "paid".
        ("주택자금은 무주택자에 한해 3,000만원까지 빌려준다.", "주택자금은 3,000만원까지 빌려줍니다."),
        ("Interns receive unpaid leave.", "Interns receive paid leave."),
        # An exception does not make a ban a permission.
        ("Leave in the first 90 days is not permitted except for emergencies.", "Leave in the first 90 days is permitted."),
        # A product code is another product.
        ("KX-2300의 무게는 42kg이다. KX-2500의 무게는 55kg이다.", "KX-2500의 무게는 42kg입니다."),
        ("The badge is valid for one day.", "The badge is valid for two days."),
    ],
)  # fmt: skip
def test_it_finds_what_is_turned(look, source, wrong):
    assert look(wrong, source).verdict == Verdict.CONTRADICTED
