// Role: a day of the books as JSON. Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"

#include <string>

namespace hongbao::http {

std::string render_day(const persistence::BooksDay& day);

} // namespace hongbao::http
