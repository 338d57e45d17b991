"""Benchmarks: what the hub costs, measured. Each is run as a module and prints medians of several runs."""
