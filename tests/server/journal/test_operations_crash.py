"""Kill -9 while operators make and revoke keys, turn switches and guests sign up: whatever was
answered is there after the restart, in force, and on the list of operations once."""

import random
import threading
import time
import unittest

from access import Access, control
from api import DAY_MS, fresh_name, round_of
from administration import KNOWN_MAX
from auditor import Auditor
from client import Closed
from drill import DrillCase, seed_of_run
from server import Server

CYCLES = 6
OPERATORS = 4
GUESTS = 4
CALLS_LEAST = 60
SWITCHES = ("sending", "opening", "campaigns", "sales", "history")


class Office:
    """Threads that do what operators and guests do, until the server is gone. Each thing belongs to one thread, so
    what its last answer said is what must be there."""

    def __init__(self, server, seed, invitation):
        self.server, self.seed, self.invitation = server, seed, invitation
        self.keys = {}      # key_id -> "valid" or "revoked", of the last answer
        self.secrets = {}   # key_id -> the key of the last answer
        self.doubtful = set()  # their last request was not answered
        self.switches = {}  # name -> on
        self.guests = set()
        self.full = False
        self.done = 0
        self.lock = threading.Lock()

    def start(self, cycle):
        self.threads = [threading.Thread(target=self.run, args=(self.operate, cycle, number))
                        for number in range(OPERATORS)]
        self.threads += [threading.Thread(target=self.run, args=(self.join, cycle, 100 + number))
                         for number in range(GUESTS)]
        for thread in self.threads:
            thread.start()

    def run(self, act, cycle, number):
        chance = random.Random(f"{self.seed}/{cycle}/{number}")
        api = control(self.server)
        try:
            while act(api, chance, number):
                with self.lock:
                    self.done += 1
        except (Closed, OSError):
            pass
        finally:
            api.close()

    def operate(self, api, chance, number):
        mine = [key_id for key_id, status in list(self.keys.items())
                if status == "valid" and int(key_id, 16) % OPERATORS == number]
        kind = chance.choice(("create", "rotate", "revoke", "switch", "switch"))
        if kind == "create" or (kind != "switch" and not mine):
            made = api.create_key(chance.choice(("reader", "gateway")), fresh_name("k"))
            self.note(made.json["key_id"], "valid", made.json["key"])
        elif kind == "switch":
            self.turn(api, SWITCHES[number], chance.random() < 0.5)
        else:
            key_id = chance.choice(mine)
            self.doubtful.add(key_id)
            if kind == "rotate":
                self.note(key_id, "valid", api.rotate_key(key_id, overlap_s=0).json["key"])
            else:
                api.revoke_key(key_id)
                self.note(key_id, "revoked")
            self.doubtful.discard(key_id)
        return True

    def note(self, key_id, status, secret=None):
        self.keys[key_id] = status
        if secret:
            self.secrets[key_id] = secret

    def turn(self, api, name, on):
        self.doubtful.add(name)
        answer = api.switch(name, on, "a drill")
        assert answer.json["on"] == on, answer
        self.switches[name] = on
        self.doubtful.discard(name)

    def join(self, api, chance, _number):
        answer = api.join(*self.invitation, username=f"Guest {chance.randrange(1000)}")
        if answer.status == 201:
            self.guests.add(answer.json["account"]["user_id"])
        elif answer.json["code"] == "invitation_full":
            self.full = True
            time.sleep(0.01)
        else:
            raise AssertionError(answer)
        return True

    def settle_doubts(self, keys, switches):
        """Whether what was not answered was done is known now; which secret a key has is not."""
        for name in self.doubtful:
            if name in SWITCHES:
                self.switches[name] = switches[name]["on"]
            else:
                self.keys[name] = keys[name]["status"] if name in keys else "revoked"
                self.secrets.pop(name, None)
        self.doubtful.clear()

    def answered(self):
        return self.done

    def finish(self):
        for thread in self.threads:
            thread.join()


