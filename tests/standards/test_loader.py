"""Loading and looking up: before, in force, repealed; refusals with advice."""

import datetime
import pickle
from dataclasses import FrozenInstanceError, replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance import standards
from edubalance.errors import EdubalanceError, StandardError
from edubalance.standards.dated import as_date
from edubalance.standards.page import shared

QUALITY = "cn-2017-quality"
INDICATOR = "backbone_teachers_per_100"
PAGE = replace(shared(), file="made_up/rule.yml", origin="made-up")


def made_up(values, **more):
    """Build a rule as a file would give it."""
    node = {"unit": "ratio", "direction": ">=", "values": values, **more}
    known = PAGE.known({"confidence": "once", "sources": ["hebei"]})
    return PAGE.rule("made_up", node, PAGE.text({"en": "made up", "zh": "虚构"}), known)


def entry(value, **more):
    """Write one dated value as a file would."""
    return {"value": value, "source": "hebei", **more}


CHANGING = {"all": {"2000-01-01": entry(1), "2010-01-01": entry(2), "2020-01-01": entry(None)}}


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        pytest.param("2000-01-01", 1, id="on its first day"),
        pytest.param("2009-12-31", 1, id="on the last day of the first value"),
        pytest.param("2010-01-01", 2, id="on the day of the change"),
        pytest.param("2019-12-31", 2, id="on the last day before repeal"),
    ],
)
def test_a_value_holds_from_its_date_to_the_next(date, expected):
    assert made_up(CHANGING).entry_on(as_date(date)).value == expected


def test_before_the_first_date_a_rule_is_not_in_force():
    with pytest.raises(StandardError, match=r"made_up was not in force on 1999-12-31 \(in force from 2000-01-01\)"):
        made_up(CHANGING).entry_on(as_date("1999-12-31"))


def test_a_repealed_rule_is_refused_and_says_when():
    with pytest.raises(StandardError, match="made_up was repealed on 2020-01-01; it is not in force on 2024-09-01"):
        made_up(CHANGING).entry_on(as_date("2024-09-01"))


def test_a_bounded_value_ends():
    rule = made_up({"all": {"2000-01-01": entry(1, until="2001-01-01")}})
    assert rule.entry_on(as_date("2000-12-31")).value == 1
    with pytest.raises(StandardError, match=r"known for 2001-01-01 \(known from 2000-01-01, before 2001-01-01\)"):
        rule.entry_on(as_date("2001-01-01"))


def test_the_order_of_dates_in_the_file_does_not_matter():
    turned = {"all": dict(reversed(CHANGING["all"].items()))}
    assert made_up(turned) == made_up(CHANGING)


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2019, 12, 31)))
def test_on_every_day_the_latest_entry_not_after_it_holds(day):
    assert made_up(CHANGING).entry_on(day).value == (1 if day.year < 2010 else 2)


def test_the_standard_of_2017_before_and_after_it_came_into_force():
    quality = standards.load(QUALITY)
    assert quality.value_on(INDICATOR, "2017-04-30", "primary") == 1
    with pytest.raises(StandardError, match=r"cn-2017-quality was not in force on 2016-09-01 \(in force from 2017-04"):
        quality.value_on(INDICATOR, "2016-09-01", "primary")


@pytest.mark.parametrize(
    "date",
    ["2023-09-01", datetime.date(2023, 9, 1), datetime.datetime(2023, 9, 1, 12), pd.Timestamp("2023-09-01")],  # noqa: DTZ001
    ids=["text", "date", "datetime", "timestamp"],
)
def test_a_day_may_be_text_or_a_date(date):
    assert standards.value_on(standards.load(QUALITY), INDICATOR, date, level="primary") == 1


@pytest.mark.parametrize("date", ["2023", 2023, "1 September 2023", None])
def test_what_is_not_a_day_is_refused(date):
    with pytest.raises(StandardError, match=r"A date must be a day such as '2024-09-01'; got"):
        standards.load(QUALITY).value_on(INDICATOR, date, "primary")


def test_there_is_no_default_date():
    with pytest.raises(TypeError, match="date"):
        standards.load(QUALITY).value_on(INDICATOR)


def test_a_level_is_needed_where_levels_differ():
    quality = standards.load(QUALITY)
    with pytest.raises(StandardError, match=r"cv_limit has values by level. Hint: Name the level: primary or junior"):
        quality.value_on("cv_limit", "2023-09-01")
    with pytest.raises(StandardError, match=r"cv_limit has no level 'juniour'. Hint: Did you mean 'junior'"):
        quality.value_on("cv_limit", "2023-09-01", "juniour")


def test_a_level_does_no_harm_where_levels_do_not_differ():
    assert standards.load(QUALITY).value_on("school_min_met", "2023-09-01", "junior") == 6


