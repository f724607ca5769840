// Role: a packet's life: who may open it and what they are told (rules 9, 10), the luckiest (13),
// expiry and closing (14).
#include "domain/packet/packet.hpp"

#include "tests/rig/domain_samples.hpp"
#include "tests/rig/domain_words.hpp"
#include "tests/rig/scripted_random.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

std::string opened(const Packet& packet, const OpenShare& command, InstantMs now = sample_now) {
    ScriptedRandom random;
    return words_of(decide_open(packet, command, now, random));
}

/// A directed packet with a pass phrase and an opener who may open it, until a case gives a reason
/// against it.
struct Attempt {
    PacketSent terms = packet_terms(PacketKind::equal, 20, 2);
    OpenShare command = open_by("alice");
    std::vector<UserId> opened_before;
    InstantMs now = sample_now + 1'000;

    Attempt() {
        terms.recipients = {"zoe", "sender", "bob", "alice", "carol"};
        terms.passphrase_digest = Digest{1};
        terms.sender_may_open = true;
        command.passphrase_digest = Digest{1};
    }
    void become_a_sender_who_may_not() {
        terms.sender_may_open = false;
        command.user_id = "sender";
    }
    void leave_the_recipients() { std::erase(terms.recipients, command.user_id); }

    Packet packet() const {
        Packet packet = packet_of(terms);
        for (const UserId& user_id : opened_before) {
            take_share(packet, user_id, 10, sample_now + 7);
        }
        return packet;
    }
};

TEST(Packet, OfAllReasonsAgainstOpeningTheEarliestIsToldAndARepeatComesBeforeThemAll) {
    struct Reason {
        const char* words;
        void (*make_true)(Attempt&);
    };
    // Made true in this order, since the opener has to be settled first; told in rule 10's order.
    enum : unsigned { missing, repeat, expired, stranger, phrase, sender, frozen, exhausted };
    const Reason reasons[] = {
        {"account_not_found", [](Attempt& a) { a.command.opener = UserStanding::missing; }},
        {"repeat 10 at 1795240394130",
         [](Attempt& a) { a.opened_before.push_back(a.command.user_id); }},
        {"packet_expired", [](Attempt& a) { a.now = a.terms.expires_at; }},
        {"not_a_recipient", [](Attempt& a) { a.leave_the_recipients(); }},
        {"wrong_passphrase", [](Attempt& a) { a.command.passphrase_digest = Digest{2}; }},
        {"sender_may_not_open", [](Attempt& a) { a.become_a_sender_who_may_not(); }},
        {"account_frozen", [](Attempt& a) { a.command.opener = UserStanding::frozen; }},
        {"packet_exhausted",
         [](Attempt& a) {
             for (const char* user_id : {"bob", "carol"}) {
                 if (a.opened_before.size() < 2) {
                     a.opened_before.push_back(user_id);
                 }
             }
         }},
    };
    const unsigned order_of_making[] = {sender, stranger, phrase,  expired,
                                        repeat, frozen,   missing, exhausted};
    constexpr unsigned reason_count = 8;
    for (unsigned held = 0; held < (1U << reason_count); ++held) {
        const auto holds = [&](unsigned reason) { return (held >> reason & 1U) != 0; };
        Attempt attempt;
        for (const unsigned reason : order_of_making) {
            if (holds(reason)) {
                reasons[reason].make_true(attempt);
            }
        }
        std::string expected = "share_opened 77 " + attempt.command.user_id + " 10";
        std::string all_that_hold;
        for (unsigned reason = reason_count; reason-- > 0;) {
            if (holds(reason)) {
                expected = reasons[reason].words;
                all_that_hold = std::string(reasons[reason].words) + ", " + all_that_hold;
            }
        }
        SCOPED_TRACE(all_that_hold);
        const Packet packet = attempt.packet();
        EXPECT_EQ(opened(packet, attempt.command, attempt.now), expected);
        // A grab is refused like an open; where an open gives a share or a repeat: openable.
        const bool refused = holds(missing) || (held != 0 && !holds(repeat));
        EXPECT_EQ(words_of(decide_grab(packet, attempt.command, attempt.now)),
                  refused ? expected : "openable");
    }
}

