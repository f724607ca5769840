// Role: how far an honest lottery may be off, for tests that judge one by many runs.
#pragma once

#include <cmath>

namespace hongbao::testing {

/// The bound, in standard errors, two-sided, that fair results exceed in one of a thousand tests
/// with this many comparisons (Bonferroni).
inline double z_allowed(int comparisons) {
    const double alpha = 0.001 / comparisons;
    double low = 0, high = 10;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (std::erfc(middle / std::sqrt(2.0)) > alpha ? low : high) = middle;
    }
    return high;
}

/// A χ² as a standard normal (Wilson and Hilferty 1931).
inline double z_of_chi_squared(double chi_squared, double degrees) {
    const double spread = 2.0 / (9.0 * degrees);
    return (std::cbrt(chi_squared / degrees) - (1.0 - spread)) / std::sqrt(spread);
}

} // namespace hongbao::testing
