#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/frame.h"
#include "base/random.h"

namespace arcadeq {

struct Rgb {
  std::uint8_t r, g, b;
  bool operator==(const Rgb&) const = default;
};

// The picture that a person would see, in a palette of at most 256 colours; valid until the next
// call to the environment.
struct ScreenView {
  int height = 0;
  int width = 0;
  std::span<const std::uint8_t> pixels;  // indices into the palette, row by row
  std::span<const Rgb> palette;
};

// The result of an action. The three kinds of ending differ: `terminated` is the game's own end,
// where the return ends, too; `truncated` is a limit of ours, which stops the episode but not the
// return; `life_lost` is an event within a game that continues.
struct StepResult {
  float reward = 0;       // what the agent learns from; may be clipped to [-1, 1]
  double raw_reward = 0;  // the game's own reward; scores are sums of it
  bool terminated = false;
  bool truncated = false;
  bool life_lost = false;
  int frames = 0;  // frames of the emulator that passed during this step

  bool done() const { return terminated || truncated; }
};

struct EnvSpec {
  FrameFormat frame;
  std::vector<std::string> action_names;
  double frames_per_second;  // at the game's normal speed
  int num_actions() const { return static_cast<int>(action_names.size()); }
};

// One environment. Call Reset() first and after every step that is done(); frame() and screen()
// show the result of the last Reset() or Step(). Not thread-safe, but different environments may be
// used on different threads.
class Env {
 public:
  virtual ~Env() = default;

  virtual const EnvSpec& spec() const = 0;
  // Starts an episode; returns the number of emulator frames before the first decision.
  virtual int Reset() = 0;
  // `action` in [0, spec().num_actions()).
  virtual StepResult Step(int action) = 0;
  // The current frame in the spec's format; valid until the next Reset() or Step().
  virtual std::span<const std::uint8_t> frame() const = 0;
  virtual ScreenView screen() = 0;
  // Lives left; 0 if the game has none.
  virtual int lives() const { return 0; }

  // Draws all randomness from `random` from now on. After RestoreState(), that state and `random`
  // determine all that follows.
  virtual void Reseed(RandomStream random) = 0;

  // Everything that determines the environment's future; may be called at any time.
  virtual std::string SaveState() const = 0;
  // Continues, bit for bit, from the state of an environment with the same settings, with the same
  // frame and screen. Throws UserError, and changes nothing, if the bytes are damaged or belong to
  // another game or frame size.
  virtual void RestoreState(std::string_view state) = 0;
};

}  // namespace arcadeq
