"""Settings that every test shares."""

import os

import matplotlib
import pytest
from hypothesis import settings

# Derandomised: a test that fails, fails for everybody and again.
settings.register_profile("edubalance", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("edubalance")

os.environ.setdefault("MPLBACKEND", "agg")
matplotlib.use("agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    from matplotlib import pyplot

    pyplot.close("all")
