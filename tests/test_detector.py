"""The whole path on a tiny random model, which finds something everywhere: offsets, exact reasons, long text."""

from __future__ import annotations

import json
import math
import shutil
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import tiny
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from probes.base_model import BaseModel, batches
from probes.bundle import MANIFEST, TENSORS, Bundle, load_bundle, save_bundle
from probes.detector import Detector
from probes.errors import BaseModelError, BundleError
from probes.finding import Detection
from probes.folding import fold
from probes.path import span_margin, transition_margin
from probes.product import has_int8
from probes.tags import TokenSpan, span_tags
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


def features(bundle: Bundle, resid_post: torch.Tensor) -> torch.Tensor:
    """What the probe reads of a text's residuals, `[n, n_features]`."""
    return bundle.probe.read(bundle.encoder.encode(resid_post))


def logits(bundle: Bundle, resid_post: torch.Tensor) -> np.ndarray:
    """Tag logits of a text's residuals, in one piece."""
    found: np.ndarray = bundle.probe.logits(features(bundle, resid_post) @ bundle.probe.flat()).numpy()
    return found


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


def test_the_tiny_bundle_finds_many_things_of_many_kinds(tiny_detector: Detector) -> None:
    findings = tiny_detector.detect([PLAIN])[0].findings
    assert len(findings) > 20
    assert len({finding.entity_type for finding in findings}) > 6


@pytest.mark.parametrize("top_features", [0, 1, 5, 1000])
def test_the_reasons_add_up_to_the_logit(top_features: int, tiny_detector: Detector) -> None:
    findings = tiny_detector.detect([PLAIN], top_features=top_features)[0].findings
    assert any(finding.evidence for finding in findings)
    for finding in findings:
        assert len(finding.contributions) <= top_features
        total = finding.bias + sum(item.logit for item in finding.contributions) + finding.other_features
        assert total + sum(share.logit for share in finding.evidence) == pytest.approx(finding.logit, abs=1e-9)
        assert finding.probability == pytest.approx(1 / (1 + math.exp(-(0.5 * finding.logit - 0.1))), abs=1e-6)
        sizes = [abs(item.logit) for item in finding.contributions]
        assert sizes == sorted(sizes, reverse=True)
        assert all(size > 0 for size in sizes)
        if top_features == 1000:
            assert finding.other_features == pytest.approx(0, abs=1e-9)


def test_findings_are_what_the_score_makes_of_the_reading(tiny_detector: Detector, bundle: Bundle) -> None:
    (reading,) = tiny_detector.readings([PLAIN])
    for structure in (True, False):
        for name, point in bundle.manifest.operating_points.items():
            expected = [
                (scored.candidate.entity_type, scored.candidate.start, scored.candidate.end, scored.logit, scored.evidence)
                for scored in bundle.score.read(reading, point.none_bias, structure=structure)
                if scored.probability >= point.thresholds[scored.candidate.entity_type]
            ]
            found = tiny_detector.detect([PLAIN], operating_point=name, structure=structure)[0].findings
            assert [(f.entity_type, f.start, f.end, f.logit, f.evidence) for f in found] == expected
            decided = tiny_detector.decide(reading, name, structure=structure)
            assert [(s.candidate.start, s.probability) for s in decided] == [(f.start, f.probability) for f in found]


