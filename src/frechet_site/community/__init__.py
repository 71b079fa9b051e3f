"""Questions, answers, suggestions and notes."""
