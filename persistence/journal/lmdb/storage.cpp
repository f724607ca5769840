// Role: how it stands with the journal's file and its archive.
#include "persistence/lmdb/storage.hpp"

#include "persistence/journal/lmdb/tables.hpp"

namespace hongbao::persistence {

StorageFigures LmdbStore::storage() const {
    StorageFigures figures = storage_of(environment.get(), tables(), path);
    const LmdbTransaction transaction(environment.get(), MDB_RDONLY);
    if (transaction.error() == 0) {
        const auto last = archived(transaction.get());
        if (const auto* sequence = std::get_if<domain::Sequence>(&last)) {
            figures.archived = *sequence;
        }
    }
    return figures;
}

} // namespace hongbao::persistence
