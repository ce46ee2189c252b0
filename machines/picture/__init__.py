"""A chart's graph in each format that `machines.draw` offers, all from one edge list."""
