"""A small course for each test, copied from one that is made once."""

import shutil

import pytest

from nbreferee.course import Course

from . import tiny


@pytest.fixture(scope="session")
def tiny_template(tmp_path_factory):
    course = tiny.make_course(tmp_path_factory.mktemp("tiny") / "course")
    with course.gradebook():  # creating one takes nbgrader seconds
        pass
    return course


@pytest.fixture
def course(tiny_template, tmp_path):
    shutil.copytree(tiny_template.root, tmp_path / "course")
    return Course.find(tmp_path / "course")


@pytest.fixture
def student(place):
    """A student's process in the sandbox that a file of tests calls its place."""
    process = place.fork("student", tiny.LIMITS)
    yield process
    process.end()
