// Role: what all checks go by, looked at once: the settings, who holds the data directory, what the
// running server says, where the journal ends.
// Owner thread: main's.
#pragma once

#include "config/loader.hpp"
#include "ops/doctor/machine/lock_holder.hpp"
#include "ops/doctor/machine/server_facts.hpp"
#include "ops/doctor/store_facts.hpp"

#include <filesystem>
#include <optional>
#include <variant>

namespace hongbao::ops::doctor {

struct Patient {
    const config::Loaded& loaded;
    const config::Settings& settings;
    std::filesystem::path data_dir;
    bool writes_for_sync = true; // whether the disk's syncs may be measured

    persistence::EndCheck journal_end{}; // empty if there is no journal
    bool has_journal = false;
    std::optional<persistence::Failure> not_seen{}; // why nobody can tell whether there is one
    std::variant<StoreFacts, persistence::Failure> store{};
    LockHolder holder{};
    std::variant<ServerFacts, NoServer> server{};

    const StoreFacts* store_facts() const {
        return has_journal ? std::get_if<StoreFacts>(&store) : nullptr;
    }
    const ServerFacts* server_facts() const { return std::get_if<ServerFacts>(&server); }
    /// Whether what this user may not, the server's user may: neither root nor the folder's owner.
    bool is_of_another_user() const;
    /// A server holds the folder, whether or not it answers.
    bool is_served() const { return server_facts() != nullptr || holder.is_server(); }
};

/// Changes nothing, and holds up nobody.
Patient look_at(const config::Loaded& loaded, bool writes_for_sync);

} // namespace hongbao::ops::doctor
