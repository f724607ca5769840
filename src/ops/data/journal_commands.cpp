// Role: the commands that only read a journal: verify and dump.
#include "ops/cli/child_process.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/progress.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/standard_streams.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/files/in_child.hpp"
#include "persistence/inspect/dump.hpp"
#include "persistence/inspect/verify.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace hongbao::ops {

namespace {

using persistence::DataDirectory;
using persistence::is_a_crash;
using persistence::ModelState;

unsigned long long number(std::uint64_t value) {
    return value;
}

void print_model_line(const persistence::SoundJournal& sound) {
    const persistence::ModelVerdict& model = sound.model;
    if (model.state == ModelState::missing) {
        std::puts("read model: there is none; the next start builds it from the journal");
    } else if (model.state == ModelState::not_checked) {
        std::printf("read model: not checked: %s\n", model.sentence.c_str());
    } else if (model.state == ModelState::agrees && model.reached < sound.records) {
        std::printf("read model: agrees with the journal up to record %llu, %llu records behind, "
                    "which the next start replays\n",
                    number(model.reached), number(sound.records - model.reached));
    } else if (model.state == ModelState::agrees) {
        std::printf("read model: agrees with the journal, record %llu\n", number(model.reached));
    }
}

int model_differs(const std::string& sentence) {
    std::printf("read model differs from the journal: %s\n"
                "Nothing is lost: the journal is the truth, and it is sound. Stop the server and "
                "rebuild the model: hongbao rebuild --data DIR. If it differs again, check "
                "disk and memory.\n",
                sentence.c_str());
    return exit_model_differs;
}

/// The journal's line is the last one, unless something is wrong.
int report(const persistence::SoundJournal& sound) {
    std::printf("records: %llu checked, none is missing, each follows from those before it\n"
                "chain: every commit's hash matches its records\n"
                "conservation: every record moves as much in as out; deposits less withdrawals "
                "are what accounts, packets, campaigns and sales hold and what is suspended\n",
                number(sound.records));
    print_model_line(sound);
    std::printf("journal is sound: %llu records, last sequence %llu, hash %s\n",
                number(sound.records), number(sound.position.last_sequence),
                sound.hash_hex.c_str());
    if (sound.model.state == ModelState::unreadable) {
        return complain("the read model was not checked: " + sound.model.sentence);
    }
    return sound.model.state == ModelState::differs ? model_differs(sound.model.sentence) : exit_ok;
}

int report(const persistence::DamagedJournal& damaged) {
    if (damaged.is_of_machine) {
        return complain("the journal was not checked: " + damaged.sentence);
    }
    if (damaged.is_at_its_end) {
        std::printf("journal is damaged at its end: %s\n", damaged.sentence.c_str());
    } else if (damaged.first_bad_sequence == 0) {
        std::printf("journal cannot be read: %s\n", damaged.sentence.c_str());
    } else {
        std::printf("journal is damaged at record %llu: %s\n",
                    static_cast<unsigned long long>(damaged.first_bad_sequence),
                    damaged.sentence.c_str());
    }
    std::printf("%s\n", damaged.advice.c_str());
    return exit_failed;
}

int verify_here(const std::filesystem::path& journal, const VerifyOptions& options) {
    Progress progress("verifying");
    std::optional<std::filesystem::path> model_path;
    if (!options.without_model) {
        model_path = DataDirectory::read_model_path_in(options.data_dir);
    }
    const auto outcome = persistence::verify(
        journal, [&](auto done, auto total) { progress.show(done, total); }, model_path);
    return std::visit([](const auto& result) { return report(result); }, outcome);
}

ChildEnd verify_in_child(const std::string& data_dir, bool without_model) {
    std::vector<std::string> arguments = {"verify", "--in-this-process", "--data", data_dir};
    if (without_model) {
        arguments.emplace_back("--without-model");
    }
    return run_self(arguments);
}

} // namespace

std::variant<std::filesystem::path, persistence::Failure>
journal_to_read(const std::string& data_dir) {
    auto found = DataDirectory::find_journal(data_dir);
    const auto* path = std::get_if<std::filesystem::path>(&found);
    if (path != nullptr && *path != DataDirectory::journal_path_in(data_dir)) {
        say("there is no journal in " + data_dir + "; reading " + path->string() +
            ", which a start found damaged");
    }
    return found;
}

int verify(const VerifyOptions& options) {
    const auto journal = options.in_this_process ? journal_to_read(options.data_dir)
                                                 : DataDirectory::find_journal(options.data_dir);
    if (const auto* failure = std::get_if<persistence::Failure>(&journal)) {
        return complain(failure->sentence);
    }
    if (options.in_this_process) {
        return verify_here(std::get<std::filesystem::path>(journal), options);
    }
    ChildEnd end = verify_in_child(options.data_dir, options.without_model);
    if (is_a_crash(end.signal) && !options.without_model) { // which of the two was it?
        const std::string words = strsignal(end.signal);
        end = verify_in_child(options.data_dir, true);
        if (end.signal == 0 && end.exit_status == exit_ok) {
            return model_differs("reading it ended the checking process (" + words + ")");
        }
    }
    if (end.signal != 0 && !is_a_crash(end.signal)) {
        return complain(
            std::string(
                "the journal was not checked to its end: the checking process was ended (") +
            strsignal(end.signal) + ")");
    }
    if (end.signal != 0) {
        std::printf("journal is damaged: reading it ended the checking process (%s)\n"
                    "Keep the folder as it is, and restore the last backup into a new one.\n",
                    strsignal(end.signal));
        return exit_failed;
    }
    return end.exit_status;
}

int dump(const std::string& data_dir) {
    const auto journal_path = journal_to_read(data_dir);
    if (const auto* failure = std::get_if<persistence::Failure>(&journal_path)) {
        return complain(failure->sentence);
    }
    persistence::LmdbJournalOptions options;
    options.path = std::get<std::filesystem::path>(journal_path);
    options.read_only = true;
    const auto opened = persistence::LmdbJournal::open(options);
    if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
        return complain(failure->sentence);
    }
    const auto& journal = std::get<std::unique_ptr<persistence::LmdbJournal>>(opened);
    const auto failure = persistence::dump(
        *journal, [](std::string_view line) { return print_text(line) && print_text("\n"); });
    return failure ? complain(failure->sentence) : exit_ok;
}

} // namespace hongbao::ops
