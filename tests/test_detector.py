"""The whole path on a tiny random model, which finds something everywhere: offsets, exact reasons, long text."""

from __future__ import annotations

import json
import math
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import tiny
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.base_model import BaseModel
from probes.bundle import MANIFEST, Bundle, load_bundle
from probes.decode import TokenSpan, character_span, token_spans
from probes.detector import Detector
from probes.errors import BaseModelError, BundleError
from probes.finding import Detection, Finding
from probes.tokens import windows

PLAIN = " ".join(tiny.SENTENCES)
STRANGE = (
    "👨‍👩‍👧‍👦",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "👍🏽",
    "😀",
    "e\u0301",
    "Zalg\u0335\u0321\u0322o",
    "<eos>",
    "<bos>",
    "<start_of_turn>user\n",
    "<end_of_turn>",
    "<unused5>",
    "\r\n",
    "\r",
    "\n\n",
    "\t",
    " ",
    "   ",
    "\u3000",
    "\u00a0",
    "\u200b",
    "\u200f",
    "\ufeff",
    "\x00",
    "\x1c",
    "\x85",
    "▁",
    "שלום עולם",
    "\u202eمرحبا\u202c",
    "１２３４-５６７８",
    "(020) 7946",
    "(",
    ")",
    "!",
    "田中太郎",
    "ｶﾞ",
    "𓀀",
    "\U0010ffff",
    "Maria Lopez",
    "4111 1111",
    "a@b.org",
    "İ",
    "ﷺ",
    "\ud800",
)


@pytest.fixture(scope="module")
def bundle(tiny_bundle: Path) -> Bundle:
    return load_bundle(tiny_bundle)


@pytest.fixture(scope="module")
def model(tiny_model_folder: Path) -> BaseModel:
    return BaseModel.load(tiny_model_folder, tiny.LAYER, torch.float32)


def spans(detection: Detection) -> list[tuple[str, int, int]]:
    return [(finding.entity_type, finding.start, finding.end) for finding in detection.findings]


def check_spans(text: str, detection: Detection) -> None:
    for finding in detection.findings:
        assert 0 <= finding.start < finding.end <= len(text)
        found = text[finding.start : finding.end]
        assert found == found.strip() != ""
        assert 0 <= finding.probability <= 1
    assert all(a.end <= b.start for a, b in pairwise(detection.findings))


def same(found: Detection, expected: Detection) -> None:
    assert found.tokens == expected.tokens
    assert spans(found) == spans(expected)
    for a, b in zip(found.findings, expected.findings, strict=True):
        assert (a.logit, a.probability) == pytest.approx((b.logit, b.probability), abs=1e-3)


def expected_spans(text: str, logits: torch.Tensor, model: BaseModel, bundle: Bundle) -> list[tuple[TokenSpan, str, int, int]]:
    """What should be found, from class logits on: token span, class, start, end."""
    (tokens,) = model.tokenizer.encode([text])
    names, none_bias = bundle.manifest.entity_types, bundle.manifest.none_bias
    found, at = [], 0
    for span in token_spans(text, tokens, logits.double().numpy(), bundle.transitions, none_bias, names):
        entity_type = names[span.label - 1]
        if bounds := character_span(text, tokens, span, entity_type, at):
            at = bounds[1]
            found.append((span, entity_type, *bounds))
    return found


def test_the_tiny_bundle_finds_many_things_of_many_kinds(tiny_detector: Detector) -> None:
    findings = tiny_detector.detect([PLAIN])[0].findings
    assert len(findings) > 20
    assert len({finding.entity_type for finding in findings}) > 6


@pytest.mark.parametrize("top_features", [0, 1, 5, 1000])
def test_contributions_add_up_to_the_logit(top_features: int, tiny_detector: Detector) -> None:
    for finding in tiny_detector.detect([PLAIN], top_features=top_features)[0].findings:
        assert len(finding.contributions) <= top_features
        total = finding.bias + sum(item.logit for item in finding.contributions) + finding.other_features
        assert total == pytest.approx(finding.logit, abs=1e-9)
        sizes = [abs(item.logit) for item in finding.contributions]
        assert sizes == sorted(sizes, reverse=True)
        assert all(size > 0 for size in sizes)
        if top_features == 1000:
            assert finding.other_features == pytest.approx(0, abs=1e-9)


def test_the_logit_is_the_mean_margin_over_none(tiny_detector: Detector, model: BaseModel, bundle: Bundle) -> None:
    (resid_post,) = model.resid_post(model.tokenizer.encode([PLAIN]))
    logits = tiny_detector.logits(resid_post)
    findings = tiny_detector.detect([PLAIN])[0].findings
    expected = expected_spans(PLAIN, logits, model, bundle)
    assert [(entity_type, start, end) for _, entity_type, start, end in expected] == spans(tiny_detector.detect([PLAIN])[0])
    for finding, (span, _, _, _) in zip(findings, expected, strict=True):
        own = logits[span.start : span.end].double()
        margin = float((own[:, span.label] - own[:, 0]).mean())
        assert finding.logit == pytest.approx(margin, abs=1e-4)
        assert finding.probability == pytest.approx(1 / (1 + math.exp(-(0.5 * finding.logit - 0.1))), abs=1e-6)


