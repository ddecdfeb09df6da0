"""Several cases as one set of tables: each stays a county of its own."""

import pandas as pd
import pytest

from edubalance import cases, standards
from edubalance.assessment import assess
from edubalance.errors import CaseError
from edubalance.intake import read_case
from edubalance.intake.together import read_cases, stack

QUALITY = standards.load("cn-2017-quality")


@pytest.fixture(scope="module")
def two():
    return [cases.load(name) for name in ("ziliujing", "shanghai_q")]


def test_two_cases_together_are_judged_as_each_alone(two):
    together = assess(read_cases(two), QUALITY).counties
    alone = pd.concat([assess(read_case(case), QUALITY).counties for case in two], ignore_index=True)
    pd.testing.assert_frame_equal(
        together.sort_values(["county", "year", "level", "indicator"], ignore_index=True),
        alone.sort_values(["county", "year", "level", "indicator"], ignore_index=True),
    )


def test_a_scenario_is_read_of_every_case(two):
    tables = read_cases(two, "balanced")
    assert tables.schools["school_id"].tolist() == [
        code for case in two for code in read_case(case, "balanced").schools["school_id"]
    ]


def test_classes_and_teachers_of_every_case_are_stacked_too(two):
    together, alone = read_cases(two), [read_case(case) for case in two]
    for name, key in (("classes", ["school_id", "level", "class_id"]), ("teachers", ["teacher_id"])):
        stacked = getattr(together, name)
        assert len(stacked) == sum(len(getattr(tables, name)) for tables in alone) > 0
        assert not stacked.duplicated(key).any()


def test_one_code_for_two_schools_is_refused(two):
    with pytest.raises(CaseError, match="The cases ziliujing and ziliujing_2 both have a school"):
        read_cases([two[0], _renamed(two[0])])


def test_a_case_that_is_named_twice_is_refused(two):
    with pytest.raises(CaseError, match="The cases ziliujing and ziliujing both have a school"):
        read_cases([two[0], two[0]])


def test_tables_that_are_read_already_stack_to_the_same(two):
    stacked = stack([case.id for case in two], [read_case(case) for case in two])
    pd.testing.assert_frame_equal(stacked.sections, read_cases(two).sections)


def test_no_case_is_refused():
    with pytest.raises(CaseError, match="At least one case is needed"):
        read_cases([])


def _renamed(case):
    """The same folder under another id."""

    class Twin(type(case)):
        @property
        def folder(self):
            return cases.load("ziliujing").folder

    return Twin(**{**vars(case), "id": "ziliujing_2"})
