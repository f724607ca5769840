"""What drills under load share: a printed seed, a load that gets going, short complaints."""

import os
import random
import time
import unittest

DEADLINE_S = 60


def seed_of_run():
    """Drawn at random, or HONGBAO_TEST_SEED to repeat a run that printed it."""
    return int(os.environ.get("HONGBAO_TEST_SEED") or random.SystemRandom().randrange(10**6))


class DrillCase(unittest.TestCase):
    def let_it_run(self, load, calls):
        """Waits until this many more calls are answered."""
        deadline, answered = time.monotonic() + DEADLINE_S, load.answered()
        while load.answered() < answered + calls:
            self.assertLess(time.monotonic(), deadline, "the load does not get going")
            time.sleep(0.01)

    def assert_none(self, what, sentences):
        self.assertEqual([], sentences[:10], f"{what}, {len(sentences)} in all")
