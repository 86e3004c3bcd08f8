"""Courses, enrolments, roles and scopes."""
