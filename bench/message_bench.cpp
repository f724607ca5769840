// Role: times a hop from actor to actor, with the message type and scheduler settings of the
// engine: to one hot actor, to many in turn, and in a ring across the workers.
#include "actors/protocol/messages.hpp"
#include "domain/values/invariant.hpp"

#include <benchmark/benchmark.h>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <atomic>
#include <thread>
#include <vector>

namespace hongbao {

namespace {

using Counter = std::atomic<std::int64_t>;

/// As Engine configures it.
struct Workers {
    explicit Workers(std::int64_t threads) {
        config.set("scheduler.max-threads", static_cast<std::size_t>(threads));
        config.set("scheduler.max-throughput", std::size_t{64});
        config.set("work-stealing.aggressive-poll-attempts", std::size_t{8});
        config.set("work-stealing.moderate-poll-attempts", std::size_t{0});
        system.emplace(config);
    }
    caf::actor_system_config config;
    std::optional<caf::actor_system> system;
};

void await(const Counter& counter, std::int64_t wanted) {
    for (auto seen = counter.load(); seen != wanted; seen = counter.load()) {
        counter.wait(seen);
    }
}

actors::Requests requests_of(std::int64_t count) {
    actors::Requests requests;
    for (std::int64_t i = 0; i < count; ++i) {
        requests.push_back(actors::Request{
            domain::OpenShare{
                domain::make_id<domain::PacketId>(1, 2, 3), "u1000042", std::nullopt, {}},
            {},
            actors::Hop::owner});
    }
    return requests;
}

/// Counts the requests of its batches.
caf::behavior counting_actor(caf::event_based_actor*, Counter* counter) {
    return {[counter](const actors::RequestBatch& batch) {
        counter->fetch_add(static_cast<std::int64_t>(batch.requests->size()));
        counter->notify_one();
    }};
}

/// Sends a batch to each of some actors in turn; real time, since the workers' time counts.
void ABatchTo(benchmark::State& state) {
    constexpr std::int64_t rounds = 256;
    Counter received{0};
    Workers workers(state.range(0));
    std::vector<caf::actor> receivers;
    for (std::int64_t i = 0; i < state.range(1); ++i) {
        receivers.push_back(workers.system->spawn(counting_actor, &received));
    }
    std::int64_t sent = 0;
    for (auto _ : state) {
        for (std::int64_t i = 0; i < rounds; ++i) {
            const auto& receiver = receivers[static_cast<std::size_t>(i) % receivers.size()];
            caf::anon_send(receiver, actors::batch_of(requests_of(state.range(2))));
            sent += state.range(2);
        }
        await(received, sent);
    }
    state.SetItemsProcessed(sent);
}
BENCHMARK(ABatchTo)
    ->ArgNames({"workers", "actors", "requests"})
    ->ArgsProduct({{1, 2}, {1, 64}, {1, 100}})
    ->UseRealTime();

/// Hands a batch on to the next of a ring until it has made its hops.
struct RingState {
    caf::actor next;
};

caf::behavior ring_actor(caf::stateful_actor<RingState>* self, Counter* hops_left) {
    return {
        [self](const caf::actor& next) { self->state.next = next; },
        [self, hops_left](const actors::RequestBatch& batch) {
            if (hops_left->fetch_sub(1) > 1) {
                caf::anon_send(self->state.next, batch);
            } else {
                hops_left->notify_one();
            }
        },
    };
}

void AHopInARingOfFour(benchmark::State& state) {
    constexpr std::int64_t hops = 1'024;
    Counter hops_left{0};
    Workers workers(state.range(0));
    std::vector<caf::actor> ring;
    for (int i = 0; i < 4; ++i) {
        ring.push_back(workers.system->spawn(ring_actor, &hops_left));
    }
    for (std::size_t i = 0; i < ring.size(); ++i) {
        caf::anon_send(ring[i], ring[(i + 1) % ring.size()]);
    }
    for (auto _ : state) {
        hops_left = hops;
        caf::anon_send(ring.front(), actors::batch_of(requests_of(1)));
        await(hops_left, 0);
    }
    for (const auto& actor : ring) {
        caf::anon_send_exit(actor, caf::exit_reason::user_shutdown); // a ring keeps itself alive
    }
    state.SetItemsProcessed(state.iterations() * hops);
}
BENCHMARK(AHopInARingOfFour)->ArgName("workers")->Arg(1)->Arg(2)->UseRealTime();

void SpawningAnActor(benchmark::State& state) {
    Counter received{0};
    Workers workers(1);
    for (auto _ : state) {
        benchmark::DoNotOptimize(workers.system->spawn<caf::lazy_init>(counting_actor, &received));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(SpawningAnActor);

} // namespace

} // namespace hongbao
