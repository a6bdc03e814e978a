"""Where "not found" begins: just above what the index says to questions that no company answers."""

from __future__ import annotations

import pytest

from kb.models import IndexVersion
from kb.retrieval import calibration
from kb.retrieval.background import ENGLISH, KOREAN
from kb.retrieval.calibration import BOUNDS, LEAST_CHUNKS, SHARE, calibrate
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.index import live_index
from kb.retrieval.profiles import profile_named
from kb.retrieval.search import search
from tests.cast import Cast
from tests.database import as_worker
from tests.doubles import WordEncoder
from tests.made import add_document

SUBJECTS = ("연차", "병가", "출장", "법인카드", "보안", "교육", "계약", "구매", "재고", "급여")
RULES = [
    f"제{number + 1}조({SUBJECTS[number % 10]}) {SUBJECTS[number % 10]} 신청서는 {number + 2}일 전까지 {SUBJECTS[number // 10]} 담당 부서에 제출한다."
    for number in range(52)
]


@pytest.fixture
def filled(cast: Cast, real_encoder: EncoderClient) -> Cast:
    """Some fifty rules of a company, as the real encoder sees them."""
    add_document(cast.rules, "업무 규정", RULES, encoder=real_encoder)
    return cast


def test_an_index_is_calibrated_on_its_own_background(
    filled: Cast, real_encoder: EncoderClient, monkeypatch: pytest.MonkeyPatch
):
    """Half of the background sets the threshold; questions of the other half are refused as well."""
    monkeypatch.setattr(calibration, "KOREAN", KOREAN[::2])
    monkeypatch.setattr(calibration, "ENGLISH", ENGLISH[::2])
    with as_worker():
        kept = calibrate(live_index(), real_encoder)
    version = live_index()
    assert version.calibration == kept
    assert profile_named(version.profile).calibrated_by(kept)
    for unseen in (KOREAN[1::4], ENGLISH[1::4]):
        refused = sum(not search(filled.suji, each, encoder=real_encoder).relevant for each in unseen)
        assert refused >= SHARE * len(unseen) - 2
    for question in ("법인카드 신청서는 언제까지 제출합니까?", "출장 신청서는 어디에 냅니까?"):
        assert search(filled.suji, question, encoder=real_encoder).relevant, question


def test_a_small_index_keeps_the_profiles_own_threshold(cast: Cast):
    add_document(cast.rules, "규정", RULES[:5])
    with as_worker():
        assert calibrate(live_index(), WordEncoder()) == {}  # type: ignore[arg-type]
    assert live_index().calibration == {}


def test_an_index_that_shrank_forgets_its_calibration(cast: Cast):
    with as_worker():
        IndexVersion.objects.update(calibration={"bias": -3.0}, chunk_count=LEAST_CHUNKS - 1)
        calibrate(live_index(), WordEncoder())  # type: ignore[arg-type]
    assert live_index().calibration == {}


@pytest.mark.parametrize(("heard", "threshold"), [(100.0, BOUNDS[1]), (-100.0, BOUNDS[0]), (0.5, 0.5)])
def test_the_threshold_lies_at_the_background_and_moves_only_so_far(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, heard: float, threshold: float
):
    monkeypatch.setattr(calibration, "_confidence", lambda *_given: heard)
    with as_worker():
        IndexVersion.objects.update(chunk_count=LEAST_CHUNKS)
        version = live_index()
        kept = calibrate(version, WordEncoder())  # type: ignore[arg-type]
    fitted = profile_named(version.profile).calibration
    assert kept["bias"] == pytest.approx(fitted.bias - threshold)
    assert kept["english"] == 0.0


def test_each_language_has_a_threshold_of_its_own(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calibration, "_confidence", lambda question, *_given: -1.0 if question in set(ENGLISH) else 0.5)
    with as_worker():
        IndexVersion.objects.update(chunk_count=LEAST_CHUNKS)
        version = live_index()
        kept = calibrate(version, WordEncoder())  # type: ignore[arg-type]
    profile = profile_named(version.profile)
    assert profile.threshold("en", kept) == pytest.approx(-1.5)
    assert profile.threshold("ko", kept) == 0.0
    assert profile.confidence(0.0, 0.0, kept) == pytest.approx(profile.calibration.bias - 0.5)
