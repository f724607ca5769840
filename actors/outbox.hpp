// Role: what an actor's answers to one batch of requests become: records and replies for the
// journal writer in one append, or replies at once if nothing they rest on is unsynced (design.md,
// step 5). Owner thread: the actor's.
#pragma once

#include "actors/environment.hpp"

#include <algorithm>
#include <vector>

namespace hongbao::actors {

class Outbox {
  public:
    explicit Outbox(Environment& environment) : environment_(environment) {}

    /// Makes room for the answers to so many requests.
    void expect(std::size_t count) { items_.reserve(items_.size() + count); }
    /// A record; its reply, if any, waits for it.
    void record(RecordDraft&& draft, std::optional<Reply>&& reply);
    /// A refusal or read: waits for this entity's last record, if that is unsynced.
    void reply(const ReplyTo& to, Answer&& answer);
    /// From now on replies rest on this synced record, too: they wait until everyone is told of it.
    void rest_on(domain::Sequence sequence) { rests_on_ = sequence; }
    /// The same of everything that is in the writer's queue up to there, synced or not.
    void rest_on_ticket(Ticket ticket) { last_record_ = std::max(last_record_, ticket); }
    /// An answer that rests on that synced record alone: it does not wait for later ones of this
    /// entity, and needs no flush.
    void reply_settled(const ReplyTo& to, Answer&& answer);
    /// Refuses a request of an account, and frees its key.
    void refuse(const AccountRequest& request, const ReplyTo& to, domain::Rejection rejection);

    /// True if every record of this entity is synced and everyone has been told of it.
    bool is_settled() const { return environment_.writer->is_durable(last_record_); }

    /// Sends off what has gathered. At the end of each message.
    void flush();

  private:
    Environment& environment_;
    std::vector<JournalItem> items_;
    bool has_record_ = false;
    Ticket last_record_ = 0; // this entity's
    domain::Sequence rests_on_ = 0;
};

/// Tells the router that keeps the key of a refused request, if it has one.
void release_key(Environment& environment, const AccountRequest& request);

} // namespace hongbao::actors
