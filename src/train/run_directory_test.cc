#include "train/run_directory.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/refusal.h"
#include "nn/testing/values.h"
#include "train/weights.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

class RunDirectoryTest : public ::testing::Test {
 protected:
  RunDirectoryTest() {
    fs::remove_all(path_);
    RandomStream random(1, "init");
    network_->Initialize(*parameters_, random);
  }
  ~RunDirectoryTest() override { fs::remove_all(path_); }

  RunDirectory Create() { return RunDirectory::Create(path_, Declare(config_)); }

  fs::path path_ =
      fs::temp_directory_path() /
      (std::string("arcadeq-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
  Config config_;
  static std::unique_ptr<Network> MakeMlp(int hidden) {
    return MakeNetwork({.architecture = "mlp", .hidden = hidden, .dueling = false},
                       {FrameFormat{ElementType::kFloat32, 1, 4}, 1, 2});
  }
  std::unique_ptr<Network> network_ = MakeMlp(16);
  std::unique_ptr<Network::Parameters> parameters_ = network_->MakeParameters();
};

TEST_F(RunDirectoryTest, KeepsTheSettingsThatWereInEffect) {
  config_.env.game = "pong";
  config_.agent.gamma = 0.123;
  Create();
  Config loaded;
  Settings settings = Declare(loaded);
  RunDirectory::Open(path_).LoadConfig(settings);
  EXPECT_EQ(settings.ToToml(), Declare(config_).ToToml());
}

TEST_F(RunDirectoryTest, IsUnusedWhileItHoldsNoMoreThanALock) {
  const auto refusal = [&] { return RefusalOf([&] { RunDirectory::CheckUnused(path_); }); };
  EXPECT_EQ(refusal(), "");
  fs::create_directories(path_);
  EXPECT_EQ(refusal(), "");
  std::ofstream(path_ / "lock");
  EXPECT_EQ(refusal(), "");
  std::ofstream(path_ / "mine.txt") << "precious";
  EXPECT_THAT(refusal(), ::testing::HasSubstr("not an empty directory"));
  fs::remove_all(path_);
  std::ofstream(path_) << "a file";
  EXPECT_THAT(refusal(), ::testing::HasSubstr("not an empty directory"));
}

TEST_F(RunDirectoryTest, OpensOnlyRuns) {
  EXPECT_THAT(RefusalOf([&] { RunDirectory::Open(path_); }),
              ::testing::HasSubstr("not a directory"));
  fs::create_directories(path_);
  EXPECT_THAT(RefusalOf([&] { RunDirectory::Open(path_); }), ::testing::HasSubstr("not a run"));
}

TEST_F(RunDirectoryTest, RemovesWhatAKilledProcessLeft) {
  const RunDirectory run = Create();
  const auto files = [&] {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(path_)) found.push_back(entry.path());
    return found;
  };
  std::ofstream(run.videos() / "episode_000001.gif") << "GIF89a";
  const auto before = files();
  std::ofstream(path_ / "config.toml.77.tmp");
  std::ofstream(run.weights() / "step_000000100.safetensors.77.tmp");
  std::ofstream(run.videos() / "episode_000051.gif.part");
  run.RemoveLeftovers();
  EXPECT_THAT(files(), ::testing::UnorderedElementsAreArray(before));
}

TEST_F(RunDirectoryTest, TheNewestWeightsAreThoseOfTheHighestStep) {
  const RunDirectory run = Create();
  EXPECT_THAT(RefusalOf([&] { run.NewestWeights(); }), ::testing::HasSubstr("no weights yet"));
  for (std::int64_t step : std::initializer_list<std::int64_t>{900, 10000000000, 20000}) {
    run.WriteWeights(*network_, *parameters_, step, 1);
  }
  EXPECT_EQ(run.NewestWeights().filename(), "step_10000000000.safetensors");
}

TEST_F(RunDirectoryTest, WeightsReadBackTheSame) {
  const RunDirectory run = Create();
  const fs::path file = run.WriteWeights(*network_, *parameters_, 5, 1);
  const auto loaded = network_->MakeParameters();
  LoadWeights(file, *network_, *loaded);
  EXPECT_EQ(testing::HashOf(*network_, *loaded), testing::HashOf(*network_, *parameters_));
}

TEST_F(RunDirectoryTest, WeightsOfAnotherNetworkAreRefused) {
  const RunDirectory run = Create();
  const fs::path file = run.WriteWeights(*network_, *parameters_, 5, 1);
  const auto wider = MakeMlp(32);
  const auto loaded = wider->MakeParameters();
  EXPECT_THAT(RefusalOf([&] { LoadWeights(file, *wider, *loaded); }),
              ::testing::HasSubstr("step_000000005.safetensors"));
}

}  // namespace
}  // namespace arcadeq
