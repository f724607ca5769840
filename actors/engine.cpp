// Role: wiring routers, projector and writer together.
#include "actors/engine.hpp"

#include "actors/feed/event_feed.hpp"

#include "actors/environment/background.hpp"
#include "actors/environment/environment.hpp"
#include "actors/projector/historian.hpp"
#include "actors/projector/projector.hpp"
#include "actors/protocol/digests.hpp"
#include "actors/router/router.hpp"
#include "domain/touched.hpp"
#include "domain/values/overloaded.hpp"

#include <algorithm>
#include <bit>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace hongbao::actors {

namespace {

void configure(caf::actor_system_config& config, const EngineOptions& options) {
    if (options.scheduler_threads == 0) {
        config.set("scheduler.policy", caf::atom("testing")); // an atom: a string is refused
        return;
    }
    config.set("scheduler.max-threads", options.scheduler_threads);
    // After this many messages a hot packet lets others run.
    config.set("scheduler.max-throughput", std::size_t{64});
    // An idle worker sleeps until it is woken: polling takes the processor from those with work.
    config.set("work-stealing.aggressive-poll-attempts", std::size_t{8});
    config.set("work-stealing.moderate-poll-attempts", std::size_t{0});
}

} // namespace

void add_done_key(std::vector<DoneKeys>& by_router, const domain::Digest& digest,
                  const domain::Digest& fingerprint, domain::Sequence sequence,
                  std::int64_t age_ms) {
    by_router[shard_of_key(digest) & (by_router.size() - 1)].add(digest, fingerprint, sequence,
                                                                 -age_ms);
}

Engine::Engine(persistence::Journal& journal, persistence::Epoch epoch,
               persistence::ReadModel& read_model, const Clock& clock, domain::Random& random,
               const Beginning& beginning, const EngineOptions& options)
    : ids_(clock, beginning.largest_id), environment_(std::make_unique<Environment>()),
      read_model_(read_model), store_look_(std::make_unique<StoreLook>(journal, read_model)),
      writer_(journal, epoch, options.writer),
      config_(std::make_unique<caf::actor_system_config>()) {
    domain::invariant(std::has_single_bit(options.router_count), "routers are a power of two");
    environment_->clock = &clock;
    environment_->manual_clock = options.manual_clock;
    environment_->access.begin(beginning.administration.access, beginning.last_sequence);
    environment_->webhooks.begin(beginning.administration.webhooks);
    environment_->random = &random;
    environment_->writer = &writer_;
    environment_->ids = &ids_;
    environment_->money.begin(beginning.money_in_system_fen, options.money_in_system_fen_max);
    environment_->limits = options.limits;
    environment_->idempotency_keep_ms = options.idempotency_keep_ms;
    environment_->awake_bytes_max = options.awake_bytes_max / options.router_count;
    environment_->query_wait_ms = options.query_wait_ms;
    environment_->campaign_slices_max = std::max<std::size_t>(1, options.campaign_slices_max);
    environment_->records_projected = beginning.last_sequence;
    environment_->routers.resize(options.router_count);
    environment_->router_ticks = std::vector<Counter>(options.router_count);
    configure(*config_, options);
    system_ = std::make_unique<caf::actor_system>(*config_);
    spawn_actors(beginning, options);
    feed_ = std::make_unique<EventFeed>(journal, read_model, writer_);
    writer_.set_callbacks(
        {[this](const CommitPtr& commit) { tell_of(commit); }, options.fail_stop, options.warn});
    if (options.scheduler_threads != 0) {
        writer_.start();
    }
}

Engine::~Engine() {
    stop();
}

