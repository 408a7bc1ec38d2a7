"""From a student's file to a grade, with nbgrader keeping the books and nobody trusting the notebook.

The commands are in `cli`: `release` makes the students' notebooks; `collect/` takes what an LMS
hands out; `run/`, outside and trusted, leads what runs `inside/` the sandbox; `record/` writes
grades, feedback and CSV. `course` and `setting` know the course, `submission` what was handed in,
`limits` what it may use. `wire` is what both sides import, `text` makes a student's text harmless.
"""
