"""The auditor on keys, switches, invitations and operations written by hand: what does not follow is named."""

import copy
import unittest

from auditor import Auditor
from hand_journal import AT, JudgedCase, account, record

TILL, SHOP, PARTY = "00000000000000a1", "00000000000000b2", "00000000000000c3"
SIGNED = {"principal": f"key:{TILL}", "request_id": "r-1"}


def key(sequence, key_id, scope, **fields):
    return record(sequence, "access_key_created", [], key_id=key_id, name="", scope=scope,
                  address_ranges=[], **{"expires_at": None, **SIGNED, **fields})


def about(sequence, kind, **fields):
    return record(sequence, kind, [], **fields)


def guest(sequence, user_id, **fields):
    return about(sequence, "invitation_accepted", invitation_id=PARTY, user_id=user_id, **fields)


def sound_journal():
    return [
        account(1, "ann"),
        key(2, TILL, "operator"),
        key(3, SHOP, "merchant", account="shop", expires_at=AT.format(59)),
        about(4, "access_key_rotated", key_id=TILL, previous_until=AT.format(50), expires_at=None, **SIGNED),
        about(5, "switch_changed", switch="sales", is_on=False, retry_after_s=30, **SIGNED, reason="a fire"),
        about(6, "invitation_created", invitation_id=PARTY, campaign_id="81", guests_max=2,
              expires_at=AT.format(40), address_ranges=[], **SIGNED),
        guest(7, "g1"), guest(8, "g2"),
        about(9, "access_key_revoked", key_id=SHOP, **SIGNED),
        about(10, "account_status_changed", user_id="ann", status="frozen", reason="lost"),
        about(11, "token_secret_rotated", previous_until=None, **SIGNED),
        about(12, "clock_advanced", to=AT.format(12), principal="local", request_id="r-2"),
        about(13, "invitation_revoked", invitation_id=PARTY, **SIGNED),
    ]


class TheAuditorOfTheAdministration(JudgedCase):
    def judged(self, index, sentence, **changes):
        records = sound_journal()
        records[index] = {**copy.deepcopy(records[index]), **changes}
        self.assertIn(sentence, " ".join(self.faults_of(records)))

    def with_more(self, sentence, *records):
        self.assertIn(sentence, " ".join(self.faults_of(sound_journal() + list(records))))

    def test_a_sound_journal_has_no_faults_and_its_operations_are_known(self):
        self.assertEqual([], self.faults_of(sound_journal()))
        auditor = Auditor()
        for line in sound_journal():
            auditor.model.apply(line)
        self.assertEqual([2, 3, 4, 5, 6, 9, 10, 11, 12, 13],
                         [one["sequence"] for one in auditor.model.operations])

    def test_secrets_and_hashes_are_never_shown(self):
        self.judged(1, "shows a secret or its hash", secret_hash="00")
        self.judged(3, "shows a secret or its hash", secret="x")

    def test_keys_follow_from_those_before(self):
        self.judged(2, "creates 00000000000000a1 a second time", key_id=TILL)
        self.judged(2, "has the id 'shop'", key_id="shop")
        self.judged(1, "has the scope 'user'", scope="user")
        self.judged(1, "belongs to an account", account="ann")
        self.judged(2, "has expired before it was made", expires_at=AT.format(3))
        self.judged(8, "cannot be understood", key_id="00000000000000ff")
        self.with_more("rotates a key that has ended", about(
            14, "access_key_rotated", key_id=SHOP, previous_until=None, expires_at=None, **SIGNED))
        self.with_more("about a key that was revoked", about(14, "access_key_revoked", key_id=SHOP))

    def test_the_overlap_of_a_rotation_is_bounded(self):
        self.judged(3, "for more than 30 days", previous_until="2027-01-21T05:53:14.123Z")
        records = sound_journal()
        records[3] = {**records[3], "key_id": SHOP, "previous_until": "2026-12-01T00:00:00.000Z"}
        self.assertIn("for longer than it was good for", " ".join(self.faults_of(records)))

    def test_switches_change(self):
        self.judged(4, "changes nothing", is_on=True, retry_after_s=0)
        self.judged(4, "makes clients wait for what is on", is_on=True)
        self.judged(4, "cannot be understood", switch="lights")

    def test_places_are_given_once_and_in_time(self):
        self.judged(5, "is guest 2 of 1", guests_max=1)
        self.judged(5, "has 0 places", guests_max=0)
        self.judged(5, "is over before it was made", expires_at=AT.format(6))
        self.judged(6, "is a guest's doing", **SIGNED)
        self.with_more("of an invitation that is over", guest(14, "g3"))
        self.with_more("about an invitation that was revoked",
                       about(14, "invitation_revoked", invitation_id=PARTY))

    def test_who_did_it_has_a_name(self):
        self.judged(1, "was done by 'root'", principal="root")
        self.judged(1, "too long a request id", request_id="r" * 65)
        self.judged(11, "which is not its time", to=AT.format(13))


if __name__ == "__main__":
    unittest.main()
