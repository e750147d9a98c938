#include "train/signature.h"

#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "nn/cpu/kernels/instruction_sets.h"

namespace arcadeq {
namespace {

// docs/signature.md says what may change the numbers of signature.txt, and how to update them.
TEST(Signature, EqualsTheRecordedOne) {
  const std::string best = kernels::InstructionSets().front();
  if (!kernels::HasFusedMultiplyAdd(best)) {
    GTEST_SKIP() << "not defined for " << best;
  }
  std::string now;
  for (const SignaturePart& part : ComputeSignature()) {
    now += fmt::format("{:016x}  {}\n", part.value, part.name);
  }
  std::ifstream file(ARCADEQ_SOURCE_DIR "/tests/golden/signature.txt");
  const std::string written{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_EQ(now, written);
}

TEST(Signature, EveryPartCounts) {
  const std::vector<SignaturePart> parts = {{"a", 1}, {"b", 2}, {"c", 3}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::vector<SignaturePart> changed = parts;
    changed[i].value ^= 1;
    EXPECT_NE(CombineSignature(changed), CombineSignature(parts)) << i;
  }
}

}  // namespace
}  // namespace arcadeq
