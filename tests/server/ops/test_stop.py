"""Orderly ends and the lock of a data directory: SIGTERM under load, a second server, kill -9."""

import random
import signal
import subprocess
import time
import unittest

import flags
from api import Api
from auditor import Auditor
from client import Closed, Connection, encode_request
from sale_workload import busy_sales
from server import Server, StartFailed, binary, clean_environment, run_command
from workload import Workload, judge_calls

DEADLINE_S = 60


class Stopping(unittest.TestCase):
    def started(self, *settings):
        server = Server(*settings)
        self.addCleanup(server.remove)
        return server.start()

    def test_sigterm_and_sigint_end_an_idle_server_with_status_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                server = self.started()
                server.process.send_signal(number)
                self.assertEqual(0, server.wait(), server.stderr_text())

    def test_sigterm_under_load_leaves_every_request_answered_or_without_half_an_effect(self):
        seed = random.SystemRandom().randrange(10**6)
        print(f"seed {seed}", flush=True)
        server = self.started(*flags.no_daily_limits())
        auditor = Auditor()
        with Api(server.port) as api:
            users = [api.fresh_user("user", 20_000) for _ in range(20)]
            savings = api.fresh_users(3, "savings")
            load = Workload(users, savings, seed, sales=busy_sales(api))
        for cycle in range(4):
            load.start(server.port, 12)
            deadline = time.monotonic() + DEADLINE_S
            while load.answered() < 300:
                self.assertLess(time.monotonic(), deadline, "the load does not get going")
                time.sleep(0.01)
            status = server.stop()
            calls = load.finish()
            self.assertEqual(0, status, server.stderr_text()[-2000:])
            auditor.extend(server.dump_lines())
            self.assertEqual([], auditor.faults[:10])
            self.assertEqual([], judge_calls(calls, auditor.model)[:10])
            for call in calls:
                if call.answer is not None and call.answer.status == 503:
                    self.assertEqual("draining", call.answer.code, call)
            server.start()
            with Api(server.port) as api:
                self.assertEqual([], auditor.compare_with_views(api, 10, 10, seed + cycle)[:10])

    def test_requests_already_sent_are_answered_when_the_server_is_told_to_stop(self):
        server = self.started()
        with Api(server.port) as api:
            user = api.fresh_user("ann")
        lines = [Connection(server.port).connect() for _ in range(40)]
        for line in lines:
            line.request("GET", "/livez")
        for number, line in enumerate(lines):
            line.send(encode_request("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": 1},
                                     f"stop-{number}"))
        server.terminate()
        told = 0
        for line in lines:
            try:
                answer = line.read_answer()
                self.assertIn(answer.status, (201, 503), answer)
                told += answer.status == 201
            except Closed:
                pass
            line.close()
        self.assertEqual(0, server.wait(), server.stderr_text())
        model = Auditor.of_lines(server.dump_lines()).model
        self.assertGreaterEqual(model.accounts[user].balance_fen, told)

    def test_a_request_that_does_not_arrive_does_not_hold_up_the_end(self):
        server = self.started()
        data = encode_request("POST", "/v1/accounts", {"user_id": "ann"})
        lines = [Connection(server.port).connect() for _ in range(3)]
        for line, cut in zip(lines, (10, data.index(b"\r\n\r\n") + 4, len(data) - 1)):
            line.request("GET", "/livez")
            line.send(data[:cut])
        began = time.monotonic()
        server.terminate()
        for line in lines:
            answer = line.read_answer()
            self.assertEqual((503, "draining"), (answer.status, answer.code))
            line.close()
        self.assertEqual(0, server.wait(), server.stderr_text())
        took_s = time.monotonic() - began
        print(f"stopped after {took_s:.1f} s")
        self.assertLess(took_s, 8)  # no bound of its own: drain_timeout_s, 10 by default

    def test_for_the_delay_readyz_says_so_and_all_else_is_served(self):
        server = self.started(flags.shutdown_delay_s(600))
        with Api(server.port) as api:
            user = api.fresh_user("ann")
            self.assertEqual(200, api.get("/readyz").status)
            server.terminate()
            deadline = time.monotonic() + DEADLINE_S
            while (ready := api.get("/readyz")).status == 200:
                self.assertLess(time.monotonic(), deadline)
            self.assertEqual((503, "draining"), (ready.status, ready.code))
            self.assertEqual("1", ready.headers["retry-after"])
            self.assertEqual(201, api.deposit(user, 5).status)
        with Api(server.port) as newcomer:
            self.assertEqual(200, newcomer.get("/livez").status)
            self.assertEqual(5, newcomer.balance(user))
        self.assertTrue(server.is_running())
        self.assertIn("stopping in 600 s", server.stderr_text())
        self.assertEqual(0, server.stop(), server.stderr_text())  # the second one does not wait

    def test_after_the_delay_the_server_stops_by_itself(self):
        server = self.started(flags.shutdown_delay_s(1))
        server.terminate()
        self.assertEqual(0, server.wait(), server.stderr_text())

    def test_an_idle_connection_does_not_hold_up_the_end(self):
        server = self.started()
        lines = [Connection(server.port).connect() for _ in range(20)]
        self.assertEqual(200, lines[0].request("GET", "/livez").status)
        self.assertEqual(0, server.stop(), server.stderr_text())
        for line in lines:
            self.assertTrue(line.read_to_end())
            line.close()

    def test_after_the_end_nobody_listens(self):
        server = self.started()
        port = server.port
        self.assertEqual(0, server.stop())
        with self.assertRaises(Closed):
            Connection(port).connect()

    def test_a_restart_finds_every_fen(self):
        server = self.started()
        with Api(server.port) as api:
            user = api.fresh_user("ann", 123)
            packet = api.fresh_packet(user, total_fen=23, count=3)
            before = (api.audit(), api.account(user).json, api.packet(packet), api.entries(user))
        server.restart()
        with Api(server.port) as api:
            after = (api.audit(), api.account(user).json, api.packet(packet), api.entries(user))
        self.assertEqual(before, after)


