"""Whether the journal still says what was written: every link of the chain, and every anchor kept outside the database."""

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand
from django.utils import timezone

from journal import verifying


class Command(BaseCommand):
    help = "Walks the journal's chain and its anchors and names the first broken link. Exit code 1 where there is one."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help='print one object: {"verified", "unsealed", "anchors", "digest", "fault"}')

    def handle(self, **options):
        finding = verifying.verify(on=timezone.localdate())
        self.stdout.write(as_json(finding) if options["json"] else as_words(finding))
        if finding.fault:
            sys.exit(1)


def as_json(finding):
    fault = finding.fault and {**asdict(finding.fault), "says": str(finding.fault)}
    return json.dumps({**asdict(finding), "fault": fault}, ensure_ascii=False)


def as_words(finding):
    counts = f"{finding.verified} verified, {finding.unsealed} not sealed yet, {finding.anchors} anchors agree"
    if finding.fault:
        return f"BROKEN: {finding.fault}. ({counts})"
    alone = "" if finding.anchors else ". Nothing outside the database confirms it yet"
    return f"The journal is whole: {counts}; head {finding.digest[:16]}…{alone}."
