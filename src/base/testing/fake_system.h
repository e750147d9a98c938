#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace arcadeq {

// A test with a fake /proc and /sys under `root_`.
class FakeSystem : public ::testing::Test {
 protected:
  void Write(const std::string& path, const std::string& content) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << content;
  }

  const TemporaryDirectory root_;
};

}  // namespace arcadeq
