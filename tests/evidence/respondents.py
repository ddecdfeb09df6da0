"""Counties of primary schools whose questionnaires are written out one by one."""

import pandas as pd
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.codebook import Tables, table
from edubalance.evidence.material import gather

QUALITY = standards.load("cn-2017-quality")


def material(areas, *, county=(), **answers):
    """One primary school an area; answers by group are dicts with the place of their school and what they say."""
    names = [f"S{number:02d}" for number in range(len(areas))]
    schools = [school(name, 100, area=area) for name, area in zip(names, areas, strict=True)]
    tables = build(schools, [section(name, 100) for name in names], county)
    fixed = {"year": 2023, "level": "primary", "returned": 1}
    listed = {}
    for group, rows in answers.items():
        full = [
            fixed | {"respondent_id": f"R{number}"} | row | {"school_id": names[row["school_id"]]}
            for number, row in enumerate(rows)
        ]
        listed[f"survey_{group}"] = table(f"survey_{group}").conform(pd.DataFrame(full))
    return gather(Tables(tables.schools, tables.sections, tables.county, **listed), QUALITY, year=2023)


def evaluating(place, *answers, **more):
    """A teacher who rates the four items of evaluation."""
    names = ("eval_done", "eval_known", "eval_start", "eval_used")
    return {"school_id": place, "overall": 4} | dict(zip(names, answers, strict=True)) | more


def leading(place, *answers, **more):
    """A manager who rates the four items of evaluation."""
    names = ("eval_duty", "eval_followed", "eval_fit", "eval_used")
    return {"school_id": place, "overall": 4} | dict(zip(names, answers, strict=True)) | more


def supporting(place, *answers, **more):
    """A parent who answers the five items of family support, the last of which is reversed."""
    names = ("sup_homework", "sup_reading", "sup_place", "sup_teachers", "sup_alone")
    return {"school_id": place, "overall": 4} | dict(zip(names, answers, strict=True)) | more
