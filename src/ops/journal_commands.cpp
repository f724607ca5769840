// Role: the commands that only read a journal: verify and dump.
#include "ops/child_process.hpp"
#include "ops/commands.hpp"
#include "ops/exit_status.hpp"
#include "ops/progress.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/dump.hpp"
#include "persistence/lmdb_journal.hpp"
#include "persistence/verify.hpp"

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace hongbao::ops {

namespace {

using persistence::DataDirectory;

int report(const persistence::SoundJournal& sound) {
    std::printf("journal is sound: %llu records, last sequence %llu, hash %s\n",
                static_cast<unsigned long long>(sound.records),
                static_cast<unsigned long long>(sound.position.last_sequence),
                sound.hash_hex.c_str());
    return exit_ok;
}

int report(const persistence::DamagedJournal& damaged) {
    if (damaged.first_bad_sequence == 0) {
        std::printf("journal cannot be read: %s\n", damaged.sentence.c_str());
    } else {
        std::printf("journal is damaged at record %llu: %s\n",
                    static_cast<unsigned long long>(damaged.first_bad_sequence),
                    damaged.sentence.c_str());
    }
    std::printf("%s\n", damaged.advice.c_str());
    return exit_failed;
}

} // namespace

int verify_here(const std::string& data_dir) {
    Progress progress("verifying the journal");
    const auto outcome =
        persistence::verify(DataDirectory::journal_path_in(data_dir),
                            [&](auto done, auto total) { progress.show(done, total); });
    return std::visit([](const auto& result) { return report(result); }, outcome);
}

int verify_in_child(const std::string& data_dir) {
    if (!std::filesystem::exists(DataDirectory::journal_path_in(data_dir) / "data.mdb")) {
        std::fprintf(stderr, "hongbao: there is no journal in %s\n", data_dir.c_str());
        return exit_failed;
    }
    const ChildEnd end = run_self({"verify", "--in-this-process", "--data", data_dir});
    if (end.signal != 0) {
        std::printf("journal is damaged: reading it ended the checking process (%s)\n"
                    "Keep the folder as it is, and restore the last backup into a new one.\n",
                    strsignal(end.signal));
        return exit_failed;
    }
    return end.exit_status;
}

int dump(const std::string& data_dir) {
    persistence::LmdbJournalOptions options;
    options.path = DataDirectory::journal_path_in(data_dir);
    options.read_only = true;
    const auto opened = persistence::LmdbJournal::open(options);
    if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
        std::fprintf(stderr, "hongbao: %s\n", failure->sentence.c_str());
        return exit_failed;
    }
    const auto& journal = std::get<std::unique_ptr<persistence::LmdbJournal>>(opened);
    const auto failure = persistence::dump(*journal, [](std::string_view line) {
        return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() &&
               std::fputc('\n', stdout) != EOF;
    });
    const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (failure) {
        std::fprintf(stderr, "hongbao: %s\n", failure->sentence.c_str());
    } else if (!written) {
        std::fprintf(stderr, "hongbao: the dump could not be written: %s\n", std::strerror(errno));
    }
    return failure || !written ? exit_failed : exit_ok;
}

} // namespace hongbao::ops
