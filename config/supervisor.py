"""Starts the portal's parts, watches them, starts again what died, and stops them all together. Linux only.

Each part leads a process group of its own: Ctrl-C reaches the supervisor alone, and what a part leaves behind when it
is killed (a web worker, a pool process) is swept away before its successor starts.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time

STOPPING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
TOLD_WHEN_PARENT_DIES = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
_libc = ctypes.CDLL(None, use_errno=True)


class Part:
    """One program to keep running: `command` (a list) writes to the file `log` (a Path)."""

    def __init__(self, name, command, log):
        self.name, self.command, self.log = name, command, log
        self.process = None
        self.started_at = None
        self.start_at = 0.0
        self.deaths = 0

    def start(self):
        supervisor = os.getpid()

        def in_the_child():
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            _libc.prctl(TOLD_WHEN_PARENT_DIES, signal.SIGTERM)
            if os.getppid() != supervisor:
                os._exit(1)

        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, preexec_fn=in_the_child
            )
        self.started_at = time.monotonic()

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def kill_group(self):
        """End everything the part started, whatever state it is in."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def how_it_ended(self):
        code = self.process.returncode
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


class Supervisor:
    """`say` gets one line per event; `waits` are the seconds before the 1st, 2nd … restart in a row (the last one repeats);
    a part that ran `steady` seconds counts as well again; stopping takes at most `grace` seconds before it is forced."""

    def __init__(self, parts, *, say=print, waits=(0.5, 2, 5, 15, 30), steady=60, grace=12):
        self.parts = parts
        self.say, self.waits, self.steady, self.grace = say, waits, steady, grace

    def run(self, *, until_ready=None, when_ready=None):
        """Keep the parts running until SIGINT, SIGTERM or SIGHUP.

        `until_ready()` is asked again and again until it is true; then `when_ready()` is called once.
        """
        awaited = {*STOPPING, signal.SIGCHLD}
        if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # started under nohup
            awaited.discard(signal.SIGHUP)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
        try:
            while True:
                self._start_due()
                if when_ready and (until_ready is None or until_ready()):
                    when_ready()
                    when_ready = None
                received = signal.sigtimedwait(awaited, 0.2 if when_ready else self._seconds_to_next_start())
                if received and received.si_signo in STOPPING:
                    return
                self._see_who_died()
        finally:
            self._stop(awaited)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _start_due(self):
        for part in self.parts:
            if part.process is None and part.start_at <= time.monotonic():
                part.start()

    def _seconds_to_next_start(self):
        waiting = [part.start_at - time.monotonic() for part in self.parts if part.process is None]
        return max(0.01, min([5.0, *waiting]))

    def _see_who_died(self):
        for part in self.parts:
            if part.process is None or part.is_running():
                continue
            part.kill_group()
            now = time.monotonic()
            part.deaths = 1 if now - part.started_at > self.steady else part.deaths + 1
            wait = self.waits[min(part.deaths, len(self.waits)) - 1]
            self.say(f"{part.name} {part.how_it_ended()}; starting it again in {wait:g} s (its log: {part.log})")
            part.process, part.start_at = None, now + wait

    def _stop(self, awaited):
        """Ask every part to finish; force those that take longer than the grace, or all of them on a second signal."""
        running = [part for part in self.parts if part.process is not None]
        for part in running:
            if part.is_running():
                part.process.terminate()
        deadline = time.monotonic() + self.grace
        while any(part.is_running() for part in running) and time.monotonic() < deadline:
            received = signal.sigtimedwait(awaited, 0.2)
            if received and received.si_signo in STOPPING:
                break
        for part in running:
            part.kill_group()
