"""The demo class is real input."""

from pythonide.app.first_class import demo_class


def test_every_program_of_the_demo_class_compiles() -> None:
    for person in demo_class().people:
        for name, source in person.files.items():
            compile(source, name, "exec")


def test_the_table_has_some_thousand_rows_and_is_the_same_at_every_start() -> None:
    table = demo_class().folders["datasets"]["weather.csv"]
    assert table == demo_class().folders["datasets"]["weather.csv"]
    rows = table.decode().splitlines()
    assert len(rows) == 6001
    assert {row.count(",") for row in rows} == {3}


def test_the_notes_are_what_their_names_say() -> None:
    notes = demo_class().folders["lecture-notes"]
    assert notes["running.pdf"].startswith(b"%PDF-")
    assert notes["picture.png"].startswith(b"\x89PNG")


def test_a_class_may_be_larger() -> None:
    names = [person.login_name for person in demo_class(30).people]
    assert len(set(names)) == 31
