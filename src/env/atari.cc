#include "env/atari.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ale/ale_interface.hpp>
#include <ale/emucore/System.hxx>
#include <ale/emucore/TIA.hxx>
#include <ale/version.hpp>
#include <fmt/ranges.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/settings.h"
#include "env/env.h"
#include "env/env_config.h"
#include "env/reward.h"
#include "env/saved_state.h"
#include "env/screen_reduction.h"

namespace arcadeq {
namespace {

// The seed of the sticky actions. Any other randomness in the console comes from a fixed seed.
std::uint32_t DrawEmulatorSeed(RandomStream& random) {
  return static_cast<std::uint32_t>(random.Below(std::uint64_t{1} << 31));
}

// Throws UserError unless the game offers `value` for a setting.
template <typename Offered>
void CheckOffered(std::string_view key, std::int64_t value, const EnvConfig& config,
                  const Offered& offered) {
  if (std::ranges::find(offered, value) != offered.end()) return;
  ThrowUserError("{} = {}: {} offers {}", key, value, config.game, fmt::join(offered, ", "));
}

// Both take effect at the next reset.
void SetModeAndDifficulty(const EnvConfig& config, ale::ALEInterface& emulator) {
  if (config.mode != EnvConfig::kGamesDefault) {
    CheckOffered("env.mode", config.mode, config, emulator.getAvailableModes());
    emulator.setMode(static_cast<ale::game_mode_t>(config.mode));
  }
  if (config.difficulty != EnvConfig::kGamesDefault) {
    CheckOffered("env.difficulty", config.difficulty, config, emulator.getAvailableDifficulties());
    emulator.setDifficulty(static_cast<ale::difficulty_t>(config.difficulty));
  }
}

// Describes what a saved state belongs to.
std::string Subject(const EnvConfig& config) {
  std::string subject = fmt::format("{} in {}", config.game, config.observation);
  if (config.mode != EnvConfig::kGamesDefault) subject += fmt::format(", mode {}", config.mode);
  if (config.difficulty != EnvConfig::kGamesDefault) {
    subject += fmt::format(", difficulty {}", config.difficulty);
  }
  return subject;
}

std::unique_ptr<ale::ALEInterface> LoadEmulator(const EnvConfig& config,
                                                const std::filesystem::path& rom,
                                                std::uint32_t seed) {
  ale::Logger::setMode(ale::Logger::Error);
  auto emulator = std::make_unique<ale::ALEInterface>();
  // ALE reads these only while it loads a ROM. We skip frames ourselves, because ALE would not show
  // the frame before the last.
  emulator->setInt("random_seed", static_cast<int>(seed));
  emulator->setInt("frame_skip", 1);
  emulator->setFloat("repeat_action_probability", static_cast<float>(config.sticky));
  emulator->setBool("color_averaging", false);
  emulator->setInt("max_num_frames_per_episode", static_cast<int>(config.max_frames));
  emulator->loadROM(rom);
  SetModeAndDifficulty(config, *emulator);
  return emulator;
}

// `observation` is one of env.observation's values: height, "x", width.
FrameFormat ObservationFormat(const std::string& observation) {
  return {ElementType::kUint8, std::stoi(observation),
          std::stoi(observation.substr(observation.find('x') + 1))};
}

std::vector<std::string> ActionNames(const ale::ActionVect& actions) {
  std::vector<std::string> names;
  for (const ale::Action action : actions) {
    names.push_back(ale::action_to_string(action).substr(std::string_view("PLAYER_A_").size()));
  }
  return names;
}

std::vector<Rgb> Palette(const ale::ALEInterface& emulator) {
  std::vector<Rgb> palette;
  for (int i = 0; i < 256; ++i) {
    const std::uint32_t rgb = emulator.theOSystem->colourPalette().getRGB(i);
    palette.push_back({static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8),
                       static_cast<std::uint8_t>(rgb)});
  }
  return palette;
}

// Each colour, at an even index, is followed by its grey, which a PAL console shows when it loses
// the colour of a line.
PairLumaTable Lumas(const ale::ALEInterface& emulator) {
  PairLumaTable luma;
  for (std::size_t i = 0; i < luma.size(); ++i) {
    const auto grey = static_cast<int>(2 * i + 1);
    luma[i] = static_cast<std::uint8_t>(emulator.theOSystem->colourPalette().getRGB(grey));
  }
  return luma;
}

class Atari final : public Env {
 public:
  Atari(const EnvConfig& config, const std::filesystem::path& rom, RandomStream random)
      : random_(random),
        subject_(Subject(config)),
        frame_skip_(config.frame_skip),
        noop_max_(static_cast<int>(config.noop_max)),
        max_pool_(config.max_pool),
        reward_(config.reward_transform, config.reward_scale),
        emulator_(LoadEmulator(config, rom, DrawEmulatorSeed(random_))),
        actions_(config.full_action_set ? emulator_->getLegalActionSet()
                                        : emulator_->getMinimalActionSet()),
        height_(static_cast<int>(emulator_->getScreen().height())),
        width_(static_cast<int>(emulator_->getScreen().width())),
        palette_(Palette(*emulator_)),
        kept_screen_(emulator_->getScreen().arraySize()),
        spec_{ObservationFormat(config.observation), ActionNames(actions_),
              static_cast<double>(emulator_->theOSystem->console().getFrameRate())},
        reduction_(Lumas(*emulator_), height_, width_, spec_.frame.height, spec_.frame.width) {}

