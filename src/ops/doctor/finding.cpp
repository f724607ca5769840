// Role: the words of verdicts.
#include "ops/doctor/finding.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

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

bool is_about_rights(std::string_view sentence) {
    return sentence.find(std::strerror(EACCES)) != sentence.npos ||
           sentence.find(std::strerror(EPERM)) != sentence.npos;
}

Finding out_of_reach(std::string sentence) {
    return is_about_rights(sentence)
               ? note(std::move(sentence), "run it as root, or as the server's user")
               : fault(std::move(sentence), "a start fails for the same reason");
}

} // namespace hongbao::ops::doctor
