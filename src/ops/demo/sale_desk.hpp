// Role: the demo's requests about one flash sale and its orders, and the answers it expects.
// Invariant: an unexpected answer ends the demo.
#pragma once

#include "ops/demo/stage.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::ops {

struct DemoOrder {
    std::string id;
    std::string user_id;
    std::string pay_by;
};

/// The outcomes of many reservations.
struct DemoRush {
    std::vector<DemoOrder> orders;
    std::map<std::string, std::vector<std::string>> refused; // user ids by the refusal's code

    std::int64_t count_refused(const std::string& code) const;
};

/// The state of a sale.
struct DemoCounts {
    std::int64_t reserved = 0;
    std::int64_t sold = 0;
    std::int64_t waiting = 0;
};

class DemoSaleDesk {
  public:
    /// Opens the sale.
    DemoSaleDesk(DemoStage& stage, const nlohmann::json& terms);

    std::string path() const { return "/v1/sales/" + id_; }
    nlohmann::json look() { return stage_.look(path()); }

    /// All of them at the same time, over `connections` connections.
    DemoRush reserve(const std::vector<std::string>& user_ids, std::size_t connections);
    DemoOrder reserve(const std::string& user_id);

    void join_waitlist(const std::string& user_id, std::int64_t position, bool repeat);
    /// The order that was made of a freed unit for a waiting user.
    DemoOrder offered_to(const std::string& user_id);

    void pay(const DemoOrder& order);
    void pay_refused(const DemoOrder& order, const std::string& code);
    /// A gateway reports a payment for the order; returns what became of the money.
    nlohmann::json pay_outside(const DemoOrder& order, const std::string& gateway_ref,
                               std::int64_t amount_fen);
    /// Until the order is `status`: cancelled or refunded.
    void cancel(const DemoOrder& order, const std::string& status);
    void cancel_refused(const DemoOrder& order, const std::string& code);

    void expect_status(const DemoOrder& order, const std::string& status);
    void expect_balance(const std::string& user_id, std::int64_t expected_fen);
    /// Timers run a moment behind the clock.
    void wait_until_reserved(std::int64_t units);

    /// Tells the sale's state, which must be exactly as expected, and the money in escrow. Without
    /// `escrow_fen` others may have money there, too.
    void tell_counts(const DemoCounts& expected, std::optional<std::int64_t> escrow_fen);

  private:
    DemoStage& stage_;
    std::int64_t stock_;
    std::string id_;
};

} // namespace hongbao::ops
