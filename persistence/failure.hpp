// Role: what every function of this layer answers instead of a value when it could not do its work:
// a sentence, and what is to blame: a record, the file, a segment of the archive, or the machine.
#pragma once

#include "domain/record.hpp"

#include <string>

namespace hongbao::persistence {

/// A sentence for people: what failed and, where it is known, what to do.
struct Failure {
    std::string sentence;
    domain::Sequence first_bad_sequence = 0; // 0: no record is to blame
    bool damaged = false;            // the file itself is to blame, though no record in particular
    bool is_missing_segment = false; // nothing is damaged: what is archived is somewhere else
    bool is_of_segment = false;      // not the journal's own file
    bool is_of_machine = false;      // rights, limits, room: what is stored may be sound
};

/// Whether what is stored is to blame, and not the machine: rights, room, versions, settings.
inline bool is_damage(const Failure& failure) {
    return !failure.is_missing_segment && !failure.is_of_segment && !failure.is_of_machine &&
           (failure.damaged || failure.first_bad_sequence > 0);
}

} // namespace hongbao::persistence
