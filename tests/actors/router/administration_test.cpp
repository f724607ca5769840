// Role: the administration as the router of its shard decides it: one owner, answers that rest on
// what is synced, keys of requests, what watchers are told and when, and what a restart knows.
#include "tests/actors/engine_rig.hpp"

#include "persistence/read_model/page.hpp"

#include <random>
#include <set>

namespace hongbao::testing {
namespace {

using domain::AccessId;
using domain::Scope;
using domain::Switch;

AccessId id(std::size_t number) {
    const std::string digits = std::to_string(number);
    return std::string(16 - digits.size(), '0') + digits;
}

domain::SecretHash hash(std::uint8_t byte) {
    domain::SecretHash bytes{};
    bytes.fill(byte);
    return bytes;
}

Body create_key(std::size_t number, Scope scope = Scope::service) {
    return administer(domain::CreateAccessKey{{id(number), "till", scope, "", hash(1), 0, {}}});
}
Body rotate_key(std::size_t number, std::uint8_t secret, std::int64_t overlap_s = 60) {
    return administer(domain::RotateAccessKey{id(number), hash(secret), overlap_s});
}
Body turn(Switch which, bool is_on, std::int64_t retry_after_s = 30) {
    return administer(domain::ChangeSwitch{{which, is_on, retry_after_s}}, "a fire");
}
Body invite(std::size_t number, std::int64_t guests_max) {
    return administer(
        domain::CreateInvitation{{id(number), hash(2), {81}, guests_max, rig_begins + 60'000, {}}});
}

/// What a watcher was told last, and how often.
struct Watched {
    explicit Watched(EngineRig& rig) {
        rig.engine().watch_access(
            [this](const domain::AccessStatePtr& told, domain::Sequence reached) {
                state = told;
                as_of = reached;
                times += 1;
            });
    }
    domain::AccessStatePtr state;
    domain::Sequence as_of = 0;
    int times = 0;
};

TEST(AdministrationActors, AKeyIsMadeRotatedAndRevoked) {
    EngineRig rig;
    EXPECT_EQ(rig.told(create_key(1)),
              "access_key_created 0000000000000001 service until 0, record 1");
    EXPECT_EQ(rig.told(rotate_key(1, 2)).substr(0, 35), "access_key_rotated 0000000000000001");
    EXPECT_EQ(rig.told(administer(domain::RevokeAccessKey{id(1)})),
              "access_key_revoked 0000000000000001, record 3");
    EXPECT_EQ(rig.told(administer(domain::RevokeAccessKey{id(1)})),
              "access_key_revoked 0000000000000001, record 0, again");
    EXPECT_EQ(rig.told(rotate_key(1, 3)), "key_revoked");
    EXPECT_EQ(rig.told(rotate_key(7, 3)), "key_not_found");
    EXPECT_EQ(rig.journal.records().size(), 3U) << "neither refusals nor repeats are recorded";
}

TEST(AdministrationActors, RecordsSayWhoAndWhy) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    rig.told(turn(Switch::sales, false));
    Body withdrawal = withdraw("ann", 40);
    Body status = freeze("ann");
    for (Body* body : {&withdrawal, &status}) {
        std::get<std::unique_ptr<actors::AccountRequest>>(body->asked)->operation =
            std::make_shared<const domain::Operation>(
                domain::Operation{"key:00000000000000f0", "r-2", "asked for"});
    }
    rig.told(std::move(withdrawal));
    rig.told(std::move(status));
    const auto records = rig.journal.records();
    ASSERT_EQ(records.size(), 5U);
    EXPECT_EQ(records[1].operation, nullptr) << "a deposit is nobody's";
    ASSERT_NE(records[2].operation, nullptr);
    EXPECT_EQ(records[2].operation->principal, "local");
    EXPECT_EQ(records[2].operation->request_id, "r-1");
    EXPECT_EQ(records[2].operation->reason, "a fire");
    for (const std::size_t place : {3U, 4U}) {
        ASSERT_NE(records[place].operation, nullptr);
        EXPECT_EQ(records[place].operation->principal, "key:00000000000000f0");
        EXPECT_EQ(records[place].operation->reason, "asked for");
    }
    const auto token = rig.query(actors::ReadOperations{});
    rig.settle();
    const auto* page = rig.log.get<actors::OperationPage>(token);
    ASSERT_NE(page, nullptr);
    ASSERT_EQ(page->items.size(), 3U);
    EXPECT_EQ(page->items[0].sequence, 5U);
    EXPECT_EQ(page->items[2].sequence, 3U);
    EXPECT_EQ(page->items[2].operation->reason, "a fire");
}

TEST(AdministrationActors, AnswersAndReadsWaitForTheSync) {
    EngineRig rig;
    EXPECT_EQ(rig.told_before_commit(create_key(1)), "waiting");
    const auto again = rig.ask(administer(domain::RevokeAccessKey{id(2)}));
    const auto read = rig.ask(read_administration());
    rig.run();
    EXPECT_EQ(rig.said(again), "waiting") << "the refusal rests on a state that is not synced";
    EXPECT_EQ(rig.said(read), "waiting");
    rig.settle();
    EXPECT_EQ(rig.said(again), "key_not_found");
    const auto* view = rig.log.get<actors::AdministrationView>(read);
    ASSERT_NE(view, nullptr);
    EXPECT_TRUE(view->invitations.empty());
}

/// Whoever is answered finds what was done in force.
TEST(AdministrationActors, WatchersAreToldBeforeTheAnswerLeavesAndNotBeforeTheSync) {
    EngineRig rig;
    Watched watched(rig);
    ASSERT_EQ(watched.times, 1) << "at once";
    EXPECT_TRUE(watched.state->is_open());
    const auto token = rig.ask(create_key(1));
    rig.run();
    EXPECT_EQ(watched.times, 1) << "a crash may still undo it";
    bool was_told = false;
    rig.log.on_reply = [&](std::uint32_t index) {
        was_told = was_told || (index == token && watched.times == 2);
    };
    rig.settle();
    EXPECT_TRUE(was_told);
    EXPECT_EQ(watched.as_of, 1U);
    EXPECT_FALSE(watched.state->is_open());
    const domain::AccessStatePtr before = watched.state;
    rig.told(turn(Switch::opening, false, 12));
    EXPECT_TRUE(before->switch_state(Switch::opening).is_on) << "a state never changes";
    EXPECT_FALSE(watched.state->switch_state(Switch::opening).is_on);
    EXPECT_EQ(watched.state->switch_state(Switch::opening).retry_after_s, 12);
    EXPECT_EQ(watched.state->switch_state(Switch::opening).reason, "a fire");
    rig.told(invite(1, 1));
    EXPECT_EQ(watched.times, 3) << "nobody is judged by invitations";
    rig.log.on_reply = nullptr;
}

TEST(AdministrationActors, ASwitchThatIsSoAlreadyIsAnsweredWithoutARecord) {
    EngineRig rig;
    EXPECT_EQ(rig.told(turn(Switch::sending, true)),
              "switch_changed sending on 0, record 0, again");
    rig.told(turn(Switch::sending, false));
    EXPECT_EQ(rig.told(turn(Switch::sending, false)),
              "switch_changed sending off 30, record 0, again");
    EXPECT_EQ(rig.count<domain::SwitchChanged>(), 1U);
}

TEST(AdministrationActors, ARepeatedKeyIsAnsweredAsTheFirstTimeAlsoAfterARestart) {
    EngineRig rig;
    const std::string first = rig.told(keyed("key:1 k", create_key(1)));
    EXPECT_EQ(first, "access_key_created 0000000000000001 service until 0, record 1");
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(rig.told(keyed("key:1 k", create_key(2))), first + ", replayed")
            << "the fingerprint is the same: what was made then";
        EXPECT_EQ(rig.told(keyed("key:1 k", create_key(2), "another")), "idempotency_key_reused");
        rig.restart();
    }
    EXPECT_EQ(rig.told(keyed("key:2 k", create_key(3))).substr(0, 18), "access_key_created")
        << "another principal's key of the same text";
    EXPECT_EQ(rig.count<domain::AccessKeyCreated>(), 2U);
    // Twice in one batch.
    std::vector<Body> both;
    both.push_back(keyed("k", turn(Switch::sales, false)));
    both.push_back(keyed("k", turn(Switch::sales, false)));
    const auto tokens = rig.ask_all(std::move(both));
    rig.settle();
    EXPECT_EQ(rig.said(tokens[0]), "switch_changed sales off 30, record 3");
    EXPECT_EQ(rig.said(tokens[1]), "switch_changed sales off 30, record 3, replayed");
}

TEST(AdministrationActors, ARestartKnowsKeysSwitchesAndInvitations) {
    EngineRig rig;
    rig.told(create_key(1, Scope::operations));
    rig.told(rotate_key(1, 7));
    rig.told(turn(Switch::history, false));
    rig.told(invite(1, 2));
    rig.told(accept_invitation(id(1), "ann"));
    rig.restart();
    Watched watched(rig);
    EXPECT_EQ(watched.as_of, 5U);
    EXPECT_EQ(watched.state->keys.at(id(1)).made.secret_hash, hash(7));
    EXPECT_EQ(watched.state->keys.at(id(1)).previous_hash, hash(1));
    EXPECT_FALSE(watched.state->switch_state(Switch::history).is_on);
    EXPECT_EQ(rig.told(accept_invitation(id(1), "bob")),
              "invitation_accepted 0000000000000001 by bob, record 6");
    EXPECT_EQ(rig.told(accept_invitation(id(1), "eve")), "invitation_full");
    EXPECT_EQ(rig.told(create_key(1)), "invalid_key") << "the id is taken";
}

TEST(AdministrationActors, AManualClockIsMovedByARecordAndKeepsItsTime) {
    EngineRig rig;
    EXPECT_EQ(rig.told(keyed("k", administer(domain::AdvanceClock{5'000}))),
              "clock_advanced to " + std::to_string(rig_begins + 5'000) + ", record 1");
    EXPECT_EQ(rig.clock.now(), rig_begins + 5'000);
    EXPECT_EQ(rig.journal.records()[0].at, rig_begins + 5'000);
    EXPECT_EQ(rig.told(keyed("k", administer(domain::AdvanceClock{5'000}))),
              "clock_advanced to " + std::to_string(rig_begins + 5'000) + ", record 1, replayed");
    EXPECT_EQ(rig.clock.now(), rig_begins + 5'000) << "moved once";
}

/// Whatever comes first: as many guests as there are places, each once, and a revoked key is never
/// rotated.
TEST(AdministrationActors, InAnyOrderEachPlaceIsGivenOnceAndRotationsFollowEachOther) {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        EngineRig rig({.luck_seed = seed});
        rig.told(create_key(1));
        rig.told(invite(1, 5));
        std::vector<EngineRig::Token> guests;
        std::vector<EngineRig::Token> rotations;
        for (std::uint8_t n = 0; n < 12; ++n) {
            guests.push_back(rig.ask(accept_invitation(id(1), "guest-" + std::to_string(n))));
            rotations.push_back(rig.ask(keyed("rotate-" + std::to_string(n % 6),
                                              rotate_key(1, static_cast<std::uint8_t>(n + 10)),
                                              std::to_string(n % 6))));
            for (auto steps = choice() % 6; steps > 0; --steps) {
                rig.step(choice);
            }
        }
        rig.settle_in_any_order(choice);
        rig.settle();
        std::set<std::string> accepted;
        int full = 0;
        for (const auto token : guests) {
            const std::string said = rig.said(token);
            if (said == "invitation_full") {
                full += 1;
            } else {
                accepted.insert(said);
            }
        }
        EXPECT_EQ(accepted.size(), 5U);
        EXPECT_EQ(full, 7);
        EXPECT_EQ(rig.count<domain::InvitationAccepted>(), 5U);
        EXPECT_EQ(rig.count<domain::AccessKeyRotated>(), 6U) << "each key of a request once";
        int replayed = 0;
        for (const auto token : rotations) {
            replayed += rig.said(token).ends_with(", replayed") ? 1 : 0;
        }
        EXPECT_EQ(replayed, 6);
        // The secret before is the one of the rotation before.
        const auto books = rig.replayed();
        const auto& key = books.administration.access.keys.at(id(1));
        std::vector<domain::SecretHash> hashes;
        for (const domain::Record& record : rig.journal.records()) {
            if (const auto* rotated = std::get_if<domain::AccessKeyRotated>(&record.event)) {
                hashes.push_back(rotated->secret_hash);
            }
        }
        ASSERT_EQ(hashes.size(), 6U);
        EXPECT_EQ(key.made.secret_hash, hashes[5]);
        EXPECT_EQ(key.previous_hash, hashes[4]);
        rig.restart();
        EXPECT_EQ(rig.told(accept_invitation(id(1), "late")), "invitation_full");
    }
}

} // namespace
} // namespace hongbao::testing
