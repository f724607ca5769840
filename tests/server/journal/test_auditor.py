"""The auditor judged on journals written by hand: a sound one passes, every damage is named."""

import copy
import json
import unittest

from auditor import Auditor
from hand_journal import AT, LATER, JudgedCase, account, record


def packet_sent(sequence, total_fen, count, kind="lucky", **fields):
    return record(sequence, "packet_sent", [("user:ann", -total_fen), ("escrow:77", total_fen)],
                  f"k{sequence}", packet_id="77", sender="ann", kind=kind, total_fen=total_fen,
                  count=count, blessing="", has_passphrase=False, **{
                      "recipients": [], "sender_may_open": True, "share_fen_max": 20_000,
                      "expires_at": LATER.format(0), **fields})


def opened(sequence, user, amount_fen, **fields):
    return record(sequence, "share_opened",
                  [("escrow:77", -amount_fen), (f"user:{user}", amount_fen)], packet_id="77",
                  user_id=user, amount_fen=amount_fen, **fields)


def closed(sequence, refund_fen, **fields):
    postings = [("escrow:77", -refund_fen), ("user:ann", refund_fen)] if refund_fen else []
    return record(sequence, "packet_closed", postings, **{
        "packet_id": "77", "sender": "ann", "refund_fen": refund_fen, "sent_sequence": 6,
        "at": LATER.format(sequence), **fields})


def sound_journal():
    return [
        account(1, "ann"), account(2, "bob"), account(3, "cat"),
        record(4, "deposited", [("outside", -1000), ("user:ann", 1000)], "k4", user_id="ann",
               amount_fen=1000, reference="bank"),
        record(5, "transferred", [("user:ann", -100), ("user:bob", 100)], "k5",
               **{"from": "ann", "to": "bob", "amount_fen": 100, "memo": "lunch"}),
        packet_sent(6, 600, 3),
        opened(7, "bob", 250), opened(8, "cat", 1),
        record(9, "withdrawn", [("outside", 300), ("user:bob", -300)], "k9", user_id="bob",
               amount_fen=300, reference=None),
        closed(10, 349),
    ]


