"""Methods without constraints, composed as in Nocedal & Wright: a descent and a search, or a trust region."""
