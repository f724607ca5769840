"""Each preset of CMakePresets.json can be configured: one that only people use breaks unseen otherwise."""

import json
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Presets(unittest.TestCase):
    def test_each_can_be_configured(self):
        presets = json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]
        shown = [preset["name"] for preset in presets if not preset.get("hidden")]
        self.assertIn("asan-ubsan", shown)
        for name in shown:
            with self.subTest(preset=name), tempfile.TemporaryDirectory() as folder:
                done = subprocess.run(["cmake", "--preset", name, "-B", folder], cwd=ROOT, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True, check=False)
                self.assertEqual(0, done.returncode, done.stdout[-3000:])


if __name__ == "__main__":
    unittest.main()
