// Role: lists in both orders and within times, in pages of any size, against a plain list: what is
// on each, whether clocks were set back or not, and while more is added.
#include "tests/persistence/read_model/account/random_statements.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

class ListOrders : public ::testing::TestWithParam<std::tuple<Rows, Times>> {
  protected:
    ListOrders() : followed_(std::get<0>(GetParam())), history_(77, std::get<1>(GetParam())) {}

    void add_until(domain::Sequence last) {
        while (last_ < last) {
            std::vector<domain::Record> commit;
            for (std::uint64_t left = 1 + random_.below(90); left > 0; --left) {
                commit.push_back(history_.next());
                times_.push_back(commit.back().at);
            }
            last_ = commit.back().sequence;
            followed_.add(commit);
        }
    }
    PageRequest any_page() {
        PageRequest page;
        page.limit = static_cast<std::uint32_t>(1 + random_.below(7));
        page.order = random_.below(2) == 0 ? ListOrder::asc : ListOrder::desc;
        if (random_.below(3) != 0) {
            page.from = any_time();
        }
        if (random_.below(3) != 0) {
            page.to = any_time();
        }
        if (page.from && page.to && *page.from > *page.to) {
            std::swap(page.from, page.to);
        }
        return page;
    }
    domain::InstantMs any_time() {
        return times_[random_.below(times_.size())] + random_.between(-1, 1);
    }
    template <typename Map>
    auto& any_of(Map& map) {
        return *std::next(map.begin(), static_cast<std::ptrdiff_t>(random_.below(map.size())));
    }
    const ReadModel& model() const { return *followed_.model; }

    SeededRandom random_{4};
    Followed followed_;
    RandomStatements history_;
    domain::Sequence last_ = 0;
    std::vector<domain::InstantMs> times_;
};
INSTANTIATE_TEST_SUITE_P(Everywhere, ListOrders,
                         ::testing::Combine(::testing::ValuesIn(everywhere),
                                            ::testing::Values(Times::nearly_in_order,
                                                              Times::set_back_in_the_middle,
                                                              Times::of_any_order)));

/// The names of all items, page by page; `meanwhile` is called between two pages.
template <typename Ask, typename NameOf, typename Meanwhile>
auto names_of_all(PageRequest page, const Ask& ask, NameOf name_of, Meanwhile meanwhile) {
    std::vector<decltype(name_of(ask(page).items.front()))> names;
    do {
        const auto part = ask(page);
        EXPECT_LE(part.items.size(), page.limit);
        EXPECT_FALSE(part.is_elsewhere);
        for (const auto& item : part.items) {
            names.push_back(name_of(item));
        }
        page.cursor = part.next_cursor;
        meanwhile();
    } while (page.cursor);
    return names;
}
template <typename Ask, typename NameOf>
auto names_of_all(const PageRequest& page, const Ask& ask, NameOf name_of) {
    return names_of_all(page, ask, name_of, [] {});
}

bool is_on(const PageRequest& page, domain::InstantMs at) {
    return (!page.from || *page.from <= at) && (!page.to || at < *page.to);
}
template <typename Name>
std::vector<Name> in_order(std::vector<Name> names, const PageRequest& page) {
    if (page.order == ListOrder::desc) {
        std::reverse(names.begin(), names.end());
    }
    return names;
}
std::vector<domain::Sequence> expected_lines(const std::vector<PlainLine>& lines,
                                             std::optional<EntryType> type,
                                             const PageRequest& page) {
    std::vector<domain::Sequence> names;
    for (const PlainLine& line : lines) {
        if (is_on(page, line.at) && line.type == type.value_or(line.type)) {
            names.push_back(line.sequence);
        }
    }
    return in_order(std::move(names), page);
}
/// Of lines of a type, in the same order as these packets: the packets.
std::vector<std::uint64_t> expected_packets(const std::vector<PlainLine>& lines, EntryType type,
                                            const std::vector<std::uint64_t>& packets,
                                            const PageRequest& page) {
    std::vector<std::uint64_t> names;
    auto packet = packets.begin();
    for (const PlainLine& line : lines) {
        if (line.type == type && is_on(page, line.at)) {
            names.push_back(*packet);
        }
        packet += line.type == type ? 1 : 0;
    }
    return in_order(std::move(names), page);
}

