// Role: the comparison from its first record to its last: which rows are looked at when, and those
// that every record makes.
#include "persistence/inspect/comparison.hpp"

#include "persistence/files/sight.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/record/digests.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Record;
using domain::Sequence;

/// No setting keeps keys for less time.
constexpr std::int64_t keys_kept_ms_min = domain::ms_per_day;

} // namespace

ModelComparison::ModelComparison(const std::filesystem::path& path, const JournalId& journal_id)
    : fold_(first_chain_hash(journal_id)) {
    auto mark = is_there(ModelStore::mark_in(path));
    auto file = is_there(path / "data.mdb");
    for (auto* seen : {&mark, &file}) {
        if (auto* failure = std::get_if<Failure>(seen)) {
            verdict_.state = ModelState::unreadable;
            verdict_.sentence = std::move(failure->sentence);
            return;
        }
    }
    if (std::get<bool>(mark)) {
        verdict_.state = ModelState::not_checked;
        verdict_.sentence = "read model " + path.string() +
                            ": a start or a rebuild is at work on it, or was ended while it was; "
                            "then the next start builds it anew";
        return;
    }
    if (!std::get<bool>(file)) {
        verdict_.state = ModelState::missing;
        return;
    }
    verdict_.state = ModelState::agrees;
    auto opened = ModelStore::open(path, journal_id, true);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        verdict_.state = failure->is_of_machine ? ModelState::unreadable : ModelState::differs;
        verdict_.sentence = std::move(failure->sentence);
        return;
    }
    store_ = std::move(std::get<std::unique_ptr<ModelStore>>(opened));
    reader_ = std::make_unique<ModelReader>(*store_);
    found_ = reader_->totals().value_or(fold_.totals());
    verdict_.reached = found_.position.last_sequence;
    next_key_ = reader_->key_from(0);
    if (!reader_->damage().empty()) {
        differs("totals or keys", "the first", "is damaged: its checksum is wrong");
    } else if (verdict_.reached == 0) {
        check_end_rows();
    }
}

void ModelComparison::differs(const char* table, const std::string& key, const std::string& what) {
    if (verdict_.state != ModelState::differs) {
        verdict_.state = ModelState::differs;
        verdict_.sentence = std::string("table ") + table + ", key " + key + ", as of record " +
                            text_of(now_) + ": " + what;
    }
}

void ModelComparison::take(const Record& record) {
    if (done() || record.sequence > verdict_.reached) {
        return;
    }
    now_ = record.sequence;
    const Sides sides = fold_.take(record);
    fold_.each([&](const auto& kind) { kind.check_made(record, *this); });
    check_history(record, sides);
    check_key(record);
    if (record.sequence == verdict_.reached) {
        check_end_rows();
    }
}

void ModelComparison::check_history(const Record& record, const Sides& sides) {
    const auto found = reader_->get<History>(now_);
    if (!there(found, "history", text_of(now_))) {
        return;
    }
    RowComparison row;
    row.field("number of sides", found->sides.count, sides.count);
    for (std::size_t i = 0; i < std::min(found->sides.count, sides.count); ++i) {
        row.fields(found->sides.side.at(i), sides.side.at(i));
    }
    const auto* share = std::get_if<domain::ShareOpened>(&record.event);
    if (found->share && share != nullptr && !record.idempotency) {
        row.field("packet", found->share->packet_id, share->packet_id);
        row.field("amount_fen", found->share->amount_fen, share->amount_fen);
        row.field("opened_at", found->share_opened_at, record.at);
    } else if (found->share ||
               !std::ranges::equal(
                   found->record,
                   encoder_.encode(is_abridged_in_history(record) ? abridged(record) : record))) {
        row.other("its record is not the journal's");
    }
    report(row, "history", text_of(now_));
}

