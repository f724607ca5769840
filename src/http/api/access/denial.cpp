// Role: the problem of each denial.
#include "http/api/access/denial.hpp"

namespace hongbao::http {

Problem problem_of(domain::Denial denial, domain::Rejection not_found) {
    switch (denial) {
    case domain::Denial::credential_missing:
        return Problem{"credential_missing",
                       "Send Authorization: Bearer, and behind it a key or a token."};
    case domain::Denial::not_allowed:
        return Problem{"not_allowed", "This key or token is not for this request."};
    case domain::Denial::not_yours:
        return Problem{"not_yours",
                       "This key or token acts for its own user alone, and the request names "
                       "another; leave the name out, or give your own."};
    case domain::Denial::not_visible: return problem_of(not_found);
    }
    return {};
}

} // namespace hongbao::http
