// Role: what the demo's stories share: lines, exact counts, users and keys, the clock, crowds.
// Invariant: everything it returns is what the server answered.
#pragma once

#include "ops/demo/client.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace hongbao::ops {

/// One line of the story.
void tell(const std::string& line);
/// "¥12.05".
std::string yuan(std::int64_t fen);
/// Throws DemoFailed if a count is not exactly what the story says.
void expect_count(const std::string& what, std::int64_t expected, std::int64_t counted);
/// The same for a word.
void expect_word(const std::string& what, const std::string& expected, const std::string& told);

class DemoStage {
  public:
    explicit DemoStage(const DemoTarget& target);

    DemoClient& client() { return client_; }
    /// A fresh one: the server may have users already.
    std::string id_of(const std::string& name) const { return tag_ + name; }
    /// The name that the id was made from.
    std::string name_of(const std::string& user_id) const { return user_id.substr(tag_.size()); }
    /// Never used before: an Idempotency-Key or a gateway's reference.
    std::string next_key() { return tag_ + "key-" + std::to_string(++keys_); }

    /// Makes something new, with a key of its own; returns what was made.
    nlohmann::json make(const std::string& path, const nlohmann::json& body);
    /// The answer to a GET of this path now.
    nlohmann::json look(const std::string& path);
    /// Looks until it holds; throws DemoFailed with `otherwise` if it never does.
    nlohmann::json look_until(const std::string& path,
                              const std::function<bool(const nlohmann::json&)>& holds,
                              const std::string& otherwise);
    /// Returns the receipt.
    nlohmann::json deposit(const std::string& user_id, std::int64_t amount_fen);

    /// Only a server on the manual clock has a clock to move.
    bool moves_clock() { return client_.get("/v1/clock").status == 200; }
    void advance(std::int64_t by_ms);

    /// `act` for each number below `count`, from `connections` threads at once, each with its own
    /// connection. Throws what one of them threw.
    void at_once(std::size_t count, std::size_t connections,
                 const std::function<void(DemoClient&, std::size_t)>& act) const;

    /// Tells the audit, with `held_in` for what is in escrow; throws DemoFailed if it does not
    /// balance.
    void audit(const std::string& held_in);

  private:
    const DemoTarget target_;
    DemoClient client_;
    std::string tag_;
    int keys_ = 0;
};

} // namespace hongbao::ops