def test_bias_and_contributions_are_what_they_say(tiny_detector: Detector, model: BaseModel, bundle: Bundle) -> None:
    """The bias is that of tags and transitions; a contribution is what goes missing without the feature."""
    (resid_post,) = model.resid_post(model.tokenizer.encode([PLAIN]))
    activations = features(bundle, resid_post)
    scored = tiny_detector.decide(*tiny_detector.readings([PLAIN]))
    findings = tiny_detector.detect([PLAIN], top_features=3)[0].findings

    def margin(of: torch.Tensor, span: TokenSpan) -> float:
        found = bundle.probe.logits(of @ bundle.probe.flat()).numpy()
        return span_margin(found, bundle.transitions, span.start, span.end, span.label)

    # The first and the last have neighbours on one side only.
    for i in (0, 1, len(findings) // 2, len(findings) - 1):
        finding, span = findings[i], scored[i].candidate.tokens
        tags = span_tags(span.label, span.end - span.start)
        edges = (0 if span.start else None), (0 if span.end < len(activations) else None)
        biases = sum(float(bundle.probe.b[each] - bundle.probe.b[0]) for each in tags)
        assert finding.bias == pytest.approx(biases + transition_margin(bundle.transitions, tags, *edges), abs=1e-3)
        assert finding.contributions
        for item in finding.contributions:
            without = activations.clone()
            without[:, bundle.manifest.feature_ids.index(item.feature)] = 0
            assert margin(activations, span) - margin(without, span) == pytest.approx(item.logit, abs=1e-3)


@pytest.mark.parametrize("name", ["", "BALANCED", "fast"])
def test_an_unknown_operating_point_is_refused(name: str, tiny_detector: Detector) -> None:
    with pytest.raises(ValueError, match="no operating point"):
        tiny_detector.detect([PLAIN], operating_point=name)
    with pytest.raises(ValueError, match="no operating point"):
        tiny_detector.detect([], operating_point=name)
    with pytest.raises(ValueError, match="no operating point"):
        tiny_detector.decide(*tiny_detector.readings([PLAIN]), name)


def test_an_operating_point_decides_what_is_reported(tiny_detector: Detector) -> None:
    everything, balanced, precise = (
        tiny_detector.detect([PLAIN], operating_point=name)[0].findings for name in ("recall", "balanced", "precision")
    )
    assert tiny_detector.detect([PLAIN])[0].findings == balanced
    # The tiny bundle decodes both alike; only the threshold differs.
    assert precise == tuple(finding for finding in balanced if finding.probability >= 0.8)
    assert 0 < len(precise) < len(balanced)
    assert everything != balanced


def test_the_columns_of_a_bundle_are_the_full_encoder(tiny_bundle: Path, model: BaseModel, tmp_path: Path) -> None:
    """Features of selected columns are exactly those of the whole SAE."""
    sae = tiny.make_sae()
    feature_ids = list(range(3, 3 + 2 * tiny.N_FEATURES, 2))
    few = sae.select(feature_ids)
    tensors = load_file(tiny_bundle / TENSORS) | {"W_enc": few.W_enc, "b_enc": few.b_enc, "threshold": few.threshold}
    tensors["probe.ceiling"] = torch.full((tiny.N_FEATURES,), torch.inf)
    save_bundle(tmp_path, {**tiny.bundle_values(), "feature_ids": feature_ids}, tensors)
    (resid_post,) = model.resid_post(model.tokenizer.encode([PLAIN]))
    found = _read(Detector(model, load_bundle(tmp_path)), PLAIN)
    expected = sae.encode(resid_post)[:, feature_ids]
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    assert ((found > 0) == (expected > 0)).all()
    assert 0 < float((found > 0).float().mean()) < 1


def _read(detector: Detector, text: str) -> torch.Tensor:
    """The features that a detector read of a text of one window, `[n, n_features]`."""
    (document,) = detector.documents([text])
    (reading,) = detector.probe(detector.forward([(document, window) for window in document.windows]))
    dense = np.zeros((len(reading.active), len(detector.manifest.feature_ids)), dtype=np.float32)
    rows = np.repeat(np.arange(len(dense)), np.diff(reading.active.starts))
    dense[rows, reading.active.ids] = reading.active.values
    return torch.from_numpy(dense)


def test_features_are_jump_relu_cut_at_the_ceiling(tiny_detector: Detector, model: BaseModel, bundle: Bundle) -> None:
    (resid_post,) = model.resid_post(model.tokenizer.encode([PLAIN]))
    a = resid_post.double() @ bundle.encoder.W_enc.double() + bundle.encoder.b_enc.double()
    expected = torch.where(a > bundle.encoder.threshold, a, 0.0).minimum(bundle.probe.ceiling.double())
    torch.testing.assert_close(_read(tiny_detector, PLAIN).double(), expected, rtol=1e-4, atol=1e-4)
    assert (expected == bundle.probe.ceiling).any()


@pytest.mark.parametrize("text", ["x", "Maria Lopez", PLAIN, PLAIN * 9])
def test_logits_are_the_probes_and_windows_show_no_seam(
    text: str, tiny_detector: Detector, model: BaseModel, bundle: Bundle
) -> None:
    (resid_post,) = model.resid_post(model.tokenizer.encode([text]))
    (reading,) = tiny_detector.readings([text])
    np.testing.assert_allclose(reading.logits, logits(bundle, resid_post), rtol=1e-3, atol=1e-3)


def test_windows_may_be_read_in_any_order_and_company(tiny_detector: Detector) -> None:
    documents = tiny_detector.documents([PLAIN * 9, "x", "", PLAIN])
    parts = [(document, window) for document in documents for window in document.windows]
    assert len(parts) > 6
    assert [len(document.windows) for document in documents][1:3] == [1, 0]
    alone = {part: tiny_detector.probe(tiny_detector.forward([part]))[0] for part in parts}
    together = dict(zip(parts[::-1], tiny_detector.probe(tiny_detector.forward(parts[::-1])), strict=True))
    for document in documents:
        for read in (alone, together):
            readings = [read[document, window] for window in document.windows]
            same(tiny_detector.conclude(document, readings), tiny_detector.detect([document.text])[0])
    assert tiny_detector.probe(tiny_detector.forward([])) == []


def test_batching_and_neighbours_change_nothing(tiny_detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*tiny.SENTENCES, "", PLAIN * 3, "x", "😀😀", " ", PLAIN[::-1]]
    alone = [tiny_detector.detect([text])[0] for text in texts]
    for found, expected in zip(tiny_detector.detect(texts), alone, strict=True):
        same(found, expected)
    for found, expected in zip(tiny_detector.detect(texts[::-1])[::-1], alone, strict=True):
        same(found, expected)
    monkeypatch.setattr("probes.detector._GROUP_TOKENS", 50)
    monkeypatch.setattr("probes.detector.batches", partial(batches, tokens=30))
    for found, expected in zip(tiny_detector.detect(texts), alone, strict=True):
        same(found, expected)


def test_the_same_call_gives_the_same_answer(tiny_detector: Detector, tiny_bundle: Path, tiny_model_folder: Path) -> None:
    again = Detector.load(tiny_bundle, str(tiny_model_folder), dtype="float32")
    assert tiny_detector.detect([PLAIN]) == tiny_detector.detect([PLAIN]) == again.detect([PLAIN])


def test_no_texts(tiny_detector: Detector) -> None:
    assert tiny_detector.detect([]) == []


@pytest.mark.parametrize("text", ["", " ", "\n\r\n\t ", "\u3000\u00a0", "\x1c\x1d", "\u200b", "\ufeff\u200b\u2060"])
def test_blank_text_has_no_findings(text: str, tiny_detector: Detector) -> None:
    detection = tiny_detector.detect([text])[0]
    assert detection.findings == ()
    assert (detection.tokens > 0) == bool(fold(text).text)


@pytest.mark.parametrize("text", ["\x00", "\x00" * 9, "😀", "👨‍👩‍👧‍👦" * 5, ".", "(", "x"])
def test_tiny_and_odd_texts(text: str, tiny_detector: Detector) -> None:
    detection = tiny_detector.detect([text])[0]
    assert detection.tokens > 0
    check_spans(text, detection)


@given(pieces=st.lists(st.sampled_from(STRANGE) | st.text(max_size=4), min_size=1, max_size=14))
@settings(max_examples=150, deadline=None)
def test_every_span_is_exact(pieces: list[str], tiny_detector: Detector, model: BaseModel) -> None:
    text = "".join(pieces)
    detection = tiny_detector.detect([text])[0]
    assert (detection.tokens > 0) == bool(fold(text).text)
    check_spans(text, detection)
    (tokens,) = model.tokenizer.encode([text])
    # What the search for the tokens of a value relies on.
    assert (np.diff(tokens.starts) >= 0).all()
    assert (np.diff(tokens.ends) >= 0).all()


def test_offsets_are_those_of_the_text_before_folding(tiny_detector: Detector) -> None:
    plain = "Maria Lopez writes to maria.lopez@example.com"
    hidden = plain.replace("r", "r\u200b").replace("e", "\uff45").replace("o", "\u043e")
    assert fold(hidden).text == plain
    found, expected = tiny_detector.readings([hidden, plain])
    np.testing.assert_allclose(found.logits, expected.logits, atol=1e-3)
    for i in range(len(expected.tokens)):
        piece = hidden[found.tokens.starts[i] : found.tokens.ends[i]]
        assert fold(piece).text == plain[expected.tokens.starts[i] : expected.tokens.ends[i]]
    detection = tiny_detector.detect([hidden])[0]
    check_spans(hidden, detection)
    assert detection.findings


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
    tiny_detector: Detector, model: BaseModel, tiny_model_folder: Path, tiny_bundle: Path
) -> None:
    """Against an own reading of the document: transformers' model window by window."""
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
    (found,) = tiny_detector.readings([text])
    assert len(found.tokens) == len(tokens) > 30_000
    np.testing.assert_allclose(found.logits, logits(load_bundle(tiny_bundle), torch.cat(parts)), atol=1e-2)
    decided = tiny_detector.decide(found)
    assert len(decided) > 1000
    assert decided[-1].candidate.end > 99_900


