// Role: the words of verdicts.
#include "ops/doctor/finding.hpp"

namespace hongbao::ops::doctor {

std::string_view word_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::fine: return "ok";
    case Verdict::unseen: return "unseen";
    case Verdict::warning: return "warn";
    case Verdict::failure: return "fail";
    }
    return "";
}

} // namespace hongbao::ops::doctor
