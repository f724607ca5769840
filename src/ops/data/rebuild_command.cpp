// Role: `hongbao rebuild`: rebuilds the read model from the journal's first record.
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/options.hpp"
#include "ops/cli/progress.hpp"
#include "ops/cli/say.hpp"
#include "ops/log/output_relay.hpp"
#include "persistence/files/data_directory.hpp"

#include <cstdio>
#include <filesystem>
#include <unistd.h>

namespace hongbao::ops {

int rebuild(const std::string& data_dir) {
    const auto found = persistence::DataDirectory::find_journal(data_dir);
    if (const auto* failure = std::get_if<persistence::Failure>(&found)) {
        return complain(failure->sentence, exit_failed);
    }
    // A reader that does not read must not keep the directory taken.
    const OutputRelay relay(STDERR_FILENO, OutputRelay::AtEnd::wait);
    auto taken = persistence::DataDirectory::open(data_dir, "rebuild");
    if (const auto* refusal = std::get_if<persistence::DirectoryRefusal>(&taken)) {
        return complain(refusal->sentence, refusal->in_use ? exit_directory_taken : exit_failed);
    }
    const auto& directory = std::get<persistence::DataDirectory>(taken);
    persistence::LmdbJournalOptions options;
    options.path = directory.journal_path();
    options.read_only = true;
    options.nobody_writes = true; // the directory is taken
    const auto opened = persistence::LmdbJournal::open(options);
    if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
        return complain(failure->sentence, exit_failed);
    }
    const auto& journal = *std::get<std::unique_ptr<persistence::LmdbJournal>>(opened);
    Progress progress("rebuilding the read model");
    auto wanted = bring_up_options({}, directory.read_model_path(), journal.id());
    wanted.rebuild = true;
    // The longest that the setting allows; the server drops the rest.
    wanted.model.idempotency_keep_ms = 365 * domain::ms_per_day;
    wanted.model.fail_stop = [](const std::string& sentence) {
        end_at_once(complain(sentence + "; the journal is untouched"));
    };
    wanted.progress = [&](auto done, auto total) { progress.show(done, total); };
    const auto outcome = persistence::bring_up(journal, wanted);
    if (const auto* failure = std::get_if<persistence::Failure>(&outcome)) {
        return complain(failure->sentence, exit_failed);
    }
    const auto& up = std::get<persistence::BroughtUp>(outcome);
    if (up.model->unwritten_records() > 0) {
        return complain("the disk, or a limit of file sizes (ulimit -f), leaves no room for the "
                        "read model in " +
                            directory.read_model_path().string(),
                        exit_failed);
    }
    std::printf("read model is rebuilt: %llu records\n",
                static_cast<unsigned long long>(up.records_replayed));
    return exit_ok;
}

} // namespace hongbao::ops
