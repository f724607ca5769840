// Role: which principal a request's header makes, with keys in every state.
#include "http/api/access/authenticator.hpp"

#include "actors/environment/clock.hpp"
#include "tests/http/api/access/requests.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace hongbao;
using namespace hongbao::http;

namespace {

constexpr domain::InstantMs start_ms = actors::clock_ms_min;

struct Told {
    std::string name; // of the principal; empty: there is none
    std::string code; // of the problem
    bool operator==(const Told&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Told& told) {
    return out << told.name << "|" << told.code;
}

class Authenticating : public testing::Test {
  protected:
    Told ask(const std::string& lines, const Client& client = {}) {
        const FramedRequest request(lines);
        auto outcome = authenticator_.authenticate(request.framer(), client);
        if (const auto* problem = std::get_if<Problem>(&outcome)) {
            last_detail_ = problem->detail;
            return {"", std::string(problem->code)};
        }
        last_ = std::get<CredentialPtr>(outcome);
        return {last_->principal.name, ""};
    }
    Told bearing(const std::string& credential, const Client& client = {}) {
        return ask("Authorization: Bearer " + credential + "\r\n", client);
    }
    /// Puts a key into the state, which publish() publishes.
    domain::AccessKey& add(const MadeKey& made, domain::Scope scope = domain::Scope::service) {
        domain::AccessKey key;
        key.made.key_id = made.key_id;
        key.made.scope = scope;
        key.made.secret_hash = made.secret_hash;
        return state_.keys[made.key_id] = key;
    }
    void publish() {
        board_.publish(std::make_shared<const domain::AccessState>(state_), ++as_of_);
    }

