"""What a packet looks like before it is opened, over HTTP: which covers there are, where they are shown,
and that they stay."""

import re
import unittest

from api import fresh_name
from cases import ServerCase
from flags import awake_bytes_max, manual_clock

OCCASIONS = ("spring-festival", "lantern-festival", "mid-autumn", "birthday", "wedding", "new-baby",
             "graduation", "housewarming", "promotion", "farewell", "get-well", "thanks")
PICTURE = "https://example.org/cover.png?size=2"


class Covers(ServerCase):
    server_flags = (manual_clock(), awake_bytes_max(1))

    def send(self, sender, cover, key=None, **fields):
        return self.api.send_packet(sender, total_fen=2, count=2, key=key, cover=cover, **fields)

    def test_every_occasion_a_picture_and_none_are_shown_as_they_were_given(self):
        sender = self.api.fresh_user("ann", 1_000)
        for given, shown in (*((word, word) for word in OCCASIONS), (PICTURE, PICTURE),
                             ("/own/cover.png", "/own/cover.png"), (None, None), ("", None)):
            with self.subTest(given):
                sent = self.assert_ok(self.send(sender, given), 201)
                self.assertEqual((shown, "/p/" + sent["id"]), (sent["cover"], sent["link"]))
                self.assertEqual(sent, self.api.packet(sent["id"]))
                seen = self.assert_ok(self.api.preview(sender, total_fen=2, count=2, cover=given))
                self.assertEqual(shown, seen["cover"])
                self.assertNotIn("link", seen)

    def test_anything_else_is_refused_with_all_the_words_there_are(self):
        sender = self.api.fresh_user("ann", 10)
        for cover in ("christmas", "Birthday", "spring_festival", " birthday", "birthday ",
                      "//x/y.png", "ftp://x/y", "javascript:alert(1)", "https://", "/a b.png",
                      "https://x/\u5b89", "/" + "p" * 512, 5, ["birthday"]):
            with self.subTest(cover):
                for answer in (self.send(sender, cover),
                               self.api.preview(sender, total_fen=2, count=2, cover=cover)):
                    self.assert_problem(answer, 400, "invalid_request")
                    self.assertIn("cover", answer.json["detail"])
        told = self.send(sender, "christmas").json["detail"]
        self.assertEqual(set(OCCASIONS), set(re.findall(r"[a-z-]+", told.partition(":")[2])))
        self.assert_balance(sender, 10)

    def test_lists_show_it_also_of_packets_to_many(self):
        sender, *others = [self.api.fresh_user(name, 10) for name in ("ann", "bob", "carol")]
        public = self.assert_ok(self.send(sender, "wedding"), 201)["id"]
        directed = self.assert_ok(self.send(sender, PICTURE, recipients=others), 201)["id"]
        for packet in (public, directed):
            self.assert_ok(self.api.open(packet, others[0]))
        for target in (f"{sender}/packets/sent", f"{others[0]}/packets/received"):
            items = self.api.listing(f"/v1/accounts/{target}")
            self.assertEqual([(directed, PICTURE, "/p/" + directed), (public, "wedding",
                                                                      "/p/" + public)],
                             [(item["id"], item["cover"], item["link"]) for item in items])

    def test_a_replayed_answer_and_a_packet_after_a_crash_have_it_still(self):
        sender, key = self.api.fresh_user("ann", 10), fresh_name("send")
        first = self.send(sender, "new-baby", key)
        many = self.assert_ok(self.send(sender, PICTURE, recipients=self.api.fresh_users(3)), 201)
        self.crash_and_restart()
        again = self.send(sender, "new-baby", key)
        self.assertEqual((self.assert_ok(first, 201), True),
                         (self.assert_ok(again, 201), again.replayed))
        self.assert_problem(self.send(sender, "birthday", key), 422, "idempotency_key_reused")
        for sent in (first.json, many):
            self.assertEqual({**sent, "as_of": 0}, {**self.api.packet(sent["id"]), "as_of": 0})


if __name__ == "__main__":
    unittest.main()