void Engine::spawn_actors(const Beginning& beginning, const EngineOptions& options) {
    const std::size_t count = environment_->routers.size();
    std::vector<std::shared_ptr<ShardContents>> contents(count);
    for (auto& shards : contents) {
        shards = std::make_shared<ShardContents>();
    }
    const auto at = [&](domain::Shard shard) -> ShardContents& {
        return *contents[environment_->router_of(shard)];
    };
    const auto add_due_times = [&at](const auto& open) {
        for (const auto& one : open) {
            at(one.id.shard()).due_times.push_back({one.due_at, one.id});
        }
    };
    add_due_times(beginning.open.packets);
    add_due_times(beginning.open.campaigns);
    add_due_times(beginning.open.sales);
    for (std::size_t index = 0; beginning.done_keys && index < count; ++index) {
        contents[index]->done_keys = std::move(beginning.done_keys->at(index));
        contents[index]->done_keys.begin(environment_->clock->elapsed_ms());
    }
    at(administration_shard).administration = beginning.administration;
    const bool has_threads = options.scheduler_threads != 0;
    environment_->background = has_threads
                                   ? system_->spawn<caf::detached>(actors::background, "background")
                                   : system_->spawn(actors::background, "background");
    spawn_readers(has_threads);
    // Spawned lazily: no router runs before all of them are known to each other.
    for (std::size_t index = 0; index < count; ++index) {
        environment_->routers[index] = system_->spawn<caf::lazy_init>(
            shard_router, environment_.get(), index, contents[index]);
    }
    for (const auto& router : environment_->routers) {
        caf::anon_send(router, Tick{});
    }
}

/// The actors that wait for the disk have their own threads: on a small machine all packets and
/// accounts share one worker.
void Engine::spawn_readers(bool has_threads) {
    if (has_threads) {
        environment_->historian =
            system_->spawn<caf::detached>(historian, environment_.get(), &read_model_);
        environment_->projector =
            system_->spawn<caf::detached>(projector, environment_.get(), &read_model_);
    } else {
        environment_->historian = system_->spawn(historian, environment_.get(), &read_model_);
        environment_->projector = system_->spawn(projector, environment_.get(), &read_model_);
    }
}

void Engine::submit(Requests&& requests) {
    std::vector<Requests> by_router(environment_->routers.size());
    by_router.front().reserve(by_router.size() == 1 ? requests.size() : 0);
    for (Request& request : requests) {
        request.hop = first_hop(request);
        by_router[environment_->router_of(shard_of(request))].push_back(std::move(request));
    }
    for (std::size_t router = 0; router < by_router.size(); ++router) {
        if (!by_router[router].empty()) {
            caf::anon_send(environment_->routers[router], batch_of(std::move(by_router[router])));
        }
    }
}

void Engine::ask(Query&& query) {
    query.asked_ms = environment_->clock->elapsed_ms();
    caf::anon_send(environment_->projector, std::move(query));
}

std::uint64_t Engine::follow(ReadNews&& question, const ReplyTo& reply_to) {
    const std::uint64_t number = ++follows_;
    caf::anon_send(environment_->projector, Follow{number, std::move(question), reply_to});
    return number;
}

void Engine::unfollow(std::uint64_t number) {
    caf::anon_send(environment_->projector, Unfollow{number});
}

void Engine::tell_of(const CommitPtr& commit) {
    std::vector<std::shared_ptr<std::vector<std::uint32_t>>> places(environment_->routers.size());
    for (std::uint32_t place = 0; place < commit->records.size(); ++place) {
        const domain::Record& record = commit->records[place];
        if (const domain::Fen brought_in_fen = domain::brought_in_fen(record.event);
            brought_in_fen < 0) {
            environment_->money.let_out(-brought_in_fen);
        }
        const auto concern = [&](domain::Shard shard) {
            auto& of_router = places[environment_->router_of(shard)];
            if (!of_router) {
                of_router = std::make_shared<std::vector<std::uint32_t>>();
            }
            if (of_router->empty() || of_router->back() != place) {
                of_router->push_back(place);
            }
        };
        domain::for_each_touched_account(record.event, [&](std::string_view user_id) {
            concern(domain::shard_of_user(user_id));
        });
        std::visit(
            domain::Overloaded{
                [&](const domain::PacketSent& event) { concern(event.packet_id.shard()); },
                [&](const domain::CampaignFunded& event) { concern(event.campaign_id.shard()); },
                [&](const domain::SaleOpened& event) { concern(event.sale_id.shard()); },
                [&](const domain::OrderReserved& event) { concern(event.sale_id.shard()); },
                [&](const domain::OrderPaid& event) { concern(event.sale_id.shard()); },
                [&](const domain::ExternalPaymentTaken& event) {
                    concern(shard_of(Reference{{}, event.gateway_ref}));
                },
                domain::case_of<domain::AccessKeyCreated, domain::AccessKeyRotated,
                                domain::AccessKeyRevoked, domain::SwitchChanged>(
                    [&](const auto& event) { environment_->access.take(event, record); }),
                [&](const domain::WebhookChanged& event) {
                    environment_->webhooks.take(event, record.at);
                },
                domain::case_of<domain::AccountEvents, domain::AnswerEvents, domain::ClockAdvanced,
                                domain::TokenSecretRotated, domain::InvitationCreated,
                                domain::InvitationRevoked, domain::InvitationAccepted,
                                domain::ShareOpened, domain::PacketClosed, domain::ShakeDrawn,
                                domain::CampaignClosed, domain::OrderCancelled,
                                domain::OrderTimedOut, domain::OrderRefunded,
                                domain::WaitlistJoined, domain::WaiterPassedOver,
                                domain::WaitlistLeft, domain::SaleClosed,
                                domain::SuspendedPaymentDecided>(
                    domain::do_nothing), // their own actor knows
            },
            record.event);
        if (record.idempotency) {
            concern(shard_of_key(digest_of_key(record.idempotency->key)));
        }
    }
    feed_->take(commit);
    // The projector comes first: a router that is told may ask it about this very commit.
    caf::anon_send(environment_->projector, ProjectCommit{commit});
    for (std::size_t router = 0; router < places.size(); ++router) {
        if (places[router]) {
            caf::anon_send(environment_->routers[router], CommitNotice{commit, places[router]});
        }
    }
}

Pressure Engine::pressure() const {
    const std::uint64_t written = writer_.last_sequence();
    const std::uint64_t projected = environment_->records_projected;
    const std::uint64_t behind = written > projected ? written - projected : 0;
    return Pressure{writer_.has_room(), behind + read_model_.unwritten_records(),
                    static_cast<std::uint64_t>(
                        std::max<std::int64_t>(0, environment_->idempotency_keys.load())),
                    writer_.busy_ms()};
}

void Engine::watch_access(AccessFeed::Watch&& watch) {
    environment_->access.watch(std::move(watch));
}

WebhookFeed& Engine::webhooks() {
    return environment_->webhooks;
}

const SoldOutBoard& Engine::sold_out() const {
    return environment_->sold_out;
}

std::size_t Engine::awake_entities() const {
    return static_cast<std::size_t>(std::max<std::int64_t>(0, environment_->awake_entities.load()));
}

std::uint64_t Engine::awake_bytes() const {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, environment_->awake_bytes.load()));
}

std::vector<Hot> Engine::hottest(std::size_t most) const {
    return environment_->hot_list.hottest(most, environment_->clock->elapsed_ms());
}

std::vector<std::int64_t> Engine::router_ticks() const {
    std::vector<std::int64_t> ticks;
    for (const Counter& counter : environment_->router_ticks) {
        ticks.push_back(counter.value());
    }
    return ticks;
}

void Engine::stop() {
    if (!system_) {
        return;
    }
    store_look_.reset();
    for (const auto& router : environment_->routers) {
        caf::anon_send(router, Shutdown{});
    }
    caf::anon_send(environment_->projector, Shutdown{});
    caf::anon_send(environment_->background, Shutdown{});
    writer_.stop();
    feed_->stop();
    if (auto* deterministic =
            dynamic_cast<caf::scheduler::test_coordinator*>(&system_->scheduler())) {
        deterministic->run();
    }
    // Entities end with the last handle to them, which their router gave up. Only then may the
    // handles to the routers go: until then they are read.
    system_->await_all_actors_done();
    environment_->projector = Projector{};
    environment_->background = Background{};
    environment_->historian = Historian{};
    environment_->routers.clear();
    system_.reset();
}

} // namespace hongbao::actors
