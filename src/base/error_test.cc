#include "base/error.h"

#include <string>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(UserError, IsAlwaysOneLine) {
  EXPECT_STREQ(UserError("no file 'Pok\xc3\xa9mon'").what(), "no file 'Pok\xc3\xa9mon'");
  EXPECT_STREQ(UserError(std::string("a\nb\x1b[31m\x7f\0c", 11)).what(),
               "a\\x0ab\\x1b[31m\\x7f\\x00c");
}

}  // namespace
}  // namespace arcadeq
