// Role: what a switch stops, what it leaves alone, and who is told what of it.
#include "http/api/limits/switch_gate.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

using namespace hongbao;
using namespace hongbao::http;
using domain::Action;
using domain::Switch;

namespace {

domain::SwitchState off_for(std::int64_t retry_after_s, const std::string& reason) {
    return {false, retry_after_s, 1, "key:00112233aabbccdd", reason};
}

class Switches : public testing::Test {
  protected:
    void publish(const domain::AccessState& state) {
        board_.publish(std::make_shared<domain::AccessState>(state), ++sequence_);
        gate_.read(board_);
    }

    std::vector<std::string> told_;
    AccessBoard board_;
    SwitchGate gate_{[this](std::string_view line) { told_.emplace_back(line); }};
    domain::Sequence sequence_ = 0;
};

TEST_F(Switches, EachStopsItsActionsAndNothingElse) {
    gate_.read(board_); // nothing was published yet
    for (std::size_t i = 0; i < domain::switch_count; ++i) {
        domain::AccessState state;
        state.switches[i] = off_for(0, "");
        publish(state);
        EXPECT_EQ(gate_.off(), std::vector{domain::switch_words[i]});
        for (std::size_t a = 0; a < domain::action_count; ++a) {
            const auto action = static_cast<Action>(a);
            const auto problem = gate_.find_off(action);
            EXPECT_EQ(problem.has_value(), domain::switch_of(action) == static_cast<Switch>(i));
            if (problem) {
                EXPECT_EQ(problem->code, "switched_off");
                EXPECT_NE(problem->detail.find(domain::switch_words[i]), std::string::npos);
                EXPECT_EQ(problem->retry_after_s, 30);
            }
        }
    }
    publish({});
    EXPECT_TRUE(gate_.off().empty());
    for (std::size_t a = 0; a < domain::action_count; ++a) {
        EXPECT_FALSE(gate_.find_off(static_cast<Action>(a)));
    }
}

TEST_F(Switches, PayingCancellingAndOperatingHaveNoSwitch) {
    domain::AccessState state;
    for (auto& one : state.switches) {
        one = off_for(0, "");
    }
    publish(state);
    EXPECT_EQ(gate_.off().size(), domain::switch_count);
    for (const Action action :
         {Action::see_pages, Action::look, Action::read_account, Action::pay_order,
          Action::cancel_order, Action::read_order, Action::deposit, Action::take_external_payment,
          Action::withdraw, Action::change_status, Action::decide_suspended, Action::change_switch,
          Action::change_keys, Action::issue_token, Action::read_audit, Action::list_operations}) {
        EXPECT_FALSE(gate_.find_off(action)) << static_cast<int>(action);
    }
}

TEST_F(Switches, ClientsAreToldWhenToComeAgainAndOperatorsWhy) {
    domain::AccessState state;
    state.switches[static_cast<std::size_t>(Switch::opening)] =
        off_for(7, "a leak\nhongbao: \x1b[2J");
    publish(state);
    const auto problem = gate_.find_off(Action::open_share);
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->retry_after_s, 7);
    EXPECT_EQ(problem->detail.find("leak"), std::string::npos) << "reasons are for operators";
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_NE(told_[0].find("the switch opening is off"), std::string::npos);
    EXPECT_NE(told_[0].find("key:00112233aabbccdd"), std::string::npos);
    EXPECT_NE(told_[0].find("a leak"), std::string::npos);
    EXPECT_EQ(told_[0].find('\n'), std::string::npos) << "a line of the log is one line";
    EXPECT_EQ(told_[0].find('\x1b'), std::string::npos);
}

TEST_F(Switches, EachChangeIsToldOnce) {
    domain::AccessState state;
    state.switches[0] = off_for(0, "first");
    state.switches[3] = off_for(0, "second");
    publish(state);
    EXPECT_EQ(told_.size(), 2U);
    publish(state); // a key was made, say
    EXPECT_EQ(told_.size(), 2U);
    state.switches[0].is_on = true;
    publish(state);
    ASSERT_EQ(told_.size(), 3U);
    EXPECT_NE(told_[2].find("the switch sending is on again"), std::string::npos);
}

} // namespace
