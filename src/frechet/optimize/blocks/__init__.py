"""Functions that are quadratic in each variable by itself: their structure, and descent in turns."""
