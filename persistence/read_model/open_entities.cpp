// Role: what is open, from wherever its newest row is.
#include "persistence/read_model/open_entities.hpp"

#include "persistence/read_model/generations.hpp"
#include "persistence/read_model/kinds.hpp"
#include "persistence/read_model/read_model.hpp"

#include <string>

namespace hongbao::persistence {

namespace {

/// Those in the file that no generation is newer about, and those in the generations.
template <typename K>
std::vector<OpenEntity<typename K::Id>> open_ones_of(ModelReader& reader, const Generation* frozen,
                                                     const Generation& filling) {
    std::vector<OpenEntity<typename K::Id>> open;
    const auto is_in = [](const Generation* generation, typename K::Id id) {
        return generation != nullptr && (generation->*K::parts).contains(id);
    };
    reader.each<typename K::Ends>([&](const typename K::Ends::Key& end, EndRow) {
        if (is_in(&filling, end.id) || is_in(frozen, end.id)) {
            return true;
        }
        const auto found = K::open_at(reader, end.id, end.at);
        if (found) {
            open.push_back(*found);
        }
        return found.has_value();
    });
    for (const Generation* generation : {frozen, &filling}) {
        if (generation == nullptr) {
            continue;
        }
        for (const auto& [id, part] : generation->*K::parts) {
            if (part.row.is_open() && !(generation == frozen && is_in(&filling, id))) {
                open.push_back({id, K::due_at(part.row)});
            }
        }
    }
    return open;
}

} // namespace

std::variant<OpenEntities, Failure> ReadModel::open_entities() const {
    return generations_->visit_both(
        [&](const Generation* frozen,
            const Generation& filling) -> std::variant<OpenEntities, Failure> {
            ModelReader reader(*store_);
            OpenEntities open;
            std::string wrong;
            for_each_kind([&](auto kind) {
                using K = decltype(kind);
                auto& found = open.*K::all_open;
                found = open_ones_of<K>(reader, frozen, filling);
                const std::uint64_t expected = filling.totals.*K::open_count;
                if (wrong.empty() && found.size() != expected) {
                    wrong = "the read model knows the ends of " + std::to_string(found.size()) +
                            " of " + std::to_string(expected) + " " + K::open_ones;
                }
            });
            if (!reader.damage().empty() || !wrong.empty()) {
                return Failure{reader.damage().empty() ? wrong : reader.damage()};
            }
            return open;
        });
}

} // namespace hongbao::persistence
