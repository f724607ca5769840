"""Journals written by hand, as `hongbao dump` would print them, to test the auditor."""

import json
import unittest

from auditor import Auditor

AT = "2026-11-21T05:53:14.{:03d}Z"
LATER = "2026-11-22T05:53:14.{:03d}Z"


def record(sequence, fact_type, postings=(), key=None, at=None, **fields):
    line = {"sequence": sequence, "at": at or AT.format(sequence), "type": fact_type, **fields,
            "postings": [{"account": name, "amount_fen": amount} for name, amount in postings]}
    if key:
        line["idempotency_key"] = key
    return line


def account(sequence, user, account_type="personal"):
    return record(sequence, "account_opened", user_id=user, username=user, avatar_url=None,
                  account_type=account_type)


def judged(records):
    return Auditor.of_lines(json.dumps(line) for line in records)


class JudgedCase(unittest.TestCase):
    def faults_of(self, records):
        return judged(records).faults

    def assert_named(self, words, records):
        """One of the faults has these words."""
        faults = self.faults_of(records)
        self.assertTrue(any(words in fault for fault in faults), f"{words!r} not in {faults}")
