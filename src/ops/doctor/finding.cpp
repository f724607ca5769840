// Role: the words of verdicts.
#include "ops/doctor/finding.hpp"

namespace hongbao::ops::doctor {

std::string_view word_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::ok: return "ok";
    case Verdict::note: return "note";
    case Verdict::warning: return "warning";
    case Verdict::fault: return "fault";
    }
    return "";
}

} // namespace hongbao::ops::doctor
