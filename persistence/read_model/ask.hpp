// Role: the one way in which a question is asked of the read model: of a view made for it, which
// the question may look rows up in as often as it needs. For the queries of the kinds.
#pragma once

#include "persistence/read_model/generations.hpp"
#include "persistence/read_model/read_model.hpp"
#include "persistence/read_model/view.hpp"

namespace hongbao::persistence {

template <typename Question>
auto ReadModel::ask(Question question) const {
    ModelView view = generations_->look();
    return question(view);
}

} // namespace hongbao::persistence
