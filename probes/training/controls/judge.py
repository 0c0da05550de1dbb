"""The whole base model, all its layers, prompted to list the PII of a text: what the probes read, asked in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tqdm import tqdm
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

from probes.base_model import default_dtype
from probes.entity import Span
from probes.judge.answer import JudgeAnswerError, locate
from probes.judge.prompt import completion, parse_completion


@dataclass(frozen=True, slots=True)
class JudgeConfig:
    """`documents` of each set, of at most `longest` characters; `new_tokens`: an answer that is longer is cut, and unreadable."""

    documents: int = 8
    longest: int = 300
    new_tokens: int = 128
    batch: int = 8


class Judge:
    """Greedy few-shot answers of a Gemma 3 in a Hugging Face folder.

    Attributes:
        asked, unreadable: texts, and those whose answer was not the list that was asked for. These count as nothing found.
        unmatched, unknown: quotes that do not stand in the text, and those of no class of ours.
    """

    def __init__(self, folder: Path, config: JudgeConfig) -> None:
        self._config = config
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._bos, eos = (self._tokenizer.token_to_id(name) for name in ("<bos>", "<eos>"))
        # Several line breaks are one token.
        self._ends = [eos, *(id_ for token, id_ in self._tokenizer.get_vocab().items() if token and not token.strip("\n"))]
        # A text that spells a control token must stay text, as in `TextTokenizer`.
        self._tokenizer.encode_special_tokens = True
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        settings = Gemma3TextConfig.from_pretrained(folder)
        self._model = Gemma3ForCausalLM.from_pretrained(folder, config=settings, dtype=default_dtype()).eval()
        self.asked = self.unreadable = self.unmatched = self.unknown = 0

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        answers = [""] * len(texts)
        for at in tqdm(range(0, len(order), self._config.batch), desc="ask judge", unit="batch"):
            batch = order[at : at + self._config.batch]
            for i, answer in zip(batch, self._answers([completion(texts[i]) for i in batch]), strict=True):
                answers[i] = answer
        return [self._spans(text, answer) for text, answer in zip(texts, answers, strict=True)]

    @property
    def note(self) -> str:
        return (
            f"{self.unreadable} of {self.asked} answers were unreadable and count as nothing found;"
            f" {self.unmatched} quotes do not stand in the text, {self.unknown} are of no class that was asked for"
        )

    def _spans(self, text: str, answer: str) -> list[Span]:
        self.asked += 1
        try:
            located = locate(text, parse_completion(answer))
        except JudgeAnswerError:
            self.unreadable += 1
            return []
        self.unmatched += located.unmatched
        self.unknown += located.unknown
        return list(located.spans)

    @torch.inference_mode()
    def _answers(self, prompts: Sequence[str]) -> list[str]:
        """The first line that follows each prompt, or what `new_tokens` leave of it."""
        encoded = [[self._bos, *e.ids] for e in self._tokenizer.encode_batch(list(prompts), add_special_tokens=False)]
        longest = max(len(ids) for ids in encoded)
        input_ids = torch.zeros(len(encoded), longest, dtype=torch.long)
        seen = torch.zeros_like(input_ids)
        for row, ids in enumerate(encoded):
            # On the left, so that every answer begins in the same column.
            input_ids[row, longest - len(ids) :] = torch.tensor(ids)
            seen[row, longest - len(ids) :] = 1
        output = self._model.generate(
            input_ids=input_ids,
            attention_mask=seen,
            max_new_tokens=self._config.new_tokens,
            do_sample=False,
            eos_token_id=self._ends,
            pad_token_id=0,
        )
        return [self._tokenizer.decode(row[longest:].tolist(), skip_special_tokens=True) for row in output]
