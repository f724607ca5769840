// Role: a journal with a read model that has followed it, with its rows where a test wants them.
#pragma once

#include "persistence/read_model/account/entry.hpp"
#include "persistence/read_model/account/sleeping.hpp"
#include "persistence/read_model/audit.hpp"
#include "persistence/read_model/campaign/news.hpp"
#include "persistence/read_model/campaign/sleeping.hpp"
#include "persistence/read_model/campaign/summary.hpp"
#include "persistence/read_model/lists/filters.hpp"
#include "persistence/read_model/open_entities.hpp"
#include "persistence/read_model/packet/lists.hpp"
#include "persistence/read_model/packet/news.hpp"
#include "persistence/read_model/packet/sleeping.hpp"
#include "persistence/read_model/read_model.hpp"
#include "persistence/read_model/rows/tables.hpp"
#include "persistence/read_model/sale/sleeping.hpp"
#include "persistence/read_model/sale/summary.hpp"
#include "tests/persistence/journals.hpp"

#include <gtest/gtest.h>

namespace hongbao::testing {

using namespace persistence;

/// Where the rows are when a test reads them.
enum class Rows { in_memory, in_both, in_the_file, written_by_its_thread };

/// A journal with a model that has followed it.
struct Followed {
    explicit Followed(Rows where) : rows(where) { open(); }

    TemporaryFolder folder;
    Rows rows;
    std::unique_ptr<LmdbJournal> journal = open_journal(folder.path() / "journal");
    Epoch epoch = acquire(*journal);
    std::unique_ptr<ReadModel> model;

    void open() {
        model.reset();
        ReadModelOptions options;
        options.path = folder.path() / "model";
        options.journal_id = journal->id();
        options.generation_records_max = rows == Rows::in_memory ? 1U << 20U : 5;
        options.fail_stop = [](const std::string& sentence) { FAIL() << sentence; };
        auto opened = ReadModel::open(options);
        ASSERT_TRUE(std::holds_alternative<std::unique_ptr<ReadModel>>(opened));
        model = std::move(std::get<std::unique_ptr<ReadModel>>(opened));
        if (rows == Rows::written_by_its_thread) {
            model->start();
        }
    }
    void add(const std::vector<domain::Record>& records) {
        const auto result = journal->append(0, epoch, records.front().sequence - 1, records);
        ASSERT_EQ(result.outcome, AppendOutcome::ok) << result.description;
        model->apply(std::make_shared<const Commit>(Commit{records, result.chain_hash}));
        if (rows == Rows::in_the_file) {
            model->write_all();
            open();
        }
    }
};

inline constexpr auto everywhere = {Rows::in_memory, Rows::in_both, Rows::in_the_file,
                                    Rows::written_by_its_thread};

} // namespace hongbao::testing
