"""kill -9, a second process, a full disk: nothing acknowledged is lost, nothing counted twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from convrec import UsageError
from convrec.store import Store
from convrec.store.lock import WorkspaceLock

WRITER = """
import sys
from convrec import Interaction
from convrec.store import Store
store = Store(sys.argv[1])
for n in range(int(sys.argv[2]), 1000):
    store.events.append([Interaction("u", str(n), 4.0, float(n), event_id=f"e{n}")])
    print(n, flush=True)
"""


def test_no_acknowledged_event_is_lost_or_doubled_by_twenty_kills(tmp_path):
    url, rng, acknowledged = f"sqlite:///{tmp_path}/convrec.db", random.Random(7), set()
    for _ in range(20):
        # Each life begins a little before where the last one was cut off, as a client that retries does.
        start = max(0, len(acknowledged) - 10)
        writer = subprocess.Popen([sys.executable, "-c", WRITER, url, str(start)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        first = [writer.stdout.readline() for _ in range(rng.randrange(1, 90))]
        time.sleep(rng.uniform(0.0, 0.002))
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().splitlines()
        writer.wait()
        acknowledged |= {int(line) for line in [*first, *rest] if line.strip()}
    assert len(acknowledged) > 500
    with Store(url) as store:
        stored = [int(item) for item in store.events.history("u").item_ids]
        assert store.database.check() == "ok"
    assert acknowledged <= set(stored)
    assert len(stored) == len(set(stored))


def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sys, time, pathlib\nfrom convrec.store.lock import WorkspaceLock\n"
         "WorkspaceLock(pathlib.Path(sys.argv[1]))\nprint('held', flush=True)\ntime.sleep(60)", str(tmp_path)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match=f"process {holder.pid}"):
            WorkspaceLock(tmp_path)
    finally:
        holder.kill()
        holder.wait()
    WorkspaceLock(tmp_path).release()  # a killed owner leaves nothing to clean up


def test_one_process_may_open_a_workspace_twice(tmp_path):
    first, second = WorkspaceLock(tmp_path), WorkspaceLock(tmp_path)
    first.release()
    first.release()
    child = (
        "import pathlib, sys; from convrec.store.lock import WorkspaceLock; WorkspaceLock(pathlib.Path(sys.argv[1]))"
    )
    run = [sys.executable, "-c", child, str(tmp_path)]
    assert subprocess.run(run, capture_output=True, check=False).returncode != 0
    second.release()
    assert subprocess.run(run, capture_output=True, check=False).returncode == 0


FULL = """
import resource, signal, sys
from convrec import Interaction
from convrec.errors import RunError
from convrec.store import Store
store = Store(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
kept = 0
for n in range(3000):
    try:
        kept += store.events.append([Interaction("u", str(n), 4.0, float(n), review="x" * 400)])
    except RunError as error:
        print(kept, error)
        break
"""


def test_a_full_disk_is_a_clear_error_and_loses_nothing_acknowledged(tmp_path):
    url = f"sqlite:///{tmp_path}/convrec.db"
    run = subprocess.run([sys.executable, "-c", FULL, url], capture_output=True, text=True, check=True, env=os.environ)
    kept, message = run.stdout.split(" ", 1)
    assert "nothing of this was stored" in message
    with Store(url) as store:
        assert store.events.count() == int(kept) > 0
        assert store.database.check() == "ok"
