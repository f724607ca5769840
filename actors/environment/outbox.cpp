// Role: the outbox: which answers wait for a sync, and which leave immediately.
#include "actors/environment/outbox.hpp"

namespace hongbao::actors {

void Outbox::record(RecordDraft&& draft, std::optional<Reply>&& reply) {
    items_.push_back(JournalItem{std::move(draft), std::move(reply)});
    has_record_ = true;
}

void Outbox::reply(const ReplyTo& to, Answer&& answer) {
    items_.push_back(JournalItem{std::nullopt, Reply{to, std::move(answer)}});
}

void Outbox::reply_settled(const ReplyTo& to, Answer&& answer) {
    if (environment_.writer->is_told(rests_on_)) {
        deliver_one(to, std::move(answer));
        return;
    }
    std::vector<JournalItem> items;
    items.push_back(JournalItem{std::nullopt, Reply{to, std::move(answer)}});
    environment_.writer->append(std::move(items));
}

void Outbox::refuse(const AccountRequest& request, const ReplyTo& to, domain::Rejection rejection) {
    reply(to, rejection);
    release_order(environment_, request);
}

void Outbox::flush() {
    if (items_.empty()) {
        return;
    }
    std::vector<JournalItem> items = std::move(items_);
    items_.clear();
    if (!has_record_ && environment_.writer->is_durable(last_record_) &&
        environment_.writer->is_told(rests_on_)) {
        std::vector<Reply> replies;
        replies.reserve(items.size());
        // This entity has no record on its way, so it is up to date with the last record of all.
        const domain::Sequence as_of = environment_.writer->told_sequence();
        for (JournalItem& item : items) {
            stamp(*item.reply, as_of);
            replies.push_back(std::move(*item.reply));
        }
        deliver_all(std::move(replies));
        return;
    }
    const Ticket ticket = environment_.writer->append(std::move(items));
    if (has_record_) {
        last_record_ = ticket;
        has_record_ = false;
    }
}

void release_order(Environment& environment, const AccountRequest& request) {
    const auto* pay = std::get_if<domain::PayOrder>(&request.command);
    if (pay != nullptr && pay->terms.sale_id.value != 0) {
        Request over;
        over.body = std::make_unique<SaleRequest>(
            SaleRequest{PaymentOver{pay->terms.sale_id, pay->order_id}});
        const std::size_t router = environment.router_of(pay->order_id.shard());
        caf::anon_send(environment.routers[router], batch_of_one(std::move(over)));
    }
}

} // namespace hongbao::actors