  const EnvSpec& spec() const override { return spec_; }

  int Reset() override {
    emulator_->reset_game();
    const int noops = noop_max_ > 0 ? random_.Between(1, noop_max_) : 0;
    for (int i = 0; i < noops; ++i) {
      emulator_->act(ale::PLAYER_A_NOOP);
      if (emulator_->game_over()) emulator_->reset_game();
    }
    reduction_.Reduce(Screen(), Screen());
    return noops;
  }

  StepResult Step(int action) override {
    const int lives = emulator_->lives();
    const int skip =
        random_.Between(static_cast<int>(frame_skip_.low), static_cast<int>(frame_skip_.high));
    StepResult result;
    std::span<const std::uint8_t> before;
    do {
      before = KeepScreen();
      result.raw_reward += emulator_->act(actions_[action]);
      ++result.frames;
    } while (result.frames < skip && !emulator_->game_over());
    reduction_.Reduce(max_pool_ && result.frames > 1 ? before : Screen(), Screen());

    result.reward = reward_.Of(result.raw_reward);
    result.terminated = emulator_->game_over(/*with_truncation=*/false);
    result.truncated = !result.terminated && emulator_->game_truncated();
    result.life_lost = !result.terminated && emulator_->lives() < lives;
    return result;
  }

  std::span<const std::uint8_t> frame() const override { return reduction_.frame(); }

  ScreenView screen() override { return {height_, width_, Screen(), palette_}; }
  int lives() const override { return emulator_->lives(); }

  void Reseed(RandomStream random) override {
    random_ = random;
    emulator_->environment->getEnvironmentRNG().seed(DrawEmulatorSeed(random_));
  }

  std::string SaveState() const override {
    ByteWriter state = BeginState(subject_, random_);
    state.Write(std::string_view(emulator_->cloneSystemState().serialize()));
    state.Write(frame());
    return state.SealedText();
  }

  void RestoreState(std::string_view bytes) override {
    RandomStream::State random;
    ByteReader state = OpenState(bytes, subject_, random);
    const ale::ALEState emulator(state.ReadString("emulator"));
    std::vector<std::uint8_t> frame(this->frame().size());
    state.ReadInto(std::span(frame), "frame");
    state.ExpectEnd();
    random_.set_state(random);
    emulator_->restoreSystemState(emulator);
    reduction_.Restore(frame);
  }

 private:
  std::span<const std::uint8_t> Screen() const {
    const ale::stella::MediaSource& source = emulator_->theOSystem->console().mediaSource();
    return {source.currentFrameBuffer(), kept_screen_.size()};
  }

  // Returns the current screen, valid until the frame after the next. The console alternates
  // between two frame buffers, except that it continues a frame that the game was too busy to
  // finish.
  std::span<const std::uint8_t> KeepScreen() {
    if (!emulator_->theOSystem->console().system().tia().continuesFrame()) return Screen();
    std::ranges::copy(Screen(), kept_screen_.begin());
    return kept_screen_;
  }

  RandomStream random_;
  const std::string subject_;  // of a saved state
  const IntRange frame_skip_;
  const int noop_max_;
  const bool max_pool_;
  const RewardTransform reward_;
  const std::unique_ptr<ale::ALEInterface> emulator_;
  const ale::ActionVect actions_;
  const int height_;
  const int width_;
  const std::vector<Rgb> palette_;
  std::vector<std::uint8_t> kept_screen_;
  EnvSpec spec_;
  ScreenReduction reduction_;
};

}  // namespace

std::string EmulatorVersion() {
  return ALE_VERSION;
}

std::unique_ptr<Env> MakeAtari(const EnvConfig& config, const std::filesystem::path& rom,
                               RandomStream random) {
  return std::make_unique<Atari>(config, rom, random);
}

}  // namespace arcadeq
