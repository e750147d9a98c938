#include "nn/architecture.h"

#include <string>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/frame.h"
#include "base/testing/refusal.h"
#include "nn/network.h"

namespace arcadeq {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string Describe(const Architecture& architecture) {
  struct Visitor {
    std::string operator()(const layers::Convolution& c) const {
      return c.name + " " + std::to_string(c.filters) + "@" + std::to_string(c.kernel) + "/" +
             std::to_string(c.stride);
    }
    std::string operator()(const layers::Dense& dense) const {
      std::string text;
      for (const auto& stream : dense.streams) {
        text += (text.empty() ? "" : " and ") + stream.name + " " + std::to_string(stream.units);
      }
      return text;
    }
    std::string operator()(const layers::Normalisation&) const { return "norm"; }
    std::string operator()(const layers::Relu&) const { return "relu"; }
    std::string operator()(const layers::DuelingJoin&) const { return "join"; }
  };
  std::string text;
  for (const Layer& layer : architecture.layers) {
    text += (text.empty() ? "" : ", ") + std::visit(Visitor(), layer);
  }
  return text;
}

std::string Describe(const std::string& name, bool dueling, int atoms) {
  const NetworkShape shape{{ElementType::kUint8, 84, 84}, 4, 6, atoms};
  return Describe(
      MakeArchitecture({.architecture = name, .hidden = 256, .dueling = dueling}, shape));
}

TEST(Architecture, AllReadScreensAndEndInTheOutputs) {
  for (const std::string& name : Architectures().names()) {
    EXPECT_THAT(Describe(name, false, 1), EndsWith("q 6")) << name;
    EXPECT_THAT(Describe(name, true, 1), EndsWith("advantage 6 and value 1, join")) << name;
  }
}

// Mnih et al. 2013, section 4.1, except for the normalisation, which is off by default.
TEST(Architecture, ArticleWithoutDuelingIsDqn2013) {
  EXPECT_EQ(Describe("article", false, 1),
            "conv1 16@8/4, norm, relu, conv2 32@4/2, norm, relu, hidden 256, norm, relu, q 6");
}

TEST(Architecture, CompactHasAsManyOutputsOnHalfTheFrame) {
  EXPECT_EQ(Describe("compact", false, 1),
            "conv1 16@4/2, norm, relu, conv2 32@4/2, norm, relu, hidden 256, norm, relu, q 6");
}

TEST(Architecture, StreamsAndAtoms) {
  EXPECT_EQ(Describe("nature", true, 51),
            "conv1 32@8/4, norm, relu, conv2 64@4/2, norm, relu, conv3 64@3/1, norm, relu, "
            "advantage_hidden 256 and value_hidden 256, norm, relu, advantage 306 and value 51, "
            "join");
  EXPECT_EQ(Describe("mlp", false, 2), "hidden1 256, norm, relu, hidden2 256, norm, relu, q 12");
}

TEST(Architecture, RefusesFramesThatAreTooSmall) {
  const auto refusal = [](const char* name, int height, int width) {
    return RefusalOf([&] {
      MakeArchitecture({.architecture = name}, {{ElementType::kUint8, height, width}, 4, 6});
    });
  };
  EXPECT_EQ(refusal("article", 20, 20), "");
  EXPECT_EQ(refusal("compact", 10, 10), "");
  EXPECT_EQ(refusal("nature", 36, 36), "");
  EXPECT_EQ(refusal("mlp", 1, 1), "");
  EXPECT_THAT(refusal("article", 19, 84), HasSubstr("at least 20x20 pixels, got 19x84"));
  EXPECT_THAT(refusal("article", 84, 19), HasSubstr("at least 20x20 pixels, got 84x19"));
  EXPECT_THAT(refusal("compact", 9, 42), HasSubstr("at least 10x10 pixels, got 9x42"));
  EXPECT_THAT(refusal("nature", 35, 84), HasSubstr("at least 36x36 pixels, got 35x84"));
}

}  // namespace
}  // namespace arcadeq
