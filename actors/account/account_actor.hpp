// Role: the shell round one account: decides against the account as decided, and tells clients
// about the account as settled. Owner thread: its own mailbox's. Invariants: `decided` is `settled`
// plus this actor's own records that are not synced yet; credits from elsewhere reach both when
// they are synced. So a balance told to a client is exact in journal order, and a debit on its way
// holds its money immediately (rule 2). Nobody is told that there is too little money while a debit
// is on its way, so that the refusal agrees with the statement.
#pragma once

#include "actors/environment/environment.hpp"
#include "actors/environment/outbox.hpp"
#include "actors/protocol/waking.hpp"
#include "domain/account/account.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace hongbao::actors {

class AccountState {
  public:
    AccountState(Environment& environment, domain::UserId user_id,
                 std::unique_ptr<domain::Account>&& settled, domain::Sequence last_settled);

    void on_requests(Requests&& requests);
    void on_settled(const domain::Record& record);
    void on_may_sleep(std::uint64_t question);

  private:
    bool handle(Request& request);
    bool decide_on(Request& request);
    bool is_early(domain::Rejection rejection) const;
    void take_up_parked();
    void record_or_refuse(Request& request, domain::Event&& event, domain::InstantMs now);
    void record(Request& request, domain::Event&& event, domain::InstantMs now);
    void refuse_late(AccountRequest& request, const ReplyTo& to, domain::InstantMs now);
    bool preview(const domain::SendPacket& send, const ReplyTo& to);
    void answer_settled(const domain::Record& record);
    void answer_as_it_is(const ReplyTo& to);
    Answer settled_answer(const domain::Record& record) const;
    Answer settled_view(bool created) const;

    Environment& environment_;
    const domain::UserId user_id_;
    Outbox outbox_;
    std::optional<domain::Account> settled_;
    std::optional<domain::Account> decided_;
    /// A client that waits for this actor's record, not synced yet, or a later one that asked for
    /// the account as that record leaves it.
    struct Waiting {
        ReplyTo to;
        bool asked_for_the_same = false;
    };
    std::vector<Waiting> waiting_;     // in order of the records
    std::size_t answered_ = 0;         // of these; an empty deque would take 600 bytes
    std::size_t unsettled_debits_ = 0; // own records
    Requests parked_;                  // the first seems to lack money; the others came later
};

/// Without a state if the account is about to be opened.
AccountActor::behavior_type
account_actor(AccountActor::stateful_pointer<std::optional<AccountState>> self,
              Environment* environment, std::shared_ptr<Woken<AccountKind>> account);

} // namespace hongbao::actors