TEST(Packet, APassPhraseIsComparedAndItsAbsenceIsWrong) {
    struct Case {
        const char* words;
        std::optional<Digest> kept, given;
        const char* outcome;
    };
    const Case cases[] = {
        {"none asked, none given", {}, {}, "openable"},
        {"none asked, one given", {}, Digest{1}, "openable"},
        {"asked, none given", Digest{1}, {}, "wrong_passphrase"},
        {"asked, right", Digest{1}, Digest{1}, "openable"},
        {"asked, wrong in the last byte", Digest{1},
         Digest{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "wrong_passphrase"},
        {"asked of zeros, none given", Digest{}, {}, "wrong_passphrase"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        PacketSent terms = packet_terms(PacketKind::lucky, 20, 2);
        terms.passphrase_digest = c.kept;
        OpenShare command = open_by("alice");
        command.passphrase_digest = c.given;
        EXPECT_EQ(words_of(decide_grab(packet_of(terms), command, sample_now)), c.outcome);
    }
}

TEST(Packet, NoPassPhraseOfALockedUserIsLookedAt) {
    PacketSent terms = packet_terms(PacketKind::lucky, 20, 2);
    terms.passphrase_digest = Digest{1};
    terms.recipients = {"alice", "bob"};
    Packet packet = packet_of(terms);
    const auto locked = [&](const char* user_id, std::optional<Digest> given,
                            InstantMs at = sample_now) {
        OpenShare command = open_by(user_id);
        command.passphrase_digest = given;
        return words_of(decide_grab(packet, command, at, true));
    };
    EXPECT_EQ(locked("alice", Digest{1}), "too_many_attempts") << "it is right, and does not count";
    EXPECT_EQ(locked("alice", Digest{2}), "too_many_attempts");
    EXPECT_EQ(locked("alice", {}), "wrong_passphrase") << "none is no attempt";
    EXPECT_EQ(locked("zoe", Digest{1}), "not_a_recipient");
    EXPECT_EQ(locked("alice", Digest{1}, terms.expires_at), "packet_expired");
    take_share(packet, "alice", 5);
    EXPECT_EQ(locked("alice", Digest{2}), "openable") << "the share is a repeat";
}

TEST(Packet, RecipientsAreFoundInWhateverOrderTheyWereGiven) {
    PacketSent terms = packet_terms(PacketKind::lucky, 20, 2);
    terms.recipients = {"zoe", "bob", "mia", "alice"};
    const Packet packet = packet_of(terms);
    for (const char* user_id : {"zoe", "bob", "mia", "alice"}) {
        EXPECT_EQ(words_of(decide_grab(packet, open_by(user_id), sample_now)), "openable");
    }
    for (const char* user_id : {"", "ali", "alice2", "Alice", "carol", "zz"}) {
        EXPECT_EQ(words_of(decide_grab(packet, open_by(user_id), sample_now)), "not_a_recipient");
    }
}

TEST(Packet, TheSenderRuleStopsOnlyTheSender) {
    PacketSent terms = packet_terms(PacketKind::lucky, 20, 2);
    terms.sender_may_open = false;
    EXPECT_EQ(opened(packet_of(terms), open_by("sender")), "sender_may_not_open");
    EXPECT_EQ(opened(packet_of(terms), open_by("alice")), "share_opened 77 alice 1");
    terms.sender_may_open = true;
    EXPECT_EQ(opened(packet_of(terms), open_by("sender")), "share_opened 77 sender 1");
}

TEST(Packet, ASentPacketHasEverythingLeft) {
    const Packet packet = sent_packet(packet_terms(PacketKind::lucky, 20, 3), 42, sample_now);
    EXPECT_EQ(packet.remaining_fen, 20);
    EXPECT_EQ(packet.remaining_count, 3);
    EXPECT_EQ(packet.sent_sequence, 42U);
    EXPECT_EQ(packet.created_at, sample_now);
    EXPECT_EQ(packet.refund_fen, 0);
    EXPECT_FALSE(packet.closed_at);
    EXPECT_TRUE(packet.claims.empty());
    EXPECT_EQ(packet.status(sample_now), PacketStatus::open);
}

TEST(Packet, ExpiresToTheMillisecondForOpenGrabCloseAndStatusAlike) {
    struct Case {
        const char* words;
        InstantMs before_expiry_ms;
        bool expired;
    };
    const Case cases[] = {
        {"when sent", 60'000, false},
        {"a millisecond before", 1, false},
        {"at the time itself", 0, true},
        {"a millisecond after", -1, true},
    };
    const Packet packet = packet_of(packet_terms(PacketKind::equal, 20, 2));
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        const InstantMs now = packet.terms.expires_at - c.before_expiry_ms;
        EXPECT_EQ(opened(packet, open_by("alice"), now),
                  c.expired ? "packet_expired" : "share_opened 77 alice 10");
        EXPECT_EQ(words_of(decide_grab(packet, open_by("alice"), now)),
                  c.expired ? "packet_expired" : "openable");
        EXPECT_EQ(words_of(decide_close(packet, now)),
                  c.expired ? "packet_closed 77 sender 20 of 5" : "not_to_be_closed");
        EXPECT_EQ(packet.status(now), c.expired ? PacketStatus::expired : PacketStatus::open);
    }
}

TEST(Packet, ClosesExactlyOnceWithExactlyWhatIsLeft) {
    Packet packet = packet_of(packet_terms(PacketKind::lucky, 20, 3));
    take_share(packet, "alice", 6);
    const InstantMs expiry = packet.terms.expires_at;
    const auto closed = decide_close(packet, expiry);
    ASSERT_EQ(words_of(closed), "packet_closed 77 sender 14 of 5");
    apply(packet, *closed, expiry + 2);
    EXPECT_EQ(packet.closed_at, expiry + 2);
    EXPECT_EQ(packet.refund_fen, 14);
    EXPECT_EQ(words_of(decide_close(packet, expiry + 3)), "not_to_be_closed");
    EXPECT_EQ(packet.status(expiry + 3), PacketStatus::expired);
    EXPECT_EQ(opened(packet, open_by("bob"), expiry + 3), "packet_expired");
}

TEST(Packet, OnceClosedStaysExpiredThoughTheClockIsSetBack) {
    Packet packet = packet_of(packet_terms(PacketKind::lucky, 20, 3));
    apply(packet, *decide_close(packet, packet.terms.expires_at), packet.terms.expires_at);
    EXPECT_EQ(opened(packet, open_by("alice"), sample_now), "packet_expired");
    EXPECT_EQ(words_of(decide_grab(packet, open_by("alice"), sample_now)), "packet_expired");
    EXPECT_EQ(packet.status(sample_now), PacketStatus::expired);
}

TEST(Packet, WithNothingLeftIsExhaustedForEverAndHasNothingToClose) {
    Packet packet = packet_of(packet_terms(PacketKind::equal, 20, 2));
    take_share(packet, "alice", 10);
    EXPECT_FALSE(packet.exhausted());
    EXPECT_EQ(packet.status(sample_now), PacketStatus::open);
    take_share(packet, "bob", 10, sample_now + 9);
    EXPECT_TRUE(packet.exhausted());
    EXPECT_EQ(packet.remaining_fen, 0);
    EXPECT_EQ(packet.last_opened_at, sample_now + 9);
    for (const InstantMs now : {sample_now, packet.terms.expires_at, packet.terms.expires_at * 2}) {
        EXPECT_EQ(words_of(decide_close(packet, now)), "not_to_be_closed");
        EXPECT_EQ(packet.status(now), PacketStatus::exhausted);
    }
    EXPECT_EQ(opened(packet, open_by("carol")), "packet_exhausted");
}

TEST(Packet, NamesTheEarliestOfTheLuckiest) {
    struct Case {
        const char* words;
        std::vector<Fen> shares_fen;
        const char* luckiest;
        Fen luckiest_fen;
    };
    const Case cases[] = {
        {"one share", {5}, "user0", 5},
        {"the first is largest", {5, 3, 4}, "user0", 5},
        {"the last is largest", {3, 4, 5}, "user2", 5},
        {"tie of all", {4, 4, 4}, "user0", 4},
        {"tie of the last two", {3, 4, 4}, "user1", 4},
        {"tie of first and last", {4, 3, 4}, "user0", 4},
        {"a fen each", {1, 1}, "user0", 1},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        Fen total_fen = 0;
        for (const Fen share_fen : c.shares_fen) {
            total_fen += share_fen;
        }
        Packet packet = packet_of(packet_terms(PacketKind::lucky, total_fen,
                                               static_cast<std::int64_t>(c.shares_fen.size())));
        for (std::size_t i = 0; i < c.shares_fen.size(); ++i) {
            take_share(packet, "user" + std::to_string(i), c.shares_fen[i]);
        }
        EXPECT_EQ(packet.luckiest_user_id, c.luckiest);
        EXPECT_EQ(packet.luckiest_fen, c.luckiest_fen);
        EXPECT_TRUE(packet.exhausted());
    }
}

TEST(Packet, EveryShareOpenedIsKeptAndTheSharesMakeUpTheTotal) {
    struct Case {
        const char* words;
        PacketKind kind;
        Fen total_fen;
        std::int64_t count;
        Fen share_fen_max;
    };
    constexpr auto lucky = PacketKind::lucky;
    constexpr auto equal = PacketKind::equal;
    const Case cases[] = {
        {"equal", equal, 1'000, 10, 20'000},
        {"equal, a fen each", equal, 10, 10, 20'000},
        {"equal, one share", equal, 7, 1, 20'000},
        {"lucky", lucky, 10'000, 10, 20'000},
        {"lucky, capped", lucky, 10'000, 10, 1'200},
        {"lucky, every share at the cap", lucky, 10'000, 10, 1'000},
        {"lucky, a fen each", lucky, 10, 10, 20'000},
        {"lucky, one share of one fen", lucky, 1, 1, 20'000},
        {"lucky, a fen more than shares", lucky, 11, 10, 20'000},
        {"lucky, large", lucky, 1'999'999, 100, 20'000},
    };
    SeededRandom random{20'261'121};
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        PacketSent terms = packet_terms(c.kind, c.total_fen, c.count);
        terms.share_fen_max = c.share_fen_max;
        Packet packet = packet_of(terms);
        Fen sum_fen = 0;
        for (std::int64_t i = 0; i < c.count; ++i) {
            const OpenShare command = open_by("user" + std::to_string(i));
            const auto decision = decide_open(packet, command, sample_now + i, random);
            ASSERT_TRUE(std::holds_alternative<ShareOpened>(decision)) << words_of(decision);
            const auto& share = std::get<ShareOpened>(decision);
            EXPECT_EQ(share.packet_id, terms.packet_id);
            EXPECT_EQ(share.user_id, command.user_id);
            EXPECT_GE(share.amount_fen, 1);
            EXPECT_LE(share.amount_fen, c.share_fen_max);
            if (c.kind == equal) {
                EXPECT_EQ(share.amount_fen, c.total_fen / c.count);
            }
            apply(packet, share, sample_now + i);
            sum_fen += share.amount_fen;
            EXPECT_EQ(packet.remaining_fen, c.total_fen - sum_fen);
            EXPECT_EQ(packet.remaining_count, c.count - i - 1);
            EXPECT_EQ(packet.claims.at(command.user_id).amount_fen, share.amount_fen);
            EXPECT_EQ(packet.claims.at(command.user_id).opened_at, sample_now + i);
        }
        EXPECT_EQ(sum_fen, c.total_fen);
        EXPECT_TRUE(packet.exhausted());
        EXPECT_EQ(opened(packet, open_by("late")), "packet_exhausted");
    }
}

TEST(Packet, LuckIsDrawnOnlyForAShareThatIsGiven) {
    Packet packet = packet_of(packet_terms(PacketKind::lucky, 20, 3));
    take_share(packet, "alice", 6);
    ScriptedRandom random;
    decide_open(packet, open_by("alice"), sample_now, random);            // a repeat
    decide_open(packet, open_by("bob"), packet.terms.expires_at, random); // too late
    EXPECT_TRUE(random.bounds().empty());
    decide_open(packet, open_by("bob"), sample_now, random);
    EXPECT_EQ(random.bounds(), std::vector<std::uint64_t>{13}); // 14 left for 2: 1 … 13
}

TEST(PacketDeathTest, WhatCannotHaveHappenedEndsTheProcess) {
    Packet packet = packet_of(packet_terms(PacketKind::lucky, 20, 3));
    take_share(packet, "alice", 6);
    const PacketId id = packet.terms.packet_id;
    EXPECT_DEATH(take_share(packet, "alice", 6), "a user has at most one share of a packet");
    EXPECT_DEATH(take_share(packet, "bob", 15), "what is left covers the shares left");
    EXPECT_DEATH(take_share(packet, "bob", 14), "what is left covers the shares left");
    EXPECT_DEATH(apply(packet, PacketClosed{id, "sender", 13, 5}, sample_now),
                 "a refund is exactly what is left");
    take_share(packet, "bob", 13);
    EXPECT_DEATH(take_share(packet, "carol", 2), "what is left covers the shares left");
    Packet closed = packet;
    apply(closed, PacketClosed{id, "sender", 1, 5}, packet.terms.expires_at);
    EXPECT_DEATH(take_share(closed, "carol", 1), "an opened share was there");
    EXPECT_DEATH(apply(closed, PacketClosed{id, "sender", 1, 5}, sample_now),
                 "a packet closes once");
    Packet short_changed = packet_of(packet_terms(PacketKind::lucky, 20, 1));
    EXPECT_DEATH(take_share(short_changed, "alice", 19), "nothing is left without a share");
    take_share(packet, "carol", 1);
    EXPECT_DEATH(take_share(packet, "dave", 0), "an opened share was there");
}

} // namespace
} // namespace hongbao::domain
