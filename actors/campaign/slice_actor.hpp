// Role: the shell round the shakes of some of a campaign's users: draws prizes, and pays them from
// its allotment.
// Owner thread: its own mailbox's.
// Invariants: allotment_fen_ >= 0; shakes are decided in the order they came, so while one waits
// for budget all others wait behind it; no end is told before its record is in the writer's queue;
// once a message has been handled, everything decided is in the writer's queue.
#pragma once

#include "actors/environment/environment.hpp"
#include "actors/environment/outbox.hpp"
#include "actors/environment/weight.hpp"
#include "domain/campaign/campaign.hpp"

#include <deque>
#include <memory>
#include <optional>

namespace hongbao::actors {

/// What all actors of a campaign start with.
struct CampaignStart {
    std::shared_ptr<const domain::CampaignFunded> terms;
    domain::Fen remaining_fen = 0;
    bool is_closed = false;
    bool is_over = false;       // nobody may shake any more; past shakes are looked up
    domain::Sequence as_of = 0; // the last record that is in it
};

/// What one slice starts with.
struct SliceStart {
    CampaignStart campaign;
    std::size_t index = 0;
    domain::Shakes shakes; // of its users
};

class SliceState {
  public:
    SliceState(Environment& environment, SliceStart&& start, CampaignBudget budget);
    ~SliceState();
    SliceState(const SliceState&) = delete;
    SliceState& operator=(const SliceState&) = delete;

    void on_requests(Requests&& requests);
    void on_granted(const BudgetGranted& granted);
    void on_left(const BudgetLeft& left);
    void on_recall(const RecallBudget& recall);

  private:
    /// A user whose prize waits for budget, and may yet be refused.
    struct Winner {
        domain::Shake shake;
        ReplyTo reply_to;
        domain::ShakeLuck luck;
        domain::InstantMs drawn_at = 0;
        std::unique_ptr<RequestKey> key; // free again if the prize is refused
    };

    void decide(Request&& request);
    domain::Shakes shakes_found(const Request& request) const;
    void take_luck(Request& request, const domain::ShakeLuck& luck, domain::InstantMs now);
    void record(Winner& winner, domain::Fen amount_fen);
    const domain::CampaignRound& terms_of(std::int32_t round) const;
    bool has_to_wait() const { return winner_ || is_closing_; }
    void take_up_parked();
    void end_message();

    Environment& environment_;
    Outbox outbox_;
    const std::size_t index_;
    CampaignBudget budget_;
    const std::shared_ptr<const domain::CampaignFunded> terms_; // of all slices
    domain::Shakes shakes_;
    WeightTeller weight_;
    domain::Fen allotment_fen_ = 0;
    domain::Fen left_fen_max_; // what is left of the whole budget, as far as this slice knows
    const bool is_over_;
    bool is_closing_ = false; // the record of its closing is not in the writer's queue yet
    bool is_closed_ = false;
    std::optional<Winner> winner_;
    bool asks_for_budget_ = false; // at the end of this message
    std::deque<Request> parked_;   // behind the winner, or until the campaign is closed
};

CampaignSlice::behavior_type
campaign_slice_actor(CampaignSlice::stateful_pointer<std::optional<SliceState>> self,
                     Environment* environment, std::shared_ptr<SliceStart> start,
                     CampaignBudget budget);

} // namespace hongbao::actors
