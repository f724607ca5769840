"""hongbao bench, small: it runs, checks its own work, says what it did, and cleans up. Times are not judged."""

import json
import pathlib
import shutil
import tempfile
import unittest
import xml.dom.minidom

from api import Api
from server import Server, run_command


class Bench(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-bench-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def bench(self, *arguments):
        return run_command("bench", *arguments, cwd=self.folder)

    def last_object(self, done):
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertNotIn("FAILED", done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def assert_engine_figures(self, told, opens, accounts, packets):
        self.assertEqual((opens, accounts, packets),
                         (told["opens"], told["accounts"], told["packets"]))
        self.assertGreater(told["opens_per_s"], 0)
        self.assertGreater(told["commits"], 0)
        self.assertLessEqual(told["commits"], opens)
        self.assertEqual(opens // told["commits"], told["records_per_commit"])

    def test_engine_opens_what_it_was_asked_to_and_removes_its_folder(self):
        told = self.last_object(self.bench("engine", "--opens", 20000, "--accounts", 1000))
        self.assert_engine_figures(told, 20000, 1000, 64)
        self.assertEqual([], list(self.folder.iterdir()))

    def test_engine_may_use_every_pair_in_odd_batches_and_accounts_that_sleep(self):
        told = self.last_object(self.bench(
            "engine", "--opens", 2997, "--accounts", 999, "--packets", 3, "--batch", 7,
            "--in-flight", 7, "--router-count", 8, "--scheduler-threads", 2, "--asleep"))
        self.assert_engine_figures(told, 2997, 999, 3)

    def test_a_kept_journal_is_sound_and_holds_one_record_a_fact(self):
        told = self.last_object(self.bench("engine", "--data", "kept", "--opens", 500,
                                           "--accounts", 100, "--packets", 5))
        self.assert_engine_figures(told, 500, 100, 5)
        verified = run_command("verify", "--data", "kept", cwd=self.folder)
        self.assertEqual(0, verified.returncode, verified.stdout + verified.stderr)
        records = 100 + 1 + 1 + 5 + 500  # accounts, sender, deposit, packets, opens
        self.assertIn(f"journal is sound: {records} records", verified.stdout)
        again = self.bench("engine", "--data", "kept", "--opens", 500, "--accounts", 100)
        self.assertEqual(1, again.returncode)
        self.assertIn("kept", again.stderr)

    def test_split_agrees_with_theory_and_draws_it(self):
        told = self.last_object(self.bench("split", "--plot", "split.svg", "--runs", 20000))
        self.assertEqual((10_000, 10, 20_000), (told["total_fen"], told["count"], told["runs"]))
        self.assertEqual(4, len(told["ways"]))
        for way in told["ways"]:
            with self.subTest(way["way"]):
                self.assertAlmostEqual(10_000, sum(way["mean_fen"]), places=6)
                self.assertAlmostEqual(1, sum(way["luckiest"]), places=9)
                # Every run draws afresh: an honest one misses this bound once in a billion times.
                self.assertLess(way["worst_z"], 7)
                for drawn, theory in zip(way["sd_fen"], way["theory_sd_fen"]):
                    self.assertLess(abs(drawn / theory - 1), 0.1)
                self.assertEqual(8 if "up_front" in way["way"] else 0,
                                 way["kept_bytes_per_share"])
        picture = xml.dom.minidom.parse(str(self.folder / "split.svg"))
        self.assertEqual(4 * 10 * 2 + 4, len(picture.getElementsByTagName("circle")))
        self.assertEqual(1 + 4, len(picture.getElementsByTagName("polyline")))

    def test_split_takes_the_edges_and_says_what_it_cannot_do(self):
        for count, total_fen in ((1, 1), (1, 5), (3, 3), (2, 5), (1500, 3000)):
            told = self.last_object(self.bench("split", "--count", count, "--total-fen", total_fen,
                                               "--runs", 20))
            self.assertEqual(3 if count > 1000 else 4, len(told["ways"]))
        few = self.bench("split", "--count", 5, "--total-fen", 4)
        self.assertEqual(2, few.returncode)
        self.assertIn("--total-fen", few.stderr)
        nowhere = self.bench("split", "--runs", 1, "--plot", "no-such-folder/split.svg")
        self.assertEqual(1, nowhere.returncode)
        self.assertIn("no-such-folder/split.svg", nowhere.stderr)

    def test_replay_reads_as_many_records_as_it_was_asked_to(self):
        told = self.last_object(self.bench("replay", "--records", 5000, "--accounts", 100))
        self.assertEqual(5000, told["records"])
        self.assertGreater(told["records_per_s"], 0)
        self.assertEqual([], list(self.folder.iterdir()))

    def load_data(self, folder, *more, status=0):
        arguments = {"--data": folder, "--accounts": 500, "--records": 4321,
                     **dict(zip(more[::2], more[1::2]))}
        done = self.bench("load-data", *[word for pair in arguments.items() for word in pair])
        self.assertEqual(status, done.returncode, done.stdout + done.stderr)
        return self.last_object(done) if status == 0 else done

    def test_load_data_makes_a_directory_that_verify_accepts_and_a_start_need_not_replay(self):
        told = self.load_data("made")
        self.assertEqual((4321, 500), (told["records"], told["accounts"]))
        self.assertGreater(told["packets_open"], 0)
        verified = run_command("verify", "--data", "made", cwd=self.folder)
        self.assertEqual(0, verified.returncode, verified.stdout + verified.stderr)
        self.assertIn(f"journal is sound: 4321 records, last sequence 4321, hash {told['hash']}",
                      verified.stdout)
        server = Server(data=self.folder / "made")
        self.addCleanup(server.remove)
        with Api(server.start().port) as api:
            self.assertEqual(0, api.audit()["difference_fen"])
            self.assertEqual(200, api.get("/v1/accounts/u0000000").status)
        self.assertIn("4321 records, 0 of them replayed", server.stdout_text())
        self.assertEqual(0, server.stop())

    def test_load_data_of_one_seed_and_end_is_always_the_same(self):
        end = ("--ends-at", "2026-11-21T08:00:00Z", "--records-per-commit", 100)
        first, second = (self.load_data(name, *end) for name in ("first", "second"))
        self.assertEqual(first["hash"], second["hash"])
        self.assertNotEqual(first["hash"], self.load_data("third", *end, "--seed", 2)["hash"])

    def test_load_data_leaves_what_is_there_alone(self):
        (self.folder / "taken").mkdir()
        (self.folder / "taken" / "notes").write_text("somebody's")
        self.assertIn("not empty", self.load_data("taken", status=1).stderr)
        self.assertEqual(["notes"], [entry.name for entry in (self.folder / "taken").iterdir()])

    def test_load_data_refuses_by_name_what_it_cannot_do(self):
        for flag, value in (("--accounts", 19), ("--records", 509), ("--records-per-commit", 0),
                            ("--seed", -1), ("--ends-at", "yesterday"),
                            ("--ends-at", "2026-01-02T00:00:00Z")):
            with self.subTest((flag, value)):
                self.assertIn(flag, self.load_data("none", flag, value, status=2).stderr)
        self.assertEqual([], list(self.folder.iterdir()))

    def test_arguments_that_cannot_be_run_are_refused_by_name(self):
        for flag, value in (("--opens", 0), ("--opens", 6401), ("--accounts", 0),
                            ("--accounts", 2000001), ("--packets", 0), ("--packets", 100001),
                            ("--batch", 0), ("--in-flight", 999), ("--router-count", 3),
                            ("--scheduler-threads", -1)):
            with self.subTest((flag, value)):
                arguments = {"--accounts": 100, "--opens": 100, flag: value}
                done = self.bench("engine", *[word for pair in arguments.items() for word in pair])
                self.assertEqual(2, done.returncode, done.stdout + done.stderr)
                self.assertIn(flag, done.stderr)
        done = self.bench("replay", "--records", 100, "--accounts", 100)
        self.assertEqual(2, done.returncode)
        self.assertIn("--records", done.stderr)
        self.assertEqual([], list(self.folder.iterdir()))


if __name__ == "__main__":
    unittest.main()
