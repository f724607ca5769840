"""`hongbao doctor` and what clients meet: settings, certificates, ports. Each check is fed a fault that it has to name."""

import json
import os
import socket
import unittest

import flags
from doctor_cases import MachineCase
from self_signed import self_signed
from server import run_command
from users import IS_ROOT, UserRuns


class Configuration(MachineCase):
    def test_wrong_settings_are_named_and_hide_the_rest(self):
        status, report = self.doctor("--share-fen-max=many")
        self.assertEqual(1, status)
        verdicts = {check["name"]: check["verdict"] for check in report["checks"]}
        self.assertEqual({"configuration": "fault", "versions": "ok"},
                         {name: verdict for name, verdict in verdicts.items() if verdict != "note"})
        self.assertFalse(self.data.exists())

    def test_all_faults_of_a_file_are_told_at_once(self):
        settings = self.home / "hongbao.toml"
        settings.write_text('share_fen_max = "many"\nlisten = "nowhere"\nno_such_setting = 1\n')
        status, report = self.doctor("--config", settings, "--fix")
        self.assertEqual(1, status)
        said = [finding["says"] for finding in report["checks"][0]["findings"]]
        for word in ("share_fen_max", "no_such_setting"):
            self.assertEqual(1, sum(word in one for one in said), said)
        self.assertEqual([], report["mended"] + report["not_mended"])

    def test_what_config_check_refuses_the_doctor_does_too(self):
        key = self.home / "issuer.pem"
        key.write_text("no key")
        missing = self.home / "missing.pem"
        for more, word in ((flags.token_issuer(key), key), (flags.token_issuer(missing), missing),
                           (["--log-file=/no/folder/log"], "/no/folder/log"),
                           ([flags.listen("0.0.0.0:0")], "hongbao key create")):
            with self.subTest(word):
                done = run_command("config", "check", "--data", self.data, *more)
                self.assertEqual(2, done.returncode, done.stdout)
                self.assertIn(str(word), done.stderr)
                listen = "0.0.0.0:0" if "0.0.0.0:0" in more[0] else "127.0.0.1:0"
                others = [flag for flag in more if not flag.startswith("--listen")]
                self.assert_found("fault", "configuration", word, arguments=others, listen=listen)

    def test_what_is_dangerous_on_purpose_is_warned_of(self):
        self.assert_found("warning", "configuration", "debuggable", arguments=["--debuggable=on"])


class Certificates(MachineCase):
    def with_tls(self, certificate, key):
        return [f"--tls-certificate-file={certificate}", f"--tls-key-file={key}"]

    def test_dates_key_and_names_are_looked_at(self):
        certificate, key = self_signed(self.home, days=90)
        tls = self.with_tls(certificate, key)
        self.assert_found("ok", "certificate", "in 8", arguments=tls)
        self.assert_found("warning", "certificate", "ends", arguments=tls, wrapper=["faketime", "-f", "+80d"])
        self.assert_found("fault", "certificate", "ended", arguments=tls, wrapper=["faketime", "-f", "+91d"])
        self.assert_found("warning", "certificate", "pay.example.org",
                          arguments=[*tls, "--allowed-hosts=localhost:8443,pay.example.org"])
        _, other_key = self_signed(self.home, name="other")
        self.assert_found("fault", "certificate", other_key, arguments=self.with_tls(certificate, other_key))
        key.chmod(0o644)
        self.assert_found("fault", "certificate", "chmod 600", arguments=tls)

    def test_another_user_who_may_not_read_the_key_is_told_so_and_finds_no_fault(self):
        certificate, key = self_signed(self.home, days=90)
        server = self.serve(*self.with_tls(certificate, key))
        user = UserRuns(self.home)
        for path in (key, self.data, *self.data.rglob("*")):
            os.chown(path, 0, 0)
        done = user.run("doctor", "--json", "--data", self.data, "--without-sync", flags.listen("127.0.0.1:0"),
                        *self.with_tls(certificate, key))
        check = next(check for check in json.loads(done.stdout)["checks"] if check["name"] == "certificate")
        self.assertEqual("note", check["verdict"], check)
        self.assertIn(str(key), check["findings"][0]["says"])
        self.assertEqual(0, server.stop(), server.stderr_text())

    def test_a_server_that_still_shows_the_old_one_is_told_of(self):
        certificate, key = self_signed(self.home)
        tls = self.with_tls(certificate, key)
        server = self.serve(*tls)
        listen = f"127.0.0.1:{server.port}"
        self.assert_found("warning", "certificate", "ends", arguments=tls, listen=listen)  # within two days
        self.assertNotIn("another certificate", self.finding("certificate", *tls, listen=listen)[1])
        self_signed(self.home)  # renewed in its place
        self.assert_found("warning", "certificate", "shows another certificate", "systemctl reload", arguments=tls,
                          listen=listen)
        self.assertEqual(0, server.stop())


class Ports(MachineCase):
    def test_who_has_the_port_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            listen = f"127.0.0.1:{taken.getsockname()[1]}"
            self.assert_found("fault", "port", f"process {os.getpid()}", listen=listen)
        self.assert_found("ok", "port", "is free", listen=listen)
        self.assert_found("fault", "port", "is no address of this machine", listen="192.0.2.1:8080")

    def test_the_running_servers_port_is_its_own_and_another_ones_is_not(self):
        server = self.serve()
        self.assert_found("ok", "port", "the running server", server.process.pid, listen=f"127.0.0.1:{server.port}")
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            self.assert_found("warning", "port", f"process {os.getpid()}", "other settings",
                              listen=f"127.0.0.1:{other.getsockname()[1]}")
            unused = other.getsockname()[1]
        self.assert_found("warning", "port", "runs, but not at", listen=f"127.0.0.1:{unused}")

    def test_the_servers_own_user_who_may_not_look_into_it_finds_the_port_its_own(self):
        user = UserRuns(self.home)
        server = user.server(self.data)
        self.addCleanup(server.remove)
        server.start()

        def port_of(listen):
            done = user.run("doctor", "--json", "--data", self.data, "--without-sync", flags.listen(listen))
            return next(check for check in json.loads(done.stdout)["checks"] if check["name"] == "port")

        self.assertEqual("ok", port_of(f"127.0.0.1:{server.port}")["verdict"])
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            if IS_ROOT:
                self.assertEqual("warning", port_of(f"127.0.0.1:{other.getsockname()[1]}")["verdict"])
        self.assertEqual(0, server.stop(), server.stderr_text())

    def test_unix_sockets_too(self):
        path = self.home / "hongbao.sock"
        listen = f"unix:{path}"
        self.assert_found("ok", "port", "is free", listen=listen)
        server = self.serve(flags.listen(listen))
        self.assert_found("ok", "port", "the running server", listen=listen)
        server.kill()
        self.assert_found("ok", "port", "a start replaces it", listen=listen)
        path.unlink()
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(path))
            other.listen()
            self.assert_found("fault", "port", "somebody else", listen=listen)
        path.unlink()
        path.write_text("")
        self.assert_found("fault", "port", "no socket", listen=listen)


if __name__ == "__main__":
    unittest.main()
