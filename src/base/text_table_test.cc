#include "base/text_table.h"

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(TextTable, AlignsItsColumns) {
  TextTable table;
  table.Add({"name", "runs", "mean"});
  table.Add({"a", "10", "412.3"});
  table.Add({"longer", "3", "-"});
  EXPECT_EQ(table.Text(),
            "name    runs   mean\n"
            "a         10  412.3\n"
            "longer     3      -\n");
  EXPECT_EQ(TextTable().Text(), "");
}

}  // namespace
}  // namespace arcadeq
