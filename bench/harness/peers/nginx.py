"""Role: starts nginx from bench/peers/nginx.conf.in, for the peers L and N."""
import grp
import os
import pwd
import socket
from pathlib import Path

from harness.processes import Group, free_port

PEERS = Path(__file__).resolve().parents[2] / "peers"
MODULES = Path("/usr/lib/nginx/modules")


def start_nginx(name: str, folder: Path, workers: int, location: str, http: str = "",
                modules: tuple[str, ...] = ()) -> tuple[Group, int]:
    """The started nginx, accepting connections, and its port on 127.0.0.1."""
    port = free_port()
    user = ""
    if os.geteuid() == 0:  # workers keep the user of the run, so they may use its folder and socket
        user = f"user {pwd.getpwuid(os.geteuid()).pw_name} {grp.getgrgid(os.getegid()).gr_name};"
    text = (PEERS / "nginx.conf.in").read_text()
    for key, value in {
        "USER": user, "WORKERS": workers, "FOLDER": folder, "PORT": port,
        "MODULES": "\n".join(f"load_module {MODULES / module};" for module in modules),
        "HTTP": http, "LOCATION": location,
    }.items():
        text = text.replace(f"@{key}@", str(value))
    configuration = folder / "nginx.conf"
    configuration.write_text(text)
    group = Group(name, ["nginx", "-e", str(folder / "error.log"), "-p", str(folder), "-c",
                         str(configuration)], folder / "output.log", folder)
    group.wait_until(lambda: _accepts(port), 10)
    return group, port


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