class TheLock(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)
        self.server.start()

    def test_a_second_server_on_the_same_directory_is_refused_and_the_first_goes_on(self):
        second = subprocess.run(
            [*self.command(), "--listen", "127.0.0.1:0"], capture_output=True, text=True,
            timeout=DEADLINE_S, env=clean_environment(), stdin=subprocess.DEVNULL)
        self.assertEqual(3, second.returncode, second.stderr)
        self.assertIn(str(self.server.data), second.stderr)
        self.assertNotIn("is ready", second.stdout)
        with Api(self.server.port) as api:
            api.fresh_user("ann", 5)

    def command(self):
        return [binary(), "serve", "--data", str(self.server.data)]

    def test_after_kill_9_the_lock_does_not_block_a_start(self):
        for _ in range(3):
            self.server.crash_and_restart()
            with Api(self.server.port) as api:
                api.fresh_user("ann", 5)

    def test_kill_9_of_a_server_that_has_just_begun_leaves_a_directory_that_starts(self):
        process = None
        for pause_ms in (0, 1, 3, 10, 30):
            fresh = Server()
            self.addCleanup(fresh.remove)
            process = subprocess.Popen(
                [self.command()[0], "serve", "--data", str(fresh.data), "--listen",
                 "127.0.0.1:0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=clean_environment())
            time.sleep(pause_ms / 1000)
            process.kill()
            process.wait()
            fresh.start()
            self.assertEqual(0, fresh.stop())
            self.assertEqual(0, run_command("verify", "--data", fresh.data).returncode)

    def test_an_address_in_use_is_a_clear_message_and_no_success(self):
        second = Server(flags.listen(f"127.0.0.1:{self.server.port}"))
        self.addCleanup(second.remove)
        with self.assertRaises(StartFailed) as failure:
            second.start()
        self.assertNotEqual(0, second.process.returncode)
        self.assertIn(str(self.server.port), str(failure.exception))


if __name__ == "__main__":
    unittest.main()
