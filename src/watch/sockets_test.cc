#include "watch/sockets.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;

TEST(WebListener, TakesAFreePort) {
  const WebListener listener = ListenOnWeb("127.0.0.1", 0);
  EXPECT_GT(listener.port, 0);
  EXPECT_EQ(listener.Url(), "http://127.0.0.1:" + std::to_string(listener.port) + "/");
  EXPECT_THAT(RefusalOf([&] { ListenOnWeb("127.0.0.1", listener.port); }),
              HasSubstr("cannot listen at 127.0.0.1, port " + std::to_string(listener.port)));
}

TEST(WebListener, RefusesNames) {
  EXPECT_THAT(RefusalOf([] { ListenOnWeb("example.org", 0); }), HasSubstr("is not an address"));
  EXPECT_THAT(RefusalOf([] { ListenOnWeb("", 0); }), HasSubstr("is not an address"));
}

TEST(RunListener, IsThereForItsOwnerDuringTheRun) {
  const TemporaryDirectory run;
  EXPECT_FALSE(ConnectToRun(run.path()));
  {
    const RunListener listener(run.path());
    EXPECT_TRUE(ConnectToRun(run.path()));
    struct stat status {};
    ASSERT_EQ(stat((run / kRunSocket).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
  }
  EXPECT_FALSE(ConnectToRun(run.path()));
  EXPECT_TRUE(std::filesystem::is_empty(run.path()));
}

TEST(RunListener, TakesThePlaceOfALeftover) {
  const TemporaryDirectory run;
  const RunListener killed(run.path());
  const RunListener listener(run.path());
  EXPECT_TRUE(ConnectToRun(run.path()));
}

// Longer than the address of a socket may be.
TEST(RunListener, LiesAtAnyPath) {
  const TemporaryDirectory folder;
  const auto run = folder / std::string(200, 'x');
  std::filesystem::create_directory(run);
  const RunListener listener(run);
  EXPECT_TRUE(ConnectToRun(run));
}

TEST(RunListener, NeedsADirectory) {
  const TemporaryDirectory folder;
  EXPECT_THAT(RefusalOf([&] { const RunListener listener(folder / "none"); }),
              HasSubstr("none: No such file"));
}

}  // namespace
}  // namespace arcadeq
