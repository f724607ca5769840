"""A Debian system in a folder of its own, to install packages in: what the package depends on, and what every Debian
has, copied file by file from this machine together with dpkg's records of it. This machine's own packages are only read.

Nothing is there that the package does not ask for, so a dependency that it forgets is missed.
"""

import functools
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

ADMIN = pathlib.Path("var/lib/dpkg")
# No program reads them, and they are half of all files.
LEFT_OUT = re.compile(r"/usr/share/(doc|man|locale|info|lintian|zoneinfo|bug|menu)/|/usr/lib/udev/hwdb\.d/")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# The unit exists, is not enabled, and runs.
SYSTEMCTL = """#!/bin/sh
echo "$*" >>/var/log/systemctl
case "$*" in
*is-enabled*) echo disabled; exit 1 ;;
esac
"""
DEADLINE_S = 120


MOUNTING_PROC = ["unshare", "--mount", "sh", "-c", 'mount --rbind /proc "$0" && exec "$@"']


@functools.cache
def can_mount():
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run([*MOUNTING_PROC, folder, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0


def run(*command, **more):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True,
                          timeout=DEADLINE_S, **more).stdout


def control_of(package, field):
    return run("dpkg-deb", "--field", package, field).strip()


class Installed:
    """The packages of this machine."""

    def __init__(self):
        self.depends, self.essential, self.provided = {}, set(), {}
        form = r"${db:Status-Status}\t${Package}\t${Essential}\t${Pre-Depends}, ${Depends}\t${Provides}\n"
        for line in run("dpkg-query", "-W", "-f", form).splitlines():
            status, name, essential, depends, provides = line.split("\t")
            if status != "installed":
                continue
            self.depends[name] = depends
            if essential == "yes":
                self.essential.add(name)
            for other in self.names_in(provides):
                self.provided.setdefault(other, name)

    @staticmethod
    def names_in(field):
        return [re.match(r"[^\s:(]+", one.strip())[0] for one in re.split(r"[,|]", field) if one.strip()]

    def choice(self, group):
        """The first of "a | b" that this machine has."""
        for name in self.names_in(group):
            if name in self.depends:
                return name
            if name in self.provided:
                return self.provided[name]
        raise AssertionError(f"this machine has no {group.strip()}, which the package depends on: ./dev setup")

    def closure(self, depends):
        """Everything that is essential or that `depends` leads to."""
        found, left = set(), [*self.essential, *map(self.choice, filter(str.strip, depends.split(",")))]
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                left += map(self.choice, filter(str.strip, self.depends[name].split(",")))
        return sorted(found)


class DebianRoot:
    def __init__(self, package):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-root-"))
        self.folder.chmod(0o755)
        packages = Installed().closure(control_of(package, "Depends"))
        self.copy_files(packages)
        self.copy_records(packages)
        self.finish()

    def twin(self):
        """Another one, as it is now. They share the files themselves, which nobody changes in place: programs and dpkg's
        records are replaced as a whole."""
        other = object.__new__(DebianRoot)
        other.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-root-"))
        other.folder.chmod(0o755)
        run("cp", "--archive", "--link", f"{self.folder}/.", other.folder)
        return other

    def remove(self):
        shutil.rmtree(self.folder)

    def path(self, name):
        """Where a path of the system lies on this machine."""
        return self.folder / name.lstrip("/")

    def copy_files(self, packages):
        merged = [link for link in ("bin", "sbin", "lib", "lib32", "lib64", "libx32") if os.path.islink(f"/{link}")]
        for link in merged:
            self.path(link).symlink_to(os.readlink(f"/{link}"))
        listed = {os.path.join(os.path.realpath(os.path.dirname(line)), os.path.basename(line))
                  for line in run("dpkg", "-L", *packages).splitlines() if line.startswith("/")}
        kept = sorted(path for path in listed - {"/.", *(f"/{link}" for link in merged)}
                      if os.path.lexists(path) and not LEFT_OUT.match(path))
        # The records that diversions and postinsts leave behind: without them awk and the like would be missing.
        kept += ["/etc/alternatives"]
        with subprocess.Popen(["tar", "-C", "/", "--no-recursion", "--null", "-T", "-", "-cf", "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as reading, \
                subprocess.Popen(["tar", "-C", self.folder, "--keep-directory-symlink", "-xpf", "-"],
                                 stdin=reading.stdout) as writing:
            reading.stdin.write("\0".join(path[1:] for path in kept).encode())
            reading.stdin.close()
            assert writing.wait(DEADLINE_S) == 0 and reading.wait(DEADLINE_S) == 0

    def copy_records(self, packages):
        records = self.folder / ADMIN
        for folder in ("info", "updates", "triggers", "alternatives"):
            (records / folder).mkdir(parents=True, exist_ok=True)
        (records / "status").write_text(run("dpkg-query", "-s", *packages).strip() + "\n")
        for path in ("/" / ADMIN / "info").iterdir():
            if path.name.rsplit(".", 1)[0].split(":")[0] in packages or path.name == "format":
                shutil.copy2(path, records / "info")
        interests = ("/" / ADMIN / "triggers/File").read_text().splitlines()
        (records / "triggers/File").write_text("".join(
            f"{line}\n" for line in interests if line.split()[1].split("/")[0].split(":")[0] in packages))

    def finish(self):
        for name in ("passwd", "group"):
            shutil.copy(self.path(f"usr/share/base-passwd/{name}.master"), self.path(f"etc/{name}"))
        for name in ("dev", "proc", "run/systemd/system", "srv", "var/log", "tmp", "var/tmp"):
            self.path(name).mkdir(parents=True, exist_ok=True)
        self.make_null()
        self.do("ldconfig")

    def note_what_systemctl_is_asked(self):
        """And do nothing of it: no service manager runs here."""
        self.path("usr/bin/systemctl").unlink()
        self.path("usr/bin/systemctl").write_text(SYSTEMCTL)
        self.path("usr/bin/systemctl").chmod(0o755)

    def make_null(self):
        null = self.path("dev/null")
        try:
            os.mknod(null, 0o20666, os.makedev(1, 3))
            null.chmod(0o666)
            null.write_text("")
        except OSError:  # in a container without devices: a file that nobody reads
            null.unlink(missing_ok=True)
            null.touch()
            null.chmod(0o666)

    def command(self, *words, user=None):
        """What runs these words inside, as root or as that user. /proc is there while they run, if this machine lets
        root mount, and gone with them."""
        become = [f"--userspec={user}:{user}"] if user else []
        inside = ["chroot", *become, str(self.folder), *map(str, words)]
        return [*MOUNTING_PROC, str(self.path("proc")), *inside] if can_mount() else inside

    @staticmethod
    def environment(**more):
        return {"PATH": PATH, "LC_ALL": "C.UTF-8", "HOME": "/", "DEBIAN_FRONTEND": "noninteractive", **more}

    def attempt(self, *words, user=None):
        """The end of a command inside, in any way; stdout and stderr are one."""
        return subprocess.run(self.command(*words, user=user), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              stdin=subprocess.DEVNULL, timeout=DEADLINE_S, env=self.environment(), check=False)

    def do(self, *words, user=None):
        """What a command says that succeeds."""
        done = self.attempt(*words, user=user)
        assert done.returncode == 0, f"{' '.join(map(str, words))}: exit status {done.returncode}\n{done.stdout}"
        return done.stdout

    def install(self, package):
        """Where both the administrator and the new version have changed the settings, those of the former stay."""
        shutil.copy(package, self.path("srv/new.deb"))
        return self.do("dpkg", "--force-unsafe-io", "--force-confdef", "--force-confold", "--install", "/srv/new.deb")

    def asked_of_systemctl(self):
        """What was asked since the last time."""
        path = self.path("var/log/systemctl")
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines
