// Role: what an honest lottery may be off by, for tests that judge one by many runs.
#pragma once

#include <cmath>

namespace hongbao::testing {

/// How many standard errors a fair result may be off, two-sided, in a thousandth of all tests with
/// this many comparisons (Bonferroni).
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