constexpr domain::Sequence records = 2'200;
constexpr int questions = 150;

domain::Sequence line_name(const Entry& entry) {
    return entry.sequence;
}
std::uint64_t packet_name(const PacketMention& mention) {
    return mention.packet_id.value;
}

TEST_P(ListOrders, OfStatementsAreThoseOfAPlainList) {
    add_until(records);
    std::size_t longest = 0;
    for (int i = 0; i < questions; ++i) {
        const auto& [user, lines] = any_of(history_.statements);
        const auto type = random_.below(2) == 0
                              ? std::nullopt
                              : std::optional(static_cast<EntryType>(random_.below(entry_types)));
        const PageRequest page = any_page();
        const auto names = names_of_all(
            page, [&, id = user](const PageRequest& one) { return model().entries(id, type, one); },
            line_name);
        ASSERT_EQ(names, expected_lines(lines, type, page)) << i;
        longest = std::max(longest, names.size());
    }
    EXPECT_GT(longest, 3 * lines_a_mark) << "several marks were passed";
}

TEST_P(ListOrders, OfPacketsSentAndReceivedAreThoseOfAPlainList) {
    add_until(records);
    for (int i = 0; i < questions; ++i) {
        const auto& [user, lines] = any_of(history_.statements);
        const PageRequest page = any_page();
        ASSERT_EQ(
            names_of_all(
                page,
                [&, id = user](const PageRequest& one) { return model().packets_sent(id, one); },
                packet_name),
            expected_packets(lines, EntryType::packet_send, history_.sent[user], page));
        ASSERT_EQ(names_of_all(
                      page,
                      [&, id = user](const PageRequest& one) {
                          return model().packets_received(id, one);
                      },
                      packet_name),
                  expected_packets(lines, EntryType::share_open, history_.received[user], page));
    }
}

TEST_P(ListOrders, OfClaimsAndTimelinesAreThoseOfAPlainList) {
    add_until(records);
    for (int i = 0; i < questions; ++i) {
        const auto& [packet, openers] = any_of(history_.claims);
        const PageRequest page = any_page();
        std::vector<std::string> expected;
        for (const PlainClaim& claim : openers) {
            if (is_on(page, claim.at)) {
                expected.push_back(claim.user_id);
            }
        }
        expected = in_order(std::move(expected), page);
        ASSERT_EQ(
            names_of_all(
                page,
                [&, id = packet](const PageRequest& one) { return model().claims({id}, one); },
                [](const ClaimLine& claim) { return claim.user_id; }),
            expected);
        auto facts = model().timeline({packet}, {200, {}, ListOrder::asc}).items;
        ASSERT_GE(facts.size(), openers.size() + 1);
        std::vector<domain::Sequence> events;
        for (const PacketFact& fact : facts) {
            if (is_on(page, fact.at)) {
                events.push_back(fact.sequence);
            }
        }
        ASSERT_TRUE(std::is_sorted(events.begin(), events.end()));
        ASSERT_EQ(
            names_of_all(
                page,
                [&, id = packet](const PageRequest& one) { return model().timeline({id}, one); },
                [](const PacketFact& fact) { return fact.sequence; }),
            in_order(std::move(events), page));
    }
}

/// Newest first, what is added later is not seen; oldest first, it is.
TEST_P(ListOrders, StayWhileMoreIsAdded) {
    add_until(500);
    while (last_ < 1'500) {
        const auto& [user, lines] = any_of(history_.statements);
        const auto type = random_.below(2) == 0 ? std::nullopt : std::optional(EntryType::deposit);
        PageRequest page = any_page();
        page.limit += 10;
        const auto before = expected_lines(lines, type, page);
        const auto names = names_of_all(
            page, [&, id = user](const PageRequest& one) { return model().entries(id, type, one); },
            line_name, [this] { add_until(last_ + 1); });
        const auto after = expected_lines(history_.statements[user], type, page);
        if (page.order == ListOrder::desc) {
            ASSERT_EQ(names, before);
        } else {
            ASSERT_GE(names.size(), before.size());
            ASSERT_TRUE(std::equal(names.begin(), names.end(), after.begin()));
        }
    }
}

} // namespace
} // namespace hongbao::persistence
