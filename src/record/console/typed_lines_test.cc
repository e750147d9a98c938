#include "record/console/typed_lines.h"

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

namespace arcadeq {
namespace {

using ::testing::ElementsAre;

class TypedLinesTest : public ::testing::Test {
 protected:
  TypedLinesTest() { EXPECT_EQ(openpty(&keyboard_, &terminal_, nullptr, nullptr, nullptr), 0); }
  ~TypedLinesTest() override {
    close(keyboard_);
    close(terminal_);
  }

  void Type(const std::string& text) {
    ASSERT_EQ(write(keyboard_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::vector<std::string> Await(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return lines_.size() >= count; });
    return lines_;
  }
  void Add(const std::string& line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
    came_.notify_one();
  }

  int keyboard_ = -1, terminal_ = -1;
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::string> lines_;
};

TEST_F(TypedLinesTest, ReadsLines) {
  const TypedLines typed(terminal_, [this](const std::string& line) { Add(line); });
  Type("pau");
  Type("se\n  save \n\nrecord\n");
  EXPECT_THAT(Await(4), ElementsAre("pause", "save", "", "record"));
}

TEST_F(TypedLinesTest, CutsLongLines) {
  const TypedLines typed(terminal_, [this](const std::string& line) { Add(line); });
  Type(std::string(500, 'x') + "\nsave\n");
  EXPECT_THAT(Await(2), ElementsAre(std::string(80, 'x'), "save"));
}

// At the end, nobody is typing.
TEST_F(TypedLinesTest, EndsAtOnce) {
  const TypedLines typed(terminal_, [this](const std::string& line) { Add(line); });
}

// As Ctrl-C does, between the moment when the line is announced and that when it is read.
TEST_F(TypedLinesTest, EndsEvenIfWhatWasTypedIsFlushed) {
  for (int i = 0; i < 500; ++i) {
    const TypedLines typed(terminal_, [this](const std::string& line) { Add(line); });
    Type("save\n");
    tcflush(terminal_, TCIFLUSH);
  }
}

TEST_F(TypedLinesTest, EndsWithItsTerminal) {
  const TypedLines typed(terminal_, [this](const std::string& line) { Add(line); });
  close(keyboard_);
  keyboard_ = -1;
}

}  // namespace
}  // namespace arcadeq
