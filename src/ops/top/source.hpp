// Role: asks a server for what the view shows. Owner thread: the caller's.
#pragma once

#include "ops/client/server_client.hpp"
#include "ops/top/figures/watch.hpp"

#include <optional>
#include <string>

namespace hongbao::ops::top {

class Source {
  public:
    /// By the address, if there is one, otherwise by the control socket of the folder.
    struct Place {
        std::string data_dir;
        std::string url; // without a slash at its end
        std::string key;

        const std::string& name() const { return url.empty() ? data_dir : url; }
    };
    explicit Source(Place place) : place_(std::move(place)) {}

    /// Waits for the answer, but not for ever.
    Look look();

  private:
    std::optional<Absent> connect();
    std::vector<Hot> hottest();

    Place place_;
    std::optional<ServerClient> client_;
};

} // namespace hongbao::ops::top
