// Role: a journal of sales with a read model that agrees with it, for tests that alter the model.
#pragma once

#include "tests/persistence/sale_story.hpp"
#include "tests/persistence/verified_model.hpp"

namespace hongbao::testing {

/// The story of sales instead of the other: shop, ann, bob, carol and dave are accounts 1 to 5.
class VerifySalesTest : public VerifyModelTest {
  protected:
    VerifySalesTest() : VerifyModelTest(sale_story()) {}
};

} // namespace hongbao::testing
