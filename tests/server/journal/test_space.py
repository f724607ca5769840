"""The running server warns of a journal that fills up: at 80 %, at 95 %, and never in a flood."""

import re
import unittest

import flags
from api import Api, fresh_name
from cases import fill_journal
from server import Server

MIB = 1 << 20
WARNING = re.compile(r"^hongbao: the journal is (\d+) % full: .*$", re.MULTILINE)


class Space(unittest.TestCase):
    def test_a_journal_that_fills_up_is_told_of_twice_with_what_to_do(self):
        # Small batches, so that little is kept back and the map may become 95 % full.
        server = Server(flags.journal_map_bytes(24 * MIB), flags.commit_batch_bytes_max(MIB // 16))
        self.addCleanup(server.remove)
        server.start()
        with Api(server.port) as api:
            fill_journal(self, api, 100)
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        warnings = list(WARNING.finditer(server.stderr_text()))
        self.assertEqual(["80", "95"], [found.group(1) for found in warnings])
        for found in warnings:
            self.assertIn("journal_map_bytes (it is 24 MiB)", found.group(0))

        server.start()  # a server that starts with it full says so, once
        with Api(server.port) as api:
            for _ in range(50):
                api.create_account(fresh_name("late"))
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        self.assertLessEqual(len(WARNING.findall(server.stderr_text())), 3)

        # The advice helps: with a larger map nothing is said any more.
        said = server.stderr_text()
        server.flags = [flags.journal_map_bytes(64 * MIB)]
        server.start()
        with Api(server.port) as api:
            api.fresh_users(100)
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        self.assertEqual([], WARNING.findall(server.stderr_text()[len(said):]))


if __name__ == "__main__":
    unittest.main()
