"""The tables as pictures: tidy table in, Figure out."""

from alliance_sim.figures.gallery import draw_all
from alliance_sim.figures.picture import LeftOut, Picture, Scene, rendered

__all__ = ["LeftOut", "Picture", "Scene", "draw_all", "rendered"]
