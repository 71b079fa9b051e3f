"""The course: its files read, checked by the engine, and made ready for a page or a terminal.

read_course()             sections, lectures and their blocks as values
check.check_course()      every formula, result, mistake, figure and lab verified
page.lecture_page()       a lecture as plain data with typeset formulas
"""
