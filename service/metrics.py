"""What the service did, for Prometheus. Names end in their unit, labels have few values, and every series exists from the start.

Conventions: https://prometheus.io/docs/practices/naming; stages as text-embeddings-inference splits them.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from probes.judge.equivalent import JudgeEquivalent
from service.config import Settings, server_version
from service.detector import Detector
from service.engine import EngineStats
from service.observer import BatchRead, DocumentConcluded, Observer, Rejection

STAGES = ("tokenize", "queue", "forward", "probe", "decode")

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_TOKENS = tuple(float(2**power) for power in range(18))
_SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_PROBABILITIES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
_PADDING = (0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)


class Metrics(Observer):
    """Everything but the calls themselves (`service.calls`), in `registry`."""

    def __init__(self, settings: Settings, stats: Callable[[], EngineStats], ready: Callable[[], bool]) -> None:
        """Takes what tells the engine's state when Prometheus asks."""
        self.registry = CollectorRegistry()
        self._judge: JudgeEquivalent | None = None
        stages = self._histogram("piiprobe_stage_duration_seconds", "Seconds of each stage.", _SECONDS, "stage")
        self._stages = {stage: stages.labels(stage) for stage in STAGES}
        self._batch_tokens = self._histogram("piiprobe_batch_tokens", "Tokens that the model read at once.", _TOKENS)
        self._padding = self._histogram(
            "piiprobe_batch_padding_ratio", "Rows of a batch's products that hold no token, as a share of all.", _PADDING
        )
        self._document_tokens = self._histogram("piiprobe_document_tokens", "Tokens of a document.", _TOKENS)
        self._findings = self._counter("piiprobe_findings_total", "Findings reported.", "entity_type")
        self._probability = self._histogram(
            "piiprobe_finding_probability", "Probability of every candidate, reported or not.", _PROBABILITIES, "entity_type"
        )
        self._activation = self._histogram(
            "piiprobe_feature_activation_ratio",
            "How far a document drove the leading features of a class: mean of their peaks as shares of their ceilings.",
            _SHARES,
            "entity_type",
        )
        self._rejected = self._counter("piiprobe_requests_rejected_total", "Requests refused as a whole.", "reason")
        for reason in get_args(Rejection):
            self._rejected.labels(reason)
        self._invalid = 0
        self._judged = self._counter(
            "piiprobe_llm_judge_equivalent_cost_usd_total",
            "What a language model as judge would have charged, at the dated list price.",
            "judge",
        )
        self._load_seconds = Gauge(
            "piiprobe_model_load_seconds", "Seconds from the start of loading to the first answer.", registry=self.registry
        )
        self._bundle = Gauge(
            "piiprobe_bundle_info",
            "The bundle that answers.",
            ("bundle", "bundle_version", "digest", "base_model"),
            registry=self.registry,
        )
        build = Gauge("piiprobe_build_info", "What runs.", ("version", "python"), registry=self.registry)
        build.labels(server_version(), platform.python_version()).set(1)
        ProcessCollector(registry=self.registry)
        self.registry.register(_State(settings, stats, ready, lambda: self._invalid))

    def loaded(self, detector: Detector, judge: JudgeEquivalent, seconds: float) -> None:
        """The detector is there: its classes and the judges' series begin."""
        manifest = detector.manifest
        self._load_seconds.set(seconds)
        self._bundle.labels(manifest.name, manifest.version, detector.digest, manifest.base_model).set(1)
        for entity_type in manifest.entity_types:
            for metric in (self._findings, self._probability, self._activation):
                metric.labels(entity_type)
        for price in judge.prices.all:
            self._judged.labels(price.name)
        self._judge = judge

    def tokenized(self, seconds: float) -> None:
        self._stages["tokenize"].observe(seconds)

    def waited(self, seconds: float) -> None:
        self._stages["queue"].observe(seconds)

    def batch_read(self, batch: BatchRead) -> None:
        self._stages["forward"].observe(batch.forward_s)
        self._stages["probe"].observe(batch.probe_s)
        self._batch_tokens.observe(batch.tokens)
        self._padding.observe(1 - batch.tokens / batch.computed)

    def document_concluded(self, document: DocumentConcluded) -> None:
        # The text that warms the model up is nobody's.
        if self._judge is None:
            return
        self._stages["decode"].observe(document.decode_s)
        self._document_tokens.observe(document.tokens)
        for entity_type, _ in document.findings:
            self._findings.labels(entity_type).inc()
        for entity_type, probability in document.scores:
            self._probability.labels(entity_type).observe(probability)
        for entity_type, activation in document.activations.items():
            self._activation.labels(entity_type).observe(activation)
        quoted = [characters for _, characters in document.findings]
        for name, dollars in self._judge.dollars(document.tokens, document.characters, quoted).items():
            self._judged.labels(name).inc(dollars)

    def documents_invalid(self, count: int) -> None:
        self._invalid += count

    def rejected(self, reason: Rejection) -> None:
        self._rejected.labels(reason).inc()

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(name, text, labels, registry=self.registry, buckets=buckets)


class _State(Collector):
    """Reads the engine's own counts when Prometheus asks, rather than counting everything twice."""

    def __init__(
        self, settings: Settings, stats: Callable[[], EngineStats], ready: Callable[[], bool], invalid: Callable[[], int]
    ) -> None:
        self._settings, self._stats, self._ready, self._invalid = settings, stats, ready, invalid
        self._began = time.monotonic()

    def collect(self) -> Iterator[Metric]:
        stats, limits = self._stats(), self._settings
        queue = stats.queue
        hours = (time.monotonic() - self._began) / 3600
        gauges: Mapping[str, tuple[str, float]] = {
            "ready": ("1 where the model is loaded and the server is not draining.", float(self._ready())),
            "workers": ("Threads that read batches.", limits.worker_count),
            "queue_documents": ("Documents that wait, those among them that are being tokenized.", queue.waiting_documents),
            "queue_tokens": ("Tokens that wait.", queue.waiting_tokens),
            "queue_limit_documents": ("Waiting documents at which requests are refused.", limits.max_queue_documents),
            "queue_limit_tokens": ("Waiting tokens at which requests are refused.", limits.max_queue_tokens),
            "reading_batches": ("Batches that workers read now.", queue.reading_batches),
            "reading_tokens": ("Tokens in these.", queue.reading_tokens),
        }
        for name, (text, value) in gauges.items():
            yield GaugeMetricFamily(f"piiprobe_{name}", text, value)
        counters: Mapping[str, tuple[str, float]] = {
            "tokens": ("Tokens that were read.", queue.tokens),
            "batches": ("Batches that were read.", queue.batches),
            "busy_seconds": ("Seconds that workers read and decoded, all together.", queue.busy_s),
            "compute_cost_usd": ("Price of the machine since the start, used or not.", hours * limits.hourly_price_usd),
        }
        for name, (text, value) in counters.items():
            yield CounterMetricFamily(f"piiprobe_{name}", text, value)
        outcomes = {"answered": stats.answered, "failed": stats.failed, "invalid": self._invalid()}
        yield _labelled("piiprobe_documents", "Documents by what became of them.", "outcome", outcomes)
        yield _labelled("piiprobe_documents_dropped", "Documents that left the queue unread.", "reason", queue.dropped)


def _labelled(name: str, text: str, label: str, values: Mapping[Any, float]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=(label,))
    for value, count in values.items():
        family.add_metric((value,), count)
    return family
