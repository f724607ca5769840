"""Role: side N: nginx + Lua in front of Redis over a unix socket, AOF synced before every answer."""
from harness.machine import package_version
from harness.peers.nginx import PEERS, start_nginx
from harness.peers.redis_store import RedisStore
from harness.workload import user_id

FIRST_PACKET_ID = 7398046511104000000


class NginxRedis(RedisStore):
    key, title = "N", "nginx + Lua + Redis"
    workers = 1

    def start(self):
        super().start()
        open_sha = self.load_script((PEERS / "open.lua").read_text())
        nginx, self.port = start_nginx(
            "nginx (N)", self.folder, self.workers,
            location=f"            content_by_lua_file {PEERS / 'open_handler.lua'};",
            http=("    lua_package_path '/usr/share/lua/5.1/?.lua;;';\n"
                  f"    init_by_lua_block {{ peer = {{ socket = 'unix:{self.socket}', "
                  f"sha = '{open_sha}' }} }}"),
            modules=("ndk_http_module.so", "ngx_http_lua_module.so"))
        self.groups.append(nginx)

    def user_key(self, index: int) -> str:
        return user_id(index)

    def packet_key(self, index: int) -> str:
        return str(FIRST_PACKET_ID + index)

    def versions(self) -> dict[str, str]:
        return {**super().versions(), "nginx": package_version("nginx"),
                "libnginx-mod-http-lua": package_version("libnginx-mod-http-lua")}
