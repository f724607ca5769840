"""The Debian packages: as the build makes them, and as later versions of them would be."""

import os
import pathlib
import re
import subprocess

from debian_root import run


def build_folder():
    return pathlib.Path(os.environ["HONGBAO_BUILD_FOLDER"])


def made():
    """The package and that of its debug symbols, made of the binary that is built; at once if nothing has changed."""
    done = subprocess.run(["cmake", "--build", build_folder(), "--target", "deb"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=240, check=False)
    assert done.returncode == 0, f"the package cannot be made:\n{done.stdout[-3000:]}"
    symbols, package = sorted((build_folder() / "package").glob("hongbao*.deb"))
    return package, symbols


def later(package, version, folder, change_settings):
    """The same with a higher version, and with other settings as its default."""
    tree = folder / version
    run("dpkg-deb", "--raw-extract", package, tree)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Version: .*", f"Version: {version}", control.read_text()))
    settings = tree / "etc/hongbao/hongbao.toml"
    settings.write_text(change_settings(settings.read_text()))
    made_package = folder / f"hongbao_{version}.deb"
    run("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", tree, made_package)
    return made_package
