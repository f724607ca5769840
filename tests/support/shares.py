"""The shares of a seed, by the very lines that the API guide gives for recomputing them."""

import pathlib
import re

GUIDE = pathlib.Path(__file__).resolve().parents[2] / "src/http/api/GUIDE.md"


def lines_of_guide():
    """The guide's block of Python that recomputes shares."""
    blocks = re.findall(r"^```python shares\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
    assert len(blocks) == 1, f"{len(blocks)} blocks in {GUIDE}"
    return blocks[0]


_given = {}
exec(compile(lines_of_guide(), str(GUIDE), "exec"), _given)  # pylint: disable=exec-used
seed_hash = _given["seed_hash"]


def shares_of(seed, algorithm, total_fen, count, share_fen_max):
    split = {"double_mean": _given["double_mean"], "line_cut": _given["line_cut"]}[algorithm]
    return split(_given["below_of"](seed), total_fen, count, share_fen_max)
