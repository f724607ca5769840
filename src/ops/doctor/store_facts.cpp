// Role: reads in a child, and hands over as JSON.
#include "ops/doctor/store_facts.hpp"

#include "persistence/files/in_child.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/read_model/rows/totals.hpp"
#include "persistence/read_model/store/store.hpp"

#include <array>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

namespace hongbao::ops::doctor {

namespace {

using nlohmann::json;
using persistence::Failure;
using persistence::LmdbJournal;

std::string hex_of(const persistence::JournalId& id) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : id) {
        text.append({digits[byte >> 4U], digits[byte & 15U]});
    }
    return text;
}

std::variant<std::unique_ptr<LmdbJournal>, Failure> open(const std::filesystem::path& path,
                                                         bool nobody_writes) {
    persistence::LmdbJournalOptions options;
    options.path = path;
    options.read_only = true;
    options.nobody_writes = nobody_writes;
    return LmdbJournal::open(options);
}

domain::InstantMs time_of(const LmdbJournal& journal, domain::Sequence sequence) {
    domain::InstantMs at = 0;
    const std::array wanted{sequence};
    static_cast<void>(journal.read_each(0, wanted, [&](const domain::Record& record) {
        at = record.at;
        return persistence::Visit::stop;
    }));
    return at;
}

json model_of(const std::filesystem::path& path, const persistence::JournalId& id) {
    const auto there = persistence::is_there(path / "data.mdb");
    if (const auto* failure = std::get_if<Failure>(&there)) {
        return {{"has_model", true}, {"model_fault", failure->sentence}};
    }
    if (!std::get<bool>(there)) {
        return {{"has_model", false}};
    }
    std::error_code error;
    if (!std::filesystem::is_regular_file(path / "data.mdb", error)) { // a pipe would be waited for
        return {{"has_model", true},
                {"model_fault", (path / "data.mdb").string() + " is not a file"}};
    }
    const auto totals = persistence::ModelStore::read_totals(path, id);
    if (const auto* failure = std::get_if<Failure>(&totals)) {
        return {{"has_model", true}, {"model_fault", failure->sentence}};
    }
    return {{"has_model", true},
            {"projected", std::get<persistence::ModelTotals>(totals).position.last_sequence}};
}

json facts_of(const std::filesystem::path& path, const std::optional<std::filesystem::path>& model,
              bool nobody_writes) {
    const auto opened = open(path, nobody_writes);
    if (const auto* failure = std::get_if<Failure>(&opened)) {
        return {{"failure", failure->sentence}, {"is_of_machine", failure->is_of_machine}};
    }
    const LmdbJournal& journal = *std::get<std::unique_ptr<LmdbJournal>>(opened);
    const auto storage = journal.storage();
    const auto end = journal.position(0);
    const auto missing = journal.find_missing_segment();
    const std::uint64_t unused = storage.free_bytes + storage.kept_bytes;
    json facts{{"journal_id", hex_of(journal.id())},
               {"chain_hash", persistence::to_hex(end.chain_hash)},
               {"last_sequence", end.last_sequence},
               {"last_at", 0},
               {"first_kept_at", 0},
               {"archived", storage.archived},
               {"missing_segment", missing ? missing->sentence : ""},
               {"used_bytes", storage.file_bytes - std::min(storage.file_bytes, unused)},
               {"kept_bytes", storage.kept_bytes},
               {"readers", storage.readers}};
    if (end.last_sequence > storage.archived) {
        facts["last_at"] = time_of(journal, end.last_sequence);
        facts["first_kept_at"] = time_of(journal, storage.archived + 1);
    }
    if (model) {
        facts.update(model_of(*model, journal.id()));
    }
    return facts;
}

Failure crashed(const std::filesystem::path& path, const persistence::ChildAnswer& answer) {
    Failure failure{"journal " + path.string() + " could not be looked at: "};
    failure.damaged = persistence::is_a_crash(answer.signal);
    failure.is_of_machine = !failure.damaged;
    failure.sentence += answer.signal != 0 ? std::string("reading it ended the process (") +
                                                 strsignal(answer.signal) + ")"
                                           : persistence::words_of(answer.error);
    return failure;
}

} // namespace

std::variant<StoreFacts, Failure> store_facts(const std::filesystem::path& journal,
                                              const std::optional<std::filesystem::path>& model,
                                              bool nobody_writes) {
    const auto answer =
        persistence::run_in_child([&] { return facts_of(journal, model, nobody_writes).dump(); });
    const json facts = json::parse(answer.text, nullptr, false);
    if (!facts.is_object()) {
        return crashed(journal, answer);
    }
    if (facts.contains("failure")) {
        Failure failure{facts.at("failure").get<std::string>()};
        failure.is_of_machine = facts.at("is_of_machine").get<bool>();
        return failure;
    }
    StoreFacts found;
    facts.at("journal_id").get_to(found.journal_id);
    facts.at("chain_hash").get_to(found.chain_hash);
    facts.at("last_sequence").get_to(found.last_sequence);
    facts.at("last_at").get_to(found.last_at);
    facts.at("first_kept_at").get_to(found.first_kept_at);
    facts.at("archived").get_to(found.archived);
    facts.at("missing_segment").get_to(found.missing_segment);
    facts.at("used_bytes").get_to(found.used_bytes);
    facts.at("kept_bytes").get_to(found.kept_bytes);
    facts.at("readers").get_to(found.readers);
    found.has_model = facts.value("has_model", false);
    found.model_fault = facts.value("model_fault", std::string());
    found.projected = facts.value("projected", domain::Sequence{0});
    return found;
}

std::string chain_hash_after(const std::filesystem::path& journal, domain::Sequence last) {
    return persistence::run_in_child([&]() -> std::string {
               const auto opened = open(journal, false);
               const auto* found = std::get_if<std::unique_ptr<LmdbJournal>>(&opened);
               const auto hash = found != nullptr ? (*found)->chain_hash_after(last) : std::nullopt;
               return hash ? persistence::to_hex(*hash) : "";
           })
        .text;
}

} // namespace hongbao::ops::doctor
