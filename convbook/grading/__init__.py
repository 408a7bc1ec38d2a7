"""From a student's file to a grade, with nbgrader 0.9.6 keeping the books.

The commands are in `cli`; each has a module: `release`, `collect` (with `lms`, what an LMS
hands out), `grade`, `feedback`, `export`. `course` knows the folders, `submission` what
lies in one. Needs the extra: pip install convbook[grading].
"""
