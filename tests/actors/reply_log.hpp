// Role: a front end that notes in words what it is told.
// Owner thread: any; a mutex guards it. Invariant: no request is answered twice.
#pragma once

#include "actors/protocol/claims/request_key.hpp"
#include "actors/protocol/reply.hpp"
#include "actors/protocol/views.hpp"
#include "domain/values/overloaded.hpp"
#include "tests/rig/domain_words.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <gtest/gtest.h>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::testing {

inline const char* word_of(domain::OrderStatus status) {
    constexpr const char* words[] = {"reserved", "paid", "cancelled", "timed_out", "refunded"};
    return words[static_cast<int>(status)];
}
inline std::string words_of(const persistence::OrderSummary& order) {
    return "order " + std::string(word_of(order.status)) + ", " + std::to_string(order.quantity) +
           " for " + std::to_string(order.amount_fen);
}

inline const char* word_of(domain::ExternalPaymentStatus status) {
    constexpr const char* words[] = {"credited", "suspended", "released", "returned"};
    return words[static_cast<int>(status)];
}
inline std::string words_of(const persistence::SuspendedPayment& suspended) {
    const auto& payment = suspended.payment;
    return payment.gateway_ref + " " + word_of(payment.status) + " '" + payment.decision_reason +
           "'";
}

inline std::string words_of(const actors::Answer& answer) {
    const auto number = [](auto value) { return std::to_string(value); };
    return answer.visit(domain::Overloaded{
        [](domain::Rejection rejection) { return std::string(domain::code_of(rejection)); },
        [&](const actors::ShareReceipt& share) {
            return "share " + number(share.amount_fen) + (share.repeat ? " again" : "") +
                   (share.replayed ? ", replayed" : "");
        },
        [](const actors::Openable&) { return std::string("openable"); },
        [&](const actors::ShakeReceipt& shake) {
            return (shake.amount_fen > 0 ? "won " + number(shake.amount_fen) : "blank") +
                   " in round " + number(shake.round) + (shake.repeat ? " again" : "") +
                   (shake.replayed ? ", replayed" : "");
        },
        [&](const actors::CampaignView& campaign) {
            const auto& summary = campaign.summary;
            return "campaign " + number(summary.spent_fen) + " of " +
                   number(summary.terms.budget_fen) + " spent, " + number(summary.win_count) +
                   " of " + number(summary.shake_count) + " won" +
                   (summary.closed_at ? ", refund " + number(summary.refund_fen) : "") +
                   (campaign.replayed ? ", replayed" : "");
        },
        [&](const actors::WaitReceipt& wait) {
            return "place " + number(wait.position) + (wait.repeat ? " again" : "") +
                   (wait.replayed ? ", replayed" : "");
        },
        [](const actors::LeftWaitlist&) { return std::string("left"); },
        [&](const actors::SaleView& sale) {
            const auto& summary = sale.summary;
            return "sale of " + number(summary.terms.stock) + ": " +
                   number(summary.reserved_units) + " reserved, " + number(summary.sold_units) +
                   " sold, " + number(summary.waiting) + " waiting" +
                   (summary.closed_at ? ", payout " + number(summary.payout_fen) : "") +
                   (sale.replayed ? ", replayed" : "");
        },
        [](const actors::OrderView& order) {
            return words_of(order.summary) + (order.replayed ? ", replayed" : "");
        },
        [](const actors::OrderRefusal& refusal) {
            return std::string(domain::code_of(refusal.rejection)) + ": " + words_of(refusal.order);
        },
        [](const actors::ExternalPaymentReceipt& receipt) {
            constexpr const char* words[] = {"order_paid", "too_late", "order_final",
                                             "wrong_amount", "account_frozen"};
            const bool was_suspended = receipt.payment.was_suspended();
            return std::string(words[static_cast<int>(receipt.payment.outcome)]) +
                   (was_suspended ? std::string(", ") + word_of(receipt.payment.status) : "") +
                   ": " + words_of(receipt.order) + (receipt.repeat ? ", again" : "") +
                   (receipt.replayed ? ", replayed" : "");
        },
        [&](const actors::TryLater& later) {
            return "try again in " + number(later.retry_after_s) + " s";
        },
        [](const actors::SuspendedView& view) {
            return words_of(view.payment) + (view.replayed ? ", replayed" : "");
        },
        [](const actors::SuspendedRefusal& refusal) {
            return std::string(domain::code_of(refusal.rejection)) + ": " +
                   words_of(refusal.payment);
        },
        [](const actors::TooFarBehind&) { return std::string("too far behind"); },
        [&](const actors::TradeReceipt& receipt) {
            return "trade " + number(receipt.trade.sequence) + ": " +
                   number(receipt.trade.amount_fen) + ", balance " + number(receipt.balance_fen) +
                   (receipt.replayed ? ", replayed" : "");
        },
        [&](const actors::PacketView& packet) {
            constexpr const char* words[] = {"open", "exhausted", "expired"};
            return "packet " + std::string(words[static_cast<int>(packet.status)]) + ", " +
                   number(packet.remaining_fen) + " in " + number(packet.remaining_count) +
                   (packet.refund_fen ? ", refund " + number(*packet.refund_fen) : "") +
                   (packet.luckiest_user_id ? ", luckiest " + *packet.luckiest_user_id : "") +
                   (packet.replayed ? ", replayed" : "");
        },
        [](const domain::SendPreview& preview) {
            return "preview: " + (preview.refusal ? std::string(domain::code_of(*preview.refusal))
                                                  : std::string("passed"));
        },
        [&](const actors::AccountView& account) {
            const auto& standing = account.account.standing;
            const bool frozen = standing.status == domain::AccountStatus::frozen;
            const auto& profile = account.account.profile;
            const bool renamed = profile.username != "name of " + profile.user_id;
            return profile.user_id + (renamed ? " '" + profile.username + "'" : "") + " " +
                   number(standing.balance_fen) + (frozen ? " frozen" : "") +
                   (account.created ? " created" : "") + (account.replayed ? ", replayed" : "");
        },
        [](const actors::RequestKey& key) { return "claimed " + key.tag().key; },
        [](const actors::KeptAnswer& kept) {
            return "kept " + std::to_string(kept.status) + " " + kept.body;
        },
        [](const actors::AdministrationReceipt& receipt) {
            return words_of(receipt.record.event) + ", record " +
                   std::to_string(receipt.record.sequence) + (receipt.repeat ? ", again" : "") +
                   (receipt.replayed ? ", replayed" : "");
        },
        [](const actors::AnswerIsKept&) { return std::string("is kept"); },
        [](const auto&) { return std::string("a page"); },
    });
}

