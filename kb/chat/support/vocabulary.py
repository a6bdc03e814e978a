"""The words that the support check knows: synonyms, opposites, and words that carry no content. Edit freely.

Korean forms are dictionary stems as the analyser gives them (쓰, 바꾸, 승인). English ones are plain words; they are stemmed
when they are loaded. A line of `SYNONYMS` is one meaning; a word may stand in one line only.
"""

from __future__ import annotations

SYNONYMS = """
이메일 전자우편 메일 전자메일
급여 월급 임금 봉급
휴가 연차휴가
연차 연차유급휴가
사용 쓰 이용 활용
변경 바꾸 바뀌 변동
지급 주어지 나오 주
부여
최초 처음 첫
마지막 최종
종전 예전 기존
신규 새
먼저 미리 사전
구매 구입 사 매입
신청 요청 신청서
제출 내 제시
업로드 올리 게시
나누 분할 나뉘
보관 저장 보존
알리 통보 신고 통지 고지
보고 보고서
잃어버리 분실 잃
없어지 소멸 사라지
끝나 완료 종료 마치 끝
시작 개시 시작되
붙이 부착 첨부 달
돌려주 반환 반납 돌려받 환급
퇴직 퇴사 그만두
입사 취업
만들 생성 작성
고치 수정 정정
늘 늘리 늘어나 증가 증대
줄 줄이 줄어들 감소 감축
오르 인상 상승
내리 인하 하락
없애 폐지 삭제 지우
열리 열 개최
정하 결정 확정
맡 담당
확인 점검 검토
필요 요구
승인 허가 결재
거절 거부 반려
하청 협력
업체 회사 기업
수리 고장 보수
교체 교환
바로 즉시 곧바로 곧
근무 근속 재직 일하
반드시 꼭 필히
직원 임직원 사원 근로자 종업원
사람 자 인원
자가용 자차 승용차
차감 공제 빼 깎
넘기 이월
다음 이듬해 익년 차기
사망 돌아가시 별세
부담 물
설치 깔
잠그 잠기
중단 중지 멈추
받아들이 수용 수락
공유 나눠주
고르 선택
머무르 숙박 묵
개인적 사적
회신 답변 답하 회답
조치 대응
평가 심사
모으 수집 취합
내다보 예상 전망
이어지 연속 잇 계속
모이 집합
빌리 대여
지키 준수
어기 위반
쉬 휴무
휴직자 휴직
기한 마감 마감일
비용 경비
document file paper
employee staff worker personnel colleague
company employer firm
reimburse refund repay
keep kept retain store save preserve
own personal private
approve approval authorize authorise authorization consent
request application apply ask
start begin commence
end finish terminate
buy purchase procure
get receive obtain earn accrue entitle
manager supervisor boss
salary pay wage
trip travel journey
require need necessary
yearly annual year
vehicle car automobile
holiday vacation
child children kid
tell inform notify report
hand submit lodge
destroy delete erase
stop halt suspend
arrange organize organise book
monthly month
weekly week
daily day
cap limit
fire blaze
big large
fix repair
check inspect review examine
choose select
lose lost missing
decline refuse reject
supplier vendor
rent rental hire
visitor guest
cost expense
"""

# English verbs of two words, and the one word that they stand for.
PHRASES = """
reimburse: pay back, pays back, paid back, paying back
submit: hand in, hands in, handed in, turn in, turned in
complete: fill in, fills in, filled in, fill out, filled out
return: give back, gives back, gave back, given back, bring back, brought back
cancel: call off, called off
postpone: put off
approve: sign off, signs off, signed off
destroy: throw away, thrown away, get rid of
effective: takes effect, take effect, took effect, comes into force, come into force, in force
consecutive: in a row
"""

