"""The container image: the same bytes each time, nothing in it but what the binary needs, and its file system, unpacked
by umoci, is all that a server needs: as a user without rights, it is set up, killed, restarted and asked for its health."""

import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from server import binary, clean_environment, run_command

ROOT = pathlib.Path(__file__).resolve().parents[3]
USER = 10001
DATA = "var/lib/hongbao"
EPOCH = 1_796_083_200
DEADLINE_S = 60
# What no package has under this name, or not as a file.
OF_THE_IMAGE = {"usr/bin/hongbao", "etc/passwd", "etc/group", "etc/nsswitch.conf", "etc/ssl/certs/ca-certificates.crt",
                "usr/share/doc/hongbao/copyright", "etc/os-release", "lib", "lib64"}
EMPTY_FOLDERS = {"etc/hongbao", "tmp", DATA}


def build(folder):
    subprocess.run([sys.executable, "-B", ROOT / "config/image/build.py", "--binary", binary(), "--version", "1.2.3",
                    "--revision", "c0ffee", "--epoch", str(EPOCH), "--to", folder], check=True,
                   stdout=subprocess.DEVNULL, timeout=10 * DEADLINE_S)


def needed_by(file):
    """The names of the libraries in the head of an ELF file."""
    told = subprocess.run(["readelf", "--dynamic", "--wide", file], check=True, capture_output=True, text=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", told)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-image-"))
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.made = cls.home / "made"
        build(cls.made)
        cls.layout = cls.made / "layout"
        manifest = json.loads((cls.layout / "index.json").read_text())["manifests"][0]
        cls.manifest = json.loads(cls.blob(manifest["digest"]))
        cls.config = json.loads(cls.blob(cls.manifest["config"]["digest"]))
        cls.is_root = os.geteuid() == 0
        cls.rootfs = cls.unpack("bundle")
        # Whose run-time cannot do without /proc, which a container has, and a changed root has not.
        cls.has_sanitizer = any("san.so" in name for name in needed_by(binary()))

    @classmethod
    def unpack(cls, name):
        subprocess.run(["umoci", "unpack", *([] if cls.is_root else ["--rootless"]), "--image", f"{cls.layout}:1.2.3",
                        cls.home / name], check=True, capture_output=True, timeout=DEADLINE_S)
        return cls.home / name / "rootfs"

    @classmethod
    def blob(cls, digest):
        return (cls.layout / "blobs" / digest.replace(":", "/")).read_bytes()

    # What it is

    def test_it_is_the_same_each_time(self):
        again = self.home / "again"
        build(again)
        for path in sorted(self.made.rglob("*")):
            if path.is_file():
                self.assertEqual(path.read_bytes(), (again / path.relative_to(self.made)).read_bytes(), path.name)
        self.assertEqual(len(list(self.made.rglob("*"))), len(list(again.rglob("*"))))

    def test_each_blob_is_what_its_name_says(self):
        blobs = [path for path in self.layout.glob("blobs/sha256/*")]
        self.assertEqual(4, len(blobs), "a manifest, a configuration, two layers")
        for path in blobs:
            self.assertEqual(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
        for one in (self.manifest["config"], *self.manifest["layers"]):
            self.assertEqual(one["size"], len(self.blob(one["digest"])))
        older = json.loads((self.layout / "manifest.json").read_text())[0]  # as docker load reads it
        self.assertEqual([self.manifest["config"]["digest"], *(one["digest"] for one in self.manifest["layers"])],
                         [path.replace("blobs/sha256/", "sha256:") for path in (older["Config"], *older["Layers"])])
        self.assertEqual(["hongbao:1.2.3"], older["RepoTags"])

    def test_it_says_how_it_is_run(self):
        config = self.config["config"]
        self.assertEqual(("linux", "2026-12-01T00:00:00Z"), (self.config["os"], self.config["created"]))
        self.assertEqual((f"{USER}:{USER}", ["/usr/bin/hongbao"], ["serve"], "SIGTERM"),
                         tuple(config[name] for name in ("User", "Entrypoint", "Cmd", "StopSignal")))
        self.assertEqual(({"8080/tcp": {}}, {"/" + DATA: {}}), (config["ExposedPorts"], config["Volumes"]))
        self.assertEqual(["CMD", "/usr/bin/hongbao", "health"], config["Healthcheck"]["Test"])
        labels = config["Labels"]
        self.assertEqual(("1.2.3", "c0ffee"), tuple(labels[f"org.opencontainers.image.{name}"]
                                                    for name in ("version", "revision")))

    # What is in it

    def test_nothing_is_in_it_but_what_the_binary_needs(self):
        needed, programs = {"GB18030.so"}, set()
        for path in self.rootfs.rglob("*"):
            name, mode = str(path.relative_to(self.rootfs)), path.lstat().st_mode
            with self.subTest(name):
                self.assertFalse(mode & 0o6000, "no rights of others")
                if path.is_symlink():
                    self.assertTrue(self.inside_of(path).exists(), "a link that leads nowhere")
                elif path.is_dir():
                    self.assertTrue(name in EMPTY_FOLDERS or any(path.iterdir()))
                    self.assertEqual({"tmp": 0o1777, DATA: 0o700}.get(name, 0o755), mode & 0o7777)
                    if self.is_root:
                        self.assertEqual(USER if name == DATA else 0, path.lstat().st_uid)
                else:
                    if mode & 0o111:
                        programs.add(path.name)
                    if path.read_bytes()[:4] == b"\x7fELF":
                        needed.update(needed_by(path))
                    if not name.startswith(("usr/share/doc/", "var/lib/dpkg/status.d/")) and name not in OF_THE_IMAGE:
                        self.assertEqual(path.read_bytes(), pathlib.Path("/", name).read_bytes(), "not Debian's")
        loader = next(name for name in programs if name.startswith("ld-"))
        self.assertEqual({"hongbao", loader}, programs)
        libraries = {path.name for path in self.rootfs.rglob("*.so*")}
        self.assertEqual(set(), needed - libraries, "all that is needed is there")
        targets = {path.readlink().name for path in self.rootfs.rglob("*.so*") if path.is_symlink()}
        self.assertEqual(set(), libraries - needed - targets - {loader}, "all that is there is needed")

    def inside_of(self, link):
        """Where a link leads in the image."""
        target = link.readlink()
        for _ in range(8):
            path = self.rootfs / str(target).lstrip("/") if target.is_absolute() else link.parent / target
            if not path.is_symlink():
                return path
            link, target = path, path.readlink()
        return None

    def test_each_package_brings_its_licence_and_its_version(self):
        names = [path.name for path in (self.rootfs / "var/lib/dpkg/status.d").iterdir()]
        self.assertLessEqual({"libc6", "libstdc++6", "libssl3", "ca-certificates", "base-files"}, set(names))
        for name in names:
            status = (self.rootfs / "var/lib/dpkg/status.d" / name).read_text()
            self.assertRegex(status, rf"(?m)^Package: {re.escape(name)}$")
            self.assertRegex(status, r"(?m)^Version: \S")
            self.assertTrue((self.rootfs / f"usr/share/doc/{name}/copyright").stat().st_size)

    # Whether it runs

    def command(self, *words, **settings):
        """The image's entry point with its own environment, as its user; `settings` are variables of the container."""
        told = dict(one.split("=", 1) for one in self.config["config"]["Env"]) | settings
        entry = [*self.config["config"]["Entrypoint"], *words]
        if self.has_sanitizer:
            told["HONGBAO_DATA_DIR"], entry[0] = str(self.rootfs / DATA), binary()
            way = []
        elif self.is_root:
            way = ["setpriv", "--no-new-privs", shutil.which("chroot", path="/usr/sbin:/usr/bin:/sbin:/bin"),
                   f"--userspec={USER}:{USER}", str(self.rootfs)]
        else:
            way = ["unshare", "--user", f"--map-user={USER}", f"--map-group={USER}", f"--root={self.rootfs}"]
        return [*way, *entry], {**clean_environment(), **told, "PATH": os.environ["PATH"]}

    def run_to_end(self, *words, **settings):
        command, environment = self.command(*words, **settings)
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=DEADLINE_S, check=False)

    def start(self, **settings):
        command, environment = self.command(*self.config["config"]["Cmd"], **settings)
        with open(self.home / "said", "ab") as said:
            process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + DEADLINE_S
        while (done := self.run_to_end("health", **settings)).returncode != 0:
            self.assertEqual(1, done.returncode, done.stderr)
            self.assertIsNone(process.poll(), (self.home / "said").read_text())
            self.assertLess(time.monotonic(), deadline, done.stderr)
        self.assertEqual("ready\n", done.stdout)
        return process

    def ask(self, port, key, method, path, body=None):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)
        line.request(method, path, json.dumps(body) if body else None,
                     {"Authorization": f"Bearer {key}", **({"Content-Type": "application/json"} if body else {})})
        answer = line.getresponse()
        told = json.loads(answer.read())
        line.close()
        return answer.status, told

    def test_it_is_set_up_served_killed_and_found_again(self):
        self.rootfs = self.unpack("running")
        port = free_port()
        here = {"HONGBAO_LISTEN": f"0.0.0.0:{port}"}
        done = self.run_to_end("health", **here)
        self.assertEqual(1, done.returncode)
        self.assertIn("no server runs", done.stderr)
        done = self.run_to_end("serve", **here)
        self.assertEqual(2, done.returncode, "without a key, and in the clear")
        for word in ("tls_certificate_file", "behind_proxy", "insecure_plain_http", "hongbao key create"):
            self.assertIn(word, done.stderr)
        done = self.run_to_end("key", "create", "--name", "ops", "--scope", "operator", **here)
        self.assertEqual(0, done.returncode, done.stderr)
        key = done.stdout.strip()
        self.assertRegex(key, r"^hb_\w+")
        here["HONGBAO_INSECURE_PLAIN_HTTP"] = "on"

        process = self.start(**here)
        self.assert_has_no_rights(process.pid)
        self.assertEqual(201, self.ask(port, key, "POST", "/v1/accounts", {"user_id": "ann", "username": "Ann"})[0])
        process.send_signal(signal.SIGKILL)
        process.wait(DEADLINE_S)
        self.assertEqual(1, self.run_to_end("health", **here).returncode)

        process = self.start(**here)
        self.assertEqual((200, "Ann"), (lambda status, told: (status, told["username"]))(
            *self.ask(port, key, "GET", "/v1/accounts/ann")))
        process.send_signal(getattr(signal, self.config["config"]["StopSignal"]))
        self.assertEqual(0, process.wait(DEADLINE_S), (self.home / "said").read_text())
        self.assertEqual(1, self.run_to_end("health", **here).returncode)
        self.assertEqual(0, run_command("verify", "--data", self.rootfs / DATA).returncode)
        self.assert_chinese_encodings_are_read(here)

    def assert_chinese_encodings_are_read(self, here):
        """By a module of the C library that nothing in the binary names."""
        statement = self.rootfs / "tmp/statement.csv"
        statement.write_bytes("时间,单号,金额\n2026-12-01 08:00:00,r-1,1.00\n".encode("gb18030"))
        done = self.run_to_end(
            "reconcile", "--gateway", str(statement) if self.has_sanitizer else "/tmp/statement.csv", "--layout", "columns",
            "--time-column", "时间", "--reference-column", "单号", "--amount-column", "金额", "--encoding", "gbk", "--amounts", "yuan", **here)
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn("r-1", done.stdout, "a payment that only the gateway knows")

    def assert_has_no_rights(self, pid):
        if self.has_sanitizer:
            return
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        self.assertRegex(status, r"(?m)^CapEff:\t0+$")
        if self.is_root:
            self.assertRegex(status, rf"(?m)^Uid:\t{USER}\t{USER}\t{USER}\t{USER}$")
            self.assertRegex(status, r"(?m)^NoNewPrivs:\t1$")
            owners = {path.lstat().st_uid for path in (self.rootfs / DATA).rglob("*")}
            self.assertEqual({USER}, owners)


if __name__ == "__main__":
    unittest.main()
