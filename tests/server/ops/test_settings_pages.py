"""The pages about settings, in both languages, have each setting that there is, in its order, with the default
that a server has."""

import re
import unittest

import guides
from server import run_command


def defaults():
    """What `config print` says of each setting, as the pages write it."""
    printed = run_command("config", "print").stdout
    found = re.findall(r"^(\w+) = (\S+) +# default$", printed, re.M)
    return [(name, value.strip('"') or "none") for name, value in found]


class SettingsPages(unittest.TestCase):
    def test_each_setting_stands_there_with_its_default(self):
        expected = defaults()
        self.assertGreater(len(expected), 50)
        for page in ("settings", "settings.zh-CN"):
            with self.subTest(page):
                rows = re.findall(r"^\| `(\w+)` \| (\S+) \| \S.* \| \S.* \|$", guides.page_text(page), re.M)
                self.assertEqual(expected, rows)


if __name__ == "__main__":
    unittest.main()
