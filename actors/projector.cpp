// Role: questions to the read model and their answers.
#include "actors/projector.hpp"

#include "actors/following.hpp"
#include "actors/outbox.hpp"
#include "actors/packet_view.hpp"
#include "domain/overloaded.hpp"

#include <chrono>
#include <deque>
#include <utility>
#include <vector>

namespace hongbao::actors {

namespace {

/// The answer that the request of this record was given the first time.
Answer first_answer(const persistence::SettledRecord& settled) {
    const auto& record = settled.record;
    const auto receipt = [&](domain::Fen amount_fen, std::optional<domain::Fen> balance_fen) {
        return Answer{TradeReceipt{record.sequence, amount_fen, balance_fen, true}};
    };
    return std::visit(domain::Overloaded{
                          [&](const domain::Deposited& event) {
                              return receipt(event.amount_fen, settled.owner_balance_fen);
                          },
                          [&](const domain::Withdrawn& event) {
                              return receipt(event.amount_fen, settled.owner_balance_fen);
                          },
                          [&](const domain::Transferred& event) {
                              return receipt(event.amount_fen, std::nullopt);
                          },
                          [&](const domain::PacketSent& event) {
                              auto view =
                                  std::make_unique<PacketView>(view_of_sent(event, record.at));
                              view->replayed = true;
                              return Answer{std::move(view)};
                          },
                          [&](const domain::CampaignFunded& event) {
                              auto view =
                                  std::make_unique<CampaignView>(view_of_funded(event, record.at));
                              view->replayed = true;
                              return Answer{std::move(view)};
                          },
                          [](const auto&) {
                              domain::invariant(false, "only keyed requests are answered again");
                              return Answer{domain::Rejection::account_not_found};
                          },
                      },
                      record.event);
}

struct Ask {
    const persistence::ReadModel& model;

    Answer operator()(const ReadEntries& read) const {
        return std::make_unique<EntryPage>(model.entries(read.user_id, read.filter, read.page));
    }
    Answer operator()(const ReadClaims& read) const {
        return std::make_unique<ClaimPage>(model.claims(read.packet_id, read.page));
    }
    Answer operator()(const ReadTimeline& read) const {
        return std::make_unique<TimelinePage>(model.timeline(read.packet_id, read.page));
    }
    Answer operator()(const ReadMentions& read) const {
        return std::make_unique<MentionPage>(read.kind == MentionKind::sent
                                                 ? model.packets_sent(read.user_id, read.page)
                                                 : model.packets_received(read.user_id, read.page));
    }
    Answer operator()(const ReadCampaign& read) const {
        auto summary = model.campaign_summary(read.campaign_id);
        return summary ? Answer{std::make_unique<CampaignView>(
                             CampaignView{std::move(*summary), false})}
                       : Answer{domain::Rejection::campaign_not_found};
    }
    Answer operator()(const ReadNews& read) const {
        NewsPtr news = news_of(model, read);
        if (news) {
            return news;
        }
        return read.topic.kind == Topic::Kind::packet ? domain::Rejection::packet_not_found
                                                      : domain::Rejection::campaign_not_found;
    }
    Answer operator()(const ReadAudit&) const {
        return std::make_unique<persistence::Audit>(model.audit());
    }
    Answer operator()(const ReadAnswer& read) const {
        const auto settled = model.settled_record(read.sequence);
        domain::invariant(settled.has_value(), "a synced record can be read again");
        return first_answer(*settled);
    }
};

/// Answers questions and wakes what routers ask for. While what the read model was begun with is
/// still being checked, only what is found is told; the rest waits.
class Answering {
  public:
    Answering(Projector::pointer self, Environment& environment,
              const persistence::ReadModel& model)
        : self_(self), environment_(environment), model_(model), outbox_(environment) {}

    void on_query(const Query& query) {
        if (is_old(query.asked_ms)) {
            deliver_one(query.reply_to, TooFarBehind{});
            return;
        }
        if (!model_.is_checked()) {
            queries_waiting_.push_back(query);
            return look_again_later();
        }
        // The routers may not have been told yet of what the projector knows.
        outbox_.rest_on(environment_.records_projected);
        outbox_.reply(query.reply_to, std::visit(Ask{model_}, query.question));
        outbox_.flush();
    }

    void on_wake(const WakeEntities& wanted) {
        WokenEntities woken;
        WakeEntities missing;
        std::uint64_t claims_left = claims_a_part; // for all that is asked here
        const bool may_miss = model_.is_checked(); // asked first: it may become so meanwhile
        for (const domain::UserId& user_id : wanted.accounts) {
            if (auto found = model_.account(user_id); found || may_miss) {
                woken.accounts.push_back({user_id, std::move(found)});
            } else {
                missing.accounts.push_back(user_id);
            }
        }
        for (const auto& packet : wanted.packets) {
            auto sleeping = model_.packet(packet.packet_id);
            if (!sleeping && !may_miss) {
                missing.packets.push_back(packet);
            } else if (!sleeping || (packet.only_if_open && !sleeping->is_open())) {
                woken.packets.push_back({packet.packet_id, nullptr, 0});
            } else if (sleeping->claim_count <= claims_left) {
                claims_left -= sleeping->claim_count;
                domain::invariant(model_.wake_further(*sleeping, sleeping->claim_count),
                                  "a packet is whole with all its claims");
                add_whole(woken, std::move(*sleeping));
            } else {
                wake_in_parts({wanted.router, std::move(*sleeping)});
            }
        }
        for (const auto& campaign : wanted.campaigns) {
            auto sleeping = model_.campaign(campaign.campaign_id);
            if (!sleeping && !may_miss) {
                missing.campaigns.push_back(campaign);
            } else if (!sleeping || (campaign.only_if_open && !sleeping->is_open())) {
                woken.campaigns.push_back({campaign.campaign_id, nullptr, 0});
            } else if (sleeping->shake_count <= claims_left) {
                claims_left -= sleeping->shake_count;
                domain::invariant(model_.wake_further(*sleeping, sleeping->shake_count),
                                  "a campaign is whole with all its shakes");
                add_whole(woken, std::move(*sleeping));
            } else {
                wake_in_parts({wanted.router, std::move(*sleeping)});
            }
        }
        answer(wanted.router, std::move(woken));
        if (!missing.accounts.empty() || !missing.packets.empty() || !missing.campaigns.empty()) {
            missing.router = wanted.router;
            missing.asked_ms = wanted.asked_ms;
            missing_.push_back(std::move(missing));
            look_again_later();
        }
    }

    /// The next part of a packet with many claims, or of a campaign, in turn with everything else:
    /// nothing happens to them while they are asleep, so the parts fit together.
    void on_further() {
        HalfAwake& first = half_awake_.front();
        const auto go_on = [this](auto& sleeping) {
            return model_.wake_further(sleeping, claims_a_part);
        };
        if (std::visit(go_on, first.sleeping)) {
            WokenEntities woken;
            std::visit([&](auto& sleeping) { add_whole(woken, std::move(sleeping)); },
                       first.sleeping);
            answer(first.router, std::move(woken));
        } else {
            half_awake_.push_back(std::move(first)); // a large one keeps no small one waiting
        }
        half_awake_.pop_front();
        go_on_later(!half_awake_.empty());
    }

    void on_look_again() {
        will_look_again_ = false;
        if (!model_.is_checked()) {
            give_up_on_old();
            return look_again_later();
        }
        for (const WakeEntities& wanted : std::exchange(missing_, {})) {
            on_wake(wanted);
        }
        for (const Query& query : std::exchange(queries_waiting_, {})) {
            on_query(query);
        }
    }

  private:
    static constexpr std::uint64_t claims_a_part = 5'000;
    static constexpr auto look_interval = std::chrono::milliseconds(5);
    struct HalfAwake {
        std::size_t router = 0;
        std::variant<persistence::SleepingPacket, persistence::SleepingCampaign> sleeping;
    };

    bool is_old(std::int64_t asked_ms) const {
        return environment_.clock->elapsed_ms() - asked_ms > environment_.query_wait_ms;
    }