OPPOSITES = """
증가 감소
늘 줄
이전 이후
전 후
유급 무급
유상 무상
유료 무료
필수 선택
의무 자율
시작 끝나
승인 거절
내부 외부
사내 사외
국내 해외
가산 차감
오르 내리
높 낮
많 적
크 작
길 짧
빠르 느리
사전 사후
입고 출고
수입 수출
상반기 하반기
오전 오후
왕복 편도
공개 비공개
신입 경력
종전 신규
정규직 계약직
받아들이 거절
increase decrease
full part
before after
paid unpaid
domestic abroad
domestic international
largest smallest
highest lowest
mandatory optional
always never
internal external
include exclude
accept decline
first last
near away
"""

# Opposites that only count beside the same word: 수료 전 and 수료 후, not any 전 and 후 of the sentence.
RELATIONAL = """
전 후 이전 이후 before after
"""

UNIVERSAL_KO = """
모든 누구나 전원 항상 무조건 언제든지 언제나 관계없이 상관없이 아무나 어디서나 누구든지 무제한
"""
UNIVERSAL_EN = """
every everyone everybody all any always anyone anybody whoever anytime whenever regardless
"""

# Content words of these forms say too little to count.
STOP_KO = """
경우 때 등 것 수 이상 이하 초과 미만 이내 이후 이전 다음 해당 각 그 이 이것 그것 저 때문 가능 하 되 있 없 받 않 말
위하 따르 대하 통하 이르 보 싶 같 아니 못 안 및 또 또는 다만 단 중 내 외 간 후 전 더 가장 매우 아주 약 총 모두 모든
누구나 전원 전부 항상 무조건 언제든지 언제나 각각 매년 매월 매주 매일 매달 함께 의하 관하 관련 대상 두 하나 이때 최대
최소 최장 까지 한도 상한 동안 한하 한정 거치 안내 그렇 이렇 어떻 네 예 안녕 감사 만 로 시 월 년 일 주 분 조 항 호 장
허용 허락 인정 동일 정도 포함 부 당 원칙 미치 못하 금지 불가 불가능 불허 제외 없이 관계없이 상관없이 그리고 그러나
경우로 차 바 한 우선 참고 아래 내용 정리
"""
STOP_EN = """
a an the of to in on for and or is are was were be been being by with at as that this than these those it its from may
must can should will would has have had having do does did done not no then there their they them your you our we he
she his her him i who whom which if when where while into up only any all each every per so but cannot can't don't
doesn't isn't aren't won't never nor neither none also more less fewer above below over under within until before
after about between during through out off such other others same very just both either us me my mine too allow
allowed allows permit permitted permits prohibit prohibited forbid forbidden ban banned possible able here yes
following follows please thank hello according how what sure ok okay section article chapter maximum minimum max min
exceed exceeds exceeding regardless unless except without provided whether certainly course great note welcome
"""

# A Korean noun with one of these endings names a role, a unit of the company, an authority or a kind of person.
ROLE_ENDINGS_KO = """
팀 부 실 센터 본부 부서 장 이사 대표 임원 사원 직원 위원회 기관 회사 업체 직 지사 법인 총무 인사 보안 재무 법무 감사
담당자 관리자 책임자 과장 차장 대리 데스크
"""
ROLES_EN = """
manager director president head department team desk officer employee company vendor supplier legal finance hr it
security vice ceo cfo cto staff contractor supervisor board committee compliance purchasing quality plant auditor
engineer customer reception visitor sponsor office leader chief operator accountant secretary agency authority
"""

# Verbs that only say must or need not: what they govern is what a negation denies.
MODALS = """
need require necessary 필요
"""

# In a condition these only stand for "whoever": "only by licensed operators" is about the license.
ANYBODY = """
employee person people staff user operator individual member somebody anyone 직원 사람 인원 임직원 사원 근로자 이용자
사용자 작업자
"""

# A sentence that starts so goes on about the one before it.
PRONOUNS = (
    "이는",
    "이를",
    "이때",
    "이 중",
    "이 경우",
    "그 중",
    "그중",
    "또한",
    "It ",
    "They ",
    "This ",
    "These ",
    "He ",
    "She ",
)
