// Role: what may happen to keys, switches and invitations, and what they are after it.
#include "domain/administration/administration.hpp"
#include "tests/rig/domain_words.hpp"

#include <gtest/gtest.h>

namespace hongbao::domain {
namespace {

constexpr InstantMs begins = 1'000'000;
constexpr std::int64_t day_s = 86'400;

const Operation by_ann{"key:00000000000000f0", "r1", "a fire"};

SecretHash hash(std::uint8_t byte) {
    SecretHash bytes{};
    bytes.fill(byte);
    return bytes;
}

AccessId id(std::size_t number) {
    AccessId text = std::to_string(number);
    return std::string(16 - text.size(), '0') + text;
}

AccessKeyCreated key(std::size_t number, Scope scope = Scope::service, InstantMs expires_at = 0) {
    return {id(number), "till",     scope, scope == Scope::merchant ? "shop" : "",
            hash(1),    expires_at, {}};
}

InvitationCreated invitation(std::size_t number, std::int64_t guests_max,
                             InstantMs expires_at = begins + 100) {
    return {id(number), hash(9), {81}, guests_max, expires_at, {}};
}

std::string words_of(const AdministrationDecision& decision) {
    if (const auto* rejection = std::get_if<Rejection>(&decision)) {
        return std::string(code_of(*rejection));
    }
    if (const auto* so = std::get_if<AlreadySo>(&decision)) {
        return testing::words_of(event_of(AdministrationEvent(so->event))) + ", since " +
               std::to_string(so->since);
    }
    return testing::words_of(
        event_of(AdministrationEvent(std::get<AdministrationEvent>(decision))));
}

/// The state after what was done to it, with a clock.
struct Office {
    Administration state;
    InstantMs now = begins;

