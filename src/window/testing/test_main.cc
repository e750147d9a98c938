#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "window/window_process.h"

// A custom main(), because the program that shows a window restarts itself for it.
int main(int argc, char** argv) {
  if (arcadeq::IsWindowCommand(argc, argv)) return arcadeq::RunWindowProcess(argv);
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
