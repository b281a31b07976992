"""Who may what, by kind of page: the outcomes that `url_table` refers to.

Outcomes: `ok` the answer meant for those who may, which has written exactly when the door says so; `again` the form
shown once more, nothing written; `login` sent to log in; or a status. Columns: an object of the user's own unit, of
the neighbour commune in the same province, of another province; one column where no object is asked for.
"""

from tests.architecture.places import RELATIONS, ROLES

Grid = dict[tuple[str, str], str]


def grid(text: str) -> Grid:
    """{(relation, role): outcome} from the lines of a table; exactly one line for each role."""
    lines = [line.split() for line in text.strip().splitlines()]
    assert tuple(line[0] for line in lines) == ROLES
    return {
        (relation, role): outcome
        for role, *outcomes in lines
        for relation, outcome in zip(RELATIONS[: len(outcomes)], outcomes, strict=True)
    }


def everybody(outcome: str, anonymous: str = "login") -> Grid:
    return {("own", role): anonymous if role == "anonymous" else outcome for role in ROLES}


ANYBODY = everybody("ok", anonymous="ok")
A_USER = everybody("ok")
NOT_SO = everybody("405")  # the other method is meant
NOT_SO_EVEN_IN_PUBLIC = everybody("405", anonymous="405")

SEES = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    404
    viewer    ok    ok    404
    officer   ok    404   404
    leader    ok    404   404
""")
EDITS_UNITS = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    404
    viewer    403   403   404
    officer   ok    404   404
    leader    403   404   404
""")
EDITS_UNITS_OF_PROVINCE = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    404
    viewer    403   403   404
    officer   404   404   404
    leader    404   404   404
""")
SOME_EDIT_PROVINCES = grid("""
    anonymous login
    admin     ok
    staff     ok
    viewer    403
    officer   403
    leader    403
""")
EDITS_ROSTER = grid("""
    anonymous login login login
    admin     403   403   403
    staff     ok    ok    404
    viewer    403   403   404
    officer   ok    404   404
    leader    403   404   404
""")
IMPORTS = EDITS_ROSTER
HAS_THE_FILE = grid("""
    anonymous login login login
    admin     403   403   403
    staff     403   403   404
    viewer    403   403   404
    officer   ok    404   404
    leader    403   404   404
""")  # an uploaded file holds every phone in full
WRITES_REPORTS = HAS_THE_FILE
RUNS_CAMPAIGNS = grid("""
    anonymous login login login
    admin     403   403   403
    staff     ok    ok    404
    viewer    403   403   404
    officer   404   404   404
    leader    404   404   404
""")  # of a whole province
SEES_OF_PROVINCE = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    404
    viewer    ok    ok    404
    officer   403   403   404
    leader    403   403   404
""")  # what a province's communes know of, and the department's page about it
RUNS_OF_PROVINCE = grid("""
    anonymous login login login
    admin     403   403   403
    staff     ok    ok    404
    viewer    403   403   404
    officer   403   403   404
    leader    403   403   404
""")
SEES_CAMPAIGN = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    404
    viewer    ok    ok    404
    officer   403   404   404
    leader    403   404   404
""")  # the department's page about what one commune is asked
RUNS_CAMPAIGN = grid("""
    anonymous login login login
    admin     403   403   403
    staff     ok    ok    404
    viewer    403   403   404
    officer   403   404   404
    leader    403   404   404
""")
REVIEWS = RUNS_CAMPAIGN
NOT_SENT_YET = grid("""
    anonymous login login login
    admin     403   403   403
    staff     403   403   404
    viewer    403   403   404
    officer   403   404   404
    leader    403   404   404
