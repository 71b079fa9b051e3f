"""The site as people meet it: load, every page, the weight of a lecture, the workbench as one types.

`frechet serve --workers 2` with a fresh data folder, SQLite, the server, the load and the browser all
on the cores of one machine. *Load*: learners who are signed in, each with a session and a CSRF token,
send answers to the exercises of the course, a right or a wrong one, each to a variant of its own; the
times at which they send are fixed beforehand, so that a slow answer delays no other question, and a
latency counts from that time. An answer is lost when the site acknowledged it and it is not in the
database afterwards. *Pages*: every address that a GET can reach, found from the routes, as a learner
and as an instructor; the time is the server's, by its own `Server-Timing`, the first visit apart.
*Weight*: what Chromium receives, compressed, headers included, with an empty cache and then with a
filled one. *Workbench*: formulas typed character by character in Chromium; from the keystroke to the
derivative of the new text on the screen.
"""
