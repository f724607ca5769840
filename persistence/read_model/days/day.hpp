// Role: one day of the books, as it is answered. Pure.
#pragma once

#include "persistence/read_model/days/rows.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hongbao::persistence {

struct BooksDay {
    struct OfType {
        std::size_t type = 0; // its place among the alternatives of domain::Event
        DayRow sums;
    };
    std::int64_t day = 0;        // domain::business_day
    DayRow sums;                 // of all types
    std::vector<OfType> types{}; // those that occurred
};

} // namespace hongbao::persistence
