// Role: what a start has to know of all that is open: when it ends, or has to be looked at.
#include "persistence/read_model/lmdb_read_model.hpp"

#include <string>

namespace hongbao::persistence {

namespace {

/// Those of the store that no generation is newer about, and those of the generations.
/// `each_stored(visit)` visits the store's; `id_of(open)` and `open_of(id, part)` say what is what.
template <typename Open, typename Member, typename EachStored, typename IdOf, typename OpenOf>
std::vector<Open> gather(const Generation* frozen, const Generation* filling, Member member,
                         EachStored each_stored, IdOf id_of, OpenOf open_of) {
    std::vector<Open> gathered;
    const auto is_newer = [member](const Generation* generation, const auto& id) {
        return generation != nullptr && (generation->*member).contains(id);
    };
    each_stored([&](const Open& open) {
        if (!is_newer(filling, id_of(open)) && !is_newer(frozen, id_of(open))) {
            gathered.push_back(open);
        }
        return true;
    });
    for (const Generation* generation : {frozen, filling}) {
        if (generation == nullptr) {
            continue;
        }
        for (const auto& [id, part] : generation->*member) {
            if (part.row.is_open() && !(generation == frozen && is_newer(filling, id))) {
                gathered.push_back(open_of(id, part.row));
            }
        }
    }
    return gathered;
}

template <typename Open>
std::variant<std::vector<Open>, Failure> checked(std::vector<Open>&& open, std::uint64_t expected,
                                                 const std::string& damage, const char* what) {
    if (!damage.empty()) {
        return Failure{damage};
    }
    if (open.size() != expected) {
        return Failure{"the read model knows the ends of " + std::to_string(open.size()) + " of " +
                       std::to_string(expected) + " " + what};
    }
    return std::move(open);
}

} // namespace

std::variant<std::vector<OpenPacket>, Failure> LmdbReadModel::open_packets() const {
    const std::shared_lock lock(mutex_);
    ModelReader reader(*store_);
    auto open = gather<OpenPacket>(
        frozen_.get(), filling_.get(), &Generation::packets,
        [&](const auto& visit) {
            reader.each<Expiries>([&](const Expiries::Key& end, EndRow) {
                return visit(OpenPacket{end.id, end.at});
            });
        },
        [](const OpenPacket& packet) { return packet.packet_id; },
        [](domain::PacketId id, const PacketRow& row) {
            return OpenPacket{id, row.expires_at};
        });
    return checked(std::move(open), filling_->totals.open_packet_count, reader.damage(),
                   "open packets");
}

std::variant<std::vector<OpenCampaign>, Failure> LmdbReadModel::open_campaigns() const {
    const std::shared_lock lock(mutex_);
    ModelReader reader(*store_);
    auto open = gather<OpenCampaign>(
        frozen_.get(), filling_.get(), &Generation::campaigns,
        [&](const auto& visit) {
            reader.each<CampaignEnds>([&](const CampaignEnds::Key& end, EndRow) {
                return visit(OpenCampaign{end.id, end.at});
            });
        },
        [](const OpenCampaign& campaign) { return campaign.campaign_id; },
        [](domain::CampaignId id, const CampaignRow& row) {
            return OpenCampaign{id, row.ends_at};
        });
    return checked(std::move(open), filling_->totals.open_campaign_count, reader.damage(),
                   "open campaigns");
}

std::variant<std::vector<UnclosedSale>, Failure> LmdbReadModel::unclosed_sales() const {
    const std::shared_lock lock(mutex_);
    ModelReader reader(*store_);
    auto open = gather<UnclosedSale>(
        frozen_.get(), filling_.get(), &Generation::sales,
        [&](const auto& visit) {
            reader.each<SaleEnds>([&](const SaleEnds::Key& end, EndRow) {
                const auto row = reader.get<Sales>(end.id);
                return row && visit(UnclosedSale{end.id, row->due_at()});
            });
        },
        [](const UnclosedSale& sale) { return sale.sale_id; },
        [](domain::SaleId id, const SaleRow& row) {
            return UnclosedSale{id, row.due_at()};
        });
    return checked(std::move(open), filling_->totals.unclosed_sale_count, reader.damage(),
                   "sales that are not closed");
}

} // namespace hongbao::persistence
