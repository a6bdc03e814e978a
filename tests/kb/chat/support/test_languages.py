"""A Korean answer over an English passage, and the reverse: no shared words, so cosine, numbers and names decide."""

from __future__ import annotations

import pytest

from kb.chat.support import CosineScale, Verdict

_LOGS = "Server logs are kept for 18 months. Backups are encrypted."
_DRILL = "소방 훈련은 반기마다 한 번 실시한다. 소화기는 매월 점검한다."
_NEAR, _FAR = 0.88, 0.76


def _cosines(*values: float | list[float]) -> dict[str, float | list[float]]:
    return {str(number): value for number, value in enumerate(values)}


def test_a_near_passage_with_the_same_numbers_supports(look):
    found = look("서버 로그는 18개월 동안 보관합니다.", _LOGS, cosines=_cosines([_NEAR, 0.8]))
    assert (found.verdict, found.passage) == (Verdict.SUPPORTED, "0")
    assert [_LOGS[start:end] for start, end in found.quotes] == ["Server logs are kept for 18 months."]


def test_a_near_passage_with_another_number_contradicts(look):
    found = look("서버 로그는 24개월 동안 보관합니다.", _LOGS, cosines=_cosines([_NEAR, 0.8]))
    assert found.verdict == Verdict.CONTRADICTED
    assert [(flag.answer_value, flag.source_value) for flag in found.flags] == [("24개월", "18 months")]


def test_a_far_passage_supports_nothing(look):
    found = look("구내식당은 채식 식단을 냅니다.", _LOGS, cosines=_cosines([_FAR, _FAR]))
    assert (found.verdict, found.passage) == (Verdict.UNSUPPORTED, None)


def test_a_statement_without_numbers_stands_by_its_cosine(look):
    assert look("Fire extinguishers are checked.", _DRILL, cosines=_cosines([0.8, _NEAR])).verdict == Verdict.SUPPORTED


def test_a_denied_statement_is_never_supported_by_cosine_alone(look):
    found = look("백업은 암호화하지 않습니다.", "Backups are encrypted.", cosines=_cosines([_NEAR]))
    assert found.verdict == Verdict.PARTIAL


def test_without_cosines_it_is_never_called_unsupported(look):
    for sentence in (
        "서버 로그는 18개월 동안 보관합니다.",
        "서버 로그는 24개월 동안 보관합니다.",
        "구내식당은 채식 식단을 냅니다.",
    ):
        assert look(sentence, _LOGS).verdict == Verdict.PARTIAL


def test_one_cosine_for_the_whole_passage_is_enough_to_find_it(look):
    found = look(
        "서버 로그는 18개월 동안 보관합니다.", _LOGS, "Visitors must be escorted.", cosines=_cosines(0.85, 0.76)
    )
    assert (found.verdict, found.passage) == (Verdict.SUPPORTED, "0")


def test_a_passage_in_the_same_language_comes_first(look):
    found = look("소화기는 매월 점검합니다.", _LOGS, _DRILL, cosines=_cosines([_NEAR, _NEAR], [0.9, 0.95]))
    assert (found.verdict, found.passage) == (Verdict.SUPPORTED, "1")


def test_shared_names_in_latin_letters_choose_the_passage(look):
    other = "The KX-2500 spindle weighs 55 kg."
    found = look(
        "KX-2300 스핀들의 무게는 42kg입니다.", other, "The KX-2300 spindle weighs 42 kg.", cosines=_cosines(0.84, 0.84)
    )
    assert (found.verdict, found.passage) == (Verdict.SUPPORTED, "1")


def test_another_encoder_has_another_scale(look):
    wide = CosineScale(unrelated=0.2, same=0.6)
    assert look("백업을 암호화합니다.", _LOGS, cosines=_cosines([0.1, 0.7]), scale=wide).verdict == Verdict.SUPPORTED
    assert look("백업을 암호화합니다.", _LOGS, cosines=_cosines([0.1, 0.15]), scale=wide).verdict == Verdict.UNSUPPORTED


@pytest.mark.parametrize(("cosine", "verdict"), [(0.96, Verdict.SUPPORTED), (0.84, Verdict.UNSUPPORTED)])
def test_in_one_language_the_cosine_decides_between_loose_paraphrases(look, cosine, verdict):
    sentence = "Children under 16 cannot enter the machine hall."
    source = "Visitors under 16 are not allowed in the machine hall."
    assert look(sentence, source, cosines=_cosines([cosine])).verdict == verdict