""")
SEES_FORM = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    404
    viewer    ok    ok    404
    officer   ok    ok    404
    leader    ok    ok    404
""")
DRAFTS_FORM = grid("""
    anonymous login login login
    admin     404   404   404
    staff     ok    ok    404
    viewer    404   404   404
    officer   404   404   404
    leader    404   404   404
""")  # a version that is not published is there for those who write it
ADDS_FORMS = grid("""
    anonymous login login login
    admin     403   403   403
    staff     ok    ok    again
    viewer    403   403   403
    officer   403   403   403
    leader    403   403   403
""")
SOME_RUN_CAMPAIGNS = grid("""
    anonymous login
    admin     403
    staff     ok
    viewer    403
    officer   403
    leader    403
""")
SOME_SEE_PROVINCES = grid("""
    anonymous login
    admin     ok
    staff     ok
    viewer    ok
    officer   403
    leader    403
""")
COUNTS = grid("""
    anonymous login login login
    admin     403   403   403
    staff     ok    ok    404
    viewer    403   403   404
    officer   ok    302   404
    leader    403   403   404
""")  # one page for all communes of a province, where each writes its own line
READS_COUNTS = COUNTS | {("neighbour", "officer"): "ok"}
READS_DRAFT = grid("""
    anonymous login login login
    admin     403   403   403
    staff     403   403   404
    viewer    403   403   404
    officer   ok    404   404
    leader    ok    404   404
""")  # until it is sent, a report's words are its commune's own
APPROVES = grid("""
    anonymous login login login
    admin     403   403   403
    staff     403   403   404
    viewer    403   403   404
    officer   403   404   404
    leader    ok    404   404
""")
REVEALS_PHONES = grid("""
    anonymous login login login
    admin     403   403   403
    staff     ok    ok    404
    viewer    403   403   404
    officer   ok    404   404
    leader    ok    404   404
""")
MANAGES_USERS = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    404
    viewer    403   403   403
    officer   403   403   403
    leader    403   403   403
""")
ASKED_FOR_IT = grid("""
    anonymous login login login
    admin     404   404   404
    staff     404   404   404
    viewer    404   404   404
    officer   ok    404   404
    leader    404   404   404
""")
SEES_WHOLE_PROVINCE = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    404
    viewer    ok    ok    404
    officer   404   404   404
    leader    404   404   404
""")
SEES_PROVINCE_OR_HOME = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    404
    viewer    ok    ok    404
    officer   ok    ok    ok
    leader    ok    ok    ok
""")  # a commune's people are shown their commune, whatever they ask for
WHOLE_PROVINCE_OR_AWAY_HOME = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    404
    viewer    ok    ok    404
    officer   302   302   302
    leader    302   302   302
""")  # a commune's people are sent on to the page of theirs
PROVINCE_OR_AWAY_HOME = {case: outcome for case, outcome in WHOLE_PROVINCE_OR_AWAY_HOME.items() if case[0] == "own"}
SEES_MANY_PROVINCES = grid("""
    anonymous login
    admin     ok
    staff     302
    viewer    302
    officer   302
    leader    302
""")
SEES_ONE_PROVINCE = grid("""
    anonymous login
    admin     302
    staff     ok
    viewer    ok
    officer   ok
    leader    ok
""")
SOME_IMPORT = grid("""
    anonymous login
    admin     403
    staff     ok
    viewer    403
    officer   ok
    leader    403
""")
UPLOADS = grid("""
    anonymous login login login
    admin     403   403   403
    staff     ok    ok    again
    viewer    403   403   403
    officer   ok    again again
    leader    403   403   403
""")
SOME_MANAGE_USERS = grid("""
    anonymous login
    admin     ok
    staff     ok
    viewer    403
    officer   403
    leader    403
""")
GIVES_POSTS = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    again
    viewer    403   403   403
    officer   403   403   403
    leader    403   403   403
""")
BACK_OFFICE = grid("""
    anonymous login
    admin     ok
    staff     ok
    viewer    login
    officer   login
    leader    login
""")
OFFICERS_BY_WORKBOOK = grid("""
    anonymous login
    admin     403
    staff     ok
    viewer    login
    officer   login
    leader    login
""")
BACK_OFFICE_ROW = grid("""
    anonymous login login login
    admin     ok    ok    ok
    staff     ok    ok    302
    viewer    login login login
    officer   login login login
    leader    login login login
""")
READ_ONLY_ROW = grid("""
    anonymous login login login
    admin     403   403   403
    staff     403   403   403
    viewer    login login login
    officer   login login login
    leader    login login login
""")
CHANGES_VENUES = grid("""
    anonymous login login login
    admin     403   403   403
    staff     ok    ok    302
    viewer    login login login
    officer   login login login
    leader    login login login
""")
ADDS_VENUES = CHANGES_VENUES | {("other", "staff"): "again"}


def back_office_says(status: str) -> Grid:
    return BACK_OFFICE | {("own", "admin"): status, ("own", "staff"): status}


ONCE_LOGGED_OUT = everybody("302", anonymous="ok")
A_USER_OR_HOME = everybody("ok", anonymous="302")
AWAY = everybody("302", anonymous="302")
NOTHING_YET = everybody("404")
