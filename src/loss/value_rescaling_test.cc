#include "loss/value_rescaling.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/safetensors.h"
#include "loss/loss.h"

namespace arcadeq {
namespace {

class ValueRescalingTest : public ::testing::Test {
 protected:
  const std::vector<float>& Golden(const std::string& name) const {
    return golden_.tensors.at(name).values;
  }

  const SafetensorsFile golden_ =
      ReadSafetensors(ARCADEQ_SOURCE_DIR "/tests/golden/value_rescaling.safetensors");
  const ValueRescaling rescaling_{true};
};

TEST_F(ValueRescalingTest, AgreesWithNumPy) {
  const auto& returns = Golden("returns");
  ASSERT_EQ(returns.size(), 99u);
  for (std::size_t i = 0; i < returns.size(); ++i) {
    const float value = Golden("values")[i];
    EXPECT_NEAR(rescaling_.Apply(returns[i]), value, 1e-6 * std::abs(value));
    EXPECT_NEAR(rescaling_.Invert(value), returns[i], 2e-6 * std::abs(returns[i]) + 1e-6);
  }
}

TEST_F(ValueRescalingTest, BacksUpAsInNumPy) {
  for (std::size_t i = 0; i < 40; ++i) {
    const Backup backup{Golden("rewards")[i], Golden("discounts")[i], rescaling_};
    EXPECT_NEAR(backup(Golden("next")[i]), Golden("targets")[i], 2e-5) << i;
  }
}

// A network that has diverged is reported by its loss, which must not hide it.
TEST_F(ValueRescalingTest, KeepsWhatIsNotANumber) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isnan(rescaling_.Apply(kNaN)));
  EXPECT_TRUE(std::isnan(rescaling_.Invert(kNaN)));
}

TEST(ValueRescaling, IsOffUnlessAskedFor) {
  const ValueRescaling none;
  for (const float x : {-1e6f, -0.3f, 0.0f, 7.0f}) {
    EXPECT_EQ(none.Apply(x), x);
    EXPECT_EQ(none.Invert(x), x);
    EXPECT_EQ((Backup{1.5f, 0.5f, none}(x)), 1.5f + 0.5f * x);
  }
}

}  // namespace
}  // namespace arcadeq
