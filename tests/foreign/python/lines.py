"""The lines that the test harness reads, and the count of what passed and failed."""

import subprocess

totals = {"passed": 0, "failed": 0}


class Refused(Exception):
    """A rule that what was read does not keep."""


def say(line):
    print(" ".join(line.split()), flush=True)


def check(what, step):
    """Run one check; its value, or None after a failure."""
    try:
        value = step()
    except (Refused, OSError, ValueError, subprocess.SubprocessError) as error:
        # ssl.SSLError is an OSError.
        totals["failed"] += 1
        say(f"FAIL {what}: {error}")
        return None
    totals["passed"] += 1
    say(f"ok {what}")
    return True if value is None else value


def need(holds, why):
    if not holds:
        raise Refused(why)


def finish():
    """The last line; without it the harness takes the judge for dead."""
    say(f"judge python: {totals['passed']} passed, {totals['failed']} failed")
    return 1 if totals["failed"] else 0
