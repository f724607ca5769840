// Role: which slice gets how much, and when the campaign ends.
#include "actors/campaign/budget_actor.hpp"

#include <algorithm>
#include <caf/typed_event_based_actor.hpp>

namespace hongbao::actors {

BudgetState::BudgetState(Environment& environment, const CampaignStart& start,
                         domain::Sequence funded_sequence,
                         std::shared_ptr<const CampaignSlices> slices)
    : environment_(environment), outbox_(environment), slices_(std::move(slices)),
      campaign_id_(start.terms->campaign_id), merchant_(start.terms->merchant),
      funded_sequence_(funded_sequence), left_fen_(start.remaining_fen),
      holds_(slices_->size(), false), is_closed_(start.is_closed) {
    outbox_.rest_on(start.as_of);
}

void BudgetState::on_wanted(const BudgetWanted& wanted) {
    left_fen_ = domain::add_fen(left_fen_, wanted.returned_fen);
    holds_[wanted.slice] = false;
    wanted_.push_back(wanted);
    go_on();
}

void BudgetState::on_requests(Requests&& requests) {
    for (Request& request : requests) {
        if (!is_closed_) {
            auto& end = std::get<EndCampaign>(request.body);
            close_at_ = end.now;
            close_room_ = std::move(end.room);
        }
    }
    go_on();
}

void BudgetState::on_may_sleep(std::uint64_t question) {
    sleep_question_ = question;
    go_on();
}

void BudgetState::on_returned(const BudgetReturned& returned) {
    left_fen_ = domain::add_fen(left_fen_, returned.amount_fen);
    holds_[returned.slice] = false;
    all_idle_ = all_idle_ && returned.is_idle;
    returns_missing_ -= 1;
    if (returns_missing_ > 0) {
        return;
    }
    switch (std::exchange(recall_, Recall::none)) {
    case Recall::to_close: close(); break;
    case Recall::to_sleep: answer_may_sleep(); break;
    case Recall::to_share_anew:
    case Recall::none: break;
    }
    go_on();
}

/// The end of the campaign comes first: after it there is nothing left to grant.
void BudgetState::go_on() {
    if (recall_ == Recall::none && close_at_) {
        recall(Recall::to_close);
    }
    while (recall_ == Recall::none && !wanted_.empty()) {
        if (!serve(wanted_.front())) {
            recall(Recall::to_share_anew);
            return;
        }
        wanted_.pop_front();
    }
    if (recall_ == Recall::none && sleep_question_ != 0) {
        // An idle slice may get work after it has said that it is idle, and the router may then ask
        // again: an answer counts for the question that caused the recall and for no later one.
        being_answered_ = std::exchange(sleep_question_, 0);
        recall(Recall::to_sleep);
    }
}

/// False if other slices hold money that this one may need.
bool BudgetState::serve(const BudgetWanted& wanted) {
    if (is_closed_) {
        tell_what_is_left();
        grant(wanted, 0);
        return true;
    }
    if (left_fen_ >= wanted.most_fen) {
        // Large parts while there is much, smaller ones towards the end: then little is left with
        // slices that do not need it.
        const auto slices = static_cast<domain::Fen>(slices_->size());
        const domain::Fen part_fen = slices == 1 ? left_fen_ : left_fen_ / (2 * slices);
        grant(wanted, std::max(part_fen, wanted.most_fen));
        return true;
    }
    if (slices_hold_some()) {
        return false;
    }
    tell_what_is_left();
    grant(wanted, left_fen_ >= wanted.least_fen ? left_fen_ : 0);
    return true;
}

/// No slice holds anything, so that is all there is.
void BudgetState::tell_what_is_left() {
    const BudgetLeft left{left_fen_, environment_.writer->last_ticket(), is_closed_};
    for (const CampaignSlice& slice : *slices_) {
        caf::anon_send(slice, left);
    }
}

void BudgetState::grant(const BudgetWanted& wanted, domain::Fen amount_fen) {
    left_fen_ = domain::subtract_fen(left_fen_, amount_fen);
    holds_[wanted.slice] = amount_fen > 0;
    caf::anon_send((*slices_)[wanted.slice], BudgetGranted{amount_fen});
}

void BudgetState::recall(Recall why) {
    recall_ = why;
    returns_missing_ = slices_->size();
    all_idle_ = true;
    for (const CampaignSlice& slice : *slices_) {
        caf::anon_send(slice, RecallBudget{why == Recall::to_close});
    }
}

void BudgetState::close() {
    const domain::InstantMs at = *std::exchange(close_at_, std::nullopt);
    RoomClaim room = std::move(close_room_);
    is_closed_ = true;
    if (left_fen_ > 0) { // otherwise everything was won: the campaign ends without a refund
        outbox_.record(
            RecordDraft{at,
                        domain::CampaignClosed{campaign_id_, merchant_, std::exchange(left_fen_, 0),
                                               funded_sequence_},
                        std::nullopt, std::move(room)},
            std::nullopt);
        outbox_.flush();
    }
    tell_what_is_left(); // "over" rests on this record, whatever a clock says later
}

void BudgetState::answer_may_sleep() {
    const bool is_idle = all_idle_ && wanted_.empty() && !close_at_ && outbox_.is_settled();
    caf::anon_send(environment_.routers[environment_.router_of(campaign_id_.shard())],
                   SleepAnswer{campaign_id_, std::exchange(being_answered_, 0), is_idle});
}

bool BudgetState::slices_hold_some() const {
    return std::find(holds_.begin(), holds_.end(), true) != holds_.end();
}

CampaignBudget::behavior_type
campaign_budget_actor(CampaignBudget::stateful_pointer<std::optional<BudgetState>> self,
                      Environment* environment, CampaignStart start,
                      domain::Sequence funded_sequence,
                      std::shared_ptr<const CampaignSlices> slices) {
    abort_on_exception(self);
    self->state.emplace(*environment, start, funded_sequence, std::move(slices));
    return {
        [self](const BudgetWanted& wanted) { self->state->on_wanted(wanted); },
        [self](const BudgetReturned& returned) { self->state->on_returned(returned); },
        [self](const RequestBatch& batch) { self->state->on_requests(std::move(*batch.requests)); },
        [self](MaySleep asked) { self->state->on_may_sleep(asked.question); },
        [self](Shutdown) { self->quit(); },
    };
}

} // namespace hongbao::actors
