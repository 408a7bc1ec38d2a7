"""Recorded full runs: one JSON file each, written by `benchmarks/`, read by `convbook.runs`."""
