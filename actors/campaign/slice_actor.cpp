// Role: how a shake is decided: drawn, paid if the budget allows, recorded.
#include "actors/campaign/slice_actor.hpp"

#include "domain/values/overloaded.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <utility>

namespace hongbao::actors {

SliceState::SliceState(Environment& environment, SliceStart&& start, CampaignBudget budget)
    : environment_(environment), outbox_(environment), index_(start.index),
      budget_(std::move(budget)), terms_(std::move(start.campaign.terms)),
      shakes_(std::move(start.shakes)), weight_(environment, terms_->campaign_id.shard(),
                                                terms_->campaign_id, shake_bytes * shakes_.size()),
      left_fen_max_(start.campaign.remaining_fen), is_over_(start.campaign.is_over),
      is_closed_(start.campaign.is_closed || start.campaign.is_over) {
    outbox_.rest_on(start.campaign.as_of);
}

SliceState::~SliceState() {
    const auto rows = shakes_.size();
    free_elsewhere(environment_, std::move(shakes_), rows);
}

void SliceState::on_requests(Requests&& requests) {
    outbox_.expect(requests.size());
    for (Request& request : requests) {
        if (has_to_wait()) {
            parked_.push_back(std::move(request));
        } else {
            decide(std::move(request));
        }
    }
    end_message();
}

void SliceState::decide(Request&& request) {
    auto& shake = *std::get<std::unique_ptr<domain::Shake>>(request.body);
    const ReplyTo& to = request.reply_to;
    const auto now = environment_.clock->now();
    if (is_over_) {
        shakes_ = shakes_found(request); // one at a time: nothing gathers
    }
    const auto decision = domain::decide_shake(*terms_, shakes_, shake, now, *environment_.random);
    std::visit(domain::Overloaded{
                   [&](const domain::ShakeLuck& luck) { take_luck(request, luck, now); },
                   [&](const domain::RepeatedShake& repeated) {
                       outbox_.reply(to, ShakeReceipt{repeated.amount_fen, repeated.drawn_at,
                                                      repeated.round, true});
                   },
                   [&](domain::Rejection rejection) { outbox_.reply(to, rejection); },
               },
               decision);
}

/// Those of the user who asks.
domain::Shakes SliceState::shakes_found(const Request& request) const {
    domain::invariant(request.found != nullptr, "the shakes of what is over are looked up");
    domain::Shakes shakes;
    if (const auto& found = request.found->shake) {
        const auto& shake = *std::get<std::unique_ptr<domain::Shake>>(request.body);
        shakes.add(
            {terms_->campaign_id, shake.user_id, shake.shake_key, found->round, found->amount_fen},
            found->drawn_at);
    }
    return shakes;
}

void SliceState::take_luck(Request& request, const domain::ShakeLuck& luck, domain::InstantMs now) {
    const ReplyTo& to = request.reply_to;
    if (is_closed_) { // the clock has been set back since
        return outbox_.reply(to, domain::Rejection::round_not_running);
    }
    if (left_fen_max_ < terms_of(luck.round).share_fen_min) {
        return outbox_.reply(to, domain::Rejection::budget_spent);
    }
    auto& shake = *std::get<std::unique_ptr<domain::Shake>>(request.body);
    Winner drawn{std::move(shake), to, luck, now, std::move(request.key)};
    if (luck.amount_fen <= allotment_fen_) {
        return record(drawn, luck.amount_fen);
    }
    winner_ = std::move(drawn);
    asks_for_budget_ = true;
}

void SliceState::record(Winner& winner, domain::Fen amount_fen) {
    domain::ShakeDrawn event{terms_->campaign_id, winner.shake.user_id, winner.shake.shake_key,
                             winner.luck.round, amount_fen};
    allotment_fen_ -= amount_fen;
    shakes_.add(event, winner.drawn_at);
    outbox_.record(RecordDraft{winner.drawn_at, std::move(event), into_record(winner.key)},
                   Reply{winner.reply_to,
                         ShakeReceipt{amount_fen, winner.drawn_at, winner.luck.round, false}});
}

void SliceState::on_granted(const BudgetGranted& granted) {
    domain::invariant(winner_.has_value(), "budget is granted to who asked");
    allotment_fen_ += granted.amount_fen;
    Winner winner = std::move(*winner_);
    winner_.reset();
    const auto payable = domain::payable_fen(*terms_, winner.luck, allotment_fen_);
    if (payable && !is_closed_) {
        record(winner, *payable);
    } else {
        outbox_.reply(winner.reply_to, is_closed_ ? domain::Rejection::round_not_running
                                                  : domain::Rejection::budget_spent);
    }
    take_up_parked();
    end_message();
}

void SliceState::on_left(const BudgetLeft& left) {
    left_fen_max_ = left.left_fen;
    outbox_.rest_on_ticket(left.rests_on);
    if (left.is_closed) {
        is_closed_ = true;
        is_closing_ = false;
        take_up_parked();
        end_message();
    }
}

void SliceState::take_up_parked() {
    while (!parked_.empty() && !has_to_wait()) {
        decide(std::move(parked_.front()));
        parked_.pop_front();
    }
}

const domain::CampaignRound& SliceState::terms_of(std::int32_t round) const {
    return terms_->rounds[static_cast<std::size_t>(round - 1)];
}

void SliceState::on_recall(const RecallBudget& recall) {
    is_closing_ = is_closing_ || recall.is_closing;
    const bool is_idle = !has_to_wait() && outbox_.is_settled();
    caf::anon_send(budget_, BudgetReturned{index_, std::exchange(allotment_fen_, 0), is_idle});
}

/// When the budget is asked for more, all prizes so far must be in the writer's queue.
void SliceState::end_message() {
    outbox_.flush();
    weight_.tell(shake_bytes * shakes_.size());
    if (std::exchange(asks_for_budget_, false)) {
        caf::anon_send(budget_, BudgetWanted{index_, std::exchange(allotment_fen_, 0),
                                             terms_of(winner_->luck.round).share_fen_min,
                                             winner_->luck.amount_fen});
    }
}

CampaignSlice::behavior_type
campaign_slice_actor(CampaignSlice::stateful_pointer<std::optional<SliceState>> self,
                     Environment* environment, std::shared_ptr<SliceStart> start,
                     CampaignBudget budget) {
    abort_on_exception(self);
    self->state.emplace(*environment, std::move(*start), std::move(budget));
    return {
        [self](const RequestBatch& batch) { self->state->on_requests(std::move(*batch.requests)); },
        [self](const BudgetGranted& granted) { self->state->on_granted(granted); },
        [self](const BudgetLeft& left) { self->state->on_left(left); },
        [self](RecallBudget recall) { self->state->on_recall(recall); },
        [self](Shutdown) { self->quit(); },
    };
}

} // namespace hongbao::actors
