"""Random programs over random input: what weir-processor makes of them is what an independent model makes of them."""
import pytest
from support.processes import ROOT

from .programs import Case
from .run import differences

SEEDS = 600
CHUNK = 100


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_random_programs_give_what_the_model_gives(first):
    cases = map(Case, range(first, first + CHUNK))
    told = [text for _, text in differences(ROOT / "build/connectors/processor/weir-processor", cases)]
    assert len(told) == CHUNK
    assert not any(told), next(text for text in told if text)
