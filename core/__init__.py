"""What Chartwright knows and computes: pure functions and values, no I/O, no ambient time, no randomness."""
