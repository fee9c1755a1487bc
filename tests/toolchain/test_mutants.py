"""The tests of the rules notice when a rule is changed: nine of ten mutants die, and each survivor is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.mutants import Survey, known_equivalents, modules

LEAST = 0.9
SAMPLE = 30


@pytest.mark.only_full
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("module", modules())
def test_nine_of_ten_mutants_of_a_module_are_killed_by_its_own_tests(
    module: str, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    tally = Survey(tmp_path / "copy", module).run().get(module)
    assert tally is not None, "not one mutant was made"
    figure(
        f"{module}: {tally.killed} mutants killed, {len(tally.survived)} survived ({tally.share:.1%} killed), "
        f"{len(tally.equivalent)} equivalent" + "".join(f"\n    {line}" for line in tally.survived)
    )
    assert tally.share >= LEAST, "\n".join(tally.survived)
    listed = {change for change in known_equivalents() if change.module == module}
    assert listed == set(tally.equivalent), "equivalent_mutants.toml names what does not occur any more"


@pytest.mark.timeout(900)
def test_a_few_mutants_drawn_by_lot_are_killed_and_without_their_test_they_survive(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    whole = Survey(tmp_path / "whole", "codes").run(SAMPLE)["codes"]
    assert whole.survived == []
    lacking = Survey(tmp_path / "lacking", "codes")
    for test in NUMBERS:
        lacking.remove(test, "test_codes.py")
    without = lacking.run(SAMPLE)["codes"]
    figure(f"codes: {whole.killed} drawn mutants killed; without {len(NUMBERS)} of their tests {without.killed}")
    assert without.survived


NUMBERS = (
    "test_a_code_and_its_number_say_the_same_in_the_same_order",
    "test_only_a_code_in_its_stored_form_has_a_number",
    "test_only_45_bits_are_the_number_of_a_code",
    "test_the_smallest_and_the_largest_number_have_a_code",
    "test_a_text_that_is_no_code_is_named_by_its_beginning",
)


def test_every_equivalent_mutant_says_why() -> None:
    assert all(len(why) > 10 for why in known_equivalents().values())
    assert {change.module for change in known_equivalents()} <= set(modules())
