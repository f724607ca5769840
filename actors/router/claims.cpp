// Role: a router's guard against doing anything twice: idempotency keys and the references of
// payments.
#include "actors/router/router.hpp"

#include "actors/environment/outbox.hpp"
#include "actors/protocol/digests.hpp"
#include "domain/values/overloaded.hpp"

namespace hongbao::actors {

// ---- idempotency keys ----

void RouterState::claim_key(Request&& request) {
    const auto held_before = keys_.size();
    auto outcome = keys_.claim(std::move(request));
    environment_.idempotency_keys += static_cast<std::int64_t>(keys_.size() - held_before);
    std::visit(
        domain::Overloaded{
            [this](IdempotencyKeys::Proceed& proceed) { go_on(std::move(proceed.request)); },
            [](IdempotencyKeys::Parked&) {},
            [this](IdempotencyKeys::Done& done) { answer_again(done.request, done.sequence); },
            [this](IdempotencyKeys::Reused& reused) {
                // It reveals that the first request is done, so it waits until everyone is told.
                Outbox outbox(environment_);
                outbox.rest_on(reused.sequence);
                outbox.reply_settled(reused.request.reply_to,
                                     domain::Rejection::idempotency_key_reused);
            },
        },
        outcome);
}

/// The request that has claimed its key.
void RouterState::go_on(Request&& request) {
    request.key->claim(environment_);
    if (std::holds_alternative<ClaimKey>(request.body)) {
        return deliver_one(request.reply_to, std::move(request.key));
    }
    request.hop = hop_after_key(request);
    forward(std::move(request));
}

void RouterState::answer_again(const Request& request, domain::Sequence sequence) {
    caf::anon_send(environment_.projector,
                   Query{ReadAnswer{sequence}, request.reply_to, environment_.clock->elapsed_ms()});
}

void RouterState::on_key_released(const domain::Digest& key_digest) {
    if (auto next = keys_.released(key_digest)) {
        go_on(std::move(*next));
        return send_off();
    }
    environment_.idempotency_keys -= 1;
}

void RouterState::settle_key(const domain::Record& record) {
    if (!record.idempotency) {
        return;
    }
    const auto key_digest = digest_of_key(record.idempotency->key);
    if (is_mine(shard_of_key(key_digest))) {
        on_requests(keys_.done(key_digest, record.idempotency->fingerprint, record.sequence,
                               environment_.clock->elapsed_ms()));
    }
}

/// A batch's answer belongs to no entity, so the router that keeps its key records it.
void RouterState::keep_answer(Request&& request) {
    auto& kept = *std::get<std::unique_ptr<KeepAnswer>>(request.body);
    Outbox outbox(environment_);
    outbox.record(
        RecordDraft{environment_.clock->now(), std::move(kept.answer), into_record(request.key)},
        Reply{request.reply_to, AnswerIsKept{}});
    outbox.flush();
}

// ---- the references of payments ----

void RouterState::claim_reference(Request&& request) {
    const Reference reference = *reference_in(request);
    if (references_.claim(std::move(request))) {
        look_up(reference);
    }
}

void RouterState::look_up(const Reference& reference) {
    shelves_.to_wake().references.push_back(reference);
}

void RouterState::on_found(const FoundReference& found) {
    Request request = references_.take_first(found.reference);
    ReferenceClaim claim(environment_, Reference(found.reference));
    if (auto* sale = std::get_if<std::unique_ptr<SaleRequest>>(&request.body)) {
        const auto& payment = std::get<domain::TakeExternalPayment>((*sale)->command);
        if (found.order_id && *found.order_id != payment.order_id) {
            return refuse_used(request, domain::Rejection::gateway_ref_reused);
        }
        (*sale)->reference = std::move(claim);
    } else {
        auto& account = *std::get<std::unique_ptr<AccountRequest>>(request.body);
        if (found.deposit) {
            const auto& deposit = std::get<domain::Deposit>(account.command);
            return found.deposit->amount_fen == deposit.amount_fen
                       ? answer_again(request, found.deposit->sequence)
                       : refuse_used(request, domain::Rejection::reference_reused);
        }
        account.reference = std::move(claim);
    }
    request.hop = Hop::owner;
    forward(std::move(request));
}

/// The refusal reveals that the other payment is done, so it waits until everyone is told.
void RouterState::refuse_used(const Request& request, domain::Rejection rejection) {
    Outbox outbox(environment_);
    outbox.rest_on(environment_.records_projected);
    outbox.reply_settled(request.reply_to, rejection);
}

void RouterState::on_reference_released(const Reference& reference) {
    if (references_.end_first(reference)) {
        look_up(reference);
        send_off();
    }
}

} // namespace hongbao::actors
