"""make faults: a PostgreSQL of our own with the product's tables, then pytest on tests/faults, with whatever else is given to it."""

import os
import signal
import subprocess
import sys

from tests.config.processes import GOOD_KEY, ROOT, clean_environment
from tests.config.services import throw_away_folder
from tests.faults.servers import Cluster

TEMPLATE = "faults"


def main(arguments):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    with throw_away_folder() as folder, Cluster.running() as cluster:
        cluster.create(TEMPLATE, "template1")
        (folder / "clock").write_text("0")
        given = {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": cluster.url(TEMPLATE),
            "FAULTS_CLOCK": folder / "clock",
            "FAULTS_CLUSTER": cluster.folder,
            "FAULTS_ALL": None if arguments else "1",
        }
        environment = clean_environment(SECRET_KEY=GOOD_KEY, VAR_DIR=folder / "var", **given)
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
        asked = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *(arguments or ["tests/faults"])]
        return subprocess.run(asked, cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
