"""What is in the Debian package: lintian has nothing to say, manual pages and completions say what the binary says, the
settings are the defaults, and debuggers find the symbols of the binary."""

import gzip
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import guides
import packages
from debian_root import run
from server import run_command


def said_by(*command):
    """Everything that a judge says, and its exit status."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=180)
    return done.returncode, done.stdout


def words_of(text):
    return " ".join(text.split())


class Contents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.package, cls.symbols = packages.made()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-contents-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        for package in (cls.package, cls.symbols):
            run("dpkg-deb", "--extract", package, cls.folder)

    def pages(self):
        return {path.name.removesuffix(".1.gz"): path for path in sorted((self.folder / "usr/share/man/man1").iterdir())}

    def test_lintian_has_nothing_to_say(self):
        status, said = said_by("lintian", "--allow-root", "--tag-display-limit", "0", self.package, self.symbols)
        self.assertEqual((0, ""), (status, said))

    def test_each_override_of_lintian_has_a_reason(self):
        lines = (self.folder / "usr/share/lintian/overrides/hongbao").read_text().splitlines()
        reasons = [before for before, line in zip(["", *lines], lines) if not line.startswith("#")]
        self.assertGreater(len(reasons), 0)
        for reason in reasons:
            self.assertRegex(reason, "^# .{20,}")

    def test_man_has_nothing_to_warn_of(self):
        done = subprocess.run(["env", "MANWIDTH=80", "LC_ALL=C.UTF-8", "man", "--warnings", "-l", *self.pages().values()],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, timeout=180)
        self.assertEqual((0, ""), (done.returncode, done.stderr))

    def test_each_command_has_a_page_that_says_what_its_help_says(self):
        commands = run_command("completion", "commands").stdout.splitlines()
        self.assertIn("key create", commands)
        self.assertEqual(sorted(["hongbao", *("hongbao-" + command.replace(" ", "-") for command in commands)]),
                         sorted(self.pages()))
        for command in ["", *commands]:
            with self.subTest(command):
                text = run_command(*command.split(), "--help").stdout
                name = "-".join(["hongbao", *command.split()])
                page = subprocess.run(["man", "-l", self.pages()[name]], stdout=subprocess.PIPE, text=True, check=True,
                                      env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "2000",
                                           "MAN_KEEP_FORMATTING": ""}).stdout
                for flag in re.findall(r"^  (?:-\w,)?(--[\w-]+)", text, re.M):
                    self.assertRegex(page, rf"(?m)^ +(-\w,)?{flag}( |$)")
                first, second = (text.splitlines() + ["", ""])[:2]
                self.assertIn(f"{name} - {first.rstrip('.').removeprefix('hongbao: ')}\n", page)
                # The sentences of the description are apart.
                self.assertNotIn(words_of(f"{first} {second}") if second else "\0", words_of(page))
                usage = re.search(r"^Usage: (.*)", text, re.M)[1]
                self.assertRegex(page, rf"(?m)^ +{re.escape(usage)}$")

    def test_completions_are_what_the_binary_prints(self):
        for shell, path in (("bash", "bash-completion/completions/hongbao"), ("zsh", "zsh/vendor-completions/_hongbao"),
                            ("fish", "fish/vendor_completions.d/hongbao.fish")):
            self.assertEqual(run_command("completion", shell).stdout, (self.folder / "usr/share" / path).read_text())

    def test_the_settings_are_the_defaults_but_for_the_place_of_the_data(self):
        def printed(*flags):
            text = run_command("config", "print", *flags).stdout
            return dict(re.findall(r"^#?(\w+) = (\S.*?)(?: +#.*)?$", text, re.M))
        defaults, shipped = printed(), printed("--config", self.folder / "etc/hongbao/hongbao.toml")
        self.assertGreater(len(defaults), 30)
        self.assertEqual({"data_dir"}, {name for name in defaults if defaults[name] != shipped[name]})
        self.assertEqual('"/var/lib/hongbao"', shipped["data_dir"])

    def test_the_binary_is_hardened_and_its_symbols_are_in_the_other_package(self):
        binary = self.folder / "usr/bin/hongbao"
        told = run("readelf", "--wide", "--file-header", "--dynamic", "--notes", "--sections", binary)
        self.assertRegex(told, r"Type: +DYN \(Position-Independent Executable file\)")
        self.assertRegex(told, r"FLAGS.*BIND_NOW")
        self.assertNotIn(".debug_info", told)
        build_id = re.search(r"Build ID: (\w+)", told)[1]
        symbols = self.folder / f"usr/lib/debug/.build-id/{build_id[:2]}/{build_id[2:]}.debug"
        self.assertIn(".debug_info", run("readelf", "--wide", "--sections", symbols, stderr=subprocess.DEVNULL))

    def test_what_its_pages_name_is_there(self):
        documents = self.folder / "usr/share/doc/hongbao"
        readme = (documents / "README.Debian").read_text()
        for name in re.findall(r"\bsrc/[\w./]+\w", readme):
            self.assertTrue((documents / name).exists(), name)
        self.assertIn("hongbao (", gzip.open(documents / "changelog.Debian.gz", "rt").read())
        self.assertEqual((guides.ROOT / "CHANGELOG.md").read_bytes(), gzip.open(documents / "changelog.gz").read())


if __name__ == "__main__":
    unittest.main()
