"""What sales of one film or series have in common, over HTTP."""

import unittest

from api import fresh_name
from sale_case import HOUR_MS, SaleCase


class Groups(SaleCase):
    def test_a_sale_without_a_group_shows_null_and_one_of_64_characters_is_taken(self):
        now_ms = self.api.now_ms()
        shop = self.api.fresh_user("shop", type="merchant")
        for given, shown in ((None, None), ("影" * 64, "影" * 64)):
            key = fresh_name("sale")
            made = self.api.open_sale(shop, now_ms, now_ms + HOUR_MS, key=key, group=given)
            self.assertEqual(shown, self.assert_ok(made, 201)["group"])
            self.assertEqual(shown, self.api.sale(made.json["id"])["group"])
            again = self.api.open_sale(shop, now_ms, now_ms + HOUR_MS, key=key, group=given)
            self.assertEqual((made.json, True), (again.json, again.replayed))
            other = self.api.open_sale(shop, now_ms, now_ms + HOUR_MS, key=key, group="other")
            self.assert_problem(other, 422, "idempotency_key_reused")


if __name__ == "__main__":
    unittest.main()
