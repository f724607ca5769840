// Role: keys, switches and invitations as rows, and the list of what operators did: wherever the
// rows are, after a start from them, with a tail, and when some are lost.
#include "persistence/read_model/self_check.hpp"
#include "persistence/read_model/start/bring_up.hpp"
#include "tests/persistence/administration_story.hpp"
#include "tests/persistence/verified_model.hpp"

#include "domain/books/books.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
using domain::Administration;

std::string words_of(const domain::SecretHash& hash) {
    return hash == domain::SecretHash{} ? "none" : "from " + std::to_string(hash[0]);
}

/// Everything about it, in lines.
std::string words_of(const Administration& state) {
    std::string words;
    for (const auto& [id, key] : state.access.keys) {
        const auto& made = key.made;
        words += "key " + id + "=" + made.key_id + " '" + made.name + "' " +
                 std::string(domain::word_of(made.scope)) + " '" + made.account + "' hash " +
                 words_of(made.secret_hash) + " before " + words_of(key.previous_hash) + " until " +
                 std::to_string(key.previous_until) + " created " + std::to_string(key.created_at) +
                 " rotated " + std::to_string(key.rotated_at) + " revoked " +
                 std::to_string(key.revoked_at) + " expires " + std::to_string(made.expires_at);
        for (const std::string& range : made.address_ranges) {
            words += " " + range;
        }
        words += "\n";
    }
    for (const domain::SwitchState& one : state.access.switches) {
        words += std::string("switch ") + (one.is_on ? "on " : "off ") +
                 std::to_string(one.retry_after_s) + " at " + std::to_string(one.changed_at) +
                 " by '" + one.principal + "' since '" + one.reason + "'\n";
    }
    for (const auto& [id, invitation] : state.invitations) {
        const auto& made = invitation.made;
        words +=
            "invitation " + id + "=" + made.invitation_id + " hash " + words_of(made.secret_hash) +
            " to " + std::to_string(made.campaign_id.value) + " " +
            std::to_string(invitation.guests) + " of " + std::to_string(made.guests_max) +
            " created " + std::to_string(invitation.created_at) + " revoked " +
            std::to_string(invitation.revoked_at) + " expires " + std::to_string(made.expires_at);
        for (const std::string& range : made.address_ranges) {
            words += " " + range;
        }
        words += "\n";
    }
    return words;
}

/// By the domain's own fold.
Administration folded(const std::vector<domain::Record>& records) {
    domain::Books books;
    for (const domain::Record& record : records) {
        EXPECT_EQ(domain::what_is_wrong_with(books, record), "");
        domain::apply(books, record);
    }
    return books.administration;
}

Administration in(const ReadModel& model) {
    auto found = model.administration();
    const auto* const failure = std::get_if<Failure>(&found);
    EXPECT_EQ(failure, nullptr) << failure->sentence;
    return failure == nullptr ? std::get<Administration>(found) : Administration{};
}

std::vector<domain::Sequence> sequences_of(const Page<domain::Record>& page) {
    std::vector<domain::Sequence> sequences;
    for (const domain::Record& record : page.items) {
        sequences.push_back(record.sequence);
    }
    return sequences;
}

TEST(AdministrationRows, TellWhatTheRecordsTellWhereverTheyAre) {
    const auto records = administration_story();
    for (const Rows rows : everywhere) {
        Followed followed(rows);
        for (std::size_t done = 0; done < records.size(); ++done) { // each record alone
            followed.add({records[done]});
            ASSERT_EQ(words_of(in(*followed.model)),
                      words_of(folded({records.begin(),
                                       records.begin() + static_cast<std::ptrdiff_t>(done + 1)})))
                << "after record " << done + 1;
        }
    }
}

TEST(AdministrationRows, OperationsAreListedInBothOrdersInPagesAndWithinTimes) {
    const auto records = administration_story();
    const std::vector<domain::Sequence> all{20, 19, 18, 17, 16, 15, 12, 11, 10, 9, 8, 7, 6, 5};
    for (const Rows rows : everywhere) {
        Followed followed(rows);
        followed.add(records);
        const ReadModel& model = *followed.model;
        EXPECT_EQ(sequences_of(model.operations({})), all);
        EXPECT_EQ(sequences_of(model.operations({50, std::nullopt, ListOrder::asc})),
                  std::vector(all.rbegin(), all.rend()));
        const auto first = model.operations({5, std::nullopt});
        EXPECT_EQ(sequences_of(first), std::vector(all.begin(), all.begin() + 5));
        ASSERT_TRUE(first.next_cursor);
        const auto second = model.operations({100, first.next_cursor});
        EXPECT_EQ(sequences_of(second), std::vector(all.begin() + 5, all.end()));
        EXPECT_FALSE(second.next_cursor);
        PageRequest within;
        within.from = story_at(6);
        within.to = story_at(9);
        EXPECT_EQ(sequences_of(model.operations(within)), (std::vector<domain::Sequence>{9, 8, 7}));
        const auto page = model.operations({});
        EXPECT_EQ(page.items[9].operation->principal, "key:" + till_key);
        EXPECT_EQ(page.items[9].operation->reason, "the warehouse burns 着火");
        EXPECT_EQ(page.items.back().operation, nullptr) << "of an older program";
    }
}

