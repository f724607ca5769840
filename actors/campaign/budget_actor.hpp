// Role: the budget of one campaign: grants allotments to its slices, recalls them when it runs
// short, and ends the campaign with the refund.
// Owner thread: its own mailbox's.
// Invariant: its own money, the slices' allotments and all prizes add up to the budget. Nobody is
// told that the budget is spent before every slice has returned its allotment.
#pragma once

#include "actors/campaign/slice_actor.hpp"

#include <deque>
#include <optional>
#include <vector>

namespace hongbao::actors {

using CampaignSlices = std::vector<CampaignSlice>;

class BudgetState {
  public:
    BudgetState(Environment& environment, const CampaignStart& start,
                domain::Sequence funded_sequence, std::shared_ptr<const CampaignSlices> slices);

    void on_wanted(const BudgetWanted& wanted);
    void on_returned(const BudgetReturned& returned);
    void on_requests(Requests&& requests);
    void on_may_sleep(std::uint64_t question);

  private:
    /// Why everything was recalled.
    enum class Recall : std::uint8_t { none, to_share_anew, to_close, to_sleep };

    void go_on();
    bool serve(const BudgetWanted& wanted);
    void grant(const BudgetWanted& wanted, domain::Fen amount_fen);
    void tell_what_is_left();
    void recall(Recall why);
    void close();
    void answer_may_sleep();
    bool slices_hold_some() const;

    Environment& environment_;
    Outbox outbox_;
    std::shared_ptr<const CampaignSlices> slices_;
    const domain::CampaignId campaign_id_;
    const domain::UserId merchant_;
    const domain::Sequence funded_sequence_;
    domain::Fen left_fen_;    // with nobody
    std::vector<bool> holds_; // by slice: may have something
    std::deque<BudgetWanted> wanted_;
    Recall recall_ = Recall::none;
    std::size_t returns_missing_ = 0;
    bool all_idle_ = false;
    std::optional<domain::InstantMs> close_at_; // asked to close, not done yet
    RoomClaim close_room_;                      // for its record
    bool is_closed_;
    std::uint64_t sleep_question_ = 0; // to be answered; 0: none
    std::uint64_t being_answered_ = 0; // the one for which everything is being recalled
};

CampaignBudget::behavior_type
campaign_budget_actor(CampaignBudget::stateful_pointer<std::optional<BudgetState>> self,
                      Environment* environment, CampaignStart start,
                      domain::Sequence funded_sequence,
                      std::shared_ptr<const CampaignSlices> slices);

} // namespace hongbao::actors
