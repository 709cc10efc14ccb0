"""Gates inside PostgreSQL: a statement on a table waits where the test has closed the gate before it. The product knows nothing of them."""

import contextlib

import psycopg2

from tests.config.processes import until

GATES = {
    "telling": (1, "INSERT ON journal_notice"),
    "gathering": (2, "INSERT ON journal_digest"),
    "hanging": (3, "UPDATE OF digest_id ON journal_notice"),
    "claiming": (4, "UPDATE OF claimed_at ON journal_digest"),
    "marking": (5, "UPDATE OF sent_at ON journal_digest"),
    "shelving": (6, "UPDATE OF built_at ON reports_paper"),
}
KEY = 2026  # of the advisory locks, beside the gate's number
FUNCTION = f"""
CREATE FUNCTION faults_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({KEY}, TG_ARGV[0]::integer);
    RETURN NULL;
END $$
"""


class Gates:
    """The gates of one database; all open at first."""

    def __init__(self, url):
        self.url, self.holders = url, {}
        self._ask(FUNCTION)
        for name, (number, act) in GATES.items():
            self._ask(f"CREATE TRIGGER faults_{name} BEFORE {act} FOR EACH STATEMENT EXECUTE FUNCTION faults_gate({number})")

    def close(self, name):
        """From now on whoever comes to it waits, until it is opened."""
        holder = psycopg2.connect(self.url)
        holder.autocommit = True
        self.holders[name] = holder
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [KEY, GATES[name][0]])

    def open(self, name):
        self.holders.pop(name).close()

    def waiting(self, name):
        """Who waits before it, the longest first: [(backend, the port its client speaks from)]."""
        return self._ask(
            "SELECT a.pid, a.client_port FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.classid = %s AND l.objid = %s AND NOT l.granted ORDER BY a.query_start",
            [KEY, GATES[name][0]],
        )

    def hang_up(self, backend):
        """End a backend whose client has died, so that the statement it waits with is undone: the crash came before the commit."""
        self._ask("SELECT pg_terminate_backend(%s)", [backend])
        until(lambda: not self._ask("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [backend]))

    def _ask(self, sql, given=()):
        with contextlib.closing(psycopg2.connect(self.url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql, given)
                return cursor.fetchall() if cursor.description else []
