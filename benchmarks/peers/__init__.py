"""Other systems, each behind the same three calls: build, differentiate, evaluate."""
