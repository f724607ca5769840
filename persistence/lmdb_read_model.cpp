// Role: generations filled, frozen, written and dropped; the state that a start takes over.
#include "persistence/lmdb_read_model.hpp"

#include "persistence/model_view.hpp"

#include "domain/invariant.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iterator>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr auto look_interval = std::chrono::seconds(1);
/// A generation waits for an idle moment, but not for longer than this: writing disturbs commits,
/// and a generation twice as large takes less than twice the writing. It is also about the tail
/// that a start after a crash has to replay.
constexpr int looks_until_written = 10;

/// The disk has no room. The journal notices and refuses writes; the model just waits.
bool is_lack_of_room(int error) {
    return error == ENOSPC || error == EDQUOT || error == MDB_MAP_FULL;
}

/// The packet with its claims; nothing if row, claims and the records it names do not fit.
std::optional<domain::Packet> load_packet(ModelReader& reader, domain::PacketId packet_id,
                                          const PacketRow& row,
                                          const std::vector<domain::UserId>& user_ids) {
    const auto sent_record = reader.record(row.sent_sequence);
    const auto* sent = sent_record ? std::get_if<domain::PacketSent>(&sent_record->event) : nullptr;
    if (sent == nullptr || sent->packet_id != packet_id) {
        return std::nullopt;
    }
    auto packet = domain::sent_packet(*sent, row.sent_sequence, sent_record->at);
    bool fits = true;
    reader.each_claim(packet_id, [&](ClaimRow&& claim) {
        fits = fits && claim.account != 0 && claim.account < user_ids.size() &&
               !packet.claims.contains(user_ids[claim.account]) && packet.remaining_count > 0 &&
               claim.amount_fen > 0 &&
               packet.remaining_fen - claim.amount_fen >= packet.remaining_count - 1 &&
               (packet.remaining_count > 1 || packet.remaining_fen == claim.amount_fen);
        if (fits) {
            domain::apply(packet,
                          domain::ShareOpened{packet_id, user_ids[claim.account], claim.amount_fen},
                          claim.opened_at);
        }
    });
    fits = fits && packet.claims.size() == row.claim_count;
    if (!fits || row.closed_sequence == 0) {
        return fits && packet.remaining_fen == row.remaining_fen ? std::optional(std::move(packet))
                                                                 : std::nullopt;
    }
    const auto closed_record = reader.record(row.closed_sequence);
    const auto* closed =
        closed_record ? std::get_if<domain::PacketClosed>(&closed_record->event) : nullptr;
    if (closed == nullptr || closed->refund_fen != packet.remaining_fen) {
        return std::nullopt;
    }
    domain::apply(packet, *closed, closed_record->at);
    return packet;
}

} // namespace

std::variant<std::unique_ptr<LmdbReadModel>, Failure> LmdbReadModel::open(const Options& options) {
    auto opened = ModelStore::open(options.path, options.journal_id);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    return std::unique_ptr<LmdbReadModel>(
        new LmdbReadModel(options, std::move(std::get<std::unique_ptr<ModelStore>>(opened))));
}

LmdbReadModel::LmdbReadModel(const Options& options, std::unique_ptr<ModelStore> store)
    : options_(options), store_(std::move(store)), filling_(std::make_unique<Generation>()) {
    filling_->totals = store_->totals_at_open();
}

LmdbReadModel::~LmdbReadModel() {
    if (thread_.joinable()) {
        write_all();
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wanted_.notify_one();
        thread_.join();
    }
}

ModelTotals LmdbReadModel::totals() const {
    const std::lock_guard lock(mutex_);
    return filling_->totals;
}

void LmdbReadModel::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "read-model");
}

void LmdbReadModel::run() {
    std::unique_lock lock(mutex_);
    std::size_t records_before = 0;
    int looks = 0;
    while (!stopping_) {
        const bool wanted = wanted_.wait_for(lock, look_interval, [this] {
            return stopping_ || all_wanted_ ||
                   filling_->sides.size() >= options_.generation_records_max;
        });
        const std::size_t records = filling_->sides.size();
        const bool idle = records == records_before;
        records_before = records;
        if (!wanted && !idle && !out_of_room_ && ++looks < looks_until_written) {
            continue;
        }
        looks = 0;
        records_before = 0;
        freeze_and_write(lock);
        if (out_of_room_) {
            wanted_.wait_for(lock, look_interval, [this] { return stopping_; });
        }
    }
}

/// With the mutex held, and given up while the disk works.
void LmdbReadModel::freeze_and_write(std::unique_lock<std::mutex>& lock) {
    freeze();
    if (frozen_ != nullptr) {
        lock.unlock();
        const bool written = write_frozen();
        lock.lock();
        out_of_room_ = !written;
    }
    all_wanted_ = all_wanted_ && !out_of_room_ && !(filling_->empty() && frozen_ == nullptr);
    written_.notify_all();
}

/// Within the mutex. A generation that could not be written yet goes first.
void LmdbReadModel::freeze() {
    if (frozen_ != nullptr || filling_->empty()) {
        return;
    }
    auto next = std::make_unique<Generation>();
    next->totals = filling_->totals;
    next->accounts.reserve(filling_->accounts.size()); // as many will be touched again
    next->numbers.reserve(filling_->accounts.size());
    next->sides.reserve(filling_->sides.size());
    frozen_ = std::move(filling_);
    filling_ = std::move(next);
}

