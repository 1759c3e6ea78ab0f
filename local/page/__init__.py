"""The page of `make up`: a simulated Discord and the state machines, side by side in a browser."""
