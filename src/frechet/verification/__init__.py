"""Is it true? Reference values, numerical derivatives, and equality, independent of our rules."""
