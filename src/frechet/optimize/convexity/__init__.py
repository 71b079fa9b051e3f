"""Is it convex? Signs and definiteness, composition rules, a certificate, counterexamples."""
