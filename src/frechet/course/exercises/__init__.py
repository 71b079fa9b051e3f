"""Exercises without end: templates, their seeded variants, and the marking of answers.

read_exercise()           a file of a lecture as a template
variant()                 one variant of it: data for a page, and what stays with the marker
grade(), read_answer()    an answer marked, or only read and typeset
hints()                   three hints, the last one the worked solution
check_exercise()          is every variant solvable, and every listed mistake refused?
"""
