"""Mixed load for long, with writers and faults: `make soak [TIME=20m]`."""
