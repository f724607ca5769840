// Role: long random histories, each fact decided by the rules themselves, folded into books while
// an auditor that knows only the facts checks them. Every history can be repeated from its seed.
#include "domain/books/books.hpp"

#include "tests/rig/audited_books.hpp"
#include "tests/rig/domain_samples.hpp"
#include "tests/rig/domain_words.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

/// Asks for random things, keeps what the rules allow, and counts what was decided, so that the
/// test can prove that the rare paths were reached.
class History {
  public:
    explicit History(std::uint64_t seed) : random_(seed) {
        limits_.daily_personal = DailyLimit{6, 9'000};
        limits_.share_fen_max = 900;
        limits_.shares_max_personal = 12;
    }

    /// Decides one thing; the record to append, if there is one.
    std::optional<Record> next() {
        now_ += random_.between(0, 20'000);
        switch (random_.below(13)) {
        case 0: return account_command(OpenAccount{any_user(), "name", "", any_type()});
        case 1: return account_command(ChangeAccountStatus{any_user(), any_status(), ""});
        case 2: return account_command(Deposit{any_user(), random_.between(1, 9'000), ""});
        case 3: return account_command(Withdraw{any_user(), random_.between(1, 3'000), ""});
        case 4: return transfer();
        case 5: return send();
        case 6: return close();
        case 7:
            return account_command(ChangeAccountProfile{
                any_user(), random_.below(2) == 0 ? "name" : "other name", std::nullopt});
        default: return open();
        }
    }

    AuditedBooks audited;
    std::map<std::string, int> decisions; // first word of a decision → how often

  private:
    UserId any_user() { return "user" + std::to_string(random_.below(12)); }
    AccountType any_type() {
        return random_.below(3) == 0 ? AccountType::merchant : AccountType::personal;
    }
    AccountStatus any_status() {
        return random_.below(4) == 0 ? AccountStatus::frozen : AccountStatus::active;
    }
    const Account* account(const UserId& user_id) const {
        const auto found = audited.books.accounts.find(user_id);
        return found == audited.books.accounts.end() ? nullptr : &found->second;
    }
    void count(const std::string& words) { decisions[words.substr(0, words.find(' '))] += 1; }

    Record record_of(Event event) const {
        return Record{audited.books.last_sequence + 1, now_, std::move(event), {}};
    }

    std::optional<Record> account_command(const AccountCommand& command) {
        const UserId& user_id = owner_of(command);
        const AccountDecision decision = decide(account(user_id), command, now_, limits_);
        count(words_of(decision));
        const auto* event = std::get_if<Event>(&decision);
        return event == nullptr ? std::nullopt : std::optional(record_of(*event));
    }

    std::optional<Record> transfer() {
        const UserId to = any_user();
        if (account(to) == nullptr) { // the server checks the receiver before it asks
            return std::nullopt;
        }
        return account_command(Transfer{any_user(), to, random_.between(1, 2'000), ""});
    }

    std::optional<Record> send() {
        SendPacket command = random_.below(2) == 0
                                 ? send_lucky(random_.between(1, 4'000), random_.between(1, 13))
                                 : send_equal(random_.between(1, 1'000), random_.between(1, 13));
        command.packet_id = PacketId{packets_.size() + 1};
        command.sender = any_user();
        command.life_s = random_.between(packet_life_s_min, 3'600);
        while (random_.below(4) == 0 && command.recipients.size() < 6) {
            command.recipients.push_back("user" + std::to_string(command.recipients.size() * 2));
        }
        auto record = account_command(command);
        if (record) {
            packets_.push_back(command.packet_id);
        }
        return record;
    }

    const Packet* any_packet() {
        if (packets_.empty()) {
            return nullptr;
        }
        // Mostly a recent one, so that some are exhausted before they expire.
        const std::uint64_t recent = std::min<std::uint64_t>(packets_.size(), 6);
        const std::uint64_t back =
            random_.below(5) == 0 ? random_.below(packets_.size()) : random_.below(recent);
        return &audited.books.packets.at(packets_[packets_.size() - 1 - back]);
    }

    std::optional<Record> open() {
        const Packet* packet = any_packet();
        if (packet == nullptr) {
            return std::nullopt;
        }
        OpenShare command = open_by(any_user());
        command.packet_id = packet->terms.packet_id;
        const Account* opener = account(command.user_id);
        command.opener = opener == nullptr                                  ? UserStanding::missing
                         : opener->standing.status == AccountStatus::frozen ? UserStanding::frozen
                                                                            : UserStanding::active;
        const auto grabbed = decide_grab(*packet, command, now_);
        const OpenDecision decision = decide_open(*packet, command, now_, random_);
        count(words_of(decision));
        const auto* rejection = std::get_if<Rejection>(&decision);
        EXPECT_EQ(grabbed, rejection ? std::optional(*rejection) : std::nullopt);
        const auto* share = std::get_if<ShareOpened>(&decision);
        return share == nullptr ? std::nullopt : std::optional(record_of(*share));
    }

    std::optional<Record> close() {
        const Packet* packet = any_packet();
        const auto closed = packet ? decide_close(*packet, now_) : std::nullopt;
        count(words_of(closed));
        return closed ? std::optional(record_of(*closed)) : std::nullopt;
    }

    SeededRandom random_;
    SendLimits limits_;
    InstantMs now_ = sample_now;
    std::vector<PacketId> packets_;
};

void expect_same_holders(const Books& books, const PlainLedger& ledger) {
    ASSERT_NO_FATAL_FAILURE(expect_same_balances(books, ledger));
    ASSERT_EQ(books.packets.size(), ledger.escrow.size());
    for (const auto& [packet_id, fen] : ledger.escrow) {
        const Packet& packet = books.packets.at(PacketId{packet_id});
        ASSERT_EQ(packet.closed_at ? 0 : packet.remaining_fen, fen) << packet_id;
        Fen claimed_fen = 0;
        for (const auto& [user_id, claim] : packet.claims) {
            claimed_fen += claim.amount_fen;
        }
        ASSERT_EQ(claimed_fen + packet.remaining_fen, packet.terms.total_fen) << packet_id;
        ASSERT_EQ(std::ssize(packet.claims) + packet.remaining_count, packet.terms.count);
    }
}

TEST(History, WhateverHappensMoneyIsConservedAfterEveryRecord) {
    std::map<std::string, int> decisions;
    for (const std::uint64_t seed : {1ULL, 2ULL, 3ULL, 20'261'121ULL}) {
        SCOPED_TRACE(seed);
        History history{seed};
        AuditedBooks& audited = history.audited;
        for (int turn = 0; turn < 4'000; ++turn) {
            if (const auto record = history.next()) {
                ASSERT_NO_FATAL_FAILURE(audited.take(*record));
            }
        }
        ASSERT_NO_FATAL_FAILURE(expect_same_holders(audited.books, audited.ledger));
        audited.expect_postings_add_up();
        Books again;
        ASSERT_NO_FATAL_FAILURE(audited.replay(again));
        ASSERT_NO_FATAL_FAILURE(expect_same_holders(again, audited.ledger));
        for (const auto& [words, times] : history.decisions) {
            decisions[words] += times;
        }
    }
    for (const char* rare : {"account_opened",
                             "account_status_changed",
                             "deposited",
                             "withdrawn",
                             "transferred",
                             "packet_sent",
                             "share_opened",
                             "packet_closed",
                             "repeat",
                             "nothing_to_do",
                             "account_not_found",
                             "account_exists",
                             "account_frozen",
                             "same_account",
                             "insufficient_funds",
                             "invalid_split",
                             "too_many_shares",
                             "share_too_large",
                             "daily_limit_reached",
                             "packet_expired",
                             "not_a_recipient",
                             "sender_may_not_open",
                             "packet_exhausted",
                             "not_to_be_closed"}) {
        EXPECT_GE(decisions[rare], 5) << "the histories never tried: " << rare;
    }
}

} // namespace
} // namespace hongbao::domain
