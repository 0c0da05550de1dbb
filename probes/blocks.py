"""Gemma 3's blocks for reading, not writing: packed texts, no cache, no padding, few passes over memory.

The numbers are those of `transformers.models.gemma3` up to rounding. What differs is the order: the weight of a norm before a
product is folded into the product, its row scale is applied behind it or dropped where another norm follows, products that read
the same rows are one, the norm weights of queries and keys stand in the rotary tables, and the query heads that share a key head
are rows of one product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

import torch
import torch.nn.functional as F
from transformers import Gemma3TextConfig

from probes.product import ROWS, Gate, Observed, Packed, PackedGate, Plain, PlainGate, Product, can_pack, gate_in_int8, in_int8

# Attention has lengths that are a multiple of this, for the reason that products have a multiple of `ROWS`; as for the number of
# texts that share it, see `_texts`.
_LENGTHS = 16
EMBEDDING = "embed_tokens.weight"
_LAYER = "layers.{}.{}.weight"


def rows(n: int) -> int:
    """Rows of the products that compute `n` tokens."""
    return n + -n % ROWS


def shapes(config: Gemma3TextConfig, layers: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the tensors that `layers` blocks need, as transformers writes them, without the prefix `model.`."""
    d_model, d_mlp, d_head = config.hidden_size, config.intermediate_size, config.head_dim
    queries, keys = config.num_attention_heads * d_head, config.num_key_value_heads * d_head
    block = {
        "input_layernorm": (d_model,),
        "self_attn.q_proj": (queries, d_model),
        "self_attn.k_proj": (keys, d_model),
        "self_attn.v_proj": (keys, d_model),
        "self_attn.q_norm": (d_head,),
        "self_attn.k_norm": (d_head,),
        "self_attn.o_proj": (d_model, queries),
        "post_attention_layernorm": (d_model,),
        "pre_feedforward_layernorm": (d_model,),
        "mlp.gate_proj": (d_mlp, d_model),
        "mlp.up_proj": (d_mlp, d_model),
        "mlp.down_proj": (d_model, d_mlp),
        "post_feedforward_layernorm": (d_model,),
    }
    found: dict[str, tuple[int, ...]] = {EMBEDDING: (config.vocab_size, d_model)}
    for i in range(layers):
        found.update({_LAYER.format(i, name): shape for name, shape in block.items()})
    return found


def unsupported(config: Gemma3TextConfig, longest: int) -> str | None:
    """What in `config` these blocks do not compute for texts of up to `longest` tokens, or None."""
    wrong = {
        "hidden_activation": config.hidden_activation != "gelu_pytorch_tanh",
        "attention_bias": config.attention_bias,
        "attn_logit_softcapping": config.attn_logit_softcapping is not None,
        "use_bidirectional_attention": bool(getattr(config, "use_bidirectional_attention", False)),
        # Shorter texts than the window of the local blocks are read alike by local and global ones.
        "sliding_window": (config.sliding_window or longest) < longest,
    }
    return next((name for name, is_wrong in wrong.items() if is_wrong), None)


@dataclass(frozen=True, slots=True)
class _Block:
    """Products with weights `qkv` `[(heads + 2 * kv_heads) * head_dim, d_model]`, `out` `[d_model, heads * head_dim]`, `gate_up`
    `[2 * d_mlp, d_model]` and `down` `[d_model, d_mlp]`; the norms behind them `[d_model]`; `cos`, `sin` `[longest, heads +
    kv_heads, head_dim]`, times the norm weights of queries and keys.
    """

    qkv: Product
    out: Product
    gate_up: Gate
    down: Product
    after_attention: torch.Tensor
    after_mlp: torch.Tensor
    cos: torch.Tensor
    sin: torch.Tensor


@dataclass(frozen=True, slots=True)
class _Group:
    """Texts of about one length, which stand in the rows `part`; a causal model does not see what fills the shorter ones up.

    `rows` int64 `[texts * length]`: for each text its rows, the last one again where it is shorter, and for each text that only
    fills the group up some row; `kept`: which of them are real. Both are None where all are.
    """

    part: slice
    length: int
    texts: int
    rows: torch.Tensor | None = None
    kept: torch.Tensor | None = None

    def taken(self, values: torch.Tensor) -> torch.Tensor:
        """`[texts * length, ...]` of `[n, ...]`."""
        return values[self.part] if self.rows is None else values[self.rows]

    def put(self, values: torch.Tensor, into: torch.Tensor) -> None:
        """The real ones of `[texts * length, m]` into their places in `[n, m]`."""
        into[self.part] = values if self.kept is None else values[self.kept]


