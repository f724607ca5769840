"""What is decided in time counts, however long it takes to reach the disk: nobody is told otherwise meanwhile."""

import unittest

from api import Api, fresh_name
from client import encode_request
from faults import can_trace, slowed
from sale_case import PRICE_FEN, SaleCase

SYNC_S = 0.4  # how long each sync takes


class SlowDisk(SaleCase):
    """Every sync of the journal takes long, so that the clock moves on while a record is on its way."""

    @classmethod
    def setUpClass(cls):
        assert can_trace(), "this test makes calls slow by strace, which may not trace here"
        super().setUpClass()

    def setUp(self):
        """A reserved order a millisecond before its pay_by, on a server that has become slow."""
        self.order = self.reserved(self.sale(1, payment_window_s=60), self.buyer())
        self.api.close()
        self.server.kill()
        self.server.wrapper = slowed("fdatasync", SYNC_S)
        self.server.start()
        type(self).api = Api(self.server.port)
        self.to_pay_by(self.order, -1)

    def tearDown(self):
        self.server.wrapper = []
        self.crash_and_restart()

    def look(self):
        """The order as every view shows it."""
        return [self.api.order(self.order["id"])["status"],
                self.api.orders(self.order["user_id"])[0]["status"]]

    def test_a_payment_that_is_on_its_way_is_not_shown_as_timed_out(self):
        self.pay_and_look("payment", None, fresh_name("key"))

    def test_a_gateways_payment_that_is_on_its_way_is_not_shown_as_timed_out(self):
        self.pay_and_look("external-payments",
                          {"gateway_ref": fresh_name("ref"), "amount_fen": PRICE_FEN}, None)

    def pay_and_look(self, what, body, key):
        with Api(self.server.port) as payer:
            payer.send(encode_request("POST", f"/v1/orders/{self.order['id']}/{what}", body, key))
            self.decided(payer)
            self.api.advance(1)
            seen = self.look()
            told = self.assert_ok(payer.read_answer())
        self.assertEqual("paid", told.get("order", told)["status"])
        self.assertNotIn("timed_out", seen)
        self.assertEqual(["paid"] * 2, self.look())

    def decided(self, line):
        """Waits until the payment has reached the journal: its slow sync has begun."""
        line.socket.settimeout(SYNC_S / 4)
        try:
            line.socket.recv(1)
            self.fail("the payment was answered before its sync was over")
        except TimeoutError:
            line.socket.settimeout(line.timeout_s)


if __name__ == "__main__":
    unittest.main()