def test_the_end_of_a_long_text_is_read_as_well_as_its_beginning(tiny_detector: Detector) -> None:
    text = PLAIN + "." * 20_000 + PLAIN
    detection = tiny_detector.detect([text], operating_point="precision", top_features=0)[0]
    check_spans(text, detection)
    assert detection.findings[0].start < 100
    assert detection.findings[-1].end > len(text) - 100


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


@pytest.mark.skipif(not has_int8(), reason="this processor has no int8 products")
def test_int8_is_the_same_model(tiny_bundle: Path, tiny_model_folder: Path) -> None:
    detector = Detector.load(tiny_bundle, str(tiny_model_folder), dtype="int8")
    detections = detector.detect([PLAIN, "x", PLAIN * 9])
    check_spans(PLAIN, detections[0])
    assert detections[0].findings
    assert detector.detect([PLAIN])[0] == detections[0]


def test_int8_is_refused_where_the_processor_has_none(
    tiny_bundle: Path, tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probes.base_model.has_int8", lambda: False)
    with pytest.raises(BaseModelError, match="no int8 products"):
        Detector.load(tiny_bundle, str(tiny_model_folder), dtype="int8")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
@pytest.mark.parametrize("dtype", ["auto", "int8", "bfloat16"])
def test_a_device_that_is_not_there_is_an_error(dtype: str, tiny_bundle: Path, tiny_model_folder: Path) -> None:
    with pytest.raises(BaseModelError, match="no CUDA device"):
        Detector.load(tiny_bundle, str(tiny_model_folder), dtype=dtype, device="cuda")


def test_a_missing_bundle_is_an_error(tiny_model_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"manifest\.json is missing"):
        Detector.load(tmp_path / "none", str(tiny_model_folder))


@pytest.mark.parametrize("text", ["", PLAIN, PLAIN * 9])
def test_activations_are_mean_peaks_of_the_leading_features(text: str, tiny_detector: Detector, bundle: Bundle) -> None:
    (document,) = tiny_detector.documents([text])
    readings = tiny_detector.probe(tiny_detector.forward([(document, window) for window in document.windows]))
    found = tiny_detector.conclude(document, readings).activations
    share = torch.zeros(len(bundle.manifest.feature_ids))
    for reading in readings:
        for feature, value in zip(reading.active.ids, reading.active.values, strict=True):
            share[feature] = max(share[feature], torch.tensor(value) / bundle.probe.ceiling[feature])
    here = bundle.probe.blocks.index((0, 0))
    for i, entity_type in enumerate(bundle.manifest.entity_types):
        weights = bundle.probe.W[here, :, 1 + 4 * i : 5 + 4 * i].mean(1) - bundle.probe.W[here, :, 0]
        leading = (weights * bundle.probe.ceiling).argsort(descending=True)[:8]
        assert found[entity_type] == pytest.approx(float(share[leading].mean()), abs=1e-6)
    assert text == "" or any(found.values())


def test_scores_are_those_of_all_candidates(tiny_detector: Detector) -> None:
    reported = tiny_detector.detect([PLAIN], operating_point="precision")[0]
    everything = tiny_detector.detect([PLAIN], operating_point="balanced")[0]
    assert len(reported.findings) < len(reported.scores)
    assert reported.scores == everything.scores == tuple((each.entity_type, each.probability) for each in everything.findings)


def test_thresholds_of_a_call_replace_those_of_the_operating_point(tiny_detector: Detector) -> None:
    everything = tiny_detector.detect([PLAIN], operating_point="balanced")[0].findings
    precise = {"PERSON": 0.8, "EMAIL": 0.8}
    found = tiny_detector.detect([PLAIN], operating_point="balanced", thresholds=precise)[0].findings
    assert found == tuple(each for each in everything if each.entity_type not in precise or each.probability >= 0.8)
    assert 0 < len(found) < len(everything)
    strict = tiny_detector.detect([PLAIN], operating_point="precision")[0].findings
    lowered = tiny_detector.detect([PLAIN], operating_point="precision", thresholds={"PERSON": 0.0})[0].findings
    assert {each for each in everything if each.entity_type == "PERSON"} | set(strict) == set(lowered)
    assert len(strict) < len(lowered)