    /// Whoever has waited for too long is told so; those at the front have waited longest.
    void give_up_on_old() {
        while (!queries_waiting_.empty() && is_old(queries_waiting_.front().asked_ms)) {
            deliver_one(queries_waiting_.front().reply_to, TooFarBehind{});
            queries_waiting_.pop_front();
        }
        while (!missing_.empty() && is_old(missing_.front().asked_ms)) {
            WokenEntities unknown;
            unknown.not_known_yet = true;
            for (domain::UserId& user_id : missing_.front().accounts) {
                unknown.accounts.push_back({std::move(user_id), std::nullopt});
            }
            for (const auto& packet : missing_.front().packets) {
                unknown.packets.push_back({packet.packet_id, nullptr, 0});
            }
            for (const auto& campaign : missing_.front().campaigns) {
                unknown.campaigns.push_back({campaign.campaign_id, nullptr, 0});
            }
            answer(missing_.front().router, std::move(unknown));
            missing_.pop_front();
        }
    }

    static void add_whole(WokenEntities& woken, persistence::SleepingPacket&& sleeping) {
        const domain::PacketId packet_id = sleeping.packet.terms.packet_id;
        woken.packets.push_back({packet_id,
                                 std::make_unique<domain::Packet>(std::move(sleeping.packet)),
                                 sleeping.as_of});
    }
    static void add_whole(WokenEntities& woken, persistence::SleepingCampaign&& sleeping) {
        const domain::CampaignId campaign_id = sleeping.campaign.terms.campaign_id;
        woken.campaigns.push_back({campaign_id,
                                   std::make_unique<domain::Campaign>(std::move(sleeping.campaign)),
                                   sleeping.as_of});
    }
    void wake_in_parts(HalfAwake&& half_awake) {
        half_awake_.push_back(std::move(half_awake));
        go_on_later(half_awake_.size() == 1);
    }
    void answer(std::size_t router, WokenEntities&& woken) {
        if (!woken.accounts.empty() || !woken.packets.empty() || !woken.campaigns.empty()) {
            caf::anon_send(environment_.routers[router],
                           WokenBatch{std::make_shared<WokenEntities>(std::move(woken))});
        }
    }
    void go_on_later(bool is_needed) {
        if (is_needed) {
            self_->send(self_, WakeFurther{});
        }
    }
    void look_again_later() {
        if (!will_look_again_) {
            will_look_again_ = true;
            self_->delayed_send(self_, look_interval, LookAgain{});
        }
    }

    Projector::pointer self_;
    Environment& environment_;
    const persistence::ReadModel& model_;
    Outbox outbox_;
    std::deque<HalfAwake> half_awake_;
    std::deque<WakeEntities> missing_; // asked for, and not found in a model not yet checked
    std::deque<Query> queries_waiting_;
    bool will_look_again_ = false;
};

} // namespace

Projector::behavior_type projector(Projector::pointer self, Environment* environment,
                                   persistence::ReadModel* read_model) {
    abort_on_exception(self);
    const auto answering = std::make_shared<Answering>(self, *environment, *read_model);
    const auto following = std::make_shared<Following>(self, *environment, *read_model);
    return {
        [=](const ProjectCommit& project) {
            read_model->apply(project.commit);
            environment->records_projected = project.commit->records.back().sequence;
            following->on_commit(*project.commit);
        },
        [=](const Query& query) { answering->on_query(query); },
        [=](const WakeBatch& batch) { answering->on_wake(*batch.wanted); },
        [=](const Follow& follow) { following->on_follow(follow); },
        [=](Unfollow unfollow) { following->on_unfollow(unfollow); },
        [=](TellFollowers) { following->on_tell(); },
        [=](KeepFollowersAlive) { following->on_keep_alive(); },
        [=](WakeFurther) { answering->on_further(); },
        [=](LookAgain) { answering->on_look_again(); },
        [=](Shutdown) {
            following->let_all_go();
            self->quit();
        },
    };
}

} // namespace hongbao::actors
