"""Counties of primary schools whose classes and teachers are listed one by one."""

import numpy as np
import pandas as pd
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.codebook import Tables, table
from edubalance.evidence.material import gather

QUALITY = standards.load("cn-2017-quality")


def material(areas, *, classes=(), teachers=(), county=()):
    """One primary school an area; classes are (school, grade, pupils), teachers are dicts with their school."""
    names = [f"S{number:02d}" for number in range(len(areas))]
    schools = [school(name, 100, area=area) for name, area in zip(names, areas, strict=True)]
    sections = [section(name, 100) for name in names]
    tables = build(schools, sections, county)
    fixed = {"year": 2023, "level": "primary"}
    single_classes = [
        fixed | {"school_id": names[place], "class_id": f"{grade}-{number}", "grade": grade, "pupils": pupils}
        for number, (place, grade, pupils) in enumerate(classes)
    ]
    single_teachers = [
        fixed | {"teacher_id": f"T{number}"} | one | {"school_id": names[one["school_id"]]}
        for number, one in enumerate(teachers)
    ]
    frames = {"classes": single_classes, "teachers": single_teachers}
    listed = {name: table(name).conform(pd.DataFrame(rows)) for name, rows in frames.items() if rows}
    return gather(Tables(tables.schools, tables.sections, tables.county, **listed), QUALITY, year=2023)


def serving(place, served, left=0, **more):
    """A teacher of a school with so many years of service."""
    return {"school_id": place, "years_at_school": served, "left": left, "age": 40} | more


def aged(ages_by_school):
    """Teachers of these ages, school by school."""
    return [{"school_id": place, "age": age} for place, ages in enumerate(ages_by_school) for age in ages]


def even_ages(rng, schools, each):
    """Ages of an even career, drawn for every teacher."""
    return [np.floor(rng.uniform(21, 61, each)).tolist() for _ in range(schools)]
