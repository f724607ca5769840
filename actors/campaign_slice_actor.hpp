// Role: the shell round the shakes of some of a campaign's users: draws, and pays from its
// allotment.
// Owner thread: its own mailbox's.
// Invariants: allotment_fen >= 0; shakes are decided in the order they came, so while one waits for
// budget all others wait behind it. When a message has been handled, everything decided is in the
// writer's queue.
#pragma once

#include "actors/environment.hpp"
#include "actors/outbox.hpp"
#include "domain/campaign.hpp"

#include <memory>
#include <optional>

namespace hongbao::actors {

/// What the router hands over to each slice of a campaign, and to its budget.
struct CampaignAtRest {
    std::shared_ptr<const domain::Campaign> campaign;
    domain::Sequence as_of = 0; // the last record that is in it
    std::size_t slice_count = 1;
};

class SliceState {
  public:
    SliceState(Environment& environment, const CampaignAtRest& at_rest, std::size_t index,
               CampaignBudget budget);

    void on_requests(Requests&& requests);
    void on_granted(const BudgetGranted& granted);
    void on_left(const BudgetLeft& left);
    void on_recall(const RecallBudget& recall);

  private:
    /// A win that waits for budget.
    struct Winner {
        domain::Shake shake;
        ReplyTo reply_to;
        domain::ShakeLuck luck;
        domain::InstantMs drawn_at = 0;
    };

    void decide(Request&& request);
    void take_luck(domain::Shake&& shake, const ReplyTo& to, const domain::ShakeLuck& luck,
                   domain::InstantMs now);
    void record(const Winner& winner, domain::Fen amount_fen);
    const domain::CampaignRound& terms_of(std::int32_t round) const;
    void end_message();

    Environment& environment_;
    Outbox outbox_;
    const std::size_t index_;
    CampaignBudget budget_;
    const domain::CampaignFunded terms_;
    domain::Shakes shakes_;
    domain::Fen allotment_fen_ = 0;
    domain::Fen left_fen_max_; // of the whole budget, as far as this slice knows
    bool is_closed_ = false;
    std::optional<Winner> winner_;
    bool asks_for_budget_ = false; // at the end of this message
    Requests parked_;              // behind the winner
};

CampaignSlice::behavior_type
campaign_slice_actor(CampaignSlice::stateful_pointer<std::optional<SliceState>> self,
                     Environment* environment, std::shared_ptr<CampaignAtRest> at_rest,
                     std::size_t index, CampaignBudget budget);

} // namespace hongbao::actors