/// Outside the mutex. False if there is no room for it at the moment.
bool LmdbReadModel::write_frozen() {
    const Generation& generation = *frozen_; // nobody else changes or drops it
    const int error =
        store_->write(generation, generation.totals.elapsed_ms - options_.idempotency_keep_ms);
    if (error != 0 && !is_lack_of_room(error)) {
        store_->condemn();
        options_.fail_stop("the read model could not be written: " +
                           std::string(mdb_strerror(error)));
        domain::invariant(false, "a failed write of the read model ends the process");
    }
    if (error != 0) {
        return false;
    }
    unwritten_records_.fetch_sub(generation.sides.size());
    std::shared_ptr<const Generation> written; // freed outside the mutex: it is large
    const std::lock_guard lock(mutex_);
    written = std::exchange(frozen_, nullptr);
    return true;
}

void LmdbReadModel::write_all() {
    std::unique_lock lock(mutex_);
    all_wanted_ = true;
    if (thread_.joinable()) {
        wanted_.notify_one();
        written_.wait(lock, [this] { return !all_wanted_; });
        return;
    }
    while (all_wanted_) {
        freeze_and_write(lock);
    }
}

void LmdbReadModel::set_synced(bool synced) {
    const int error = store_->set_synced(synced);
    if (error != 0) {
        options_.fail_stop("the read model could not be synced: " +
                           std::string(mdb_strerror(error)));
    }
}

void LmdbReadModel::apply(const CommitPtr& commit) {
    domain::invariant(!commit->records.empty(), "a commit has a record");
    std::unique_lock lock(mutex_);
    Generation& generation = *filling_;
    if (generation.empty()) {
        generation.first = commit->records.front().sequence;
    }
    generation.commits.push_back(commit);
    {
        ModelView view(*store_, generation, frozen_.get());
        for (const domain::Record& record : commit->records) {
            view.take(record);
        }
    }
    generation.totals.position.chain_hash = commit->chain_hash;
    unwritten_records_.fetch_add(commit->records.size());
    if (generation.sides.size() < options_.generation_records_max) {
        return;
    }
    if (!thread_.joinable()) {
        freeze_and_write(lock);
    } else {
        wanted_.notify_one();
        if (holds_back_) {
            written_.wait(lock, [this] {
                return out_of_room_ || filling_->sides.size() < options_.generation_records_max;
            });
            if (filling_->sides.size() > 4 * options_.generation_records_max) {
                options_.fail_stop("the disk has no room for the read model in " +
                                   options_.path.string());
            }
        }
    }
}

std::variant<std::vector<KeyRow>, Failure> LmdbReadModel::kept_keys() const {
    const std::lock_guard lock(mutex_);
    const std::int64_t oldest_ms = filling_->totals.elapsed_ms - options_.idempotency_keep_ms;
    std::vector<KeyRow> keys;
    domain::Sequence stored = 0;
    ModelReader reader(*store_);
    reader.each_key([&](KeyRow&& row) {
        stored = row.sequence;
        if (row.elapsed_ms > oldest_ms) {
            keys.push_back(std::move(row));
        }
    });
    if (!reader.damage().empty()) {
        return Failure{reader.damage()};
    }
    // What could not be written for lack of room must be recognised all the same.
    for (const Generation* generation :
         {frozen_.get(), const_cast<const Generation*>(filling_.get())}) {
        if (generation != nullptr) {
            std::ranges::copy_if(generation->keys, std::back_inserter(keys),
                                 [&](const KeyRow& row) {
                                     return row.sequence > stored && row.elapsed_ms > oldest_ms;
                                 });
        }
    }
    return keys;
}

void LmdbReadModel::note_chain_hash(const ChainHash& chain_hash) {
    const std::lock_guard lock(mutex_);
    filling_->totals.position.chain_hash = chain_hash;
}

std::optional<Failure> LmdbReadModel::load(domain::Books& books) {
    ModelReader reader(*store_);
    const ModelTotals& totals = filling_->totals;
    books.accounts.reserve(totals.account_count);
    std::vector<domain::UserId> user_ids(totals.account_count + 1); // by number
    std::string wrong;
    reader.each_account([&](AccountNumber number, AccountRow&& row) {
        if (number == 0 || number > totals.account_count) {
            wrong = "an account has a number that was never given";
            return;
        }
        user_ids[number] = row.account.profile.user_id;
        auto user_id = row.account.profile.user_id;
        books.accounts.emplace(std::move(user_id), std::move(row.account));
    });
    reader.each_packet([&](domain::PacketId packet_id, PacketRow&& row) {
        auto packet = load_packet(reader, packet_id, row, user_ids);
        if (!packet) {
            wrong = "packet " + std::to_string(packet_id.value) + " does not fit its claims";
            return;
        }
        books.packets.emplace(packet_id, std::move(*packet));
    });
    if (reader.count_numbers() != totals.account_count) {
        wrong = "it has not as many account numbers as accounts";
    }
    reader.each_key([](KeyRow&&) {}); // read as a check
    books.deposited_fen = totals.deposited_fen;
    books.withdrawn_fen = totals.withdrawn_fen;
    books.last_sequence = totals.position.last_sequence;
    books.largest_packet_id = reader.largest_packet_id();
    const auto held = domain::money_held(books);
    if (!reader.damage().empty() || !wrong.empty()) {
        return Failure{reader.damage().empty() ? wrong : reader.damage()};
    }
    if (books.accounts.size() != totals.account_count ||
        books.deposited_fen - books.withdrawn_fen != held.accounts_fen + held.escrow_fen) {
        return Failure{"the read model does not add up"};
    }
    return std::nullopt;
}

} // namespace hongbao::persistence