    actors::ManualClock clock_{start_ms};
    AccessBoard board_;
    Authenticator authenticator_{board_, {}, clock_};
    domain::AccessState state_;
    domain::Sequence as_of_ = 0;
    CredentialPtr last_;
    std::string last_detail_;
};

const Told invalid{"", "credential_invalid"};

Client elsewhere() {
    Client client;
    client.is_this_machine = false;
    client.address.bytes[0] = 0x20;
    return client;
}

TEST_F(Authenticating, WithoutKeysWhoeverIsAtThisMachineIsItsOperator) {
    EXPECT_EQ(ask(""), (Told{"nobody", ""})) << "before it is known which keys there are";
    publish();
    EXPECT_EQ(ask(""), (Told{"local", ""}));
    EXPECT_EQ(last_->principal.scope, domain::Scope::operations);
    EXPECT_EQ(ask("", elsewhere()), (Told{"nobody", ""}));
    EXPECT_EQ(bearing(make_key().text), invalid) << "whoever sends a key means it";
    add(make_key());
    publish();
    EXPECT_EQ(ask(""), (Told{"nobody", ""}));
}

TEST_F(Authenticating, TheControlSocketNeedsNoKey) {
    const MadeKey made = make_key();
    add(made, domain::Scope::reader);
    publish();
    Client control;
    control.via = Via::control;
    EXPECT_EQ(ask("", control), (Told{"local", ""}));
    EXPECT_EQ(bearing(made.text, control), (Told{"key:" + made.key_id, ""}));
    EXPECT_EQ(bearing(make_key().text, control), invalid);
    Client unix_socket;
    unix_socket.via = Via::unix_socket;
    EXPECT_EQ(ask("", unix_socket), (Told{"nobody", ""}));
}

TEST_F(Authenticating, AKeyIsItsScopeAndAMerchantsItsAccount) {
    const MadeKey service = make_key(), merchant = make_key();
    add(service);
    add(merchant, domain::Scope::merchant).made.account = "shop-1";
    publish();
    EXPECT_EQ(bearing(service.text, elsewhere()), (Told{"key:" + service.key_id, ""}));
    EXPECT_EQ(last_->principal.scope, domain::Scope::service);
    EXPECT_EQ(last_->principal.user_id, "");
    EXPECT_EQ(bearing(merchant.text), (Told{"key:" + merchant.key_id, ""}));
    EXPECT_EQ(last_->principal.scope, domain::Scope::merchant);
    EXPECT_EQ(last_->principal.user_id, "shop-1");
}

TEST_F(Authenticating, OnlyTheWholeSecretOpens) {
    const MadeKey made = make_key(), other = make_key();
    add(made);
    add(other);
    publish();
    const std::string& text = made.text;
    EXPECT_EQ(bearing(text.substr(0, 20) + other.text.substr(20)), invalid) << "another's secret";
    EXPECT_EQ(bearing(make_key_again(made.key_id).text), invalid);
    EXPECT_EQ(bearing(make_key().text), invalid);
    const std::string told = last_detail_;
    EXPECT_EQ(told.find(made.key_id), told.npos);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string altered = text;
        altered[i] = altered[i] == '0' ? '1' : '0';
        EXPECT_EQ(bearing(altered), invalid) << i;
        EXPECT_EQ(last_detail_.find(text.substr(20)), told.npos) << "a secret is never shown";
    }
    EXPECT_EQ(bearing(text), (Told{"key:" + made.key_id, ""}));
}

TEST_F(Authenticating, AKeyEndsWhenItIsRevokedOrExpires) {
    const MadeKey made = make_key();
    add(made).made.expires_at = start_ms + 1'000;
    publish();
    clock_.advance(999);
    EXPECT_EQ(bearing(made.text), (Told{"key:" + made.key_id, ""}));
    EXPECT_EQ(last_->expires_at, start_ms + 1'000);
    clock_.advance(1);
    EXPECT_EQ(bearing(made.text), (Told{"", "credential_expired"}));
    EXPECT_EQ(bearing(make_key_again(made.key_id).text), invalid)
        << "only who has the secret learns that its time is over";
    state_.keys[made.key_id].revoked_at = start_ms;
    publish();
    EXPECT_EQ(bearing(made.text), invalid);
    state_.keys[made.key_id].made.expires_at = 0;
    publish();
    EXPECT_EQ(bearing(made.text), invalid);
}

TEST_F(Authenticating, AfterARotationTheFormerSecretIsGoodForAWhile) {
    const MadeKey first = make_key();
    const MadeKey second = make_key_again(first.key_id);
    auto& key = add(second);
    key.previous_hash = first.secret_hash;
    key.previous_until = start_ms + 1'000;
    publish();
    EXPECT_EQ(bearing(first.text), (Told{"key:" + first.key_id, ""}));
    EXPECT_EQ(last_->expires_at, start_ms + 1'000) << "so that streams end with it";
    EXPECT_EQ(bearing(second.text), (Told{"key:" + first.key_id, ""}));
    EXPECT_EQ(last_->expires_at, Credential{}.expires_at);
    clock_.advance(1'000);
    EXPECT_EQ(bearing(first.text), (Told{"", "credential_expired"}));
    EXPECT_EQ(bearing(second.text), (Told{"key:" + first.key_id, ""}));
}

Client at(const char* address) {
    Client client;
    client.is_this_machine = false;
    client.address = *parse_ip_address(address);
    return client;
}

// A thief who tries it elsewhere is not told that it is right, nor whether its time is over.
TEST_F(Authenticating, AKeyIsForItsAddresses) {
    const MadeKey made = make_key();
    auto& key = add(made).made;
    key.address_ranges = {"192.0.2.0/24", "2001:db8::/32", "not a range"};
    publish();
    const Told right{"key:" + made.key_id, ""};
    EXPECT_EQ(bearing(made.text, at("192.0.2.255")), right);
    EXPECT_EQ(bearing(made.text, at("2001:db8:ffff::1")), right);
    EXPECT_EQ(bearing(made.text, at("192.0.3.0")), invalid);
    const std::string told = last_detail_;
    EXPECT_EQ(bearing(make_key_again(made.key_id).text, at("192.0.3.0")), invalid);
    EXPECT_EQ(last_detail_, told);
    EXPECT_EQ(bearing(made.text, at("2001:db9::1")), invalid);
    EXPECT_EQ(bearing(made.text, at("::1")), invalid) << "this machine is an address like others";
    state_.keys[made.key_id].made.expires_at = start_ms;
    publish();
    EXPECT_EQ(bearing(made.text, at("192.0.3.0")), invalid);
    EXPECT_EQ(bearing(made.text, at("192.0.2.1")), (Told{"", "credential_expired"}));
    state_.keys[made.key_id].made.address_ranges = {"not a range"};
    publish();
    EXPECT_EQ(bearing(made.text, at("192.0.2.1")), invalid);
}

// The zeros of a hash that was never set are no secret's.
TEST_F(Authenticating, AKeyThatWasNeverRotatedHasNoFormerSecret) {
    const MadeKey made = make_key();
    add(made).previous_hash = make_key().secret_hash;
    publish();
    EXPECT_EQ(bearing("hb_" + made.key_id + "_" + std::string(43, 'A')), invalid);
}

TEST_F(Authenticating, WhatTheHeaderMayNotBe) {
    const MadeKey made = make_key();
    add(made);
    publish();
    const std::string key = made.text;
    ASSERT_EQ(ask("Authorization: Bearer " + key + "\r\n").code, "");
    EXPECT_EQ(ask("authorization: bEARER   " + key + " \r\n").code, "") << "RFC 9110, section 11.1";
    const std::vector<std::string> lines{
        "Authorization:\r\n",
        "Authorization: \r\n",
        "Authorization: Bearer\r\n",
        "Authorization: Bearer \r\n",
        "Authorization: " + key + "\r\n",
        "Authorization: Basic " + key + "\r\n",
        "Authorization: Basic dXNlcjpwYXNz\r\n",
        "Authorization: Bearer" + key + "\r\n",
        "Authorization: Bearer:" + key + "\r\n",
        "Authorization: Bearer\t" + key + "\r\n",
        "Authorization: Bearer " + key + "," + key + "\r\n",
        "Authorization: Bearer " + key + " " + key + "\r\n",
        "Authorization: Bearer \"" + key + "\"\r\n",
        "Authorization: Bearer " + key + "\x80\r\n",
        "Authorization: Bearer " + key + "\r\nAuthorization: Bearer " + key + "\r\n",
        "Authorization: Bearer " + key + "\r\nauthorization: Basic eA==\r\n",
        "Authorization: Bearer " + std::string(8'192, 'A') + "\r\n",
        "Authorization: Bearer " + std::string(4'097, 'A') + "\r\n",
        "Authorization: Bearer a.b.c\r\n",
    };
    for (const std::string& line : lines) {
        EXPECT_EQ(ask(line), invalid) << line.substr(0, 200);
        EXPECT_EQ(last_detail_.find(key.substr(20)), key.npos) << last_detail_;
    }
}

} // namespace
