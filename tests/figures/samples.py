"""Small frames, made by hand, in the shapes that figures and tables take."""

from __future__ import annotations

import numpy as np
import pandas as pd

UNITS = {"en": "m² per pupil", "zh": "平方米/生"}
NAMES = {
    "en": {
        "qualified": "teachers above the required qualification per 100 pupils",
        "backbone": "backbone teachers per 100 pupils",
        "sports": "sports area per pupil",
    },
    "zh": {
        "qualified": "每百名学生拥有高于规定学历教师数",
        "backbone": "每百名学生拥有县级以上骨干教师数",
        "sports": "生均体育运动场馆面积",
    },
}
STANDARD = {"qualified": (4.0, 3.4), "backbone": (1.0, 0.85), "sports": (8.0, 6.8)}


def sections() -> pd.DataFrame:
    """Return six sections of three areas on three indicators: all states of a comparison occur."""
    values = {
        "qualified": [5.0, 4.0, 3.6, 3.0, 4.8, np.nan],
        "backbone": [2.0, 1.2, 1.0, 0.9, 0.0, 0.4],
        "sports": [4.0, 7.0, 9.0, 12.0, 16.0, 20.0],
    }
    rows = []
    for indicator, column in values.items():
        threshold, floor = STANDARD[indicator]
        for number, value in enumerate(column):
            rows.append(
                {
                    "county": "D",
                    "year": 2023,
                    "school_id": f"D-P-{number + 1:02d}",
                    "level": "primary",
                    "area": ["urban", "urban", "town", "town", "rural", "rural"][number],
                    "pupils": [1200.0, 900.0, 600.0, 400.0, 200.0, 100.0][number],
                    "indicator": indicator,
                    "value": value,
                    "threshold": threshold,
                    "floor": floor,
                    "met": pd.NA if np.isnan(value) else value >= threshold,
                    "floor_met": pd.NA if np.isnan(value) else value >= floor,
                }
            )
    return pd.DataFrame(rows).astype({"met": "boolean", "floor_met": "boolean"})
