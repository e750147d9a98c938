#include "machine/section.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arcadeq {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Section Sample() {
  Section section{"memory", "Memory"};
  section.Add("machine", "16.0 GB");
  section.Warn("available", "100 MB", "close other programs");
  section.data["available_bytes"] = 100'000'000;
  return section;
}

TEST(Section, IsAnAlignedTable) {
  EXPECT_EQ(SectionText(Sample(), false),
            "Memory\n"
            "  ok       machine           16.0 GB\n"
            "  warning  available         100 MB\n"
            "                             -> close other programs\n");
}

TEST(Section, ColoursOnlyTheMarks) {
  const std::string text = SectionText(Sample(), true);
  EXPECT_THAT(text, HasSubstr("\x1b[32mok     \x1b[0m  machine "));
  EXPECT_THAT(text, HasSubstr("\x1b[33mwarning\x1b[0m  available "));
  EXPECT_THAT(SectionText(Sample(), false), Not(HasSubstr("\x1b")));
}

TEST(Section, EscapesControlCharacters) {
  Section section{"runs", "Runs"};
  section.Add("directory", "a\n\x1b[31mb");
  EXPECT_THAT(SectionText(section, false), HasSubstr("a\\x0a\\x1b[31mb\n"));
}

TEST(Section, TheVerdictCounts) {
  std::vector<Section> sections{Section{"a", "A"}};
  sections[0].Add("x", "1");
  EXPECT_EQ(WorstMark(sections), Mark::kOk);
  EXPECT_EQ(VerdictText(sections), "All is well.\n");
  sections.push_back(Sample());
  EXPECT_EQ(WorstMark(sections), Mark::kWarning);
  EXPECT_EQ(VerdictText(sections), "Training works: 1 warning.\n");
  sections[0].Fail("y", "2", "mend it");
  sections[0].Fail("z", "3", "mend it");
  EXPECT_EQ(WorstMark(sections), Mark::kError);
  EXPECT_EQ(VerdictText(sections), "Training is impossible: 2 errors, 1 warning.\n");
}

TEST(Section, TheJsonHasFindingsBesideTheNumbers) {
  const std::vector<Section> sections{Sample()};
  EXPECT_EQ(ToJson(sections).dump(),
            R"({"verdict":"warning","memory":{"available_bytes":100000000,"findings":[)"
            R"({"what":"machine","value":"16.0 GB","mark":"ok"},)"
            R"({"what":"available","value":"100 MB","mark":"warning",)"
            R"("remedy":"close other programs"}]}})");
}

}  // namespace
}  // namespace arcadeq