    std::string ask(const AdministrationCommand& command) const {
        return words_of(decide(state, command, now));
    }
    /// The decision, done if it is an event.
    std::string run(const AdministrationCommand& command) {
        const auto decision = decide(state, command, now);
        if (const auto* event = std::get_if<AdministrationEvent>(&decision)) {
            apply(state, *event, now, &by_ann);
        }
        return words_of(decision);
    }
    const AccessKey& key_of(std::size_t number) const { return state.access.keys.at(id(number)); }
};

// ---- keys

TEST(AccessKeys, OpenModeEndsForGoodWithTheFirstKey) {
    Office office;
    EXPECT_TRUE(office.state.access.is_open());
    EXPECT_EQ(office.run(CreateAccessKey{key(1, Scope::operations)}),
              "access_key_created 0000000000000001 operator until 0");
    EXPECT_FALSE(office.state.access.is_open());
    EXPECT_EQ(office.run(RevokeAccessKey{id(1)}), "access_key_revoked 0000000000000001")
        << "the last key of an operator may go: the control socket remains";
    EXPECT_FALSE(office.state.access.is_open());
}

TEST(AccessKeys, AreOfScopesThatKeysHaveAndAMerchantsOfAnAccount) {
    Office office;
    const auto no_account = [] {
        AccessKeyCreated made = key(1, Scope::merchant);
        made.account.clear();
        return made;
    }();
    const auto account = [] {
        AccessKeyCreated made = key(1, Scope::gateway);
        made.account = "shop";
        return made;
    }();
    for (const AccessKeyCreated& wrong :
         {key(1, Scope::nobody), key(1, Scope::user), no_account, account}) {
        EXPECT_EQ(office.ask(CreateAccessKey{wrong}), "invalid_key");
    }
    for (const Scope scope :
         {Scope::merchant, Scope::gateway, Scope::service, Scope::reader, Scope::operations}) {
        EXPECT_EQ(office.ask(CreateAccessKey{key(1, scope)}).substr(0, 18), "access_key_created");
    }
}

TEST(AccessKeys, EndInTheFutureAndHaveIdsOfTheirOwn) {
    Office office;
    EXPECT_EQ(office.ask(CreateAccessKey{key(1, Scope::reader, begins)}), "invalid_key");
    EXPECT_EQ(office.run(CreateAccessKey{key(1, Scope::reader, begins + 1)}),
              "access_key_created 0000000000000001 reader until 1000001");
    EXPECT_EQ(office.ask(CreateAccessKey{key(1)}), "invalid_key");
}

TEST(AccessKeys, RotateWithAnOverlapThatIsBounded) {
    Office office;
    office.run(CreateAccessKey{key(1)});
    const auto rotate = [](std::int64_t overlap_s) {
        return RotateAccessKey{id(1), hash(2), overlap_s};
    };
    EXPECT_EQ(office.ask(rotate(-1)), "invalid_key");
    EXPECT_EQ(office.ask(rotate(30 * day_s + 1)), "invalid_key");
    EXPECT_EQ(office.ask(rotate(30 * day_s)),
              "access_key_rotated 0000000000000001, before until 2593000000, until 0");
    EXPECT_EQ(office.run(rotate(0)),
              "access_key_rotated 0000000000000001, before until 0, until 0");
    EXPECT_EQ(office.key_of(1).made.secret_hash, hash(2));
    EXPECT_EQ(office.key_of(1).previous_hash, SecretHash{}) << "nothing is kept of it";
    EXPECT_EQ(office.key_of(1).rotated_at, begins);
}

TEST(AccessKeys, RotationEndsTheSecretBeforeThePreviousOneAtOnce) {
    Office office;
    office.run(CreateAccessKey{key(1)});
    office.run(RotateAccessKey{id(1), hash(2), 60});
    EXPECT_EQ(office.key_of(1).previous_hash, hash(1));
    EXPECT_EQ(office.key_of(1).previous_until, begins + 60'000);
    office.now += 1;
    office.run(RotateAccessKey{id(1), hash(3), 60});
    EXPECT_EQ(office.key_of(1).made.secret_hash, hash(3));
    EXPECT_EQ(office.key_of(1).previous_hash, hash(2));
    EXPECT_EQ(office.key_of(1).previous_until, begins + 60'001);
}

TEST(AccessKeys, RotationKeepsTheExpiryOrSetsAnotherAndNoSecretOutlivesItsOwn) {
    Office office;
    office.run(CreateAccessKey{key(1, Scope::reader, begins + 5'000)});
    EXPECT_EQ(office.run(RotateAccessKey{id(1), hash(2), 60, std::nullopt}),
              "access_key_rotated 0000000000000001, before until 1005000, until 1005000");
    EXPECT_EQ(office.run(RotateAccessKey{id(1), hash(3), 3, 100}),
              "access_key_rotated 0000000000000001, before until 1003000, until 1100000");
    EXPECT_EQ(office.key_of(1).made.expires_at, begins + 100'000);
    EXPECT_EQ(office.ask(RotateAccessKey{id(1), hash(4), 0, 0}), "invalid_key");
    EXPECT_EQ(office.ask(RotateAccessKey{id(1), hash(4), 0, 200LL * 366 * day_s}), "invalid_key");
}

TEST(AccessKeys, ThatHaveEndedAreNotRotated) {
    Office office;
    EXPECT_EQ(office.ask(RotateAccessKey{id(1), hash(2)}), "key_not_found");
    EXPECT_EQ(office.ask(RevokeAccessKey{id(1)}), "key_not_found");
    office.run(CreateAccessKey{key(1, Scope::reader, begins + 10)});
    office.run(CreateAccessKey{key(2)});
    office.now = begins + 9;
    EXPECT_EQ(office.ask(RotateAccessKey{id(1), hash(2)}).substr(0, 18), "access_key_rotated");
    office.now = begins + 10;
    EXPECT_EQ(office.ask(RotateAccessKey{id(1), hash(2)}), "key_expired");
    EXPECT_EQ(office.run(RevokeAccessKey{id(2)}), "access_key_revoked 0000000000000002");
    EXPECT_EQ(office.ask(RotateAccessKey{id(2), hash(2)}), "key_revoked");
    office.now += 7;
    EXPECT_EQ(office.run(RevokeAccessKey{id(2)}),
              "access_key_revoked 0000000000000002, since 1000010")
        << "nothing happens twice";
}

TEST(AccessKeys, AreBoundedAndThoseThatEndedFirstMakeRoom) {
    Office office;
    for (std::size_t number = 1; number <= access_keys_max; ++number) {
        office.run(CreateAccessKey{
            key(number, Scope::reader, number == 7 ? begins + 50 : begins + 1'000'000)});
    }
    EXPECT_EQ(office.ask(CreateAccessKey{key(2'000)}), "too_many_keys");
    office.now = begins + 20;
    office.run(RevokeAccessKey{id(9)});
    office.run(RevokeAccessKey{id(3)});
    office.now = begins + 50; // key 7 expires
    EXPECT_EQ(office.run(CreateAccessKey{key(2'000)}).substr(0, 18), "access_key_created");
    EXPECT_FALSE(office.state.access.keys.contains(id(3))) << "of two that ended at once the first";
    EXPECT_TRUE(office.state.access.keys.contains(id(9)));
    office.run(CreateAccessKey{key(2'001)});
    EXPECT_FALSE(office.state.access.keys.contains(id(9)));
    office.run(CreateAccessKey{key(2'002)});
    EXPECT_FALSE(office.state.access.keys.contains(id(7)));
    EXPECT_EQ(office.state.access.keys.size(), access_keys_max);
    EXPECT_EQ(office.ask(CreateAccessKey{key(2'003)}), "too_many_keys");
}

// ---- switches

TEST(Switches, RememberWhoAndWhyAndChangeOnce) {
    Office office;
    EXPECT_TRUE(office.state.access.switch_state(Switch::sales).is_on) << "all are on at first";
    EXPECT_EQ(office.ask(ChangeSwitch{{Switch::sales, true, 30}}),
              "switch_changed sales on 0, since 0");
    EXPECT_EQ(office.run(ChangeSwitch{{Switch::sales, false, 30}}), "switch_changed sales off 30");
    const SwitchState& sales = office.state.access.switch_state(Switch::sales);
    EXPECT_FALSE(sales.is_on);
    EXPECT_EQ(sales.retry_after_s, 30);
    EXPECT_EQ(sales.changed_at, begins);
    EXPECT_EQ(sales.principal, "key:00000000000000f0");
    EXPECT_EQ(sales.reason, "a fire");
    EXPECT_EQ(office.ask(ChangeSwitch{{Switch::sales, false, 30}}),
              "switch_changed sales off 30, since 1000000");
    EXPECT_EQ(office.run(ChangeSwitch{{Switch::sales, false, 60}}), "switch_changed sales off 60")
        << "clients are told another time";
    EXPECT_EQ(office.run(ChangeSwitch{{Switch::sales, true, 60}}), "switch_changed sales on 0");
    EXPECT_TRUE(office.state.access.switch_state(Switch::opening).is_on);
}

// ---- invitations

TEST(Invitations, AreAcceptedAsOftenAsTheyHavePlaces) {
    Office office;
    EXPECT_EQ(office.run(CreateInvitation{invitation(1, 2)}),
              "invitation_created 0000000000000001 for 2 until 1000100");
    EXPECT_EQ(office.run(AcceptInvitation{id(1), "ann"}),
              "invitation_accepted 0000000000000001 by ann");
    EXPECT_EQ(office.run(AcceptInvitation{id(1), "bob"}),
              "invitation_accepted 0000000000000001 by bob");
    EXPECT_EQ(office.run(AcceptInvitation{id(1), "eve"}), "invitation_full");
    EXPECT_EQ(office.state.invitations.at(id(1)).guests, 2);
}

TEST(Invitations, EndExactlyAtTheirTimeOrWhenTheyAreRevoked) {
    Office office;
    office.run(CreateInvitation{invitation(1, 5)});
    office.run(CreateInvitation{invitation(2, 5, begins + 1'000)});
    office.now = begins + 99;
    EXPECT_EQ(office.ask(AcceptInvitation{id(1), "ann"}).substr(0, 19), "invitation_accepted");
    office.now = begins + 100;
    EXPECT_EQ(office.ask(AcceptInvitation{id(1), "ann"}), "invitation_over");
    EXPECT_EQ(office.run(RevokeInvitation{id(2)}), "invitation_revoked 0000000000000002");
    EXPECT_EQ(office.ask(AcceptInvitation{id(2), "ann"}), "invitation_over");
    EXPECT_EQ(office.ask(RevokeInvitation{id(2)}),
              "invitation_revoked 0000000000000002, since 1000100");
    EXPECT_EQ(office.ask(AcceptInvitation{id(3), "ann"}), "invitation_not_found");
    EXPECT_EQ(office.ask(RevokeInvitation{id(3)}), "invitation_not_found");
}

TEST(Invitations, HaveTermsWithinBounds) {
    Office office;
    for (const InvitationCreated& wrong :
         {invitation(1, 0), invitation(1, -1), invitation(1, invitation_guests_max + 1),
          invitation(1, 1, begins), invitation(1, 1, 0)}) {
        EXPECT_EQ(office.ask(CreateInvitation{wrong}), "invalid_invitation");
    }
    office.run(CreateInvitation{invitation(1, invitation_guests_max, begins + 1)});
    EXPECT_EQ(office.ask(CreateInvitation{invitation(1, 1)}), "invalid_invitation")
        << "the same id";
}

TEST(Invitations, AreBoundedAndThoseThatAreOverMakeRoom) {
    Office office;
    for (std::size_t number = 1; number <= invitations_max; ++number) {
        office.run(CreateInvitation{
            invitation(number, 1, begins + (number == 5 ? 10 : 1'000 + static_cast<int>(number)))});
    }
    EXPECT_EQ(office.ask(CreateInvitation{invitation(2'000, 1)}), "too_many_invitations");
    office.run(AcceptInvitation{id(2), "ann"}); // full
    EXPECT_EQ(office.run(CreateInvitation{invitation(2'000, 1)}).substr(0, 18),
              "invitation_created");
    EXPECT_FALSE(office.state.invitations.contains(id(2)));
    office.now = begins + 10;
    office.run(CreateInvitation{invitation(2'001, 1)});
    EXPECT_FALSE(office.state.invitations.contains(id(5)));
    EXPECT_EQ(office.state.invitations.size(), invitations_max);
}

// ---- the clock, the secret of tokens, and what is an operation

TEST(Administration, RecordsWhereTheClockGoesAndHowLongAnOldSecretIsValid) {
    Office office;
    EXPECT_EQ(office.run(AdvanceClock{5}), "clock_advanced to 1000005");
    EXPECT_EQ(office.run(RotateTokenSecret{begins + 60}),
              "token_secret_rotated, before until 1000060");
}

TEST(Administration, OperationsAreWhatOperatorsDoSignedOrNot) {
    const auto is_one = [](Event event, bool is_signed = false) {
        Record record{1, begins, std::move(event), std::nullopt};
        if (is_signed) {
            record.operation = std::make_shared<const Operation>(by_ann);
        }
        return is_operation(record);
    };
    EXPECT_TRUE(is_one(key(1)));
    EXPECT_TRUE(is_one(AccessKeyRotated{}));
    EXPECT_TRUE(is_one(AccessKeyRevoked{}));
    EXPECT_TRUE(is_one(SwitchChanged{}));
    EXPECT_TRUE(is_one(ClockAdvanced{}));
    EXPECT_TRUE(is_one(TokenSecretRotated{}));
    EXPECT_TRUE(is_one(invitation(1, 1)));
    EXPECT_TRUE(is_one(InvitationRevoked{}));
    EXPECT_TRUE(is_one(AccountStatusChanged{}));
    EXPECT_TRUE(is_one(Withdrawn{}));
    EXPECT_TRUE(is_one(SuspendedPaymentDecided{}));
    EXPECT_FALSE(is_one(InvitationAccepted{})) << "a guest's doing";
    EXPECT_FALSE(is_one(Deposited{}));
    EXPECT_FALSE(is_one(AccountOpened{}));
    EXPECT_TRUE(is_one(Deposited{}, true)) << "whatever is signed";
}

} // namespace
} // namespace hongbao::domain
