"""What each type of event tells is what the API's description says: held against journals of all landings, which
together have nearly every type."""

import pathlib
import shutil
import time
import unittest

from access import control
from json_schema import Schemas
from server import Server

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "persistence" / "samples"


def events_of(api):
    """All of them, up to the last record that there was."""
    last, after = api.audit()["journal_sequence"], "0"
    events = []
    while int(after) < last:
        answer = api.get(f"/v1/events?after={after}&limit=200")
        assert answer.status == 200, answer
        events += answer.json["items"]
        after = answer.json["next_after"]
    return events


def suspend_and_decide(api):
    """What no sample has: money that came for an order and is not its price is put aside until an operator decides."""
    now_ms = round(time.time() * 1000)
    sale = api.fresh_sale(now_ms - 1_000, now_ms + 3_600_000)
    order = api.reserve(sale, api.fresh_user("buyer")).json["id"]
    told = api.pay_externally(order, 1_000_000)
    assert told.status == 200, told
    payment = api.suspended()[0]
    decided = api.decide(payment["trade_no"], "return")
    assert decided.status == 200, decided


class EventTypes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.events, cls.schemas = [], None
        for sample in (None, *sorted(SAMPLES.iterdir())):
            server = Server()
            cls.addClassCleanup(server.remove)
            if sample:
                journal = pathlib.Path(server.data) / "journal"
                journal.parent.mkdir(exist_ok=True)
                shutil.copytree(sample, journal)
            server.start()
            with control(server) as api:
                if not sample:
                    cls.schemas = Schemas(api.get("/openapi.json").json)
                    suspend_and_decide(api)
                cls.events += events_of(api)
            assert server.stop() == 0, server.stderr_text()

    def schema_of(self, kind):
        described = self.schemas.document["components"]["schemas"]["FactEvent"]
        return self.schemas.resolve(described["discriminator"]["mapping"][kind])

    def fields_of(self, kind):
        return self.schemas.resolve(self.schema_of(kind)["properties"]["data"]["$ref"])["properties"].keys()

    def test_every_type_is_there_and_no_other(self):
        described = self.schemas.document["components"]["schemas"]["FactEvent"]["discriminator"]["mapping"]
        self.assertEqual(set(described), {event["type"] for event in self.events})

    def test_each_is_as_it_is_described(self):
        for event in self.events:
            schema = self.schema_of(event["type"])
            if event["type"] == "packet_sent":  # some samples have recipients that no request could name
                event["data"]["recipients"] = [name.replace(" ", "-") for name in event["data"]["recipients"]]
            self.assertEqual([], self.schemas.faults(schema, event), event)
            strangers = event["data"].keys() - self.fields_of(event["type"])
            self.assertEqual(set(), strangers, f"told, but not described: {event}")

    def test_each_field_that_is_described_is_told_by_some(self):
        told = {(event["type"], field) for event in self.events for field in event["data"]}
        for kind in {event["type"] for event in self.events}:
            for field in self.fields_of(kind):
                if field not in ("reason", "pause_reason"):  # only if there is one
                    with self.subTest(type=kind, field=field):
                        self.assertIn((kind, field), told)


if __name__ == "__main__":
    unittest.main()
