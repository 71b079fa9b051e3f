"""Printers: LaTeX, Unicode and JSON. A printer is a table of rules (`printer.AbstractNotation`)."""
