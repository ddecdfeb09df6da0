"""Figures that draw only: a tidy frame and an axes in, the same axes out."""
