// Role: all tables of the read model, in one list of types, and their handles in LMDB.
#pragma once

#include "persistence/read_model/account/rows.hpp"
#include "persistence/read_model/administration/rows.hpp"
#include "persistence/read_model/campaign/rows.hpp"
#include "persistence/read_model/days/rows.hpp"
#include "persistence/read_model/packet/rows.hpp"
#include "persistence/read_model/rows/history.hpp"
#include "persistence/read_model/rows/listed.hpp"
#include "persistence/read_model/rows/table.hpp"
#include "persistence/read_model/rows/totals.hpp"
#include "persistence/read_model/sale/rows.hpp"

#include <lmdb.h>

#include <algorithm>
#include <span>

namespace hongbao::persistence {

using ModelTables =
    TableList<Totals, Numbers, Accounts, Packets, Recipients, Claims, ClaimsByUser, Expiries,
              Campaigns, Shakes, ShakesByUser, CampaignEnds, Sales, Orders, OrderPlaces,
              ExternalPayments, GatewayRefs, Suspended, Waiters, SaleEnds, History, Keys,
              DepositRefs, Listed, LineMarks, AccessKeys, Switches, Invitations, Days, Webhooks>;

/// A linked table for code that is the same for all of them.
struct LinkedTable {
    std::size_t place = 0;         // among the ends
    std::size_t place_in_list = 0; // of all tables
    bool has_text_keys = false;
    const char* name = "";
    const char* rows = "";
};
template <LinkedTableType Of>
inline constexpr LinkedTable linked{Of::link_place, ModelTables::place_of<Of>(),
                                    !is_integer_key<typename Of::Key>, Of::name, Of::rows};
/// By their places.
inline constexpr auto linked_tables = [] {
    std::array<const LinkedTable*, ModelTables::linked_count> all{};
    ModelTables::each([&all]<typename Of>(Of) {
        if constexpr (LinkedTableType<Of>) {
            static_assert(LinkedRow<typename Of::Row>);
            all.at(Of::link_place) = &linked<Of>;
        }
    });
    return all;
}();
static_assert(
    [] { // by flags: under UBSan the address of a variable is no constant that can be compared
        std::array<bool, ModelTables::linked_count> is_taken{};
        ModelTables::each([&is_taken]<typename Of>(Of) {
            if constexpr (LinkedTableType<Of>) {
                is_taken.at(Of::link_place) = true;
            }
        });
        return std::ranges::count(is_taken, false) == 0;
    }(),
    "each has a place of its own");

class TableHandles {
  public:
    /// Makes those that are missing, if it may. LMDB's error, 0 for none.
    int open(MDB_txn* transaction, bool may_create) {
        int error = 0;
        ModelTables::each([&]<typename Of>(Of) {
            constexpr unsigned flags = is_integer_key<typename Of::Key> ? MDB_INTEGERKEY : 0;
            error = error != 0 ? error
                               : mdb_dbi_open(transaction, Of::name,
                                              flags | (may_create ? MDB_CREATE : 0U),
                                              &handles_[ModelTables::place_of<Of>()]);
        });
        return error;
    }
    template <typename Of>
    MDB_dbi of() const {
        return handles_[ModelTables::place_of<Of>()];
    }
    MDB_dbi of(const LinkedTable& table) const { return handles_[table.place_in_list]; }
    std::span<const MDB_dbi> all() const { return handles_; }

  private:
    std::array<MDB_dbi, ModelTables::count> handles_{};
};

} // namespace hongbao::persistence
