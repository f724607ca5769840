// Role: all shares drawn up front (rule 12): the shuffle through every possible draw of small
// packets, the packet that hands them out one by one, and the books that check each share against
// the seed.
#include "domain/books/books.hpp"
#include "domain/packet/up_front.hpp"

#include "tests/rig/domain_samples.hpp"
#include "tests/rig/domain_words.hpp"
#include "tests/rig/plain_sha256.hpp"
#include "tests/rig/scripted_random.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

using Shares = std::vector<Fen>;

TEST(UpFront, ShuffledDoubleMeanGivesEveryOrderOfItsSharesTheSameChance) {
    for (std::int64_t count = 1; count <= 4; ++count) {
        for (Fen total_fen = count; total_fen <= 9; ++total_fen) {
            for (const Fen cap_fen : {total_fen, (total_fen + count - 1) / count + 1}) {
                SCOPED_TRACE(std::to_string(total_fen) + " fen over " + std::to_string(count) +
                             ", cap " + std::to_string(cap_fen));
                std::map<Shares, double> chances;
                double sum = 0;
                for_every_luck([&](ScriptedRandom& random) {
                    const Shares shares = draw_up_front(SplitAlgorithm::double_mean, total_fen,
                                                        count, cap_fen, random);
                    ASSERT_EQ(shares.size(), static_cast<std::size_t>(count));
                    ASSERT_EQ(std::accumulate(shares.begin(), shares.end(), Fen{0}), total_fen);
                    ASSERT_GE(*std::min_element(shares.begin(), shares.end()), 1);
                    ASSERT_LE(*std::max_element(shares.begin(), shares.end()), cap_fen);
                    double chance = 1;
                    for (const std::uint64_t bound : random.bounds()) {
                        chance /= static_cast<double>(bound);
                    }
                    chances[shares] += chance;
                    sum += chance;
                });
                EXPECT_NEAR(sum, 1, 1e-9);
                for (const auto& [shares, chance] : chances) {
                    Shares sorted = shares;
                    std::sort(sorted.begin(), sorted.end());
                    ASSERT_TRUE(chances.contains(sorted));
                    EXPECT_NEAR(chance, chances.at(sorted), 1e-12);
                }
            }
        }
    }
}

PacketSent terms_up_front(Fen total_fen, std::int64_t count, SplitAlgorithm algorithm) {
    PacketSent terms = packet_terms(PacketKind::lucky, total_fen, count);
    terms.split_algorithm = algorithm;
    terms.seed = sample_seed();
    return terms;
}

Fen open_share(Packet& packet, const std::string& user_id) {
    ScriptedRandom no_luck;
    const auto decision = decide_open(packet, open_by(user_id), sample_now, no_luck, plain_sha256);
    EXPECT_TRUE(no_luck.bounds().empty()) << "nothing is drawn on open";
    const auto& opened = std::get<ShareOpened>(decision);
    apply(packet, opened, sample_now);
    return opened.amount_fen;
}

