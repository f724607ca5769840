"""A deposit's reference, if there is one, names one deposit of its account, for ever."""

import unittest
from collections import Counter

from api import fresh_name
from archives import archive
from cases import ServerCase
from client import run_at_once
from flags import awake_bytes_max, manual_clock
from keyed import Written

TWINS = 8


class DepositReferences(ServerCase):
    server_flags = (manual_clock(),)

    def ends(self):
        return lambda: None, self.restart, self.crash_and_restart

    def deposited(self, user, amount_fen, reference, **fields):
        answer = self.api.deposit(user, amount_fen, reference=reference, **fields)
        self.assert_ok(answer, 201)
        self.assertFalse(answer.replayed)
        return answer

    def assert_is_the_first(self, first, user, amount_fen, reference):
        again = self.api.deposit(user, amount_fen, reference=reference)
        self.assertEqual((201, first.body), (again.status, again.body))
        self.assertTrue(again.replayed, again.headers)

    def test_a_second_deposit_with_it_gets_the_first_answer_also_after_kill_9(self):
        user, reference = self.api.fresh_user(), "bank " + fresh_name("r")
        first = self.deposited(user, 500, reference)
        self.deposited(user, 7, None)
        for end in self.ends():
            end()
            self.assert_is_the_first(first, user, 500, reference)
            self.assert_balance(user, 507)

    def test_with_another_amount_it_is_refused(self):
        user, reference = self.api.fresh_user(), fresh_name("r")
        self.deposited(user, 500, reference)
        for end in self.ends():
            end()
            self.refused_without_a_trace("reference_reused", 422, lambda: self.api.deposit(
                user, 501, reference=reference))
        self.assert_balance(user, 500)

    def test_it_is_of_one_account_and_of_deposits_alone(self):
        ann, bob = self.api.fresh_user("ann"), self.api.fresh_user("bob")
        self.deposited(ann, 500, "salary")
        self.deposited(bob, 500, "salary")
        for _ in range(2):
            self.assert_ok(self.api.withdraw(ann, 10, reference="salary"), 201)
            self.deposited(ann, 5, "")
            self.deposited(ann, 5, None)
        self.deposited(ann, 500, "Salary")
        self.assert_balance(ann, 1_000 - 20 + 20)

    def test_longest_references_that_differ_at_their_end_are_two(self):
        user = self.api.fresh_user()
        for end in "ab":
            self.deposited(user, 1, "薪" * 127 + end)
        self.assert_balance(user, 2)

    def test_twins_at_once_are_one_deposit(self):
        for _ in range(30):
            user, reference = self.api.fresh_user(), fresh_name("r")
            jobs = [Written(fresh_name("key")).deposit(user, 5, reference=reference)
                    for _ in range(TWINS)]
            answers = run_at_once(self.server.port, jobs, TWINS)
            self.assertEqual({(201, answers[0].body)},
                             {(answer.status, answer.body) for answer in answers})
            self.assertEqual({False: 1, True: TWINS - 1},
                             Counter(answer.replayed for answer in answers))
            self.assert_balance(user, 5)

    def test_different_amounts_at_once_are_one_deposit(self):
        for _ in range(20):
            user, reference = self.api.fresh_user(), fresh_name("r")
            jobs = [Written(fresh_name("key")).deposit(user, amount, reference=reference)
                    for amount in range(1, TWINS)]
            answers = run_at_once(self.server.port, jobs, TWINS)
            done = [answer for answer in answers if answer.status == 201]
            self.assertEqual(1, len(done), answers)
            for answer in answers:
                if answer is not done[0]:
                    self.assert_problem(answer, 422, "reference_reused")
            self.assert_balance(user, done[0].json["amount_fen"])

    def test_a_refused_deposit_leaves_its_reference_and_its_key_free(self):
        user, reference, key = fresh_name("late"), fresh_name("r"), fresh_name("key")
        for _ in range(2):
            self.assert_problem(self.api.deposit(user, 5, key, reference=reference), 404,
                                "account_not_found")
        self.assert_ok(self.api.create_account(user), 201)
        self.deposited(user, 5, reference, key=key)

    def test_a_key_of_a_deposit_that_was_there_stands_for_it(self):
        user, reference, key = self.api.fresh_user(), fresh_name("r"), fresh_name("key")
        first = self.deposited(user, 5, reference)
        again = self.api.deposit(user, 5, key, reference=reference)
        self.assertEqual((first.body, True), (again.body, again.replayed))
        for other in (reference, fresh_name("r")):
            self.assert_problem(self.api.deposit(user, 6, key, reference=other), 422,
                                "idempotency_key_reused")

    def test_it_is_known_when_its_record_is_archived(self):
        user, reference = self.api.fresh_user(), fresh_name("r")
        first = self.deposited(user, 5, reference)
        for _ in range(3):
            self.deposited(user, 1, None)
        # Only what the read model has written is archived, so perhaps not at once.
        while archive(self.server.data) < int(first.json["trade_no"]):
            self.deposited(user, 1, None)
        for end in self.ends():
            end()
            self.assert_is_the_first(first, user, 5, reference)
        self.assertEqual(0, self.server.verify().returncode)


class ReferencesOfTheSleeping(DepositReferences):
    """The same with accounts that sleep as soon as they may."""

    server_flags = (*DepositReferences.server_flags, awake_bytes_max(1))


if __name__ == "__main__":
    unittest.main()
