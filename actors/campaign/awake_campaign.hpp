// Role: a campaign that is awake, as its router holds it: its budget, its slices, and the requests
// for them that have gathered while one message is handled. Owner: the router.
// Invariant: budget and slices refer to each other, so they are told to end when this goes.
#pragma once

#include "actors/protocol/interfaces.hpp"

#include <caf/send.hpp>

#include <utility>
#include <vector>

namespace hongbao::actors {

class AwakeCampaign {
  public:
    AwakeCampaign() = default; // no actors
    AwakeCampaign(CampaignBudget&& budget, std::vector<CampaignSlice>&& slices)
        : budget_(std::move(budget)), slices_(std::move(slices)), gathered_(slices_.size() + 1) {}
    AwakeCampaign(AwakeCampaign&& other) noexcept { swap(other); }
    AwakeCampaign& operator=(AwakeCampaign&& other) noexcept {
        AwakeCampaign(std::move(other)).swap(*this);
        return *this;
    }
    AwakeCampaign(const AwakeCampaign&) = delete;
    AwakeCampaign& operator=(const AwakeCampaign&) = delete;
    ~AwakeCampaign();

    explicit operator bool() const { return static_cast<bool>(budget_); }
    /// The budget answers for all slices.
    template <typename Message>
    void tell(Message&& message) const {
        caf::anon_send(budget_, std::forward<Message>(message));
    }

    bool has_gathered() const { return has_gathered_; }
    void gather(Request&& request);
    void send_off();

  private:
    void swap(AwakeCampaign& other) noexcept;

    CampaignBudget budget_;
    std::vector<CampaignSlice> slices_;
    std::vector<Requests> gathered_; // by slice, the last for the budget
    bool has_gathered_ = false;
};

} // namespace hongbao::actors
