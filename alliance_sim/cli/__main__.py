"""`python -m alliance_sim.cli` is the same as `alliance-sim`."""

from alliance_sim.cli.app import main

main()