/// Old keys are forgotten, but none after one that is there, and none of the last day.
void ModelComparison::check_key(const Record& record) {
    const bool is_here = next_key_ && next_key_->sequence == now_;
    const std::string key = text_of(now_);
    if (!is_here) {
        const bool is_young = fold_.totals().elapsed_ms > found_.elapsed_ms - keys_kept_ms_min;
        if (record.idempotency && (key_met_ || is_young)) {
            differs("keys", key, "the row is missing");
        }
        return;
    }
    key_met_ = true;
    if (!record.idempotency) {
        differs("keys", key, "the journal's record has no key");
        return;
    }
    RowComparison row;
    row.fields(*next_key_, {now_, digest_of_key(record.idempotency->key),
                            record.idempotency->fingerprint, fold_.totals().elapsed_ms});
    report(row, Keys::name, key);
    next_key_ = reader_->key_from(now_ + 1);
    if (!reader_->damage().empty()) {
        differs("keys", "after " + key, "the row is damaged (" + reader_->damage() + ")");
    }
}

/// The model's last record has been taken: the latest state of everything.
void ModelComparison::check_end_rows() {
    if (verdict_.state == ModelState::differs) {
        return;
    }
    check_totals();
    fold_.each([&](const auto& kind) { kind.check_all(*this); });
    if (done()) {
        return;
    }
    check_sums();
    check_lists();
    fold_.each([&](const auto& kind) { kind.check_counts(*this); });
    check_count<History>(verdict_.reached, [&](domain::Sequence sequence) {
        return sequence >= 1 && sequence <= verdict_.reached;
    });
    if (next_key_) {
        differs(Keys::name, text_of(next_key_->sequence),
                "no record of the journal has made this row");
    }
    check_links();
}

void ModelComparison::check_totals() {
    ModelTotals ours = fold_.totals();
    const bool is_money_the_same =
        found_.deposited_fen == ours.deposited_fen && found_.withdrawn_fen == ours.withdrawn_fen;
    // What has a look of its own: above, in check_sums and at the end.
    ours.deposited_fen = found_.deposited_fen;
    ours.withdrawn_fen = found_.withdrawn_fen;
    ours.held = found_.held;
    ours.position = found_.position;
    RowComparison row;
    row.fields(found_, ours);
    if (!is_money_the_same) {
        row.other("deposits or withdrawals are not the journal's");
    }
    report(row, Totals::name, "totals");
}

/// The sums among the totals are what all rows of the snapshot hold.
void ModelComparison::check_sums() {
    RowComparison row;
    if (found_.held != added_up_) {
        row.other("what accounts, packets, campaigns or sales hold, or what is suspended, is not "
                  "what their rows add up to");
    }
    report(row, "totals", "totals");
}

std::string text_of(const ListedKey& key) {
    return text_of(key.part.list) + "/" + text_of(key.part.owner) + "/" +
           std::to_string(key.part.phase) + "/" + text_of(key.item);
}

void ModelComparison::look_for_place(const ListedKey& key) {
    places_expected_ += 1;
    if (!done()) {
        there(reader_->get<Listed>(key), Listed::name, text_of(key));
    }
}

void ModelComparison::check_lists() {
    check_count<Listed>(places_expected_, [&](const ListedKey& key) {
        bool is_expected = false;
        fold_.each(
            [&](const auto& kind) { is_expected = is_expected || kind.has_place(key, *this); });
        return is_expected;
    });
}

/// Each row names the one before it.
void ModelComparison::check_links() {
    for (const LinkedTable* const table : linked_tables) {
        if (!done() && !reader_->links_hold(*table)) {
            differs("totals", "ends", reader_->damage());
        }
    }
}

std::string ModelComparison::words_of_key(std::span<const std::byte> bytes, bool is_text) {
    if (is_text) {
        return std::string(as_text(bytes));
    }
    return bytes.size() >= sizeof(PairKey) ? text_of(big_endian(bytes.first(8))) + "/" +
                                                 text_of(big_endian(bytes.subspan(8, 8)))
                                           : text_of(integer_key(bytes));
}

ModelVerdict ModelComparison::end(Sequence journal_last,
                                  const std::optional<ChainHash>& chain_hash) {
    if (done()) {
        return verdict_;
    }
    now_ = verdict_.reached;
    if (verdict_.reached > journal_last) {
        differs("totals", "totals",
                "it has reached that record, but the journal ends at " + text_of(journal_last));
    } else if (!chain_hash || *chain_hash != found_.position.chain_hash) {
        differs("totals", "totals", "its hash is not the journal's chain there");
    }
    return verdict_;
}

} // namespace hongbao::persistence
