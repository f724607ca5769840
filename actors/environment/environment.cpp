// Role: tells the router that keeps a key or a reference that it is free again.
#include "actors/environment/environment.hpp"

#include <utility>

namespace hongbao::actors {

void Environment::release_key(const domain::Digest& key_digest) {
    if (!routers.empty()) {
        caf::anon_send(routers[router_of(shard_of_key(key_digest))], KeyReleased{key_digest});
    }
}

void Environment::release_reference(Reference&& reference) {
    if (!routers.empty()) {
        const std::size_t router = router_of(shard_of(reference));
        caf::anon_send(routers[router], ReferenceReleased{std::move(reference)});
    }
}

} // namespace hongbao::actors