def test_a_contribution_is_what_goes_missing_without_the_feature(
    tiny_detector: Detector, model: BaseModel, bundle: Bundle
) -> None:
    (resid_post,) = model.resid_post(model.tokenizer.encode([PLAIN]))
    features = tiny_detector.features(resid_post)
    expected = expected_spans(PLAIN, tiny_detector.logits(resid_post), model, bundle)

    def margin(of: torch.Tensor, span: TokenSpan) -> float:
        own = bundle.probe.logits(of)[span.start : span.end].double()
        return float((own[:, span.label] - own[:, 0]).mean())

    findings = tiny_detector.detect([PLAIN], top_features=3)[0].findings
    # The first and the last have neighbours on one side only.
    for i in (0, len(findings) // 2, len(findings) - 1):
        finding, span = findings[i], expected[i][0]
        assert finding.contributions
        for item in finding.contributions:
            without = features.clone()
            without[:, bundle.manifest.feature_ids.index(item.feature)] = 0
            assert margin(features, span) - margin(without, span) == pytest.approx(item.logit, abs=1e-4)


def test_features_are_jump_relu_cut_at_the_ceiling(tiny_detector: Detector, model: BaseModel, bundle: Bundle) -> None:
    (resid_post,) = model.resid_post(model.tokenizer.encode([PLAIN]))
    a = resid_post.double() @ bundle.W_enc.double() + bundle.b_enc.double()
    expected = torch.where(a > bundle.threshold, a, 0.0).minimum(bundle.probe.ceiling.double())
    torch.testing.assert_close(tiny_detector.features(resid_post).double(), expected, rtol=1e-4, atol=1e-4)
    assert (expected == bundle.probe.ceiling).any()


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 50])
def test_logits_read_the_tokens_around(n: int, tiny_detector: Detector, bundle: Bundle) -> None:
    resid_post = torch.randn(n, tiny.D_MODEL, generator=torch.Generator().manual_seed(n)) * 5
    features, W = tiny_detector.features(resid_post).double().numpy(), bundle.probe.W.double().numpy()
    expected = np.tile(bundle.probe.b.double().numpy(), (n, 1))
    for t in range(n):
        for o, offset in enumerate((-1, 0, 1, 2)):
            if 0 <= t + offset < n:
                expected[t] += features[t + offset] @ W[o]
    np.testing.assert_allclose(tiny_detector.logits(resid_post).numpy(), expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(bundle.probe.logits(tiny_detector.features(resid_post)).numpy(), expected, rtol=1e-4, atol=1e-4)


def test_the_chunks_of_a_long_text_show_no_seam(tiny_detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    resid_post = torch.randn(100, tiny.D_MODEL, generator=torch.Generator().manual_seed(1)) * 5
    whole = tiny_detector.logits(resid_post)
    monkeypatch.setattr("probes.detector._CHUNK", 7)
    torch.testing.assert_close(tiny_detector.logits(resid_post), whole, rtol=1e-4, atol=1e-4)


def test_batching_and_neighbours_change_nothing(tiny_detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*tiny.SENTENCES, "", PLAIN * 3, "x", "😀😀", " ", PLAIN[::-1]]
    alone = [tiny_detector.detect([text])[0] for text in texts]
    for found, expected in zip(tiny_detector.detect(texts), alone, strict=True):
        same(found, expected)
    for found, expected in zip(tiny_detector.detect(texts[::-1])[::-1], alone, strict=True):
        same(found, expected)
    monkeypatch.setattr("probes.detector._GROUP_TOKENS", 50)
    monkeypatch.setattr("probes.base_model._BATCH_TOKENS", 300)
    for found, expected in zip(tiny_detector.detect(texts), alone, strict=True):
        same(found, expected)


def test_the_same_call_gives_the_same_answer(tiny_detector: Detector, tiny_bundle: Path, tiny_model_folder: Path) -> None:
    again = Detector.load(tiny_bundle, str(tiny_model_folder), dtype="float32")
    assert tiny_detector.detect([PLAIN]) == tiny_detector.detect([PLAIN]) == again.detect([PLAIN])


def test_no_texts(tiny_detector: Detector) -> None:
    assert tiny_detector.detect([]) == []


@pytest.mark.parametrize("text", ["", " ", "\n\r\n\t ", "\u3000\u00a0", "\x1c\x1d"])
def test_blank_text_has_no_findings(text: str, tiny_detector: Detector) -> None:
    detection = tiny_detector.detect([text])[0]
    assert detection.findings == ()
    assert (detection.tokens > 0) == bool(text)


@pytest.mark.parametrize("text", ["\x00", "\x00" * 9, "😀", "👨‍👩‍👧‍👦" * 5, ".", "(", "x"])
def test_tiny_and_odd_texts(text: str, tiny_detector: Detector) -> None:
    detection = tiny_detector.detect([text])[0]
    assert detection.tokens > 0
    check_spans(text, detection)


@given(pieces=st.lists(st.sampled_from(STRANGE) | st.text(max_size=4), min_size=1, max_size=14))
@settings(max_examples=150, deadline=None)
def test_every_span_is_exact(pieces: list[str], tiny_detector: Detector) -> None:
    text = "".join(pieces)
    detection = tiny_detector.detect([text])[0]
    assert (detection.tokens > 0) == bool(text)
    check_spans(text, detection)


@given(text=st.text(alphabet="😀𓀀\U0010ffff\ue000a", min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_a_character_of_several_tokens_is_in_one_finding(text: str, tiny_detector: Detector) -> None:
    check_spans(text, tiny_detector.detect([text])[0])


def test_control_strings_do_not_blind(tiny_detector: Detector, model: BaseModel) -> None:
    for name in tiny.CONTROL:
        text = f"{name} {PLAIN}"
        (tokens,) = model.tokenizer.encode([text])
        assert (tokens.ids >= len(tiny.CONTROL)).all()
        detection = tiny_detector.detect([text])[0]
        check_spans(text, detection)
        assert len(detection.findings) > 20


def test_a_hundred_thousand_characters(
    tiny_detector: Detector, model: BaseModel, bundle: Bundle, tiny_model_folder: Path
) -> None:
    """Against an own reading of the document: transformers' model window by window, then logits and spans."""
    filler = "".join(f"{i} {sentence}\r\n" for i, sentence in zip(range(2000), tiny.SENTENCES * 300, strict=False))
    text = (filler[: 100_000 - 40] + " 😀 write to maria.lopez@example.com").ljust(100_000, "!")
    assert len(text) == 100_000
    (tokens,) = model.tokenizer.encode([text])
    reference = tiny.reference_model(tiny_model_folder)
    parts = []
    with torch.inference_mode():
        for window in windows(len(tokens)):
            ids = torch.tensor([[model.tokenizer.bos, *tokens.ids[window.start : window.end].tolist()]])
            states = reference(input_ids=ids, output_hidden_states=True).hidden_states[tiny.LAYER + 1][0]
            parts.append(states[1 + window.keep - window.start :])
    logits = bundle.probe.logits(tiny_detector.features(torch.cat(parts)))
    expected = [(entity_type, start, end) for _, entity_type, start, end in expected_spans(text, logits, model, bundle)]

    detection = tiny_detector.detect([text])[0]
    check_spans(text, detection)
    assert detection.tokens == len(tokens) > 30_000
    found = spans(detection)
    # Rounding may tip a close call here and there.
    assert len(set(found) ^ set(expected)) <= 4
    assert found[-1][2] > 99_900


def test_findings_below_their_threshold_are_dropped(tiny_detector: Detector, tiny_bundle: Path, tiny_model_folder: Path) -> None:
    strict = Detector.load(tiny_bundle, str(tiny_model_folder), dtype="float32")
    everything = tiny_detector.detect([PLAIN])[0].findings
    middle = sorted(finding.probability for finding in everything)[len(everything) // 2]
    strict.thresholds = dict.fromkeys(strict.thresholds, middle)
    kept: tuple[Finding, ...] = strict.detect([PLAIN])[0].findings
    assert kept == tuple(finding for finding in everything if finding.probability >= middle)
    assert 0 < len(kept) < len(everything)


def test_another_base_model_is_refused(tiny_bundle: Path, tmp_path: Path) -> None:
    other = tiny.write_model(tmp_path / "other", seed=1)
    with pytest.raises(BaseModelError, match="is not tiny-gemma"):
        Detector.load(tiny_bundle, str(other), dtype="float32")


def test_another_layer_is_refused(tiny_bundle: Path, tiny_model_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_bundle, tmp_path / "bundle")
    values = json.loads((folder / MANIFEST).read_text())
    values["base"]["layer"] = 0
    (folder / MANIFEST).write_text(json.dumps(values))
    with pytest.raises(BaseModelError, match="layer 0 answers differently"):
        Detector.load(folder, str(tiny_model_folder), dtype="float32")


def test_another_width_is_refused(tiny_bundle: Path, tmp_path: Path) -> None:
    wide = tiny.write_model(tmp_path / "wide", d_model=48)
    with pytest.raises(BaseModelError, match="has d_model 48; bundle tiny needs 32"):
        Detector.load(tiny_bundle, str(wide), dtype="float32")


def test_bf16_is_the_same_model(tiny_bundle: Path, tiny_model_folder: Path) -> None:
    detection = Detector.load(tiny_bundle, str(tiny_model_folder), dtype="bfloat16").detect([PLAIN])[0]
    check_spans(PLAIN, detection)
    assert detection.findings


def test_a_missing_bundle_is_an_error(tiny_model_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"manifest\.json is missing"):
        Detector.load(tmp_path / "none", str(tiny_model_folder))