class TheAuditor(JudgedCase):
    def damaged(self, index, **changes):
        records = sound_journal()
        records[index] = {**copy.deepcopy(records[index]), **changes}
        return records

    def test_a_sound_journal_has_no_faults(self):
        self.assertEqual([], self.faults_of(sound_journal()))

    def test_the_model_of_a_sound_journal_holds_every_fen(self):
        model = Auditor.of_lines(json.dumps(line) for line in sound_journal()).model
        balances = {user: holder.balance_fen for user, holder in model.accounts.items()}
        self.assertEqual({"ann": 649, "bob": 50, "cat": 1}, balances)
        self.assertEqual(-700, model.outside_fen)
        self.assertEqual([100, 350, 50], [line["balance_after_fen"]
                                          for line in model.accounts["bob"].entries])
        self.assertIsNone(model.packets["77"].luckiest)

    def test_the_luckiest_of_an_exhausted_packet_is_the_earliest_of_the_largest(self):
        records = sound_journal()[:5] + [
            packet_sent(6, 9, 3), opened(7, "bob", 3), opened(8, "cat", 3), opened(9, "ann", 3)]
        auditor = Auditor.of_lines(json.dumps(line) for line in records)
        self.assertEqual([], auditor.faults)
        self.assertEqual("bob", auditor.model.packets["77"].luckiest)

    def test_every_damage_is_named_in_a_sentence(self):
        sound = sound_journal()
        split = [{"account": "escrow:77", "amount_fen": -250},
                 {"account": "user:bob", "amount_fen": 249}]
        ghost = [{"account": "user:nobody", "amount_fen": 5},
                 {"account": "outside", "amount_fen": -5}]
        cases = [
            ("sequence has a gap", sound[:3] + sound[4:]),
            ("sum to -1, not to zero", self.damaged(6, postings=split)),
            ("do not match its fact", self.damaged(6, amount_fen=251)),
            ("which does not exist", self.damaged(3, postings=ghost)),
            ("uses the idempotency key 'k4'", self.damaged(4, idempotency_key="k4")),
            ("has no idempotency key", self.damaged(4, idempotency_key=None)),
            ("takes a second share", sound[:7] + [opened(8, "bob", 1)]),
            ("before its expiry", self.damaged(9, at=AT.format(10))),
            ("closes packet 77 a second time", sound + [closed(11, 0)]),
            ("refunds 100 of packet 77, which holds 349", sound[:9] + [closed(10, 100)]),
            ("not linked to the send", self.damaged(9, sent_sequence=5)),
            ("at or after its expiry", sound[:6] + [opened(7, "bob", 250, at=LATER.format(0))]),
            ("after it was closed", sound + [opened(11, "ann", 1)]),
            ("not within 1 and 399", sound[:6] + [opened(7, "bob", 400)]),
            ("is no instant", self.damaged(2, at="2026-11-21 05:53:14")),
            ("opens ann a second time", sound + [account(11, "ann")]),
            ("uses the reference 'bank' of record 4 again", sound_journal() + [
                record(11, "deposited", [("outside", -1), ("user:ann", 1)], "k11", user_id="ann",
                       amount_fen=1, reference="bank")]),
            ("keeps an answer for nobody", sound_journal() + [
                record(11, "answer_kept", [], status=200, body='{"results":[1]}')]),
            ("keeps what is no answer", sound_journal() + [
                record(11, "answer_kept", [], "k11", status=200, body='{"results":[]}')]),
            ("keeps what is no answer", sound_journal() + [
                record(11, "answer_kept", [], "k11", status=409, body='{"code":"sold_out"}')]),
            ("is of an unknown type", self.damaged(2, type="account_deleted")),
            ("cannot be understood", self.damaged(6, user_id="nobody")),
        ]
        for words, records in cases:
            with self.subTest(words):
                self.assert_named(words, records)

    def test_a_balance_below_zero_is_named_even_if_it_recovers(self):
        records = sound_journal()[:4] + [
            record(5, "withdrawn", [("outside", 50), ("user:bob", -50)], "k5", user_id="bob",
                   amount_fen=50, reference=None),
            record(6, "deposited", [("outside", -50), ("user:bob", 50)], "k6", user_id="bob",
                   amount_fen=50, reference=None)]
        self.assert_named("the balance of bob becomes -50", records)

    def test_an_oversold_packet_is_named(self):
        base = sound_journal()[:5]
        self.assert_named("oversold", base + [packet_sent(6, 1, 1), opened(7, "bob", 1),
                                              opened(8, "cat", 0)])

    def test_the_last_share_must_take_the_rest(self):
        base = sound_journal()[:5]
        self.assert_named("not within 5 and 5",
                          base + [packet_sent(6, 5, 1), opened(7, "bob", 4)])

    def test_rules_of_the_send_are_judged(self):
        cases = [
            ("does not divide", dict(total_fen=10, count=3, kind="equal")),
            ("splits 2 fen into 3", dict(total_fen=2, count=3)),
            ("above its cap", dict(total_fen=100, count=3, share_fen_max=33)),
            ("more shares than recipients", dict(total_fen=9, count=3, recipients=["bob", "cat"])),
            ("lives for", dict(total_fen=9, count=3, expires_at=AT.format(900))),
        ]
        for words, fields in cases:
            with self.subTest(words):
                self.assert_named(words, sound_journal()[:5] + [packet_sent(6, **fields)])

    def test_who_may_open_is_judged(self):
        base = sound_journal()[:5]
        directed = packet_sent(6, 9, 1, recipients=["bob"], sender_may_open=False)
        self.assert_named("cat is no recipient", base + [directed, opened(7, "cat", 9)])
        self.assert_named("the sender opens", base + [directed, opened(7, "ann", 9)])
        frozen = record(6, "account_status_changed", user_id="bob", status="frozen", reason="x")
        shifted = packet_sent(7, 9, 1)
        self.assert_named("bob is frozen", base + [frozen, shifted, opened(8, "bob", 9)])

    def test_a_share_cap_narrows_what_a_share_may_be(self):
        base = sound_journal()[:5] + [packet_sent(6, 90, 3, share_fen_max=35)]
        self.assertEqual([], self.faults_of(base + [opened(7, "bob", 35)]))
        self.assert_named("not within 25 and 35", base + [opened(7, "bob", 36)])
        self.assert_named("not within 25 and 35", base + [opened(7, "bob", 24)])

    def test_other_ways_of_splitting_are_judged_by_what_is_left_and_the_cap(self):
        line_cut = {"split_when": "on_open", "split_algorithm": "line_cut", "share_fen_max": 60}
        base = sound_journal()[:5] + [packet_sent(6, 90, 3, **line_cut)]
        self.assertEqual([], self.faults_of(base + [opened(7, "bob", 60)]))
        self.assertEqual([], self.faults_of(base + [opened(7, "bob", 1)]))
        self.assert_named("not within 1 and 60", base + [opened(7, "bob", 61)])
        self.assert_named("not within 29 and 60", base + [opened(7, "bob", 1),
                                                          opened(8, "cat", 28)])
        self.assert_named("without being split up front", sound_journal()[:5] + [
            packet_sent(6, 90, 3, split_when="up_front", split_algorithm="double_mean")])

    def test_lines_that_are_no_json_are_named(self):
        faults = Auditor.of_lines(["{broken", "[]"]).faults
        self.assertEqual(2, len(faults), faults)


class FakeViews:
    """Answers like a server with the state of the sound journal's model, with one change."""

    def __init__(self, **audit_changes):
        self.changes = audit_changes

    def audit(self):
        return {"deposited_fen": 1000, "withdrawn_fen": 300, "accounts_fen": 700, "escrow_fen": 0,
                "suspended_fen": 0, "difference_fen": 0, "journal_sequence": 10, **self.changes}


class TheComparison(unittest.TestCase):
    def test_audit_totals_that_differ_are_named(self):
        auditor = Auditor.of_lines(json.dumps(line) for line in sound_journal())
        self.assertEqual([], auditor._compare_audit(FakeViews()))
        self.assertEqual(["/v1/audit: escrow_fen is 7, not 0"],
                         auditor._compare_audit(FakeViews(escrow_fen=7)))


if __name__ == "__main__":
    unittest.main()