class CrashesOfOperations(DrillCase):
    def test_what_operators_were_told_survives_kill_9(self):
        seed = seed_of_run()
        print(f"seed {seed}, {CYCLES} cycles", flush=True)
        chance = random.Random(seed)
        server = Server()
        self.addCleanup(server.remove)
        server.start()
        access = Access(server)
        operator = access.operator
        access.key("operator")  # the server is not open any more
        now_ms = round(time.time() * 1000)
        campaign = operator.fresh_campaign([round_of(now_ms - 1000, now_ms + DAY_MS)], 1_000)
        places = 150
        made = operator.invite(campaign, places).json
        office = Office(server, seed, (made["invitation_id"], made["secret"]))
        auditor = Auditor()
        for cycle in range(CYCLES):
            operator.close()
            office.start(cycle)
            self.let_it_run(office, CALLS_LEAST)
            time.sleep(chance.uniform(0, 0.2))
            server.kill()
            office.finish()
            sound = server.verify()
            self.assertEqual(0, sound.returncode, f"cycle {cycle}: {sound.stdout}{sound.stderr}")
            auditor.extend(server.dump_lines())
            self.assert_none(f"cycle {cycle}: the auditor objects", auditor.faults)
            server.start()
            self.judge(cycle, office, access, auditor.model, places)
        operator.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        print(f"{office.done} calls, {len(office.keys)} keys, {len(office.guests)} guests", flush=True)

    def judge(self, cycle, office, access, model, places):
        operator = access.operator
        shown = {key["key_id"]: key for key in operator.keys()}
        gone = model.access_keys.keys() - shown.keys()
        self.assert_made_room(cycle, gone, shown, model)
        for key_id, status in office.keys.items():
            if key_id not in office.doubtful:
                listed = "revoked" if key_id in gone else shown[key_id]["status"]
                self.assertEqual(status, listed, f"cycle {cycle}: key {key_id}")
                self.assertEqual(status == "revoked", "revoked_at" in model.access_keys[key_id])
        switches = operator.switches()
        for name, on in office.switches.items():
            if name not in office.doubtful:
                self.assertEqual(on, switches[name]["on"], f"cycle {cycle}: switch {name}")
        office.settle_doubts(shown, switches)
        self.assert_keys_open(cycle, office, access)
        for user_id in office.guests:
            self.assertIn(user_id, model.accounts, f"cycle {cycle}: a guest")
        invitation = operator.invitations()[0]
        taken = len(model.invitations[invitation["invitation_id"]]["guests"])
        self.assertEqual(taken, invitation["guests"])
        self.assertLessEqual(len(office.guests), taken)
        self.assertTrue(taken == places or not office.full, "full before all places were taken")
        listed = [one["sequence"] for one in operator.operations()]
        self.assertEqual([one["sequence"] for one in reversed(model.operations)], listed)

    def assert_made_room(self, cycle, gone, shown, model):
        """A fast machine makes more keys than are known at a time. Then those that ended first are not listed any more."""
        self.assertEqual(min(len(model.access_keys), KNOWN_MAX), len(shown), f"cycle {cycle}: keys listed")
        ended = {key_id: key["revoked_at"] for key_id, key in model.access_keys.items() if "revoked_at" in key}
        self.assertLessEqual(gone, ended.keys(), f"cycle {cycle}: keys that nobody revoked are gone")
        if gone:
            first_kept = min((at for key_id, at in ended.items() if key_id in shown), default=max(ended.values()))
            self.assertLessEqual(max(ended[key_id] for key_id in gone), first_kept, f"cycle {cycle}: the wrong keys are gone")

    def assert_keys_open(self, cycle, office, access):
        """A sample: the newest secret of a valid key is taken, that of a revoked one is not."""
        nobody = access.nobody()
        sure = sorted(office.secrets)
        for key_id in random.Random(cycle).sample(sure, min(20, len(sure))):
            nobody.credential = office.secrets[key_id]
            answer = nobody.get("/v1/keys")
            expected = (403,) if office.keys[key_id] == "valid" else (401,)
            self.assertIn(answer.status, expected, f"cycle {cycle}: key {key_id}: {answer}")
        nobody.close()


if __name__ == "__main__":
    unittest.main()
