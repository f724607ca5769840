// Role: collects an actor's answers to one batch of requests, and sends them off: records and
// replies to the journal writer in one append, or replies immediately if nothing they rest on is
// unsynced (ARCHITECTURE.md). Owner thread: the actor's.
#pragma once

#include "actors/environment/environment.hpp"

#include <algorithm>
#include <vector>

namespace hongbao::actors {

class Outbox {
  public:
    explicit Outbox(Environment& environment) : environment_(environment) {}

    /// Makes room for the answers to `count` requests.
    void expect(std::size_t count) { items_.reserve(items_.size() + count); }
    /// Adds a record; its reply, if any, waits for it.
    void record(RecordDraft&& draft, std::optional<Reply>&& reply);
    /// Adds a refusal or a read: it waits for this entity's last record, if that is unsynced.
    void reply(const ReplyTo& to, Answer&& answer);
    /// From now on replies rest on this synced record too: they wait until everyone is told of it.
    void rest_on(domain::Sequence sequence) { rests_on_ = sequence; }
    /// The same for everything in the writer's queue up to this ticket, synced or not.
    void rest_on_ticket(Ticket ticket) { last_record_ = std::max(last_record_, ticket); }
    /// Answers what rests on that synced record alone: it does not wait for later records of this
    /// entity, and needs no flush.
    void reply_settled(const ReplyTo& to, Answer&& answer);
    /// Refuses a request to an account, and lets go of the order that a sale holds for it.
    void refuse(const AccountRequest& request, const ReplyTo& to, domain::Rejection rejection);

    /// True if every record of this entity is synced and everyone has been told of it.
    bool is_settled() const { return environment_.writer->is_durable(last_record_); }

    /// The ticket of this entity's last record that was sent off.
    Ticket last_record() const { return last_record_; }
    /// The same for this entity's records up to the ticket, and for what it was woken with.
    bool is_settled_up_to(Ticket ticket) const {
        return environment_.writer->is_durable(ticket) && environment_.writer->is_told(rests_on_);
    }

    /// Sends off what has been added. To be called at the end of each message.
    void flush();

  private:
    Environment& environment_;
    std::vector<JournalItem> items_;
    bool has_record_ = false;
    Ticket last_record_ = 0; // this entity's
    domain::Sequence rests_on_ = 0;
};

/// Tells the sale that holds an order for a refused request, if one does.
void release_order(Environment& environment, const AccountRequest& request);

} // namespace hongbao::actors
