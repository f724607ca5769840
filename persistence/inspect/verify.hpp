// Role: the whole check of a journal: gaps, checksums, chain, decodability, every record's place in
// the books, conservation; and of the read model that follows from it. Opens it read-only, so it
// may run beside the server. Damaged pages can crash LMDB itself: run it in a process of its own.
#pragma once

#include "domain/values/ids.hpp"
#include "persistence/inspect/comparison.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/journal/replay.hpp"

#include <filesystem>
#include <string>
#include <variant>

namespace hongbao::persistence {

struct SoundJournal {
    domain::Sequence records = 0;
    JournalPosition position;
    std::string hash_hex;         // of the chain at the end
    std::uint64_t largest_id = 0; // of packets, campaigns, sales and orders
    ModelVerdict model;
};

struct DamagedJournal {
    domain::Sequence first_bad_sequence = 0; // 0: it could not be opened
    std::string sentence;
    std::string advice;         // what to do
    bool is_of_archive = false; // a segment is missing or damaged, not the journal's own file
    bool is_at_its_end = false; // all records are sound, but not the pages that lead there
    bool is_of_machine = false; // it could not be read: nothing is known of it
};

/// Without `model_path` the read model is left out.
std::variant<SoundJournal, DamagedJournal>
verify(const std::filesystem::path& journal_path, const ProgressObserver& progress = {},
       const std::optional<std::filesystem::path>& model_path = {});

} // namespace hongbao::persistence