TEST(AdministrationRows, AddUpAndAgreeWithTheJournal) {
    Followed followed(Rows::in_the_file);
    followed.add(administration_story());
    EXPECT_FALSE(followed.model->check_now());
    const ModelTotals totals = followed.model->totals();
    EXPECT_EQ(totals.operation_count, 14U);
    EXPECT_EQ(totals.access_key_count, 2U);
    EXPECT_EQ(totals.switch_count, 2U);
    EXPECT_EQ(totals.invitation_count, 2U);
}

/// Keys and invitations to the bound and over it: whoever ended first is forgotten.
TEST(AdministrationRows, OfWhatIsForgottenAreRemoved) {
    std::vector<domain::Event> events;
    const auto id = [](std::size_t number) {
        const std::string digits = std::to_string(number);
        return std::string(16 - digits.size(), '0') + digits;
    };
    for (std::size_t number = 1; number <= domain::access_keys_max; ++number) {
        events.push_back(domain::AccessKeyCreated{
            id(number), "", domain::Scope::reader, "", sample_hash(1), 0, {}});
        events.push_back(
            domain::InvitationCreated{id(number), sample_hash(2), {81}, 1, story_at(100'000), {}});
    }
    events.push_back(domain::AccessKeyRevoked{id(77)});
    events.push_back(domain::InvitationAccepted{id(88), "guest"});
    events.push_back(
        domain::AccessKeyCreated{id(5'000), "", domain::Scope::reader, "", sample_hash(1), 0, {}});
    events.push_back(
        domain::InvitationCreated{id(6'000), sample_hash(2), {81}, 1, story_at(100'000), {}});
    const auto records = records_of(std::move(events));
    for (const Rows rows : {Rows::in_memory, Rows::in_the_file}) {
        Followed followed(rows);
        const auto half = records.begin() + 1'500;
        followed.add({records.begin(), half});
        followed.add({half, records.end()});
        const Administration state = in(*followed.model);
        EXPECT_EQ(words_of(state), words_of(folded(records)));
        EXPECT_FALSE(state.access.keys.contains(id(77)));
        EXPECT_FALSE(state.invitations.contains(id(88)));
        EXPECT_FALSE(followed.model->check_now());
    }
}

class AdministrationModelTest : public VerifyModelTest {
  protected:
    AdministrationModelTest() : VerifyModelTest(administration_story()) {}

    /// Of a start on what is there.
    BroughtUp start() {
        BringUp wanted;
        wanted.model.path = model_path();
        const auto journal = open_journal(journal_path());
        wanted.model.journal_id = journal->id();
        wanted.model.fail_stop = [](const std::string& sentence) { FAIL() << sentence; };
        wanted.on_rebuild = [this](const std::string& why) { why_rebuilt_ = why; };
        auto outcome = bring_up(*journal, wanted);
        EXPECT_TRUE(std::holds_alternative<BroughtUp>(outcome))
            << std::get<Failure>(outcome).sentence;
        return std::move(std::get<BroughtUp>(outcome));
    }

    std::string why_rebuilt_;
};

TEST_F(AdministrationModelTest, AStartHasItFromRowsFromATailAndFromTheJournalAlone) {
    const auto records = administration_story();
    EXPECT_EQ(words_of(start().administration), words_of(folded(records)));
    EXPECT_EQ(why_rebuilt_, "");
    {
        const auto journal = open_journal(journal_path());
        std::vector<domain::Record> tail =
            records_of({domain::InvitationAccepted{party, "guest-3"},
                        domain::AccessKeyRotated{till_key, sample_hash(9), 0, 0},
                        domain::SwitchChanged{domain::Switch::sales, true, 0}},
                       21);
        for (domain::Record& record : tail) {
            record.at = story_at(4'000);
        }
        ASSERT_EQ(journal->append(0, acquire(*journal), 20, tail).outcome, AppendOutcome::ok);
    }
    auto up = start();
    EXPECT_EQ(why_rebuilt_, "");
    EXPECT_EQ(up.records_replayed, 3U);
    EXPECT_EQ(up.administration.invitations.at(party).guests, 3);
    EXPECT_EQ(up.administration.access.keys.at(till_key).made.secret_hash, sample_hash(9));
    EXPECT_TRUE(up.administration.access.switch_state(domain::Switch::sales).is_on);
    const std::string all = words_of(up.administration);
    up.model.reset();
    std::filesystem::remove_all(model_path());
    const auto built = start();
    EXPECT_EQ(built.records_replayed, 23U);
    EXPECT_EQ(words_of(built.administration), all);
}

/// A server that has lost its keys must not take that for a server that never had any.
TEST_F(AdministrationModelTest, AStartDoesNotGoOnWithRowsThatAreLost) {
    for (const auto& [table, key] : std::vector<std::pair<const char*, std::vector<std::byte>>>{
             {AccessKeys::name, {}}, {Invitations::name, {}}, {Switches::name, {}}}) {
        why_rebuilt_.clear();
        {
            RawJournal raw(model_path());
            if (table == Switches::name) {
                raw.remove(table, key_of(std::uint64_t{4}));
            } else {
                const std::string& id = table == AccessKeys::name ? till_key : party;
                raw.remove(table, std::as_bytes(std::span(id)));
            }
        }
        const auto up = start();
        EXPECT_NE(why_rebuilt_.find("has lost keys, switches, invitations or webhooks"),
                  std::string::npos)
            << table << ": " << why_rebuilt_;
        EXPECT_EQ(words_of(up.administration), words_of(folded(administration_story())));
    }
}

TEST_F(AdministrationModelTest, VerifyHoldsEachRowAgainstTheJournal) {
    EXPECT_EQ(verdict().state, ModelState::agrees) << verdict().sentence;
    expect_each_differs<AccessKeys>(
        till_key, "table access_keys, key " + till_key + ", as of record 20",
        {
            {"name is", [](AccessKeyRow& row) { row.key.made.name += "x"; }},
            {"scope is", [](AccessKeyRow& row) { row.key.made.scope = domain::Scope::operations; }},
            {"account is", [](AccessKeyRow& row) { row.key.made.account = "ann"; }},
            {"secret_hash is", [](AccessKeyRow& row) { row.key.made.secret_hash[31] ^= 1U; }},
            {"expires_at is", [](AccessKeyRow& row) { row.key.made.expires_at += 1; }},
            {"address_ranges is",
             [](AccessKeyRow& row) { row.key.made.address_ranges.pop_back(); }},
            {"previous_hash is", [](AccessKeyRow& row) { row.key.previous_hash[0] ^= 1U; }},
            {"previous_until is", [](AccessKeyRow& row) { row.key.previous_until += 1; }},
            {"created_at is", [](AccessKeyRow& row) { row.key.created_at += 1; }},
            {"rotated_at is", [](AccessKeyRow& row) { row.key.rotated_at += 1; }},
            {"revoked_at is", [](AccessKeyRow& row) { row.key.revoked_at = 1; }},
        });
    expect_each_differs<Switches>(
        4, "table switches, key 4, as of record 20",
        {
            {"is_on is", [](SwitchRow& row) { row.is_on = 1; }},
            {"retry_after_s is", [](SwitchRow& row) { row.retry_after_s += 1; }},
            {"changed_at is", [](SwitchRow& row) { row.changed_at += 1; }},
            {"principal is", [](SwitchRow& row) { row.principal = "local"; }},
            {"reason is", [](SwitchRow& row) { row.reason.clear(); }},
        });
    expect_each_differs<Invitations>(
        party, "table invitations, key " + party + ", as of record 20",
        {
            {"secret_hash is",
             [](InvitationRow& row) { row.invitation.made.secret_hash[0] ^= 1U; }},
            {"campaign is", [](InvitationRow& row) { row.invitation.made.campaign_id.value = 1; }},
            {"guests_max is", [](InvitationRow& row) { row.invitation.made.guests_max += 1; }},
            {"expires_at is", [](InvitationRow& row) { row.invitation.made.expires_at += 1; }},
            {"address_ranges is",
             [](InvitationRow& row) { row.invitation.made.address_ranges.clear(); }},
            {"created_at is", [](InvitationRow& row) { row.invitation.created_at += 1; }},
            {"revoked_at is", [](InvitationRow& row) { row.invitation.revoked_at = 1; }},
            {"guests is", [](InvitationRow& row) { row.invitation.guests -= 1; }},
        });
    EXPECT_EQ(verdict().state, ModelState::agrees) << "all is as it was";
}

TEST_F(AdministrationModelTest, VerifyNamesOperationsThatAreMissingOrSurplus) {
    const ListedKey withdrawal{{List::operations, everybody, 0}, 19};
    const auto key = withdrawal.bytes();
    const RowBytes good = get(Listed::name, key);
    RawJournal(model_path()).remove(Listed::name, key);
    expect_differs("table listed, key " + text_of(withdrawal));
    put(Listed::name, key, good);
    const ListedKey deposit{{List::operations, everybody, 0}, 3};
    RowBytes bytes;
    encode(ListedRow{}, deposit, bytes);
    put(Listed::name, deposit.bytes(), bytes);
    expect_differs("no record of the journal has made this row");
}

} // namespace
} // namespace hongbao::persistence
