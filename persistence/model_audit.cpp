// Role: the audit: every balance and everything held in escrow added up anew, each from the newest
// place that has it.
#include "persistence/lmdb_read_model.hpp"

#include "domain/invariant.hpp"

namespace hongbao::persistence {

namespace {

/// The sum over all rows of one kind. `each_stored(visit)` visits the store's, as id and row;
/// `fen_of` says what a row, or a part of a generation, holds.
template <typename Map, typename EachStored, typename FenOf>
Audit::Sum sum_of(const Generation& filling, const Generation* frozen, Map Generation::*member,
                  EachStored each_stored, FenOf fen_of) {
    Audit::Sum sum_fen = 0;
    const auto is_newer = [member](const Generation* generation, const auto& id) {
        return generation != nullptr && (generation->*member).contains(id);
    };
    for (const auto& [id, part] : filling.*member) {
        sum_fen += fen_of(part);
    }
    if (frozen != nullptr) {
        for (const auto& [id, part] : frozen->*member) {
            sum_fen += is_newer(&filling, id) ? 0 : fen_of(part);
        }
    }
    each_stored([&](const auto& id, const auto& row) {
        sum_fen += is_newer(&filling, id) || is_newer(frozen, id) ? 0 : fen_of(row);
        return true;
    });
    return sum_fen;
}

domain::Fen held_fen(const AccountRow& row) {
    return row.account.standing.balance_fen;
}
domain::Fen held_fen(const PacketRow& row) {
    return row.remaining_fen;
}
domain::Fen held_fen(const CampaignRow& row) {
    return row.remaining_fen;
}
domain::Fen held_fen(const SaleRow& row) {
    return row.escrow_fen();
}
template <typename Part>
domain::Fen held_fen(const Part& part) {
    return held_fen(part.row);
}

} // namespace

Audit LmdbReadModel::audit() const {
    const std::shared_lock lock(mutex_);
    Audit audit;
    audit.deposited_fen = filling_->totals.deposited_fen;
    audit.withdrawn_fen = filling_->totals.withdrawn_fen;
    audit.position = filling_->totals.position;
    ModelReader reader(*store_);
    const auto sum = [&](auto member, auto each) {
        return sum_of(
            *filling_, frozen_.get(), member, [&](const auto& visit) { (reader.*each)(visit); },
            [](const auto& part) { return held_fen(part); });
    };
    audit.accounts_fen = sum(&Generation::accounts, &ModelReader::each_account);
    audit.escrow_fen = sum(&Generation::packets, &ModelReader::each_packet) +
                       sum(&Generation::campaigns, &ModelReader::each_campaign) +
                       sum(&Generation::sales, &ModelReader::each_sale);
    if (!reader.damage().empty()) {
        store_->condemn();
        domain::broken_invariant(reader.damage().c_str(), std::source_location::current());
    }
    return audit;
}

} // namespace hongbao::persistence
