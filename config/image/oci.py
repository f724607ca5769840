"""Writes an image by the OCI Image Format, https://github.com/opencontainers/image-spec, whose bytes depend on what is
in it alone: sorted names, one time, no owner's name, no compressor's time."""

import datetime
import gzip
import hashlib
import io
import json
import pathlib
import tarfile

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


class Tree:
    """Folders, files and links of a layer, by absolute paths; folders above them are made."""

    def __init__(self):
        self.entries = {}

    def folder(self, path, mode=0o755, owner=0):
        self._put(path, tarfile.DIRTYPE, mode, owner)

    def file(self, path, content, mode=0o644):
        self._put(path, tarfile.REGTYPE, mode, 0, content=content)

    def link(self, path, target):
        self._put(path, tarfile.SYMTYPE, 0o777, 0, target=target)

    def _put(self, path, kind, mode, owner, content=b"", target=""):
        path = pathlib.PurePosixPath(path)
        for above in list(path.parents)[-2::-1]:
            if str(above) not in self.entries:
                self.folder(above)
        self.entries[str(path)] = (kind, mode, owner, content, target)

    def packed(self, epoch):
        """A tar archive."""
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for path, (kind, mode, owner, content, target) in sorted(self.entries.items()):
                head = tarfile.TarInfo(path.lstrip("/"))
                head.type, head.mode, head.linkname, head.mtime = kind, mode, target, epoch
                head.uid = head.gid = owner
                head.size = len(content)
                archive.addfile(head, io.BytesIO(content))
        return file.getvalue()


def _sum(data):
    return hashlib.sha256(data).hexdigest()


def _json(value):
    return json.dumps(value, indent=1, sort_keys=True).encode() + b"\n"


class Image:
    """The files of an OCI layout, {path: bytes}, with what older Docker asks for beside it."""

    def __init__(self, name, layers, settings, architecture, epoch):
        """`name` is like hongbao:0.1.0; `layers` are (what it is, Tree)."""
        self.epoch = epoch
        self.files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}\n'}
        created = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        plain = [tree.packed(epoch) for _, tree in layers]
        packed = [self._blob(LAYER, gzip.compress(tar, 6, mtime=0)) for tar in plain]
        config = self._blob(CONFIG, _json({
            "created": created, "architecture": architecture, "os": "linux", "config": settings,
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{_sum(tar)}" for tar in plain]},
            "history": [{"created": created, "created_by": what} for what, _ in layers]}))
        manifest = self._blob(MANIFEST, _json({"schemaVersion": 2, "mediaType": MANIFEST, "config": config,
                                               "layers": packed, "annotations": settings["Labels"]}))
        self.digest = manifest["digest"]
        self.compressed_bytes = sum(layer["size"] for layer in packed)
        self.plain_bytes = sum(map(len, plain))
        tag = name.rpartition(":")[2]
        self.files["index.json"] = _json({"schemaVersion": 2, "manifests": [{**manifest, "annotations": {
            "org.opencontainers.image.ref.name": tag, "io.containerd.image.name": f"docker.io/library/{name}"}}]})
        self.files["manifest.json"] = _json([{
            "Config": self._path(config), "RepoTags": [name], "Layers": [self._path(layer) for layer in packed]}])

    def _blob(self, kind, data):
        self.files[f"blobs/sha256/{_sum(data)}"] = data
        return {"mediaType": kind, "digest": f"sha256:{_sum(data)}", "size": len(data)}

    @staticmethod
    def _path(blob):
        return "blobs/" + blob["digest"].replace(":", "/")

    def write_layout(self, folder):
        for path, data in self.files.items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)

    def write_archive(self, path):
        tree = Tree()
        for name, data in self.files.items():
            tree.file(name, data)
        pathlib.Path(path).write_bytes(tree.packed(self.epoch))