def test_an_unknown_rule_is_refused_with_the_nearest_one():
    with pytest.raises(StandardError, match=r"sets no value for 'cv_limits'. Hint: Did you mean 'cv_limit'"):
        standards.load(QUALITY).value_on("cv_limits", "2023-09-01", "primary")


def test_unknown_indicators_items_and_sources_are_refused_with_the_nearest_one():
    quality = standards.load(QUALITY)
    with pytest.raises(StandardError, match=r"has no indicator 'backbone_teachers'. Hint: Did you mean 'backbone_te"):
        quality.indicator("backbone_teachers")
    with pytest.raises(StandardError, match=r"has no item 'junior_retentoin'. Hint: Did you mean 'junior_retention'"):
        quality.item("junior_retentoin")
    with pytest.raises(StandardError, match=r"cites no source 'hebai'. Hint: Did you mean 'hebei'"):
        quality.source("hebai")
    with pytest.raises(StandardError, match="has no level 'senior'"):
        quality.indicator("teachers_above_required_qualification_per_100").numerator("senior")


def test_an_unknown_standard_is_refused_and_all_are_listed():
    with pytest.raises(StandardError, match=r"no standard 'cn-2018'.*Known: cn-2012-basic, cn-2017-quality, mi-1994"):
        standards.load("cn-2018")


def test_an_unknown_language_is_refused():
    with pytest.raises(EdubalanceError, match="must be one of en, zh; got 'fr'"):
        standards.load(QUALITY).name("fr")


def test_names_come_in_both_languages():
    indicator = standards.load(QUALITY).indicator(INDICATOR)
    assert indicator.name("zh") == "每百名学生拥有县级以上骨干教师数"
    assert indicator.unit("en") == "teachers per 100 pupils"


def test_a_loaded_standard_is_shared_and_cannot_be_changed():
    quality = standards.load(QUALITY)
    assert standards.load(QUALITY, []) is quality
    with pytest.raises(FrozenInstanceError):
        quality.document = "another"
    with pytest.raises(TypeError, match="does not support item assignment"):
        quality.split.weights["nine_year"] = {}


def test_a_standard_can_be_sent_to_another_process():
    local = standards.load(QUALITY, ["relief-2019"])
    assert pickle.loads(pickle.dumps(local)) == local  # noqa: S301
    assert hash(local) == hash(pickle.loads(pickle.dumps(local)))  # noqa: S301


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"all": {"2020-01-01": {"value": 1}}}, "source missing", id="no source"),
        pytest.param({"all": {"2020-01-01": entry(1, wieght=2)}}, "unknown key 'wieght'", id="unknown key"),
        pytest.param({"all": {"2020-01-01": {"value": 1, "source": "hebai"}}}, "Did you mean 'hebei'", id="source"),
        pytest.param({"all": {"2020": entry(1)}}, "expected a quoted day", id="a year is no day"),
        pytest.param({"all": {datetime.date(2020, 1, 1): entry(1)}}, "Quote the date", id="unquoted date"),
        pytest.param({"juniour": {"2020-01-01": entry(1)}}, "unknown level 'juniour'", id="level"),
        pytest.param({"all": {"2020-01-01": entry("one")}}, "expected a number", id="text for a number"),
        pytest.param({"all": {"2020-01-01": entry(True)}}, "expected a number", id="yes for a number"),
        pytest.param({"all": {"2020-01-01": entry(1, confidence="memory")}}, "unknown confidence", id="confidence"),
        pytest.param({}, "expected values by level and date", id="empty"),
    ],
)
def test_a_faulty_value_is_refused_with_the_name_of_the_file(values, expected):
    with pytest.raises(StandardError, match=rf"^made_up/rule.yml: .*{expected}"):
        made_up(values)


@pytest.mark.parametrize(
    ("more", "expected"),
    [({"unit": "furlongs"}, "unknown unit 'furlongs'"), ({"direction": "=>"}, "unknown direction '=>'")],
)
def test_unknown_units_and_directions_are_refused(more, expected):
    with pytest.raises(StandardError, match=expected):
        made_up(CHANGING, **more)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("graduates - moved_in + moved_out", (("graduates", 1), ("moved_in", -1), ("moved_out", 1))),
        ("- deaths", (("deaths", -1),)),
        ("pupils", (("pupils", 1),)),
    ],
)
def test_sums_are_read_with_their_signs(text, expected):
    assert PAGE.terms(text) == expected


@pytest.mark.parametrize("text", ["", "a b", "a +", "a * b", "a + + b", None, 3])
def test_what_is_not_a_sum_is_refused(text):
    with pytest.raises(StandardError, match=r"made_up/rule.yml: expected"):
        PAGE.terms(text)


def test_names_must_be_there_in_both_languages():
    with pytest.raises(StandardError, match="zh missing"):
        PAGE.text({"en": "made up"})
    with pytest.raises(StandardError, match="the zh name must be text; got ' '"):
        PAGE.text({"en": "made up", "zh": " "})
