#include "record/crc32c.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

std::string Ascending() {
  std::string bytes(32, '\0');
  for (int i = 0; i < 32; ++i) bytes[i] = static_cast<char>(i);
  return bytes;
}

// RFC 3720, B.4.
TEST(Crc32c, AgreesWithTheVectorsOfRfc3720) {
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
  std::string bytes = Ascending();
  EXPECT_EQ(Crc32c(bytes), 0x46DD794Eu);
  std::reverse(bytes.begin(), bytes.end());
  EXPECT_EQ(Crc32c(bytes), 0x113FDB5Cu);

  std::string iscsi_read(48, '\0');
  iscsi_read[0] = 0x01;
  iscsi_read[1] = '\xC0';
  iscsi_read[16] = 0x14;
  iscsi_read[22] = 0x04;
  iscsi_read[27] = 0x14;
  iscsi_read[31] = 0x18;
  iscsi_read[32] = 0x28;
  iscsi_read[40] = 0x02;
  EXPECT_EQ(Crc32c(iscsi_read), 0xD9963A56u);
}

TEST(Crc32c, OfNothingIsZero) {
  EXPECT_EQ(Crc32c(""), 0u);
}

TEST(Crc32c, IsMaskedByRotationAndConstant) {
  // 0x8A9136AA rotated right by 15 is 0x6D551522.
  EXPECT_EQ(MaskedCrc32c(std::string(32, '\0')), 0x6D551522u + 0xA282EAD8u);
}

}  // namespace
}  // namespace arcadeq
