// Role: is told when a claim on a key or a reference ends without a record. A claim ends where its
// request ends, on any thread, so the keeper must outlive every claim.
#pragma once

#include "domain/values/digest.hpp"

namespace hongbao::actors {

struct Reference;

class ClaimKeeper {
  public:
    /// From any thread.
    virtual void release_key(const domain::Digest& key_digest) = 0;
    virtual void release_reference(Reference&& reference) = 0;

  protected:
    ~ClaimKeeper() = default;
};

} // namespace hongbao::actors
