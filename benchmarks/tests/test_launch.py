import os
import signal
import sys
import tempfile
from pathlib import Path
from unittest import TestCase

from bench.memory import memory
from bench.process import Failed, Killed, Program, run

MEMORY = 200 << 20


class LaunchTest(TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = Path(folder.name) / "log"

    def python(self, script: str, success: int = 0) -> Program:
        return Program((sys.executable, "-I", "-S", "-c", script), {"NAME": "value"}, success)

    def test_a_program_costs_its_own_memory_and_not_that_of_who_measures_it(self) -> None:
        mine = b"x" * MEMORY
        small = run(self.python("pass"), self.log)
        large = run(self.python(f"b'x' * {len(mine)}"), self.log)
        self.assertLess(small.peak, MEMORY // 4)
        self.assertGreater(large.peak, MEMORY)

    def test_the_processes_that_it_waits_for_count(self) -> None:
        burn = "import time\\nend = time.process_time() + 0.3\\nwhile time.process_time() < end: pass"
        cost = run(self.python(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', '''{burn}'''])"), self.log)
        self.assertGreater(cost.cpu, 0.3)

    def test_it_has_its_environment_and_its_log(self) -> None:
        run(self.python("import os; print(os.environ.get('NAME'), os.environ.get('HOME'))"), self.log)
        self.assertEqual("value None\n", self.log.read_text())

    def test_another_exit_code_than_that_of_success_is_a_failure(self) -> None:
        run(self.python("raise SystemExit(3)", success=3), self.log)
        with self.assertRaisesRegex(Failed, "ended with 3"):
            run(self.python("raise SystemExit(3)"), self.log)

    def test_who_wants_more_memory_than_its_group_has_is_killed(self) -> None:
        with memory(32 << 20) as room:
            if room.group is None:
                self.skipTest("only root limits memory")
            with self.assertRaisesRegex(Killed, "killed for its memory"):
                run(self.python("b'x' * (200 << 20)"), self.log, room.group)
            with self.assertRaises(Failed) as other:
                run(self.python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), self.log, room.group)
            self.assertNotIsInstance(other.exception, Killed)

    def test_who_is_interrupted_leaves_no_program_behind(self) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        before = signal.signal(signal.SIGALRM, interrupt)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        pids = self.log.with_name("pids")
        script = f"import os, time\nopen({str(pids)!r}, 'w').write(str(os.getpid()))\nos.kill({os.getpid()}, {signal.SIGALRM.value})\ntime.sleep(60)"
        with self.assertRaises(KeyboardInterrupt):
            run(self.python(script), self.log)
        with self.assertRaises(ProcessLookupError):
            os.kill(int(pids.read_text()), 0)
