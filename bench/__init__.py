"""The benchmark suite: ratios within one run, since machines differ. `make bench` runs it; no test asserts a time."""
