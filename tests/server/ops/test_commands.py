"""The commands beside serve: help, settings, verify on sound and damaged journals, dump."""

import json
import pathlib
import re
import shutil
import tempfile
import unittest

import flags
from api import Api
from auditor import Auditor
from commands import COMMANDS, InAFolder
from server import Server, copy_data, run_command


class Commands(InAFolder):
    def test_every_command_has_help_and_exits_0(self):
        for command in COMMANDS:
            with self.subTest(command):
                done = self.run_here(*command, "--help")
                self.assert_status(0, done)
                self.assertIn("--help", done.stdout)
                if command:
                    self.assertNotEqual(self.run_here("--help").stdout, done.stdout)

    def test_help_names_every_command(self):
        told = self.run_here("--help").stdout
        for name in {command[0] for command in COMMANDS if command}:
            self.assertRegex(told, rf"(?m)^  {name} ")
        self.assertLess(len(told.splitlines()), 45, "the first help is short")
        self.assertLess(max(map(len, told.splitlines())), 160)

    def test_unknown_flags_and_commands_are_refused(self):
        for arguments in (["--surprise"], ["serve", "--surprise"], ["verify", "--surprise"],
                          ["dump", "--surprise"], ["demo", "--surprise"], ["surprise"],
                          ["config", "surprise"], ["config", "check", "--surprise"]):
            with self.subTest(arguments):
                done = self.run_here(*arguments)
                self.assertNotEqual(0, done.returncode)
                self.assertIn("surprise", done.stderr + done.stdout)

    def test_config_check_accepts_the_defaults_and_print_shows_every_setting(self):
        self.assert_status(0, self.run_here("config", "check"))
        done = self.run_here("config", "print")
        self.assert_status(0, done)
        for name in ("listen", "clock", "journal_map_bytes", "commands_in_flight_max",
                     "sends_per_day_max", "share_fen_max", "shares_per_packet_max"):
            self.assertRegex(done.stdout, rf"(?m)^{name} *= *\S")

    def shown(self, *arguments, **environment):
        """The value of sends_per_day_max that `config print` shows."""
        done = self.run_here("config", "print", *arguments, **environment)
        self.assert_status(0, done)
        return int(re.search(r"(?m)^sends_per_day_max *= *(\d+)", done.stdout).group(1))

    def test_flags_win_over_environment_over_file_over_defaults(self):
        file = self.folder / "hongbao.toml"
        file.write_text("sends_per_day_max = 11\n")
        variable = {"HONGBAO_SENDS_PER_DAY_MAX": "22"}
        default = self.shown()
        self.assertNotIn(default, (11, 22, 33))
        self.assertEqual(11, self.shown("--config", file))
        self.assertEqual(22, self.shown("--config", file, **variable))
        self.assertEqual(33, self.shown("--config", file, flags.sends_per_day_max(33), **variable))
        self.assertEqual(22, self.shown(**variable))

    def test_config_check_and_a_start_refuse_the_same_of_what_cannot_work(self):
        bad = [((flags.connections_max(1), flags.event_loop_count(2), flags.streams_max(1)),
                ("connections_max = 1 ", "event_loop_count = 2 ", "at least 4")),
               ((flags.connections_max(4_000), flags.streams_max(3_001)),
                ("streams_max = 3001 ", "connections_max = 4000 ", "at most 3000"))]
        mappings = int(pathlib.Path("/proc/sys/vm/max_map_count").read_text())
        if mappings < 500_000:
            bad.append(((flags.connections_max(1_000_000), flags.streams_max(mappings // 2)),
                        (f"streams_max = {mappings // 2} ", f"vm.max_map_count = {mappings}")))
        for settings, words in bad:
            said = []
            for command in (["serve", "--data", "d"], ["config", "check"]):
                done = self.run_here(*command, *settings)
                self.assert_status(2, done)
                self.assertNotIn("is ready", done.stdout)
                said.append(done.stderr)
            self.assertEqual(said[0], said[1])
            for word in words:
                self.assertIn(word, said[0])

    def test_what_config_print_shows_is_a_file_that_config_takes(self):
        first = self.run_here("config", "print", flags.sends_per_day_max(33))
        file = self.folder / "printed.toml"
        file.write_text(first.stdout)
        self.assertEqual(33, self.shown("--config", file))
        self.assert_status(0, self.run_here("config", "check", "--config", file))

    def test_bad_values_exit_2_and_name_the_setting_and_the_value(self):
        bad = [("listen", "0.0.0.0:8080"), ("listen", "nowhere"), ("listen", "127.0.0.1:70000"),
               ("clock", "sundial"), ("sends-per-day-max", "-1"), ("sends-per-day-max", "many"),
               ("sends-per-day-max", "1.5"), ("journal-map-bytes", "7"), ("share-fen-max", "0"),
               ("commands-in-flight-max", "99999999999999999999")]
        for name, value in bad:
            for command in (["serve", "--data", "d"], ["config", "check"]):
                with self.subTest((command[0], name, value)):
                    done = self.run_here(*command, flags.flag(name, value))
                    self.assert_status(2, done)
                    self.assertIn(name.replace("-", "_"), done.stderr.replace("-", "_"))
                    self.assertIn(value, done.stderr)
                    self.assertNotIn("is ready", done.stdout)

    def test_bad_values_in_environment_and_file_exit_2_too(self):
        done = self.run_here("config", "check", HONGBAO_SENDS_PER_DAY_MAX="many")
        self.assert_status(2, done)
        self.assertIn("many", done.stderr)
        file = self.folder / "bad.toml"
        for text in ("sends_per_day_max = \"many\"\n", "surprise = 1\n", "not toml at all ="):
            file.write_text(text)
            with self.subTest(text):
                self.assert_status(2, self.run_here("config", "check", "--config", file))
        self.assert_status(2, self.run_here("config", "check", "--config", self.folder / "none"))

    def test_verify_and_dump_of_a_directory_without_a_journal_fail_with_a_message(self):
        for command in ("verify", "dump"):
            done = self.run_here(command, "--data", self.folder / "nothing")
            self.assertNotEqual(0, done.returncode)
            self.assertIn("nothing", done.stderr + done.stdout)
            self.assertFalse((self.folder / "nothing").exists(), "a look made a directory")


class Journals(unittest.TestCase):
    """verify and dump on the journal of a server that ran for a while and was killed."""

    USER = "unmistakable.user-name"

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        with Api(cls.server.port) as api:
            for _ in range(20):
                api.fresh_user("before", 10)
            api.create_account(cls.USER)
            packet = api.fresh_packet(kind="equal", share_fen=5, count=3)
            api.open(packet, cls.USER)
            api.transfer(cls.USER, api.fresh_user("bob"), 2, memo="\u201cquoted\" 安 \\")
            cls.audit = api.audit()
        cls.server.kill()

    def damaged_copy(self, name, change):
        """A copy of the data directory with one byte changed in every occurrence of a text."""
        copy = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-damage-"))
        self.addCleanup(shutil.rmtree, copy, ignore_errors=True)
        copy_data(self.server.data, copy / "data")
        found = 0
        for path in (copy / "data").rglob("data.mdb"):
            data = bytearray(path.read_bytes())
            start = data.find(name)
            while start >= 0:
                data[start + len(name) // 2] ^= change
                found += 1
                start = data.find(name, start + 1)
            path.write_bytes(data)
        self.assertGreater(found, 0, f"{name!r} is in no data.mdb")
        return copy / "data"

    def first_sequence(self):
        """The first record that names the user."""
        records = [json.loads(line) for line in self.server.dump_lines()]
        return next(record["sequence"] for record in records
                    if record.get("user_id") == self.USER)

    def test_verify_after_kill_9_says_that_the_journal_is_sound(self):
        done = self.server.verify()
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        last = done.stdout.splitlines()[-1]
        self.assertTrue(last.startswith("journal is sound: "), last)
        self.assertIn(str(self.audit["journal_sequence"]), last)
        self.assertIn(self.audit["journal_hash"], last)

    def test_verify_finds_one_flipped_byte_and_names_the_record(self):
        for change in (0x01, 0x20, 0x80):
            with self.subTest(change):
                data = self.damaged_copy(self.USER.encode(), change)
                done = run_command("verify", "--data", data)
                told = done.stdout + done.stderr
                self.assertEqual(1, done.returncode, told)
                self.assertRegex(told, rf"\b{self.first_sequence()}\b")
                self.assertNotIn("journal is sound", told)

    def test_a_server_does_not_serve_from_a_damaged_journal(self):
        data = self.damaged_copy(self.USER.encode(), 0x01)
        done = run_command("serve", "--data", data, flags.listen("127.0.0.1:0"), timeout_s=60)
        self.assertNotEqual(0, done.returncode)
        self.assertNotIn("is ready", done.stdout)
        self.assertRegex(done.stderr, rf"\b{self.first_sequence()}\b")

    def test_dump_prints_one_object_a_line_and_the_auditor_agrees(self):
        lines = self.server.dump_lines()
        self.assertEqual(self.audit["journal_sequence"], len(lines))
        for number, line in enumerate(lines, 1):
            record = json.loads(line)
            self.assertEqual(number, record["sequence"])
            self.assertEqual({int}, {type(posting["amount_fen"])
                                     for posting in record["postings"]} or {int})
        self.assertEqual([], Auditor.of_lines(lines).faults)
        memos = [json.loads(line).get("memo") for line in lines]
        self.assertIn("\u201cquoted\" 安 \\", memos)

    def test_verify_and_dump_change_nothing(self):
        first = self.server.dump_lines()
        self.server.verify()
        self.assertEqual(first, self.server.dump_lines())


if __name__ == "__main__":
    unittest.main()
