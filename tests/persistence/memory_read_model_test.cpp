// Role: histories as users see them: the story's lines word for word, and long random histories
// against a plain list that shares no code with the model.
#include "persistence/memory_read_model.hpp"

#include "tests/persistence/journals.hpp"
#include "tests/persistence/same_record.hpp"
#include "tests/support/seeded_random.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

/// A journal with a model that has followed it.
struct Followed {
    TemporaryFolder folder;
    std::unique_ptr<LmdbJournal> journal = open_journal(folder.path());
    MemoryReadModel model{*journal};
    Epoch epoch = acquire(*journal);

    void add(const std::vector<domain::Record>& records) {
        const auto result = journal->append(0, epoch, records.front().sequence - 1, records);
        ASSERT_EQ(result.outcome, AppendOutcome::ok) << result.description;
        model.apply(records, result.chain_hash);
    }
};

std::string words_of(const Entry& entry) {
    const char* types[] = {"deposit",     "withdrawal", "transfer",
                           "packet_send", "share_open", "refund"};
    return std::to_string(entry.line_no) + " #" + std::to_string(entry.sequence) + " " +
           types[static_cast<int>(entry.type)] + " " + std::to_string(entry.amount_fen) + " = " +
           std::to_string(entry.balance_after_fen) + " " + entry.counterparty + " '" + entry.memo +
           "' " + (entry.packet_id ? std::to_string(entry.packet_id->value) : "-") + " at " +
           std::to_string((entry.at - story_begins) / 1'000);
}

std::vector<std::string> words_of(const Page<Entry>& page) {
    std::vector<std::string> words;
    for (const Entry& entry : page.items) {
        words.push_back(words_of(entry));
    }
    return words;
}

TEST(ReadModel, TellsTheStatementsOfTheStory) {
    Followed followed;
    followed.add(story());
    EXPECT_EQ(words_of(followed.model.entries("ann", {}, {})),
              (std::vector<std::string>{
                  "6 #12 transfer -700 = 3400 carol 'rent' - at 11",
                  "5 #11 refund 200 = 4100 packet:78 '' 78 at 10",
                  "4 #8 packet_send -300 = 3900 packet:78 '' 78 at 7",
                  "3 #7 share_open 200 = 4200 ann '' 77 at 6",
                  "2 #5 packet_send -1000 = 4000 packet:77 'Good luck!' 77 at 4",
                  "1 #4 deposit 5000 = 5000 outside 'cash' - at 3",
              }));
    EXPECT_EQ(words_of(followed.model.entries("bob", {}, {})),
              (std::vector<std::string>{
                  "3 #13 withdrawal -330 = 70 outside 'to the bank' - at 12",
                  "2 #9 share_open 100 = 400 ann '' 78 at 8",
                  "1 #6 share_open 300 = 300 ann '' 77 at 5",
              }));
    EXPECT_EQ(words_of(followed.model.entries("carol", {}, {})),
              (std::vector<std::string>{
                  "2 #12 transfer 700 = 1200 ann 'rent' - at 11",
                  "1 #10 share_open 500 = 500 ann '' 77 at 9",
              }));
    EXPECT_TRUE(followed.model.entries("nobody", {}, {}).items.empty());
}

TEST(ReadModel, FiltersEntriesByTimeAndType) {
    Followed followed;
    followed.add(story());
    const auto second = [](int s) { return story_begins + s * 1'000; };
    const auto lines = [&](EntryFilter filter) {
        std::vector<std::uint64_t> line_nos;
        for (const Entry& entry : followed.model.entries("ann", filter, {}).items) {
            line_nos.push_back(entry.line_no);
        }
        return line_nos;
    };
    using Lines = std::vector<std::uint64_t>;
    EXPECT_EQ(lines({second(7), {}, {}}), (Lines{6, 5, 4})) << "from is inclusive";
    EXPECT_EQ(lines({{}, second(7), {}}), (Lines{3, 2, 1})) << "to is exclusive";
    EXPECT_EQ(lines({second(4), second(8), {}}), (Lines{4, 3, 2}));
    EXPECT_EQ(lines({{}, {}, EntryType::packet_send}), (Lines{4, 2}));
    EXPECT_EQ(lines({second(5), {}, EntryType::packet_send}), (Lines{4}));
    EXPECT_EQ(lines({{}, {}, EntryType::withdrawal}), Lines{});
}

TEST(ReadModel, AFilteredPageEndsWithACursorOnlyIfMoreWillMatch) {
    Followed followed;
    followed.add(story());
    const EntryFilter sends{{}, {}, EntryType::packet_send};
    const auto first = followed.model.entries("ann", sends, {1, {}});
    ASSERT_EQ(first.items.size(), 1U);
    ASSERT_TRUE(first.next_cursor);
    const auto second = followed.model.entries("ann", sends, {1, first.next_cursor});
    ASSERT_EQ(second.items.size(), 1U);
    EXPECT_EQ(second.items[0].line_no, 2U);
    EXPECT_FALSE(second.next_cursor);
}

TEST(ReadModel, ACursorStaysWhereItWasWhileLinesAreAdded) {
    Followed followed;
    followed.add(story());
    const auto first = followed.model.entries("ann", {}, {2, {}});
    followed.add(records_of({domain::Deposited{"ann", 1, ""}}, 15));
    const auto second = followed.model.entries("ann", {}, {2, first.next_cursor});
    EXPECT_EQ(first.items.back().line_no, 5U);
    ASSERT_EQ(second.items.size(), 2U);
    EXPECT_EQ(second.items.front().line_no, 4U);
}

TEST(ReadModel, ACursorFromNowhereIsHarmless) {
    Followed followed;
    followed.add(story());
    for (const std::uint64_t cursor : {std::uint64_t{0}, ~std::uint64_t{0}}) {
        const PageRequest page{50, cursor};
        const std::size_t all = cursor == 0 ? 0 : 1;
        EXPECT_EQ(followed.model.entries("ann", {}, page).items.size(), all * 6);
        EXPECT_EQ(followed.model.claims({77}, page).items.size(), all * 3);
        EXPECT_EQ(followed.model.packets_sent("ann", page).items.size(), all * 2);
        EXPECT_EQ(followed.model.packets_received("bob", page).items.size(), all * 2);
    }
}

TEST(ReadModel, TellsThePacketsClaimsNewestFirst) {
    Followed followed;
    followed.add(story());
    const auto page = followed.model.claims({77}, {2, {}});
    ASSERT_EQ(page.items.size(), 2U);
    EXPECT_EQ(page.items[0].user_id, "carol");
    EXPECT_EQ(page.items[1].user_id, "ann");
    EXPECT_EQ(page.items[1].username, "Ann 安");
    EXPECT_EQ(page.items[1].avatar_url, "https://example.org/a.png");
    EXPECT_EQ(page.items[1].amount_fen, 200);
    EXPECT_EQ(page.items[1].opened_at, story_begins + 6'000);
    const auto rest = followed.model.claims({77}, {2, page.next_cursor});
    ASSERT_EQ(rest.items.size(), 1U);
    EXPECT_EQ(rest.items[0].user_id, "bob");
    EXPECT_FALSE(rest.next_cursor);
    EXPECT_TRUE(followed.model.claims({99}, {}).items.empty());
}

TEST(ReadModel, TellsPacketsSentAndReceivedWithOnesOwnShare) {
    Followed followed;
    followed.add(story());
    const auto sent = followed.model.packets_sent("ann", {}).items;
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].packet_id.value, 78U);
    EXPECT_FALSE(sent[0].own_share_fen);
    EXPECT_EQ(sent[1].packet_id.value, 77U);
    EXPECT_EQ(sent[1].own_share_fen, 200);
    EXPECT_EQ(sent[1].own_opened_at, story_begins + 6'000);
    const auto received = followed.model.packets_received("bob", {}).items;
    ASSERT_EQ(received.size(), 2U);
    EXPECT_EQ(received[0].packet_id.value, 78U);
    EXPECT_EQ(received[0].own_share_fen, 100);
    EXPECT_EQ(received[1].packet_id.value, 77U);
    EXPECT_TRUE(followed.model.packets_sent("bob", {}).items.empty());
    EXPECT_TRUE(followed.model.packets_received("nobody", {}).items.empty());
}

TEST(ReadModel, AddsUpTheAuditAnew) {
    Followed followed;
    const Audit empty = followed.model.audit();
    EXPECT_EQ(empty.position.chain_hash, followed.journal->position(0).chain_hash);
    followed.add(story());
    const Audit audit = followed.model.audit();
    EXPECT_TRUE(audit.deposited_fen == 5'000);
    EXPECT_TRUE(audit.withdrawn_fen == 330);
    EXPECT_TRUE(audit.accounts_fen == 3'400 + 70 + 1'200);
    EXPECT_TRUE(audit.escrow_fen == 0);
    EXPECT_TRUE(audit.difference_fen() == 0);
    EXPECT_EQ(audit.position.last_sequence, 14U);
    EXPECT_EQ(audit.position.chain_hash, followed.journal->position(0).chain_hash);
}

TEST(ReadModel, ReturnsARecordAsItWasAnswered) {
    Followed followed;
    followed.add(story());
    followed.add(records_of({domain::Deposited{"ann", 9, ""}}, 15));
    const auto deposit = followed.model.settled_record(4);
    ASSERT_TRUE(deposit);
    EXPECT_TRUE(same_record(deposit->record, story()[3]));
    EXPECT_EQ(deposit->owner_balance_fen, 5'000) << "the balance then, not now";
    EXPECT_EQ(followed.model.settled_record(13)->owner_balance_fen, 70);
    EXPECT_EQ(followed.model.settled_record(12)->owner_balance_fen, 3'400) << "the payer's";
    EXPECT_TRUE(followed.model.settled_record(1));
    EXPECT_FALSE(followed.model.settled_record(0));
    EXPECT_FALSE(followed.model.settled_record(16));
}

TEST(ReadModelDeathTest, RecordsOutOfOrderAreABrokenInvariant) {
    Followed followed;
    EXPECT_DEATH(followed.model.apply(records_of({domain::Deposited{"ann", 1, ""}}, 2), {}),
                 "in journal order");
}

/// What a user's statement should be, kept as plainly as can be.
struct PlainLine {
    domain::Sequence sequence;
    domain::Fen amount_fen;
    domain::Fen balance_fen;
};

class RandomHistory {
  public:
    explicit RandomHistory(std::uint64_t seed) : random_(seed) {}

    /// The next record that follows from those before.
    domain::Record next() {
        domain::Record record;
        record.sequence = ++last_;
        // Clocks may be set back: time is not always in journal order.
        record.at = story_begins + static_cast<std::int64_t>(random_.below(1'000'000));
        record.event = event();
        return record;
    }

    std::map<std::string, std::vector<PlainLine>> statements;
    std::map<std::uint64_t, std::vector<std::string>> claims;
    std::map<std::string, std::vector<std::uint64_t>> sent;
    std::map<std::string, std::vector<std::uint64_t>> received;

  private:
    struct Open {
        std::uint64_t id;
        std::string sender;
        domain::Fen left_fen;
        domain::Sequence sent;
        std::set<std::string> openers;
    };

    domain::Fen balance(const std::string& user) {
        auto& lines = statements[user];
        return lines.empty() ? 0 : lines.back().balance_fen;
    }
    void move(const std::string& user, domain::Fen amount_fen) {
        const domain::Fen after_fen = balance(user) + amount_fen;
        statements[user].push_back({last_, amount_fen, after_fen});
    }
    std::string any_user() { return "u" + std::to_string(random_.below(users_)); }

    domain::Event event() {
        if (users_ < 12) {
            const std::string user = "u" + std::to_string(users_++);
            statements[user];
            return domain::AccountOpened{user, user, "", {}};
        }
        const std::string user = any_user();
        const std::string other = any_user();
        const auto choice = random_.below(10);
        if (choice < 5 && !open_.empty()) {
            Open& packet = open_[random_.below(open_.size())];
            if (choice == 0) {
                return close(packet);
            }
            if (packet.left_fen > 1 && packet.openers.insert(user).second) {
                packet.left_fen -= 1;
                move(user, 1);
                claims[packet.id].push_back(user);
                received[user].push_back(packet.id);
                return domain::ShareOpened{{packet.id}, user, 1};
            }
        }
        if (choice < 7 && balance(user) >= 20) {
            return send(user);
        }
        if (choice == 7 && user != other && balance(user) > 0) {
            move(user, -1);
            move(other, 1);
            return domain::Transferred{user, other, 1, ""};
        }
        if (choice == 8 && balance(user) > 0) {
            move(user, -1);
            return domain::Withdrawn{user, 1, ""};
        }
        const domain::Fen amount_fen = random_.between(1, 100);
        move(user, amount_fen);
        return domain::Deposited{user, amount_fen, ""};
    }
    domain::Event send(const std::string& user) {
        domain::PacketSent sent_event;
        sent_event.packet_id = {1'000 + last_};
        sent_event.sender = user;
        sent_event.total_fen = 20;
        sent_event.count = 20;
        sent_event.share_fen_max = 20;
        sent_event.expires_at = story_begins;
        move(user, -20);
        sent[user].push_back(sent_event.packet_id.value);
        open_.push_back({sent_event.packet_id.value, user, 20, last_, {}});
        return sent_event;
    }
    domain::Event close(Open& packet) {
        const domain::PacketClosed closed{{packet.id}, packet.sender, packet.left_fen, packet.sent};
        move(packet.sender, packet.left_fen);
        std::swap(packet, open_.back());
        open_.pop_back();
        return closed;
    }

    SeededRandom random_;
    domain::Sequence last_ = 0;
    std::uint64_t users_ = 0;
    std::vector<Open> open_;
};

/// Follows cursors to the end and returns all items, oldest first.
template <typename Ask>
auto all_pages(std::uint32_t limit, const Ask& ask) {
    decltype(ask(PageRequest{}).items) items;
    PageRequest page{limit, {}};
    do {
        auto answer = ask(page);
        EXPECT_LE(answer.items.size(), limit);
        items.insert(items.end(), answer.items.begin(), answer.items.end());
        page.cursor = answer.next_cursor;
    } while (page.cursor);
    std::reverse(items.begin(), items.end());
    return items;
}

TEST(ReadModel, AgreesWithAPlainListOverRandomHistories) {
    Followed followed;
    RandomHistory history(20261123);
    SeededRandom random(8);
    domain::Sequence last = 0;
    while (last < 3'000) {
        std::vector<domain::Record> commit;
        for (std::uint64_t left = 1 + random.below(60); left > 0; --left) {
            commit.push_back(history.next());
        }
        last = commit.back().sequence;
        followed.add(commit);
        ASSERT_TRUE(followed.model.audit().difference_fen() == 0);
    }
    const MemoryReadModel& model = followed.model;
    for (const auto& [user, lines] : history.statements) {
        const auto entries = all_pages(
            7, [&, id = user](const PageRequest& page) { return model.entries(id, {}, page); });
        ASSERT_EQ(entries.size(), lines.size());
        for (std::size_t i = 0; i < lines.size(); ++i) {
            ASSERT_EQ(entries[i].line_no, i + 1);
            ASSERT_EQ(entries[i].sequence, lines[i].sequence);
            ASSERT_EQ(entries[i].amount_fen, lines[i].amount_fen);
            ASSERT_EQ(entries[i].balance_after_fen, lines[i].balance_fen);
        }
        const auto sent = all_pages(
            3, [&, id = user](const PageRequest& page) { return model.packets_sent(id, page); });
        ASSERT_EQ(sent.size(), history.sent[user].size());
        for (std::size_t i = 0; i < sent.size(); ++i) {
            ASSERT_EQ(sent[i].packet_id.value, history.sent[user][i]);
            const auto& claims = history.claims[sent[i].packet_id.value];
            const bool own = std::find(claims.begin(), claims.end(), user) != claims.end();
            ASSERT_EQ(sent[i].own_share_fen.has_value(), own);
        }
        const auto received = all_pages(200, [&, id = user](const PageRequest& page) {
            return model.packets_received(id, page);
        });
        ASSERT_EQ(received.size(), history.received[user].size());
        for (std::size_t i = 0; i < received.size(); ++i) {
            ASSERT_EQ(received[i].packet_id.value, history.received[user][i]);
        }
    }
    ASSERT_GT(history.claims.size(), 10U);
    for (const auto& [packet, openers] : history.claims) {
        const auto claims = all_pages(
            4, [&, id = packet](const PageRequest& page) { return model.claims({id}, page); });
        ASSERT_EQ(claims.size(), openers.size());
        for (std::size_t i = 0; i < claims.size(); ++i) {
            ASSERT_EQ(claims[i].user_id, openers[i]);
        }
    }
}

} // namespace
} // namespace hongbao::persistence
