"""What a language model as judge would have charged for texts that we read, from counts alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from probes.judge.answer import Quote, written
from probes.judge.prices import CharacterPrice, PriceList, TokenPrice
from probes.judge.prompt import chat


@dataclass(frozen=True, slots=True)
class JudgeEquivalent:
    """Dollars of each price for one text with our few-shot prompt, if the judge finds what we find.

    Attributes:
        prices: of which models and services.
        prompt_tokens: read with every text.
        answer_tokens: of an answer that names nothing.
        quote_tokens: added by each finding, what it quotes left out.
    """

    prices: PriceList
    prompt_tokens: int
    answer_tokens: int
    quote_tokens: int

    @classmethod
    def measured(cls, prices: PriceList, count: Callable[[Sequence[str]], Sequence[int]]) -> JudgeEquivalent:
        """With the tokens of prompt and answers as `count` gives them for texts; judges have other tokenizers."""
        prompt = [message["content"] for message in chat("")]
        none, one = written(()), written((Quote("PERSON", "", 1),))
        *parts, empty, single = count([*prompt, none, one])
        return cls(prices, sum(parts), empty, single - empty)

    def dollars(self, tokens: int, characters: int, quoted: Sequence[int]) -> Mapping[str, float]:
        """By name of the price, for a text of `tokens` and `characters` with findings of so many characters each."""
        read = self.prompt_tokens + tokens
        # A quote has as many tokens for its characters as the text has on average.
        wrote = self.answer_tokens + len(quoted) * self.quote_tokens + sum(quoted) * tokens / max(1, characters)
        return {price.name: self._charge(price, read, wrote, characters) for price in self.prices.all}

    @staticmethod
    def _charge(price: TokenPrice | CharacterPrice, read: float, wrote: float, characters: int) -> float:
        return price.dollars(read, wrote) if isinstance(price, TokenPrice) else price.dollars(characters)
