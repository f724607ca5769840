"""The command line: the places of words and flags, what is wrong, and which settings apply where."""

import subprocess
import unittest

import flags
from api import Api
from commands import COMMANDS, OF_DATA, OF_SETTINGS, InAFolder
from server import Server, binary, clean_environment, run_command


class Words(InAFolder):
    def test_help_lists_the_settings_where_they_count(self):
        for command in OF_SETTINGS:
            told = self.run_here(*command, "--help").stdout
            for flag in ("--data", "--config", "--listen", "--journal-map-bytes", "--share-fen-max"):
                self.assertIn(f"{flag} ", told, command)
        for command in OF_DATA:
            told = self.run_here(command[0], "--help").stdout
            self.assertIn("--data DIR", told)
            self.assertIn("--config FILE", told)
            self.assertIn("hongbao serve --help", told, "where the others are listed")

    def test_help_goes_to_stdout_and_what_is_wrong_to_stderr(self):
        for command in COMMANDS:
            with self.subTest(command):
                self.assertEqual("", self.run_here(*command, "--help").stderr)
                done = self.run_here(*command, "--surprise")
                self.assert_status(2, done)
                self.assertEqual("", done.stdout)
                self.assertIn("--surprise", done.stderr)

    def test_a_word_that_is_no_command_is_wrong_with_help_too(self):
        wrong = [["nonsense"], ["config", "nonsense"], ["bench", "nonsense"], ["serve", "nonsense"],
                 ["verify", "nonsense"], ["config", "check", "nonsense"], ["serve", "verify"],
                 ["prove", "1", "nonsense"], ["--data", "x", "nonsense"], ["demo", "sale", "nonsense"]]
        for words in wrong:
            for asked in ([], ["--help"], ["-h"], ["--version"]):
                with self.subTest((words, asked)):
                    done = self.run_here(*words, *asked)
                    self.assert_status(2, done)
                    self.assertEqual("", done.stdout)
                    self.assertIn(words[-1], done.stderr)

    def test_a_slip_is_told_what_it_may_have_meant(self):
        for words, meant in ((["vrify"], "verify"), (["config", "prnt"], "print"),
                             (["serve", "--listn=x"], "--listen"), (["bench", "engin"], "engine"),
                             (["verify", "--without-modl"], "--without-model"),
                             (["backup", "--dta", "x"], "--data")):
            with self.subTest(words):
                done = self.run_here(*words)
                self.assert_status(2, done)
                self.assertIn(f"did you mean {meant}?", done.stderr)

    def test_config_and_bench_alone_are_wrong(self):
        for command in ("config", "bench"):
            done = self.run_here(command)
            self.assert_status(2, done)
            self.assertEqual("", done.stdout)

    def test_the_version_is_told_wherever_it_is_asked_for(self):
        told = self.run_here("--version").stdout
        self.assertRegex(told, r"^hongbao \d+\.\d+")
        for words in (["serve", "--version"], ["--version", "serve"], ["verify", "--version"]):
            done = self.run_here(*words)
            self.assert_status(0, done)
            self.assertEqual(told, done.stdout)

    def test_flags_count_before_and_after_the_command(self):
        flag = flags.sends_per_day_max(33)
        value = str(flag).split("=")[1]
        name = str(flag).split("=")[0]
        for words in ([flag, "config", "print"], ["config", flag, "print"],
                      ["config", "print", flag], [name, value, "config", "print"],
                      ["config", name, value, "print"], ["config", "print", name, value],
                      [flag, "config", "print", flag], [name, value, "config", "print", flag]):
            with self.subTest(words):
                done = self.run_here(*words)
                self.assert_status(0, done)
                self.assertRegex(done.stdout, r"(?m)^sends_per_day_max = 33 +# flag")
        file = self.folder / "hongbao.toml"
        file.write_text("sends_per_day_max = 11\n")
        for words in (["--config", file, "config", "print"], ["config", "print", "--config", file]):
            self.assertIn("sends_per_day_max = 11 ", self.run_here(*words).stdout)

    def test_a_flag_given_twice_with_different_values_is_wrong(self):
        for words in (["--data", "one", "serve", "--data", "two"], ["serve", "--data=one", "--data=two"],
                      ["--data=one", "verify", "--data", "two"], ["--data=one", "--data=two"],
                      ["--data", "one", "config", "--data", "two", "print"],
                      ["--config", "one", "dump", "--config", "two"],
                      ["--to", "one", "backup", "--to", "two"]):
            with self.subTest(words):
                done = self.run_here(*words)
                self.assert_status(2, done)
                self.assertIn("twice", done.stderr)
                self.assertIn('"one"', done.stderr)
                self.assertIn('"two"', done.stderr)
                self.assertEqual([], list(self.folder.iterdir()))

    def test_a_flag_of_another_command_is_wrong(self):
        for words in (["--data", "x", "demo"], ["demo", "--data", "x"], ["--to", "x", "verify"],
                      ["--config", "x", "bench", "engine"], ["--listen", "x", "bench", "split"]):
            with self.subTest(words):
                done = self.run_here(*words)
                self.assert_status(2, done)
                self.assertIn("has no flag", done.stderr)

    def test_a_broken_settings_file_stops_every_command_that_has_settings(self):
        file = self.folder / "bad.toml"
        for text, named in (("share_fen_max = \"many\"\n", "share_fen_max"),
                            ("data_dri = \"x\"\n", "data_dri"), ("data_dir = 5\n", "data_dir")):
            file.write_text(text)
            for command in [*OF_SETTINGS, *OF_DATA]:
                for said in ({"HONGBAO_CONFIG": str(file)}, {}):
                    with self.subTest((text, command, said)):
                        words = [] if said else ["--config", file]
                        done = self.run_here(*words, *command, **said)
                        self.assert_status(2, done)
                        self.assertIn(named, done.stderr)
                        self.assertEqual([file], list(self.folder.iterdir()))
        for command in OF_DATA:
            done = self.run_here(*command, HONGBAO_SHARE_FEN_MAX="many")
            self.assert_status(2, done)
            self.assertIn("HONGBAO_SHARE_FEN_MAX", done.stderr)

    def test_a_benchmark_and_the_demo_heed_no_settings(self):
        """They would read or write where the server's data is."""
        file = self.folder / "hongbao.toml"
        file.write_text(f'data_dir = "{self.folder}/theirs"\n')
        settings = {"HONGBAO_CONFIG": str(file), "HONGBAO_DATA_DIR": str(self.folder / "theirs"),
                    "HONGBAO_SHARE_FEN_MAX": "1"}
        small = ["--accounts", "20", "--packets", "2", "--batch", "10"]
        for words in (["bench", "engine", *small, "--opens", "40"],
                      [*small, "bench", "replay", "--records", "60"],
                      ["bench", "split", "--total-fen", "100", "--count", "3", "--runs", "10"],
                      ["demo"]):
            with self.subTest(words):
                self.assert_status(0, self.run_here(*words, **settings))
                self.assertEqual([file], list(self.folder.iterdir()))