class ReplyLog final : public actors::ReplySink {
  public:
    /// For a request about to be sent: its number, and where its reply goes.
    std::uint32_t expect() {
        const std::lock_guard lock(mutex_);
        answers_.emplace_back();
        return static_cast<std::uint32_t>(answers_.size() - 1);
    }
    actors::ReplyTo to(std::uint32_t index) { return {this, this, index}; }

    void deliver(std::vector<actors::Reply>&& replies) override {
        for (actors::Reply& reply : replies) {
            {
                const std::lock_guard lock(mutex_);
                EXPECT_EQ(reply.to.token, this);
                EXPECT_FALSE(answers_.at(reply.to.index).has_value()) << "answered twice";
                answers_[reply.to.index] = std::move(reply.answer);
                order_.push_back(reply.to.index);
            }
            answered_.notify_all();
            if (on_reply) {
                on_reply(reply.to.index);
            }
        }
    }

    bool is_answered(std::uint32_t index) const {
        const std::lock_guard lock(mutex_);
        return answers_.at(index).has_value();
    }
    /// The answer to request `index`; "waiting" before there is one.
    std::string said(std::uint32_t index) const {
        const std::lock_guard lock(mutex_);
        return answers_.at(index) ? words_of(*answers_[index]) : "waiting";
    }
    /// The answer, if it is of this kind.
    template <typename Kind>
    const Kind* get(std::uint32_t index) const {
        const std::lock_guard lock(mutex_);
        return answers_.at(index) ? answers_[index]->get_if<Kind>() : nullptr;
    }
    /// The same, moved out.
    template <typename Kind>
    std::unique_ptr<Kind> take(std::uint32_t index) {
        const std::lock_guard lock(mutex_);
        return answers_.at(index).value().take<Kind>();
    }
    /// Requests in the order in which they were answered.
    std::vector<std::uint32_t> order() const {
        const std::lock_guard lock(mutex_);
        return order_;
    }
    void wait_for(std::uint32_t index) const {
        std::unique_lock lock(mutex_);
        answered_.wait(lock, [&] { return answers_.at(index).has_value(); });
    }

    /// False if it took longer than this.
    bool wait_for(std::uint32_t index, std::chrono::seconds limit) const {
        std::unique_lock lock(mutex_);
        return answered_.wait_for(lock, limit, [&] { return answers_.at(index).has_value(); });
    }

    /// Called after each reply, on the thread that brings it; it may ask again.
    std::function<void(std::uint32_t)> on_reply;

  private:
    mutable std::mutex mutex_;
    mutable std::condition_variable answered_;
    std::vector<std::optional<actors::Answer>> answers_;
    std::vector<std::uint32_t> order_;
};

} // namespace hongbao::testing
