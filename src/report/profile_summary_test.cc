#include "report/profile_summary.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/profile.h"
#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

class ProfileSummaryTest : public testing::Test {
 protected:
  static ProfileSummary Summarize(const std::string& text) {
    return SummarizeProfile(text, "profile.json");
  }
  static std::string Scope(const std::string& name, int thread, double began, double duration) {
    return R"({"ph": "X", "name": ")" + name + R"(", "pid": 1, "tid": )" + std::to_string(thread) +
           R"(, "ts": )" + std::to_string(began) + R"(, "dur": )" + std::to_string(duration) + "}";
  }
  static std::string Profile(const std::string& events) {
    return R"({"displayTimeUnit": "ms", "traceEvents": [)" + events + "]}";
  }
};

TEST_F(ProfileSummaryTest, SumsTheOwnTimeOfScopesOverAllThreads) {
  const ProfileSummary summary =
      Summarize(Profile(Scope("inner", 0, 2e6, 1e6) + "," + Scope("outer", 0, 1e6, 4e6) + "," +
                        Scope("inner", 1, 0, 1e6) + "," + Scope("outer", 0, 5e6, 1e6)));
  EXPECT_EQ(summary.threads, 2u);
  EXPECT_DOUBLE_EQ(summary.thread_seconds, 12);
  ASSERT_EQ(summary.scopes.size(), 2u);
  EXPECT_EQ(summary.scopes[0].name, "outer");
  EXPECT_DOUBLE_EQ(summary.scopes[0].seconds, 4);
  EXPECT_EQ(summary.scopes[1].name, "inner");
  EXPECT_DOUBLE_EQ(summary.scopes[1].seconds, 2);
}

TEST_F(ProfileSummaryTest, ReadsWhatAProfileWrites) {
  const TemporaryDirectory directory;
  {
    class Profile profile(directory / "written.json");
    {
      const ProfileScope scope("act");
    }
    profile.Finish();
  }
  const ProfileSummary summary = Summarize(ReadFile(directory / "written.json"));
  ASSERT_EQ(summary.scopes.size(), 1u);
  EXPECT_EQ(summary.scopes[0].name, "act");
}

TEST_F(ProfileSummaryTest, RefusesOtherFiles) {
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{\"traceEvents\": ["), Profile(""),
        Profile(R"({"ph": "X", "name": "act"})"), Profile(Scope("act", 0, 1, -1)),
        Profile(Scope("act", 0, 1e300, 1)),
        Profile(Scope("act", 0, 1, 1) + R"(, {"ph": "X", "name": "act", "ts": 1, "dur": 1})"),
        std::string("no JSON"), std::string("[[[{\"ph\": \"X\"}]]]")}) {
    EXPECT_THROW(Summarize(text), UserError) << text;
  }
}

}  // namespace
}  // namespace arcadeq