class Settings(InAFolder):
    """Commands of a data directory find it where the server does."""

    @classmethod
    def setUpClass(cls):
        server = Server()
        cls.addClassCleanup(server.remove)
        server.start()
        with Api(server.port) as api:
            cls.user = api.fresh_user("settled", 10)
        assert server.stop() == 0
        cls.data = server.data

    def test_the_data_directory_is_found_as_the_server_finds_it(self):
        """Flags over variables over the file that --config or HONGBAO_CONFIG names."""
        home = self.folder
        right, wrong = home / "right.toml", home / "wrong.toml"
        right.write_text(f'data_dir = "{self.data}"\n')
        wrong.write_text('data_dir = "nowhere"\n')
        there = str(self.data)
        ways = [(["--data", there], {}), (["--config", right], {}),
                ([], {"HONGBAO_CONFIG": str(right)}), ([], {"HONGBAO_DATA_DIR": there}),
                ([], {"HONGBAO_DATA_DIR": there, "HONGBAO_CONFIG": str(wrong)}),
                (["--config", right], {"HONGBAO_CONFIG": str(wrong)}),
                (["--data", there], {"HONGBAO_DATA_DIR": "nowhere", "HONGBAO_CONFIG": str(wrong)}),
                (["--data", there, "--config", wrong], {})]
        copies = iter(range(1_000))
        commands = {
            "verify": (lambda: ["verify"], "journal is sound"),
            "dump": (lambda: ["dump"], self.user),
            "backup": (lambda: ["backup", "--to", home / f"copy-{next(copies)}"],
                       "backup is complete"),
            "archive": (lambda: ["archive"], ""),
            "rebuild": (lambda: ["rebuild"], "read model is rebuilt"),
            "config": (lambda: ["config", "print"], f'data_dir = "{there}"')}
        for name, (words, told) in commands.items():
            for said, variables in ways:
                for order in ([*said, *words()], [*words(), *said]):
                    with self.subTest((name, order, variables)):
                        done = run_command(*order, cwd=home,
                                           environment=clean_environment(**variables))
                        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
                        self.assertIn(told, done.stdout)
        self.assertFalse((home / "nowhere").exists() or (home / "data").exists())

    def test_restore_makes_its_directory_where_the_settings_say(self):
        home = self.folder
        (home / "hongbao.toml").write_text('data_dir = "made"\n')
        self.assertEqual(0, run_command("backup", "--data", self.data, "--to",
                                        home / "copy").returncode)
        done = run_command("--config", "hongbao.toml", "restore", "--from", "copy", cwd=home)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(0, run_command("verify", "--data", home / "made").returncode)

    def test_a_slip_in_a_variable_is_told_once(self):
        done = run_command("verify", "--data", self.data,
                           environment=clean_environment(HONGBAO_DATA_DRI="x"))
        self.assertEqual(0, done.returncode)
        self.assertEqual(1, done.stderr.count("did you mean HONGBAO_DATA_DIR?"), done.stderr)

    def test_a_server_started_with_its_flags_first_serves_what_they_say(self):
        home = self.folder
        child = subprocess.Popen(
            [binary(), "--data", "mine", flags.listen("127.0.0.1:0"), "serve"], cwd=home,
            env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            self.assertIn("is ready", child.stdout.readline())
            self.assertEqual([home / "mine"], list(home.iterdir()))
        finally:
            child.terminate()
            child.communicate(timeout=60)
        self.assertEqual(0, child.returncode)


if __name__ == "__main__":
    unittest.main()