@dataclass(frozen=True, slots=True)
class _Kinds:
    """How the weights of a block become products; `down`: the one out of the MLP."""

    product: Callable[[torch.Tensor], Product]
    gate: Callable[[torch.Tensor], Gate]
    down: Callable[[torch.Tensor], Product]

    @classmethod
    def of(cls, like: torch.Tensor, rows: int, *, observed: bool) -> _Kinds:
        packed = can_pack(like)
        product: Callable[[torch.Tensor], Product] = partial(Packed, rows=rows) if packed else Plain
        if observed:
            return cls(Observed, lambda weight: PlainGate(Observed(weight)), product)
        return cls(product, partial(PackedGate, rows=rows) if packed else lambda weight: PlainGate(Plain(weight)), product)


class Blocks:
    """Embedding and blocks `0..layers-1` of a Gemma 3 text model, for texts of up to `longest` tokens. Safe in several threads.

    Args:
        tensors: those of `shapes`, all on one device, where everything is computed.
        int8_sample: ids of a text. With it the products before the attention, behind it and into the MLP are computed in int8,
            with columns as large as in this text. The product out of the MLP stays: its input is a product of two others, and in
            int8 it alone would double the error.
    """

    def __init__(
        self,
        config: Gemma3TextConfig,
        tensors: Mapping[str, torch.Tensor],
        layers: int,
        longest: int,
        int8_sample: torch.Tensor | None = None,
    ) -> None:
        self._heads, self._kv_heads, self._head_dim = config.num_attention_heads, config.num_key_value_heads, config.head_dim
        self._scale, self._eps = config.query_pre_attn_scalar**-0.5, config.rms_norm_eps
        self.embedding = tensors[EMBEDDING]
        # In the model's dtype, as transformers has it: in bf16 the root of 640 is 25.25.
        self._embedding_scale = torch.tensor(config.hidden_size**0.5, dtype=self.embedding.dtype, device=self.embedding.device)
        self._positions = torch.arange(longest, device=self.embedding.device)
        later = self._positions > self._positions.repeat_interleave(self._heads // self._kv_heads)[:, None]
        self._mask = torch.zeros_like(later, dtype=self.embedding.dtype).masked_fill(later, -torch.inf)
        self.multiply_adds = [_multiply_adds(tensors, i) for i in range(layers)]
        """Of each block for one token, products with the weights alone: attention over a short window adds little."""
        kinds = _Kinds.of(self.embedding, 2 * longest, observed=int8_sample is not None)
        self._blocks = [self._block(config, tensors, i, kinds) for i in range(layers)]
        if int8_sample is not None:
            self(int8_sample, [len(int8_sample)])
            self._blocks = [
                replace(b, qkv=in_int8(b.qkv), out=in_int8(b.out), gate_up=gate_in_int8(b.gate_up)) for b in self._blocks
            ]

    def __call__(self, ids: torch.Tensor, lengths: Sequence[int], taps: Sequence[int] = ()) -> torch.Tensor:
        """`resid_post` `[n, d_model]` of the last block, from the ids int64 `[n]` of texts one behind the other.

        Texts of about one length share an attention call, so those should stand together. With `taps`, the residuals after these
        blocks side by side, `[n, len(taps) * d_model]`.
        """
        n = len(ids)
        spare = rows(n) - n
        x = F.embedding(F.pad(ids, (0, spare)), self.embedding) * self._embedding_scale
        positions = torch.cat([*(self._positions[:length] for length in lengths), self._positions[:1].expand(spare)])
        groups = list(self._groups(lengths))
        seen = []
        for block in self._blocks:
            x = self._attend(x, block, positions, groups)
            x = self._mlp(x, block)
            seen.append(x)
        return torch.cat([seen[i] for i in taps], -1)[:n] if taps else x[:n]

    def _groups(self, lengths: Sequence[int]) -> Iterator[_Group]:
        start = 0
        for length, same in groupby(lengths, lambda length: min(-(-length // _LENGTHS) * _LENGTHS, len(self._positions))):
            own = list(same)
            part = slice(start, start + sum(own))
            start = part.stop
            texts = _texts(len(own))
            if texts == len(own) and all(each == length for each in own):
                yield _Group(part, length, texts)
                continue
            starts = torch.tensor([part.start, *own[:-1]]).cumsum(0)
            last = torch.tensor(own) - 1
            place = torch.minimum(torch.arange(length), last[:, None])
            rows = F.pad((starts[:, None] + place).flatten(), (0, (texts - len(own)) * length), value=part.start)
            kept = (torch.arange(length) <= last[:, None]).flatten().nonzero()[:, 0].to(self._positions.device)
            yield _Group(part, length, texts, rows.to(self._positions.device), kept)

    def _attend(self, x: torch.Tensor, block: _Block, positions: torch.Tensor, groups: Sequence[_Group]) -> torch.Tensor:
        n, kv, shared = len(x), self._kv_heads, self._heads // self._kv_heads
        # Queries and keys are normed next, so that the scale of the rows that they come from cancels.
        projected, factor = block.qkv.up_to_factor(x)
        qkv = projected.view(n, self._heads + 2 * kv, self._head_dim)
        rotated = self._rotated(qkv[:, : self._heads + kv], block.cos[positions], block.sin[positions])
        query, key = rotated[:, : self._heads], rotated[:, self._heads :]
        value = qkv[:, self._heads + kv :] * (self._row_scale(x) * factor)[..., None]
        mixed = x.new_zeros(n, self._heads * self._head_dim)
        for group in groups:
            # The query heads of a key head are rows of one product; with one key head nothing has to be moved for it.
            shape = (group.texts, group.length, kv, -1, self._head_dim)
            q, k, v = (
                group.taken(each).reshape(shape).transpose(1, 2).reshape(group.texts * kv, -1, self._head_dim)
                for each in (query, key, value)
            )
            scores = torch.baddbmm(self._mask[: group.length * shared, : group.length], q, k.transpose(1, 2), alpha=self._scale)
            out = torch.bmm(scores.softmax(-1), v).view(group.texts, kv, group.length, shared, self._head_dim)
            group.put(out.transpose(1, 2).reshape(group.texts * group.length, -1), mixed)
        return self._added(x, block.out.up_to_factor(mixed)[0], block.after_attention)

    def _mlp(self, x: torch.Tensor, block: _Block) -> torch.Tensor:
        return self._added(x, block.down.up_to_factor(block.gate_up(x, self._row_scale(x)))[0], block.after_mlp)

    def _added(self, x: torch.Tensor, out: torch.Tensor, norm: torch.Tensor) -> torch.Tensor:
        """`x` plus the norm of `out`, whose rows may be off by a factor each."""
        return torch.addcmul(x, out * self._row_scale(out), norm)

    def _rotated(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        scaled = x * self._row_scale(x)
        half = self._head_dim // 2
        turned = torch.cat((scaled[..., half:], scaled[..., :half]), -1)
        return torch.addcmul(scaled * cos, turned, sin)

    def _row_scale(self, x: torch.Tensor) -> torch.Tensor:
        """1 / root mean square of each row, `[..., 1]`."""
        norm = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
        return torch.rsqrt(norm.square_().div_(x.shape[-1]).add_(self._eps)).to(x.dtype)

    def _block(
        self,
        config: Gemma3TextConfig,
        tensors: Mapping[str, torch.Tensor],
        i: int,
        kinds: _Kinds,
    ) -> _Block:
        def tensor(name: str) -> torch.Tensor:
            return tensors[_LAYER.format(i, name)]

        def folded(norm: str, *products: str) -> torch.Tensor:
            stacked = torch.cat([tensor(name) for name in products])
            return (stacked.float() * (1 + tensor(norm).float())).to(stacked.dtype)

        dtype = self.embedding.dtype
        heads = [tensor("self_attn.q_norm")] * self._heads + [tensor("self_attn.k_norm")] * self._kv_heads
        norms = 1 + torch.stack(heads).float()
        half = self._head_dim // 2
        types, parameters = config.layer_types or (), config.rope_parameters or {}
        theta = parameters[types[i]]["rope_theta"]
        frequencies = theta ** -(torch.arange(half, device=norms.device).float() / half)
        angles = torch.outer(self._positions.float(), frequencies)[:, None]
        cos, sin = angles.cos().repeat(1, 1, 2), torch.cat((-angles.sin(), angles.sin()), -1)
        return _Block(
            qkv=kinds.product(folded("input_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")),
            out=kinds.product(tensor("self_attn.o_proj")),
            gate_up=kinds.gate(folded("pre_feedforward_layernorm", "mlp.gate_proj", "mlp.up_proj")),
            down=kinds.down(tensor("mlp.down_proj")),
            after_attention=(1 + tensor("post_attention_layernorm").float()).to(dtype),
            after_mlp=(1 + tensor("post_feedforward_layernorm").float()).to(dtype),
            cos=(cos * norms).to(dtype),
            sin=(sin * norms.roll(half, 1)).to(dtype),
        )


def _texts(n: int) -> int:
    """The least number from `n` on that is 2^k or 3 * 2^k: oneDNN keeps two or three megabytes for each number of texts that have
    shared an attention call."""
    power = 1 << (n - 1).bit_length()
    return 3 * power // 4 if power >= 4 and n <= 3 * power // 4 else power


def _multiply_adds(tensors: Mapping[str, torch.Tensor], i: int) -> int:
    weights = [tensor for name, tensor in tensors.items() if name.startswith(f"layers.{i}.")]
    return sum(weight.numel() for weight in weights if weight.ndim == 2)
