"""Settings of the server: keyword arguments first, then `PIIPROBE_…` in the environment, then the defaults here."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from piiprobe import OperatingPoint
from probes.judge.cost import HOURLY_PRICE
from service.cpus import usable_cpus
from service.logs import LogFormat, LogLevel

MAX_TOP_FEATURES = 64
DEFAULT_TOP_FEATURES = 5

_DAY_S = 86_400.0

# A variable is often unset by giving it no value, which would be the path of the present folder.
File = Annotated[Path | None, BeforeValidator(lambda value: None if value == "" else value)]


class Settings(BaseSettings):
    """Raises `pydantic.ValidationError` for a value out of range."""

    # The values of a wrong environment may hold secrets; the names are enough to find the mistake.
    model_config = SettingsConfigDict(env_prefix="PIIPROBE_", frozen=True, hide_input_in_errors=True, env_parse_none_str="")

    host: str = "127.0.0.1"
    """The address to listen on. One that is not the loopback needs `tls_certificate`, or `allow_plaintext`."""
    port: int = Field(50051, ge=0, le=65535)
    """0 takes a free one, which the ready line names."""
    socket: File = None
    """A Unix socket to listen on instead of host and port; owner and group may connect."""
    tls_certificate: File = None
    """PEM, the server's own certificate first. The files of TLS and of tokens are read again when they change."""
    tls_key: File = None
    """PEM, unencrypted."""
    tls_client_ca: File = None
    """PEM. Where set, a client needs a certificate that one of these has signed."""
    token_file: File = None
    """Bearer tokens, one a line; blank lines and # lines do not count. Where set, every call but health needs one of them."""
    policies: File = None
    """YAML with policies of redaction, which requests may name. This and the key are read again when they change."""
    redaction_key_file: File = None
    """What requests without a key redact with: 32 bytes, or base64 of them; `piiprobe redact-key` makes one."""
    restores: bool = False
    """Whether Restore puts back values with the server's own key, for everyone who may call it."""
    allow_plaintext: bool = False
    """Whether a host that is not the loopback may be listened on without TLS: for a mesh or tunnel that encrypts by itself."""
    max_connection_age_s: float = Field(300.0, gt=0, le=_DAY_S)
    """Seconds after which a connection takes no further calls, so that clients connect anew: balanced again, certificates checked
    again."""
    bundle: str = "gemma-3-270m"
    """The name of a shipped bundle or, where it holds a path separator, a folder."""
    base_model: str = "gemma-3-270m-gguf"
    """`gemma-3-270m-gguf` for the packages that `piiprobe[serve]` installs, a local Hugging Face folder, or a hub id."""
    workers: int | None = Field(None, ge=1)
    """Threads that read batches, all with the same weights; where unset, one for every `threads` of the CPUs that the scheduler
    and the cgroup allow."""
    threads: int | None = Field(None, ge=1)
    """Threads of each worker's matrix products; 1 in a server where unset."""
    dtype: Literal["auto", "bfloat16", "float32", "int8"] = "auto"
    """`auto` takes bfloat16 where the processor computes it natively. `int8` computes most products in bytes (VNNI, AMX): faster,
    and a little less accurate (docs/benchmarks.md)."""
    device: Literal["cpu", "cuda"] = "cpu"
    """Where the base model and the encoder are computed. `cuda` needs another build of torch and was never run on a GPU."""
    operating_point: OperatingPoint = "balanced"
    """What answers a request that names no operating point."""
    max_documents: int = Field(256, ge=1)
    """Documents in a batch."""
    max_characters: int = Field(1_000_000, ge=1)
    """Code points in a document, and in all documents of a batch together."""
    max_stream_documents: int = Field(64, ge=1)
    """Documents of a stream, and parts of its texts in chunks, that are being read at once; and its texts that have not ended."""
    max_message_bytes: int = Field(16 * 1024 * 1024, ge=1024)
    """Bytes in a request message."""
    batch_tokens: int = Field(514, ge=1)
    """Tokens that a worker reads at once: two whole windows of 257. More of them are hardly faster, and everyone waits longer."""
    max_queue_documents: int = Field(1024, ge=1)
    """Documents that may wait for the model; a request that would make it more is refused, unless nothing else waits."""
    max_queue_tokens: int = Field(1536, ge=1)
    """Tokens that wait for the model when further requests are refused."""
    default_deadline_s: float = Field(60.0, gt=0)
    """Seconds that a request without a deadline may take."""
    max_deadline_s: float = Field(300.0, gt=0, le=_DAY_S)
    """Seconds that any request may take, whatever its deadline."""
    reflection: bool = False
    """Whether callers may ask for the schema."""
    metrics_host: str = "127.0.0.1"
    """Where Prometheus and a kubelet ask, in plain HTTP and without a token: `/metrics`, `/livez`, `/readyz`. None holds text."""
    metrics_port: int | None = Field(9464, ge=0, le=65535)
    """0 takes a free one, which the log names; nothing listens where it is empty (`PIIPROBE_METRICS_PORT=`)."""
    hourly_price_usd: float = Field(HOURLY_PRICE, ge=0)
    """What the machine costs, for `piiprobe_compute_cost_usd_total`; the default is an assumed cloud machine with 2 CPUs."""
    tracing: bool = False
    """Whether calls are traced, without their text, to where OpenTelemetry's variables say (`OTEL_EXPORTER_OTLP_ENDPOINT`)."""
    drain_delay_s: float = Field(0.0, ge=0)
    """Seconds between reporting NOT_SERVING and refusing new calls, for load balancers to notice."""
    drain_grace_s: float = Field(20.0, ge=0)
    """Seconds that calls in flight get to finish once new ones are refused."""
    log_format: LogFormat = "text"
    """How log lines are written to stderr: for people, or one JSON object a line for machines."""
    log_level: LogLevel = "info"
    """The least severity that is logged."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key: both or neither")
        if self.tls_client_ca is not None and self.tls_certificate is None:
            raise ValueError("tls_client_ca needs tls_certificate and tls_key")
        return self

    @property
    def worker_threads(self) -> int:
        """Threads of each worker's matrix products in a server."""
        return self.threads or 1

    @property
    def worker_count(self) -> int:
        """Workers of a server."""
        return self.workers or max(1, usable_cpus() // self.worker_threads)

    @property
    def bundle_folder(self) -> Path:
        """Where the bundle lies; not checked."""
        if "/" in self.bundle or "\\" in self.bundle:
            return Path(self.bundle).expanduser()
        return Path(str(files("probes"))) / "bundles" / self.bundle


def server_version() -> str:
    """The version of the installed distribution."""
    return version("piiprobe")
