"""Numbers around the assessment."""

import pytest

from edubalance import standards
from edubalance.errors import StandardError


def test_class_size_bands_join_without_gap_or_overlap():
    bands = standards.context().class_size_bands
    assert [band.minimum for band in bands[1:]] == [band.maximum + 1 for band in bands[:-1]]
    assert (bands[0].minimum, bands[-1].maximum) == (36, None)
    assert bands[2].name("zh") == "大班额"


@pytest.mark.parametrize(
    ("quantity", "date", "level", "expected"),
    [
        ("public_funds_quota_centre_west", "2017-09-01", "primary", 600),
        ("public_funds_quota_centre_west", "2017-09-01", "junior", 800),
        ("public_funds_quota_centre_west", "2022-09-01", "junior", 850),
        ("public_funds_quota_east", "2017-09-01", "primary", 650),
        ("public_funds_quota_shenyang", "2025-09-01", "junior", 1350),
        ("special_education_quota", "2017-09-01", None, 6000),
        ("special_education_quota", "2024-09-01", None, 6000),
        ("special_education_quota", "2025-09-01", None, 7000),
        ("recognition_survey_sample", "2025-09-01", None, 1.5),
        ("recognition_survey_parents", "2025-09-01", None, 50),
        ("pupils_per_staff_primary", "2020-09-01", None, 19),
        ("pupils_per_staff_junior", "2020-09-01", None, 13.5),
    ],
)
def test_quotas_and_ratios_by_date(quantity, date, level, expected):
    assert standards.context().value_on(quantity, date, level) == expected


def test_the_quota_after_the_rise_of_2023_is_not_claimed():
    with pytest.raises(StandardError, match="No value of public_funds_quota_east is known for 2024-09-01"):
        standards.context().value_on("public_funds_quota_east", "2024-09-01", "primary")


def test_before_its_first_date_a_quantity_is_refused():
    with pytest.raises(StandardError, match="special_education_quota was not in force on 2015-09-01"):
        standards.context().value_on("special_education_quota", "2015-09-01")


def test_an_unknown_quantity_is_refused_with_the_nearest_one():
    with pytest.raises(StandardError, match=r"There is no quantity 'boarding'.*Known: public_funds_quota_east"):
        standards.context().value_on("boarding", "2023-09-01")


def test_unverified_amounts_are_not_held():
    """720 and 940 yuan (2023) circulate; no source for them was read."""
    values = {entry.value for rule in standards.context().quantities for entry in rule.entries}
    assert not values & {720, 940}
