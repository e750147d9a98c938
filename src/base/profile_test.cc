#include "base/profile.h"

#include <filesystem>
#include <map>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

void InnerInOuter() {
  const ProfileScope outer("outer");
  const ProfileScope inner("inner");
}

class ProfileTest : public ::testing::Test {
 protected:
  nlohmann::json Written() const { return nlohmann::json::parse(ReadFile(file_)); }

  static int Scopes(const nlohmann::json& profile) {
    int scopes = 0;
    for (const auto& event : profile["traceEvents"]) scopes += event["ph"] == "X";
    return scopes;
  }

  const TemporaryDirectory directory_;
  const std::filesystem::path file_ = directory_ / "profile.json";
};

TEST_F(ProfileTest, NestsTheScopesOfEveryThread) {
  Profile kept(file_);
  InnerInOuter();
  std::thread(InnerInOuter).join();
  kept.Finish();
  const nlohmann::json profile = Written();
  std::map<int, std::map<std::string, nlohmann::json>> scopes;
  for (const auto& event : profile["traceEvents"]) {
    if (event["ph"] == "X") scopes[event["tid"]][event["name"]] = event;
  }
  ASSERT_EQ(scopes.size(), 2u);
  for (auto& [thread, by_name] : scopes) {
    ASSERT_EQ(by_name.size(), 2u);
    const double outer = by_name["outer"]["ts"], inner = by_name["inner"]["ts"];
    const double outer_length = by_name["outer"]["dur"], inner_length = by_name["inner"]["dur"];
    EXPECT_LE(outer, inner);
    EXPECT_GE(outer + outer_length + 1e-3, inner + inner_length);
  }
}

TEST_F(ProfileTest, KeepsTheNewestScopes) {
  Profile kept(file_, 3);
  for (int i = 0; i < 5; ++i) InnerInOuter();
  kept.Finish();
  EXPECT_EQ(Scopes(Written()), 3);
}

TEST_F(ProfileTest, RecordsNothingBeforeAndAfter) {
  InnerInOuter();
  {
    Profile kept(file_);
    kept.Finish();
    InnerInOuter();
  }
  EXPECT_EQ(Scopes(Written()), 0);
  const Profile next(file_);
  EXPECT_EQ(ReadFile(file_), "");
}

TEST_F(ProfileTest, IsWrittenEvenIfAnExceptionEndsTheRun) {
  EXPECT_THROW(
      {
        const Profile kept(file_);
        InnerInOuter();
        throw UserError("the learning rate");
      },
      UserError);
  EXPECT_EQ(Scopes(Written()), 2);
}

TEST_F(ProfileTest, NamesAFileThatCannotBeWritten) {
  EXPECT_THAT(RefusalOf([&] { const Profile kept(directory_ / "absent/profile.json"); }),
              ::testing::HasSubstr("absent/profile.json: No"));
  Profile kept("/dev/full");
  EXPECT_THAT(RefusalOf([&] { kept.Finish(); }), ::testing::HasSubstr("/dev/full: No space"));
}

}  // namespace
}  // namespace arcadeq
