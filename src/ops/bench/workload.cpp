// Role: requests in batches, and counts of the answers.
#include "ops/bench/workload.hpp"

#include "actors/protocol/views.hpp"
#include "domain/values/overloaded.hpp"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <utility>

namespace hongbao::ops {

namespace {

constexpr domain::Fen mean_share_fen = 100; // far below the cap of a share
const domain::UserId sender = "sender";

domain::UserId user_id_of(std::int64_t index) {
    char text[24];
    std::snprintf(text, sizeof text, "u%07lld", static_cast<long long>(index));
    return text;
}

actors::Request request_of(domain::AccountCommand&& command, actors::ReplySink& sink) {
    auto request = std::make_unique<actors::AccountRequest>();
    request->command = std::move(command);
    return actors::Request{std::move(request), actors::ReplyTo{&sink, nullptr, 0},
                           actors::Hop::owner};
}

void count(BenchTally& tally, const actors::Answer& answer) {
    tally.answered += 1;
    answer.visit(domain::Overloaded{
        [&](const actors::ShareReceipt& receipt) {
            if (!receipt.repeat) {
                tally.shares += 1;
                tally.shares_fen = domain::add_fen(tally.shares_fen, receipt.amount_fen);
            }
        },
        [&](const actors::AccountView& view) { tally.accounts += view.created ? 1 : 0; },
        [&](const actors::PacketView&) { tally.packets += 1; },
        [&](const actors::TradeReceipt&) { tally.deposits += 1; },
        [&](const persistence::Audit& audit) { tally.audit = audit; },
        [&](domain::Rejection refusal) { tally.refusal = tally.refusal.value_or(refusal); },
        [](const auto&) { domain::invariant(false, "only what was asked for is answered"); },
    });
}

} // namespace

void BenchSink::deliver(std::vector<actors::Reply>&& replies) {
    const std::lock_guard lock(mutex_);
    for (actors::Reply& reply : replies) {
        count(tally_, reply.answer);
    }
    fewer_.notify_one();
}

void BenchSink::admit(std::uint64_t count, std::uint64_t in_flight_max) {
    std::unique_lock lock(mutex_);
    fewer_.wait(lock, [&] { return admitted_ + count - tally_.answered <= in_flight_max; });
    admitted_ += count;
}

BenchTally BenchSink::await_all() {
    std::unique_lock lock(mutex_);
    fewer_.wait(lock, [&] { return admitted_ == tally_.answered; });
    return tally_;
}

BenchWorkload::BenchWorkload(const BenchOptions& options) : options_(options) {
    users_.reserve(static_cast<std::size_t>(options.accounts));
    for (std::int64_t i = 0; i < options.accounts; ++i) {
        users_.push_back(user_id_of(i));
    }
}

std::string BenchWorkload::what_is_wrong_with(const BenchOptions& options) {
    const domain::SendLimits limits;
    if (options.accounts < 1 || options.accounts > limits.shares_max_merchant) {
        return "--accounts is from 1 to " + std::to_string(limits.shares_max_merchant) +
               ": each packet has a share for everyone";
    }
    if (options.packets < 1 || options.packets > limits.daily_merchant.sends_max) {
        return "--packets is from 1 to " + std::to_string(limits.daily_merchant.sends_max) +
               ", what a merchant may send in a day";
    }
    if (options.accounts * options.packets * mean_share_fen > limits.daily_merchant.sum_fen_max) {
        return "--accounts times --packets is at most " +
               std::to_string(limits.daily_merchant.sum_fen_max / mean_share_fen) +
               ": a merchant may send no more in a day";
    }
    if (options.opens < 1 || options.opens > options.accounts * options.packets) {
        return "--opens is from 1 to --accounts times --packets: no pair returns";
    }
    if (options.batch < 1 || options.in_flight < options.batch) {
        return "--batch is at least 1, --in-flight at least --batch";
    }
    if (options.scheduler_threads < 0 || options.scheduler_threads > 1'024) {
        return "--scheduler-threads is from 0 (one per core) to 1024";
    }
    if (options.router_count < 1 || options.router_count > 1'024 ||
        !std::has_single_bit(static_cast<std::uint64_t>(options.router_count))) {
        return "--router-count is a power of two, from 1 to 1024";
    }
    return {};
}

std::uint64_t BenchWorkload::records() const {
    constexpr std::int64_t of_sender = 2; // its account, its deposit
    return static_cast<std::uint64_t>(of_sender + options_.accounts + options_.packets +
                                      options_.opens);
}

actors::Request BenchWorkload::open_account(const domain::UserId& user_id,
                                            domain::AccountType type) {
    return request_of(domain::OpenAccount{user_id, user_id, {}, type}, sink_);
}

void BenchWorkload::submit_one(actors::Engine& engine, actors::Request&& request) {
    sink_.admit(1, 1);
    actors::Requests one;
    one.push_back(std::move(request));
    engine.submit(std::move(one));
}

void BenchWorkload::set_up(actors::Engine& engine, const BenchProgress& progress) {
    const auto in_flight = static_cast<std::uint64_t>(options_.in_flight);
    const auto batch = static_cast<std::size_t>(options_.batch);
    for (std::size_t begin = 0; begin < users_.size(); begin += batch) {
        actors::Requests requests;
        for (std::size_t i = begin; i < std::min(begin + batch, users_.size()); ++i) {
            requests.push_back(open_account(users_[i], domain::AccountType::personal));
        }
        sink_.admit(requests.size(), in_flight);
        engine.submit(std::move(requests));
        if (!progress(begin, users_.size())) {
            sink_.await_all();
            return;
        }
    }
    sink_.await_all();
    const domain::Fen packet_fen = options_.accounts * mean_share_fen;
    submit_one(engine, open_account(sender, domain::AccountType::merchant));
    submit_one(engine,
               request_of(domain::Deposit{sender, packet_fen * options_.packets, {}}, sink_));
    for (std::int64_t i = 0; i < options_.packets; ++i) {
        domain::SendPacket send;
        send.packet_id = engine.ids().draw<domain::PacketId>();
        send.sender = sender;
        send.total_fen = packet_fen;
        send.count = options_.accounts;
        send.life_s = domain::packet_life_s_max;
        packets_.push_back(send.packet_id);
        sink_.admit(1, in_flight);
        actors::Requests one;
        one.push_back(request_of(std::move(send), sink_));
        engine.submit(std::move(one));
    }
    sink_.await_all();
}

void BenchWorkload::open_shares(actors::Engine& engine, const BenchProgress& progress) {
    const auto total = static_cast<std::uint64_t>(options_.opens);
    const auto batch = static_cast<std::uint64_t>(options_.batch);
    const auto in_flight = static_cast<std::uint64_t>(options_.in_flight);
    const std::size_t user_count = users_.size();
    for (std::uint64_t begin = 0; begin < total; begin += batch) {
        const std::uint64_t end = std::min(begin + batch, total);
        actors::Requests requests;
        requests.reserve(end - begin);
        for (std::uint64_t i = begin; i < end; ++i) {
            // Each round meets every user once, with another packet than in the rounds before.
            const std::uint64_t user = i % user_count;
            const std::uint64_t packet = (user + i / user_count) % packets_.size();
            requests.push_back(
                actors::Request{domain::OpenShare{packets_[packet], users_[user], std::nullopt, {}},
                                actors::ReplyTo{&sink_, nullptr, 0}, actors::Hop::counterparty});
        }
        sink_.admit(end - begin, in_flight);
        engine.submit(std::move(requests));
        if (!progress(begin, total)) {
            break;
        }
    }
    sink_.await_all();
}

persistence::Audit BenchWorkload::audit(actors::Engine& engine) {
    sink_.await_all();
    sink_.admit(1, 1);
    engine.ask(actors::Query{actors::ReadAudit{}, actors::ReplyTo{&sink_, nullptr, 0}});
    return *sink_.await_all().audit;
}

} // namespace hongbao::ops
