"""Why a line is wrong: mistakes made on purpose, compared with what was written."""