TEST(UpFront, APacketGivesTheSharesOfItsSeedInTheirOrder) {
    Packet packet = packet_of(terms_up_front(10'000, 10, SplitAlgorithm::double_mean));
    Shares opened;
    for (int i = 0; i < 10; ++i) {
        opened.push_back(open_share(packet, "user" + std::to_string(i)));
    }
    EXPECT_EQ(opened, (Shares{2240, 213, 77, 178, 1161, 1449, 2175, 860, 560, 1087}));
    EXPECT_TRUE(packet.exhausted());
    EXPECT_EQ(packet.luckiest_user_id, "user0");
}

/// What a crash in the middle leaves: the terms and the claims, but not the shares.
TEST(UpFront, APacketBuiltAgainFromTermsAndClaimsGoesOnWithTheSameShares) {
    for (const auto algorithm : {SplitAlgorithm::double_mean, SplitAlgorithm::line_cut}) {
        const PacketSent terms = terms_up_front(5'000, 20, algorithm);
        Packet whole = packet_of(terms);
        Packet interrupted = packet_of(terms);
        for (int i = 0; i < 20; ++i) {
            const std::string user_id = "user" + std::to_string(i);
            if (i % 3 == 0) {
                Packet again = packet_of(terms);
                for (const auto& [claimant, claim] : interrupted.claims) {
                    take_share(again, claimant, claim.amount_fen);
                }
                interrupted = std::move(again);
            }
            ASSERT_EQ(open_share(whole, user_id), open_share(interrupted, user_id));
        }
    }
}

TEST(UpFront, ARefusedOrRepeatedOpenTakesNoShare) {
    Packet packet = packet_of(terms_up_front(100, 3, SplitAlgorithm::double_mean));
    packet.terms.sender_may_open = false;
    ScriptedRandom luck;
    const auto refused = decide_open(packet, open_by("sender"), sample_now, luck, plain_sha256);
    EXPECT_EQ(words_of(refused), "sender_may_not_open");
    const Fen first_fen = open_share(packet, "bob");
    EXPECT_EQ(words_of(decide_open(packet, open_by("bob"), sample_now, luck, plain_sha256)),
              "repeat " + std::to_string(first_fen) + " at " + std::to_string(sample_now));
    const Shares all = [&] {
        SeedStream stream(sample_seed(), plain_sha256);
        return draw_up_front(SplitAlgorithm::double_mean, 100, 3, 20'000, stream);
    }();
    EXPECT_EQ(first_fen, all[0]);
    EXPECT_EQ(open_share(packet, "carol"), all[1]);
}

Books books_with(const PacketSent& terms) {
    Books books;
    books.sha256 = plain_sha256;
    for (const char* user_id : {"sender", "bob", "carol"}) {
        apply(books, {books.last_sequence + 1, sample_now, AccountOpened{user_id, "", ""}, {}});
    }
    apply(books, {4, sample_now, Deposited{"sender", 1'000'000, ""}, {}});
    const Record sent{5, sample_now, terms, {}};
    EXPECT_EQ(what_is_wrong_with(books, sent), "");
    apply(books, sent);
    return books;
}

TEST(UpFront, TheBooksAcceptTheNextShareOfTheSeedAndNoOther) {
    const PacketSent terms = terms_up_front(10'000, 10, SplitAlgorithm::line_cut);
    Books books = books_with(terms); // 456, 204, …
    const auto wrong = [&](const char* user_id, Fen amount_fen) {
        return what_is_wrong_with(books, {books.last_sequence + 1,
                                          sample_now,
                                          ShareOpened{terms.packet_id, user_id, amount_fen},
                                          {}});
    };
    const char* const not_next = "the share is not the next that follows from the packet's seed";
    EXPECT_EQ(wrong("bob", 455), not_next);
    EXPECT_EQ(wrong("bob", 204), not_next) << "one of the seed's, but not its turn";
    EXPECT_EQ(wrong("bob", 456), "");
    apply(books, {6, sample_now, ShareOpened{terms.packet_id, "bob", 456}, {}});
    EXPECT_EQ(wrong("carol", 456), not_next);
    EXPECT_EQ(wrong("carol", 204), "");
}

TEST(UpFront, TheBooksRefuseAPacketThatCannotBeSplitThatWay) {
    struct Case {
        const char* words;
        PacketKind kind;
        SplitAlgorithm algorithm;
        bool up_front;
        Fen total_fen;
        std::int64_t count;
        const char* complaint;
    };
    using enum SplitAlgorithm;
    constexpr auto lucky = PacketKind::lucky;
    const char* const no_way = "the packet cannot be split in the way it names";
    const Case cases[] = {
        {"an equal packet with a seed", PacketKind::equal, double_mean, true, 10, 2, no_way},
        {"an equal packet by line_cut", PacketKind::equal, line_cut, false, 10, 2, no_way},
        {"above the cap", lucky, double_mean, true, 20'001, 1, no_way},
        {"at the cap", lucky, double_mean, true, 20'000, 1, ""},
        {"cap times count", lucky, double_mean, true, 60'000, 3, ""},
        {"cap times count by line_cut", lucky, line_cut, true, 60'000, 3, no_way},
        {"the same on open", lucky, line_cut, false, 60'000, 3, no_way},
        {"line_cut with room below the cap", lucky, line_cut, true, 70'000, 10, ""},
        {"too many up front", lucky, double_mean, true, shares_up_front_max + 1,
         shares_up_front_max + 1, no_way},
    };
    Books books = books_with(packet_terms(lucky, 1, 1));
    books.accounts.at("sender").standing.balance_fen = amount_fen_max;
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        PacketSent terms = packet_terms(c.kind, c.total_fen, c.count);
        terms.packet_id = PacketId{78};
        terms.split_algorithm = c.algorithm;
        if (c.up_front) {
            terms.seed = sample_seed();
        }
        EXPECT_EQ(what_is_wrong_with(books, {6, sample_now, terms, {}}), c.complaint);
    }
}

} // namespace
} // namespace hongbao::domain
