// Role: times one page of a list of packets, out of 10,000 of them; out of as many as
// HONGBAO_LIST_PACKETS says (1000000, or several with commas), too.
#include "domain/values/invariant.hpp"
#include "persistence/read_model/lists/filters.hpp"
#include "persistence/read_model/packet/lists.hpp"
#include "persistence/read_model/read_model.hpp"
#include "persistence/read_model/rows/totals.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>

namespace hongbao {

namespace {

constexpr domain::InstantMs begins_at = domain::id_epoch_ms + 86'400'000;
constexpr std::int64_t ms_a_packet = 1'000;
constexpr std::int64_t users = 1'000;
constexpr std::int64_t open_packets = 20;

/// A model of so many packets of one share each: all of them are opened, but for a few, and half of
/// them are one sender's.
class FilledModel {
  public:
    explicit FilledModel(std::int64_t packets) : packets_(packets) {
        std::string pattern = "./hongbao-bench-XXXXXX";
        domain::invariant(mkdtemp(pattern.data()) != nullptr, "a folder can be made here");
        folder_ = pattern;
        persistence::ReadModelOptions options;
        options.path = folder_ / "model";
        options.fail_stop = [](const std::string&) { std::abort(); };
        auto opened = persistence::ReadModel::open(options);
        model_ = std::move(std::get<std::unique_ptr<persistence::ReadModel>>(opened));
        model_->set_synced(false);
        fill();
        model_->write_all();
    }
    ~FilledModel() {
        model_.reset();
        std::error_code ignored; // a left-over folder changes no figure
        std::filesystem::remove_all(folder_, ignored);
    }
    FilledModel(const FilledModel&) = delete;
    FilledModel& operator=(const FilledModel&) = delete;

    const persistence::ReadModel& model() const { return *model_; }
    domain::InstantMs middle() const { return begins_at + packets_ / 2 * ms_a_packet; }
    domain::InstantMs end() const { return begins_at + packets_ * ms_a_packet; }

  private:
    void fill() {
        for (std::int64_t user = 0; user < users; ++user) {
            add(domain::AccountOpened{name_of(user), "user", ""});
            add(domain::Deposited{name_of(user), packets_ + 1, ""});
        }
        for (std::int64_t packet = 0; packet < packets_; ++packet) {
            at_ = begins_at + packet * ms_a_packet;
            domain::PacketSent sent;
            sent.packet_id = domain::make_id<domain::PacketId>(
                static_cast<std::uint64_t>(at_ - domain::id_epoch_ms),
                static_cast<domain::Shard>(packet * 7), 0);
            sent.sender = name_of(packet % 2 == 0 ? 0 : packet % users);
            sent.total_fen = sent.count = sent.share_fen_max = 1;
            sent.expires_at = at_ + 86'400'000'000;
            add(sent);
            if (packet % (packets_ / open_packets) != 0) {
                add(domain::ShareOpened{sent.packet_id, name_of(packet * 3 % users), 1});
            }
        }
        hand_over();
    }
    void add(domain::Event event) {
        commit_.records.push_back({++sequence_, at_, std::move(event), {}});
        if (commit_.records.size() == 4'096) {
            hand_over();
        }
    }
    void hand_over() {
        model_->apply(std::make_shared<const persistence::Commit>(std::exchange(commit_, {})));
    }
    static std::string name_of(std::int64_t user) { return "u" + std::to_string(user); }

    const std::int64_t packets_;
    std::filesystem::path folder_;
    std::unique_ptr<persistence::ReadModel> model_;
    persistence::Commit commit_;
    domain::Sequence sequence_ = 0;
    domain::InstantMs at_ = begins_at;
};

/// One for each size, kept until the end.
const FilledModel& model_of(std::int64_t packets) {
    static std::map<std::int64_t, FilledModel> models;
    return models.try_emplace(packets, packets).first->second;
}

using persistence::ListOrder;
using persistence::PacketFilter;
using persistence::PageRequest;

void time_pages(benchmark::State& state, const FilledModel& filled, const PacketFilter& filter,
                const PageRequest& page) {
    for (auto _ : state) {
        const auto answer = filled.model().packets(filter, page, filled.end());
        domain::invariant(!answer.items.empty(), "the page has packets");
        state.SetItemsProcessed(state.items_processed() +
                                static_cast<std::int64_t>(answer.items.size()));
    }
}

void AllPackets(benchmark::State& state) {
    time_pages(state, model_of(state.range(0)), {}, {});
}
void FewOpenPackets(benchmark::State& state) {
    time_pages(state, model_of(state.range(0)),
               {.sender = {}, .status = domain::PacketStatus::open}, {});
}
void PacketsOfASender(benchmark::State& state) {
    time_pages(state, model_of(state.range(0)), {.sender = "u0", .status = {}}, {});
}
void PacketsBefore(benchmark::State& state) {
    const FilledModel& filled = model_of(state.range(0));
    PageRequest page;
    page.to = filled.middle();
    time_pages(state, filled, {}, page);
}
void OldestPacketsSince(benchmark::State& state) {
    const FilledModel& filled = model_of(state.range(0));
    PageRequest page;
    page.order = ListOrder::asc;
    page.from = filled.middle();
    time_pages(state, filled, {.sender = "u0", .status = {}}, page);
}

void sizes(benchmark::internal::Benchmark* bench) {
    bench->Arg(10'000)->Unit(benchmark::kMicrosecond);
    const char* const more = std::getenv("HONGBAO_LIST_PACKETS");
    std::istringstream words(more != nullptr ? more : "");
    for (std::string size; std::getline(words, size, ',');) {
        bench->Arg(std::stoll(size));
    }
}
BENCHMARK(AllPackets)->Apply(sizes);
BENCHMARK(FewOpenPackets)->Apply(sizes);
BENCHMARK(PacketsOfASender)->Apply(sizes);
BENCHMARK(PacketsBefore)->Apply(sizes);
BENCHMARK(OldestPacketsSince)->Apply(sizes);

} // namespace

} // namespace hongbao
